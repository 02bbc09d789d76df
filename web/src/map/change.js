// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// A point of the map, changed by sliders: along attributes, and along the largest
// directions of its neighbourhood that the map does not show. Where z has more
// than the map's two dimensions, that leads off the map.

import {addTo, directionsOf, dot} from './directions.js';
import {clamp} from './view.js';

/** @import {Point} from '../given/facts.js' */
/** @import {Direction} from './directions.js' */
/** @import {Projection} from './projection.js' */

const NEIGHBOURS = 60; // Windows of which the directions are.
export const MOST_DIRECTIONS = 4;
const FARTHEST = 2; // As the sliders go, either way.

/**
 * @typedef {object} Changed A point that sliders have changed, to be kept.
 * @property {Point} from
 * @property {number[]} attributes How far each slider is from its middle.
 * @property {number[]} beyond Likewise.
 */

export class Change {
  /** @type {Point} The point of the map that is changed. */
  from = [0, 0];
  /** @type {Float64Array} Its z. */
  #z = new Float64Array(0);
  /** @type {Direction[] | null} */
  #directions = null;
  /** How far, in lengths of each attribute's direction. */
  attributes = new Float64Array(0);
  /** How far, in standard deviations of the neighbourhood. */
  beyond = new Float64Array(MOST_DIRECTIONS);

  /**
   * @param {Projection} projection
   * @param {Float32Array} directions [attributes][z].
   * @param {number} width Of the map, in its units.
   */
  constructor(projection, directions, width) {
    const {zSize} = projection;
    this.projection = projection;
    this.width = width;
    this.towards = Array.from({length: directions.length / zSize}, (_, i) =>
      directions.subarray(i * zSize, (i + 1) * zSize),
    );
    this.attributes = new Float64Array(this.towards.length);
  }

  /** Whether there is music beside the map: z has more than its dimensions. */
  get hasBeyond() {
    return this.projection.kind === 'pca';
  }

  /** Whether any slider is not in its middle. */
  get isAny() {
    const moved = (/** @type {number} */ value) => value !== 0;
    return this.attributes.some(moved) || this.beyond.some(moved);
  }

  /**
   * Begins at a point of the map, with all sliders in the middle.
   * @param {Point} point
   * @param {Float64Array} z What the map has there.
   */
  begin(point, z) {
    this.from = point;
    this.#z = z;
    this.#directions = null;
    this.attributes.fill(0);
    this.beyond.fill(0);
  }

  /**
   * What sliders are set to; a page without some of them lacks those.
   * @param {Changed} changed
   */
  set({attributes, beyond}) {
    setTo(this.attributes, attributes);
    setTo(this.beyond, beyond);
  }

  /** @returns {Changed} */
  get state() {
    const {from, attributes, beyond} = this;
    return {from, attributes: [...attributes], beyond: [...beyond]};
  }

  /** The largest directions around the point, at right angles to the map. */
  get directions() {
    this.#directions ??= this.hasBeyond
      ? directionsOf(
          this.projection
            .nearestInSpace(this.#z, NEIGHBOURS)
            .map((mean) => this.projection.offMap(mean)),
          MOST_DIRECTIONS,
        )
      : [];
    return this.#directions;
  }

  /** How z is changed. */
  #difference() {
    const difference = new Float64Array(this.#z.length);
    this.towards.forEach((vector, i) => {
      addTo(difference, vector, this.attributes[i]);
    });
    if (this.beyond.some((value) => value !== 0)) {
      this.directions.forEach(({vector, spread}, i) => {
        addTo(difference, vector, spread * this.beyond[i]);
      });
    }
    return difference;
  }

  /** The z that is heard. */
  get z() {
    const z = this.#z.slice();
    addTo(z, this.#difference(), 1);
    return z;
  }

  /** Where it is on the map, or beside. */
  get point() {
    return this.projection.toMap(this.z);
  }

  /** How far it is off the map, as a share of the map's width. */
  get off() {
    if (!this.hasBeyond) return 0;
    const {projection} = this;
    const off = projection.offMap(this.#difference(), 0);
    return Math.sqrt(dot(off, off)) / this.width;
  }
}

/**
 * @param {Float64Array} sliders
 * @param {number[]} values
 */
function setTo(sliders, values) {
  for (let i = 0; i < sliders.length; i++) {
    sliders[i] = clamp(values[i] ?? 0, -FARTHEST, FARTHEST);
  }
}
