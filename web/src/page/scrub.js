// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// A drag along a song's trail plays the windows under the pointer, and the song
// goes on where the pointer stays or lets go.

import {windowUnder} from '../map/trail.js';

/** @import {Point} from '../given/facts.js' */
/** @import {Found} from '../map/songs.js' */
/** @import {View} from '../map/view.js' */
/** @import {Walks} from '../map/walks.js' */
/** @import {Highlight} from './highlight.js' */
/** @import {Modes} from './modes.js' */

const NEAR_PIXELS = 9; // A press so near to a mark is on its trail.
const LEAST_MILLISECONDS = 120; // That a window is heard, on a quick way.

export class Scrub {
  /** @type {Found | null} */
  #on = null;
  #last = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #soon;

  /**
   * @param {object} parts
   * @param {View} parts.view
   * @param {Walks} parts.walks
   * @param {Modes} parts.modes
   * @param {Highlight} parts.highlight
   */
  constructor({view, walks, modes, highlight}) {
    this.view = view;
    this.walks = walks;
    this.modes = modes;
    this.highlight = highlight;
  }

  get isOn() {
    return this.#on !== null;
  }

  /**
   * Begins where a trail is under a place of the screen.
   * @param {Point} place
   * @returns Whether there is one.
   */
  begin(place) {
    const {view} = this;
    const point = view.toMap(place);
    const reach = NEAR_PIXELS / view.scale;
    this.#on = this.walks.songs.nearest(point, reach, view.stretch);
    if (!this.#on) return false;
    this.highlight.set(this.#on.song);
    this.#last = 0;
    this.#play();
    return true;
  }

  /** @param {Point} place Of the screen. */
  move(place) {
    if (!this.#on) return;
    const {song, index} = this.#on;
    const next = windowUnder(song, place, this.view, index);
    if (next === index) return;
    this.#on = {song, index: next};
    clearTimeout(this.#soon);
    const wait = this.#last + LEAST_MILLISECONDS - performance.now();
    this.#soon = setTimeout(() => this.#play(), Math.max(wait, 0));
  }

  #play() {
    if (!this.#on) return;
    this.#last = performance.now();
    const {song, index} = this.#on;
    this.modes.walkAlong(song, index);
  }

  end() {
    this.#on = null;
    this.highlight.set(null);
  }
}
