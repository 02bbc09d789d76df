// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Music without an end, frame by frame: it stays at a point, or wanders. What
// steers it waits for the next beat.

import {Emission, uniform} from '../music/emission.js';

/** @import {Wander} from '../map/wander.js' */
/** @import {Model} from '../model/model.js' */
/** @import {EmissionSettings} from '../music/emission.js' */

/**
 * @typedef {object} Steering What may change on the way.
 * @property {number[]} [z] Where it goes next.
 * @property {boolean} [wanders] Whether it goes on from there.
 * @property {EmissionSettings} [emission] How frames are made.
 */
/** @typedef {{frame: number, z: number[]}} Place From a frame on. */

export class Live {
  /** The frames that were made. */
  made = 0;
  /** @type {Place[]} Those that were come to since they were last taken. */
  places = [];
  #half = 0; // Which of the half windows it is.
  /** @type {Steering} What waits for the next beat. */
  #waiting = {};

  /**
   * @param {Model} model
   * @param {Wander | null} wander
   * @param {Required<Steering>} start
   * @param {number} beatFrames Frames of a beat, maybe with a fraction.
   */
  constructor(model, wander, {z, wanders, emission}, beatFrames) {
    this.wander = wander;
    this.z = z;
    this.wanders = wanders;
    this.emission = Emission.of(emission);
    this.beatFrames = beatFrames;
    this.places.push({frame: 0, z});
    const {makeFrame, turn} = model.steered(z, () => this.#next());
    this.makeFrame = makeFrame;
    this.turn = turn;
  }

  /**
   * From the next beat on it is otherwise.
   * @param {Steering} change
   */
  steer(change) {
    Object.assign(this.#waiting, change);
  }

  /**
   * Makes the next frame.
   * @param {Float32Array} logits
   * @param {Uint8Array} roll
   * @param {number} offset
   */
  frame(logits, roll, offset) {
    const t = this.made;
    const {beatFrames} = this;
    const beat = Math.floor(t / beatFrames);
    if (beat !== Math.floor((t - 1) / beatFrames)) this.#obey();
    this.makeFrame(logits, roll, offset, (logit, column) =>
      this.emission.emit(logit, t, column),
    );
    this.made++;
  }

  #obey() {
    const {z, wanders, emission} = this.#waiting;
    if (wanders !== undefined) this.wanders = wanders;
    if (emission) this.emission = Emission.of(emission);
    if (z) this.turn();
    else this.#waiting = {};
  }

  /** The z of the next half window. */
  #next() {
    this.#half++;
    const {z} = this.#waiting;
    this.#waiting = {};
    if (z) this.z = z;
    else if (this.wanders && this.wander) {
      const chance = uniform(this.emission.draw, this.#half, -1);
      this.z = [...this.wander.next(Float64Array.from(this.z), chance)];
    }
    this.places.push({frame: this.made, z: this.z});
    return this.z;
  }

  /** The places since they were last taken. */
  takePlaces() {
    const places = this.places;
    this.places = [];
    return places;
  }
}
