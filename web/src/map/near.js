// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Which of many points are near: an index, so that 200,000 are asked as quickly
// as 200.

import Flatbush from 'flatbush';

/** @import {Point} from '../given/facts.js' */

export class Near {
  /** @type {Flatbush | null} */
  #index = null;

  /** @param {Float64Array} points x and y in turn. */
  constructor(points) {
    this.points = points;
    const count = points.length / 2;
    if (!count) return; // The index refuses to hold nothing.
    this.#index = new Flatbush(count);
    for (let i = 0; i < count; i++) {
      this.#index.add(points[2 * i], points[2 * i + 1]);
    }
    this.#index.finish();
  }

  /**
   * The points nearest to one, nearest first.
   * @param {Point} point
   * @param {number} count At most.
   * @param {number} reach How far they may be.
   * @param {(index: number) => boolean} [filter] Which may be found.
   */
  nearest([x, y], count, reach = Number.POSITIVE_INFINITY, filter = undefined) {
    return this.#index?.neighbors(x, y, count, reach, filter) ?? [];
  }
}
