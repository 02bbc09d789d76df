// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// How frames are made of logits, as the decoder's `sample` does.

import {sigm} from '../model/matrix.js';

export class Emission {
  /**
   * @param {{sampling: string, threshold: number, temperature?: number}} settings
   * @param {typeof uniform} chance A number from 0 to below 1 for each draw,
   *   frame and column.
   */
  constructor({sampling, threshold, temperature = 1}, chance = uniform) {
    this.sampling = sampling; // 'threshold' or 'bernoulli'.
    this.threshold = threshold;
    this.temperature = temperature;
    this.draw = 1; // Other numbers give other draws.
    this.chance = chance;
  }

  /**
   * 1 if a note sounds, else 0; a frame and column keep their draw.
   * @param {number} logit
   * @param {number} t
   * @param {number} column
   */
  emit(logit, t, column) {
    if (this.sampling === 'threshold') {
      return sigm(logit) >= this.threshold ? 1 : 0;
    }
    const p = sigm(logit / Math.max(this.temperature, 1e-6));
    return this.chance(this.draw, t, column) < p ? 1 : 0;
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
