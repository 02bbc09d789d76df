// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Notes <-> roll, as magenta_vrae/data/rolls.py has it. A roll holds zeros and
// ones, [frames][depth].

import {InputError} from '../errors.js';

/** @import {ConverterFacts} from '../given/facts.js' */

/** @typedef {{pitch: number, start: number, end: number, isDrum: boolean}}
 *   Note With seconds. */
/** @typedef {{pitch: number, startFrame: number, endFrame: number}}
 *   FrameNote The end is not included. */
/** @typedef {{sounds: boolean, begins: boolean}} Doing Of a column. */

const LONGEST_SECONDS = 24 * 60 * 60;
const SILENT = {sounds: false, begins: false};

export class Converter {
  /**
   * @param {ConverterFacts} facts
   * @param {number} depth
   */
  constructor(facts, depth) {
    this.pitches = facts.pitches;
    this.framesPerSecond = facts.framesPerSecond;
    this.windowFrames = facts.windowFrames;
    this.hopFrames = facts.hopFrames;
    this.maxWindows = facts.maxWindows;
    this.keepSilentWindows = facts.keepSilentWindows;
    this.onsets = facts.onsets;
    this.velocity = facts.velocity;
    this.depth = depth;
    this.isDrums = facts.kind === 'drums';
    this.column = new Map(this.pitches.map((pitch, i) => [pitch, i]));
  }

  /** @param {number} seconds */
  frame(seconds) {
    return Math.floor(seconds * this.framesPerSecond + 0.5);
  }

  /**
   * Whether a note is of the kind that the roll holds, and has a column.
   * @param {Note} note
   */
  holds(note) {
    return note.isDrum === this.isDrums && this.column.has(note.pitch);
  }

  /** @param {Note[]} notes */
  toRoll(notes) {
    const ours = notes
      .filter((note) => this.holds(note))
      .map((note) => {
        const start = Math.max(this.frame(note.start), 0);
        const end = Math.max(this.frame(note.end), start + 1);
        const column = this.column.get(note.pitch) ?? 0;
        return {column, start, end: this.isDrums ? start + 1 : end};
      });
    const frames = ours.reduce((latest, {end}) => Math.max(latest, end), 0);
    if (frames > LONGEST_SECONDS * this.framesPerSecond) {
      throw new InputError('it lasts over 24 hours');
    }
    const roll = new Uint8Array(frames * this.depth);
    for (const {column, start, end} of ours) {
      for (let t = start; t < end; t++) roll[t * this.depth + column] = 1;
      if (this.onsets) {
        roll[start * this.depth + this.pitches.length + column] = 1;
      }
    }
    return {roll, frames};
  }

  /**
   * First frames of the windows of a roll; [] of a roll without a note.
   * @param {Uint8Array} roll
   * @param {number} frames
   */
  windowStarts(roll, frames) {
    const T = this.windowFrames;
    /** @type {number[]} */
    const starts = [];
    if (!roll.includes(1)) return starts;
    const last = Math.max(0, frames - T);
    for (let start = 0; start <= last; start += this.hopFrames) {
      if (this.maxWindows && starts.length === this.maxWindows) break;
      const window = roll.subarray(
        start * this.depth,
        (start + T) * this.depth,
      );
      if (this.keepSilentWindows || window.includes(1)) starts.push(start);
    }
    return starts;
  }

  /**
   * What a column does at a frame.
   * @param {Uint8Array} roll
   * @param {number} t
   * @param {number} column
   * @returns {Doing}
   */
  at(roll, t, column) {
    const P = this.pitches.length;
    const is = (/** @type {number} */ frame, /** @type {number} */ c) =>
      frame >= 0 && roll[frame * this.depth + c] === 1;
    const on = is(t, column);
    if (this.isDrums) return {sounds: on, begins: on};
    if (!this.onsets) return {sounds: on, begins: on && !is(t - 1, column)};
    const struck = is(t, P + column);
    const sounds = on || struck;
    const before = is(t - 1, column) || is(t - 1, P + column);
    return {sounds, begins: struck || (sounds && !before)};
  }

  /**
   * The stretches in which a column sounds, of frames `from` to before `to`.
   * @param {Uint8Array} roll
   * @param {number} column
   * @param {number} from
   * @param {number} to
   */
  *soundsOf(roll, column, from, to) {
    let start = -1;
    for (let t = from; t <= to; t++) {
      const {sounds, begins} = t < to ? this.at(roll, t, column) : SILENT;
      if (start >= 0 && (!sounds || begins)) {
        yield {startFrame: start, endFrame: t};
        start = -1;
      }
      if (sounds && start < 0) start = t;
    }
  }

  /**
   * The notes of a roll, by start.
   * @param {Uint8Array} roll
   * @param {number} frames
   * @returns {FrameNote[]}
   */
  toNotes(roll, frames) {
    return this.pitches
      .flatMap((pitch, column) =>
        [...this.soundsOf(roll, column, 0, frames)].map((times) => ({
          pitch,
          ...times,
        })),
      )
      .sort((a, b) => a.startFrame - b.startFrame);
  }
}
