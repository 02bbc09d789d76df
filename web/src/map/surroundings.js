// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// How a place lies to the songs: beside a window, between them, or away from all.

import {polygonContains, polygonHull} from 'd3-polygon';

/** @import {Point} from '../given/facts.js' */
/** @import {Near} from './near.js' */

const REACH = 0.12; // Of the longer side: farther from all windows is away.

export class Surroundings {
  /** @type {Point[]} */
  #hull;

  /**
   * @param {Near} near All windows of the page.
   * @param {Point} size Of the part of the map where they are.
   */
  constructor(near, size) {
    this.near = near;
    this.reach = REACH * Math.max(...size);
    /** @type {Point[]} */
    const points = [];
    for (let i = 0; i < near.points.length; i += 2) {
      points.push([near.points[i], near.points[i + 1]]);
    }
    this.#hull = polygonHull(points) ?? [];
  }

  /**
   * Whether music of several songs meets at a point: windows are all around it,
   * and one of them is not far.
   * @param {Point} point
   */
  isBetween(point) {
    if (this.#hull.length && !polygonContains(this.#hull, point)) return false;
    const [nearest] = this.near.nearest(point, 1);
    if (nearest === undefined) return false;
    const x = this.near.points[2 * nearest];
    const y = this.near.points[2 * nearest + 1];
    return Math.hypot(x - point[0], y - point[1]) < this.reach;
  }
}
