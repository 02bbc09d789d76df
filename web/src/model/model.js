// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The model's equations, without any library. To use them elsewhere, take this
// folder: weights go in as {shape, values} by their checkpoint's names.

import {Autoregressive} from './autoregressive.js';
import {Decoder} from './decoder.js';
import {Encoder} from './encoder.js';
import {faded, halfWindow, steered, zOfHalfWindows} from './endless.js';

/** @import {ModelFacts, Weights} from '../given/facts.js' */
/** @import {MakeFrame} from './decoder.js' */
/** @import {Span} from './endless.js' */

export class Model {
  /**
   * @param {ModelFacts} facts
   * @param {Weights} weights
   */
  constructor(facts, weights) {
    this.facts = facts;
    this.decoder = new Decoder(facts, weights);
    this.encoder = new Encoder(facts, weights);
    this.autoregressive = facts.autoregressive
      ? new Autoregressive(facts, weights)
      : null;
  }

  /** Whether it hears the frames it emits: these are part of its outputs. */
  get hearsFrames() {
    return this.facts.autoregressive || this.facts.feedback !== 'output';
  }

  /** Frames from one z to the next, where it goes on from z to z; else 0. */
  get halfWindow() {
    return this.autoregressive ? halfWindow(this.facts.windowFrames) : 0;
  }

  /**
   * Music of any length, as magenta_vrae/inference/generation.py has it.
   * @param {Span[]} spans What follows each other.
   * @returns {MakeFrame}
   */
  playing(spans) {
    const {autoregressive, decoder} = this;
    if (!autoregressive) return sideBySide(decoder, spans);
    const {windowFrames} = this.facts;
    const isWindow = spans.length === 1 && spans[0].frames <= windowFrames;
    const half = isWindow ? windowFrames : halfWindow(windowFrames);
    const zs = zOfHalfWindows(spans, half);
    return autoregressive.playing(zs[0], faded(decoder, zs, half));
  }

  /**
   * Music without an end, of a model that goes on from z to z.
   * @param {ArrayLike<number>} first The z that it begins with.
   * @param {() => ArrayLike<number>} next That of the next half window.
   */
  steered(first, next) {
    const {autoregressive, decoder} = this;
    if (!autoregressive) throw new Error('this model does not go on by itself');
    let isFirst = true;
    const after = () => {
      const z = isFirst ? first : next();
      isFirst = false;
      return z;
    };
    const {guide, turn} = steered(decoder, after, this.halfWindow);
    return {makeFrame: autoregressive.playing(first, guide), turn};
  }

  /**
   * @param {ArrayLike<number>} roll
   * @param {number} start
   * @param {number} T
   */
  encode(roll, start, T) {
    return this.encoder.encode(roll, start, T);
  }
}

/**
 * Each span begins anew, from its own z.
 * @param {Decoder} decoder
 * @param {Span[]} spans
 * @returns {MakeFrame}
 */
function sideBySide(decoder, spans) {
  let next = 0;
  let left = 0; // Frames of the present span.
  /** @type {MakeFrame} */
  let makeFrame;
  return (logits, roll, offset, emit) => {
    if (left === 0) {
      const {z, frames} = spans[next++];
      makeFrame = decoder.decoding(z);
      left = frames;
    }
    makeFrame(logits, roll, offset, emit);
    left--;
  };
}
