// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What the colour of marks says: which song, or how much of an attribute a window
// has.

/** @import {AttributeFacts} from '../given/facts.js' */
/** @import {Song, Songs} from './songs.js' */

export const LEVELS = 255; // Of an attribute, from its least to its most.
export const NO_LEVEL = 255; // Of a window without: silence has no register.

export class MarkColors {
  /** @type {number | null} The attribute that is shown; null for songs. */
  attribute = null;

  /**
   * @param {AttributeFacts[]} facts
   * @param {Uint8Array} levels [attributes][windows of the page].
   * @param {Songs} songs
   */
  constructor(facts, levels, songs) {
    this.facts = facts;
    this.levels = levels;
    this.songs = songs;
    this.count = facts.length ? levels.length / facts.length : 0;
  }

  /**
   * The level of the shown attribute; `NO_LEVEL` also of files of the reader.
   * @param {Song} song
   * @param {number} index Of the window in its song.
   */
  levelOf(song, index) {
    if (this.attribute === null || song.isDropped) return NO_LEVEL;
    const window = this.songs.firstOf(song) + index;
    return this.levels[this.attribute * this.count + window];
  }

  /**
   * What a level stands for.
   * @param {number} level
   */
  valueOf(level) {
    const {low, high} = this.facts[this.attribute ?? 0];
    return low + (level / (LEVELS - 1)) * (high - low);
  }
}
