// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// How frames are made of logits, as the decoder's `sample` does.

import {sigm} from '../model/matrix.js';

/**
 * @typedef {object} EmissionSettings
 * @property {string} sampling 'threshold' or 'bernoulli'.
 * @property {number} threshold
 * @property {number} temperature
 * @property {number} draw Other numbers give other draws.
 * @property {number} hold Frames that share a draw, of each column.
 * @property {boolean} isHeard Whether the model hears the frames.
 */

export class Emission {
  draw = 1;
  hold = 1;
  isHeard = false;

  /**
   * @param {{sampling: string, threshold: number, temperature?: number}} settings
   * @param {typeof uniform} chance A number from 0 to below 1 for each draw,
   *   frame and column.
   */
  constructor({sampling, threshold, temperature = 1}, chance = uniform) {
    this.sampling = sampling;
    this.threshold = threshold;
    this.temperature = temperature;
    this.chance = chance;
  }

  /** @param {EmissionSettings} settings */
  static of(settings) {
    return Object.assign(new Emission(settings), settings);
  }

  /** All that makes it, to be sent or kept. */
  get settings() {
    const {sampling, threshold, temperature, draw, hold, isHeard} = this;
    return {sampling, threshold, temperature, draw, hold, isHeard};
  }

  /**
   * 1 if a note sounds, else 0; a frame and column keep their draw. Where
   * frames share it, a note sounds as long as it is likelier than the draw:
   * each frame still sounds as often as it is likely.
   * @param {number} logit
   * @param {number} t
   * @param {number} column
   */
  emit(logit, t, column) {
    if (this.sampling === 'threshold') {
      return sigm(logit) >= this.threshold ? 1 : 0;
    }
    const p = sigm(logit / Math.max(this.temperature, 1e-6));
    const held = this.hold === 1 ? t : Math.floor(t / this.hold);
    return this.chance(this.draw, held, column) < p ? 1 : 0;
  }
}

/**
 * A number from 0 to below 1 that three integers choose.
 * @param {number} a
 * @param {number} b
 * @param {number} c
 */
export function uniform(a, b, c) {
  let n = 0x9e3779b9;
  for (const k of [a, b, c]) {
    n = Math.imul(n ^ k, 0x85ebca6b);
    n = Math.imul(n ^ (n >>> 13), 0xc2b2ae35);
    n ^= n >>> 16;
  }
  return (n >>> 0) / 2 ** 32;
}
