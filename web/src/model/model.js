// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The model's equations, without any library. To use them elsewhere, take this
// folder: weights go in as {shape, values} by their checkpoint's names.

import {Decoder} from './decoder.js';
import {Encoder} from './encoder.js';

/** @import {ModelFacts, Weights} from '../given/facts.js' */

export class Model {
  /**
   * @param {ModelFacts} facts
   * @param {Weights} weights
   */
  constructor(facts, weights) {
    this.facts = facts;
    this.decoder = new Decoder(facts, weights);
    this.encoder = new Encoder(facts, weights);
  }

  /** Whether it hears the frames it emits: these are part of its outputs. */
  get hearsFrames() {
    return this.facts.feedback !== 'output';
  }

  /** @param {ArrayLike<number>} z */
  decoding(z) {
    return this.decoder.decoding(z);
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
