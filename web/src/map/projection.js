// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// z -> a point of the map, and a point -> z, as magenta_vrae/explorer/
// projection.py has it.

import {Near} from './near.js';

/** @import {Point, ProjectionFacts} from '../given/facts.js' */

export class Projection {
  /**
   * @param {ProjectionFacts} facts
   * @param {Float32Array} means Of the windows, [windows][z].
   * @param {number} zSize
   */
  constructor(facts, means, zSize) {
    this.kind = facts.kind;
    this.mean = facts.mean;
    this.basis = facts.basis;
    this.reach = facts.reach;
    this.numLenders = facts.numLenders;
    this.means = means;
    this.zSize = zSize;
    this.count = means.length / zSize;
    this.points = new Float64Array(this.count * 2);
    for (let i = 0; i < this.count; i++) {
      this.points.set(this.toMap(this.#mean(i)), 2 * i);
    }
    this.near = new Near(this.points);
  }

  /** @param {number} i */
  #mean(i) {
    return this.means.subarray(i * this.zSize, (i + 1) * this.zSize);
  }

  /**
   * @param {ArrayLike<number>} z
   * @returns {Point}
   */
  toMap(z) {
    const along = (/** @type {number[]} */ row) =>
      row.reduce((sum, b, k) => sum + b * (z[k] - this.mean[k]), 0);
    return [along(this.basis[0]), along(this.basis[1])];
  }

  /**
   * What of a vector the map does not show.
   * @param {ArrayLike<number>} z
   * @param {0 | 1} means How many means to take from it first: of a z one, of a
   *   difference none.
   */
  offMap(z, means = 1) {
    const [first, second] = this.basis;
    const rest = Float64Array.from(z, (v, k) => v - means * this.mean[k]);
    const x = first.reduce((sum, b, k) => sum + b * rest[k], 0);
    const y = second.reduce((sum, b, k) => sum + b * rest[k], 0);
    return rest.map((v, k) => v - x * first[k] - y * second[k]);
  }

  /**
   * The means of the windows that are nearest to a z, by all its numbers.
   * @param {Float64Array} z
   * @param {number} count At most.
   */
  nearestInSpace(z, count) {
    const {zSize} = this;
    const squared = Float64Array.from({length: this.count}, (_, i) => {
      let sum = 0;
      for (let k = 0, at = i * zSize; k < zSize; k++, at++) {
        sum += (this.means[at] - z[k]) ** 2;
      }
      return sum;
    });
    const limit = squared.slice().sort()[Math.min(count, this.count) - 1];
    const found = [];
    for (let i = 0; i < this.count && found.length < count; i++) {
      if (squared[i] <= limit) found.push(this.#mean(i));
    }
    return found;
  }

  /** @param {Point} point */
  fromMap([x, y]) {
    const [first, second] = this.basis;
    const z = Float64Array.from(
      this.mean,
      (m, k) => m + x * first[k] + y * second[k],
    );
    if (this.kind === 'plane') return z;
    const lenders = this.nearest([x, y], this.numLenders);
    const weights = lenders.map(
      ({squared}) => 1 / (squared + (this.reach / 1000) ** 2) ** 2,
    );
    const total = weights.reduce((a, b) => a + b, 0);
    const fade = Math.exp(-lenders[0].squared / this.reach ** 2);
    lenders.forEach(({index}, i) => {
      const weight = (fade * weights[i]) / total;
      const mu = this.#mean(index);
      const [px, py] = this.points.subarray(2 * index, 2 * index + 2);
      for (let k = 0; k < this.zSize; k++) {
        const onPlane = px * first[k] + py * second[k];
        z[k] += weight * (mu[k] - this.mean[k] - onPlane);
      }
    });
    return z;
  }

  /**
   * The windows nearest to a point, nearest first.
   * @param {Point} point
   * @param {number} count
   */
  nearest([x, y], count) {
    return this.near.nearest([x, y], count).map((index) => {
      const dx = this.points[2 * index] - x;
      const dy = this.points[2 * index + 1] - y;
      return {index, squared: dx * dx + dy * dy};
    });
  }
}
