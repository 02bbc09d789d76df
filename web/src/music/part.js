// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// One part's share of a roll, as magenta_vrae/data/pitch_rolls.py has it: a row
// for each pitch, and columns that say what the rows do.

/** @import {PartFacts} from '../given/facts.js' */

/** @typedef {{sounds: boolean, begins: boolean}} Doing Of a row. */
/** @typedef {{pitch: number, start: number, end: number}} Span In frames. */

const SILENT = {sounds: false, begins: false};

/**
 * @param {Span} a
 * @param {Span} b
 */
const byStart = (a, b) => a.start - b.start;

export class Part {
  /**
   * @param {PartFacts} facts
   * @param {number} number Which of the parts it is.
   * @param {number} depth Columns of the whole roll.
   */
  constructor(facts, number, depth) {
    this.number = number;
    this.name = facts.name;
    this.program = facts.program;
    this.programs = facts.programs;
    this.pitches = facts.pitches;
    this.isDrums = facts.isDrums;
    this.onsets = facts.onsets;
    this.first = facts.first;
    this.loudness = facts.loudness;
    this.depth = depth;
    this.row = new Map(this.pitches.map((pitch, i) => [pitch, i]));
  }

  /**
   * Writes notes into a roll.
   * @param {Uint8Array} roll
   * @param {Span[]} spans
   */
  fill(roll, spans) {
    const P = this.pitches.length;
    /** @type {Map<number, number>} Until where columns are written. */
    const written = new Map();
    // By start: notes that lie over each other are not written each anew.
    for (const {pitch, start, end} of [...spans].sort(byStart)) {
      const column = this.first + (this.row.get(pitch) ?? 0);
      const until = this.isDrums ? start + 1 : end;
      const from = Math.max(start, written.get(column) ?? 0);
      for (let t = from; t < until; t++) roll[t * this.depth + column] = 1;
      written.set(column, Math.max(from, until));
      if (this.onsets) roll[start * this.depth + column + P] = 1;
    }
  }

  /**
   * What a row does at a frame.
   * @param {Uint8Array} roll
   * @param {number} t
   * @param {number} row
   * @returns {Doing}
   */
  at(roll, t, row) {
    const column = this.first + row;
    const P = this.pitches.length;
    const is = (/** @type {number} */ frame, /** @type {number} */ c) =>
      frame >= 0 && roll[frame * this.depth + c] === 1;
    const on = is(t, column);
    if (this.isDrums) return {sounds: on, begins: on};
    if (!this.onsets) return {sounds: on, begins: on && !is(t - 1, column)};
    const struck = is(t, column + P);
    const sounds = on || struck;
    const before = is(t - 1, column) || is(t - 1, column + P);
    return {sounds, begins: struck || (sounds && !before)};
  }

  /**
   * The stretches in which a row sounds, of frames `from` to before `to`.
   * @param {Uint8Array} roll
   * @param {number} row
   * @param {number} from
   * @param {number} to
   */
  *soundsOf(roll, row, from, to) {
    let start = -1;
    for (let t = from; t <= to; t++) {
      const {sounds, begins} = t < to ? this.at(roll, t, row) : SILENT;
      if (start >= 0 && (!sounds || begins)) {
        yield {startFrame: start, endFrame: t};
        start = -1;
      }
      if (sounds && start < 0) start = t;
    }
  }
}
