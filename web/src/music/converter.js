// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Notes <-> roll, as magenta_vrae/data/rolls.py has it. A roll holds zeros and
// ones, [frames][depth]. A band's has several parts side by side, other rolls
// have one.

import {assign} from './instrument_groups.js';
import {Loudness} from './loudness.js';
import {Part} from './part.js';
import {TimeGrid} from './time_grid.js';

/** @import {ConverterFacts} from '../given/facts.js' */
/** @import {FrameNote, Note, Score} from './score.js' */

export class Converter {
  /**
   * @param {ConverterFacts} facts
   * @param {number} depth
   */
  constructor(facts, depth) {
    this.parts = facts.parts.map((part, i) => new Part(part, i, depth));
    this.pitches = this.parts.flatMap(({pitches}) => pitches);
    this.framesPerSecond = facts.framesPerSecond;
    this.framesPerBeat = facts.framesPerBeat;
    this.qpm = facts.qpm;
    this.metre = facts.metre;
    this.align = facts.align;
    this.windowFrames = facts.windowFrames;
    this.hopFrames = facts.hopFrames;
    this.maxWindows = facts.maxWindows;
    this.keepSilentWindows = facts.keepSilentWindows;
    this.loudness = new Loudness(facts.velocityLevels, facts.velocity);
    this.depth = depth;
    this.isBand = facts.kind === 'band';
    this.isDrums = facts.kind === 'drums';
  }

  /**
   * The notes of each part, and those of none.
   * @param {Score} score
   */
  #notesOfParts(score) {
    const {notes} = score;
    if (!this.isBand) {
      return [notes.filter(({isDrum}) => isDrum === this.isDrums), []];
    }
    /** @type {Note[][]} */
    const found = [...this.parts, null].map(() => []);
    const groups = assign(score, this.parts);
    notes.forEach((note, i) => {
      found.at(groups[i])?.push(note); // NO_GROUP is the last.
    });
    return found;
  }

  /**
   * How many notes of this roll's kind have a column, and how many not.
   * @param {Score} score
   */
  coverage(score) {
    const found = this.#notesOfParts(score);
    const all = found.flat().length;
    const kept = this.parts
      .map(({row}, i) => found[i].filter(({pitch}) => row.has(pitch)).length)
      .reduce((a, b) => a + b, 0);
    return {kept, dropped: all - kept};
  }

  /** @param {Score} score */
  toRoll(score) {
    const grid = this.gridOf(score);
    const found = this.#notesOfParts(score);
    const spans = this.parts.map(({row}, i) =>
      found[i]
        .filter(({pitch}) => row.has(pitch))
        .map(({pitch, start, end, velocity}) => {
          const begin = Math.max(grid.nearest(start), 0);
          const until = Math.max(grid.nearest(end), begin + 1);
          return {pitch, velocity, start: begin, end: until};
        }),
    );
    const frames = this.parts
      .flatMap(({isDrums}, i) =>
        spans[i].map(({start, end}) => (isDrums ? start + 1 : end)),
      )
      .reduce((latest, end) => Math.max(latest, end), 0);
    const roll = new Uint8Array(frames * this.depth);
    this.parts.forEach((part, i) => {
      part.fill(roll, spans[i]);
      this.loudness.fill(roll, part, spans[i]);
    });
    return {roll, frames};
  }

  /** @param {Score} score */
  gridOf(score) {
    return new TimeGrid(this, score);
  }

  /**
   * First frames of the windows of a roll; [] of a roll without a note.
   * @param {Uint8Array} roll
   * @param {number} frames
   * @param {Score} score What the roll is of.
   */
  windowStarts(roll, frames, score) {
    const T = this.windowFrames;
    /** @type {number[]} */
    const starts = [];
    if (!roll.includes(1)) return starts;
    for (const start of this.#placesOfWindows(frames, score)) {
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
   * Where windows may begin: a hop apart, or at the first line after it.
   * @param {number} frames
   * @param {Score} score
   */
  *#placesOfWindows(frames, score) {
    const last = Math.max(0, frames - this.windowFrames);
    let next = 0;
    for (const line of this.#lines(frames, score)) {
      if (line > last) return;
      if (line < next) continue;
      yield line;
      next = line + this.hopFrames;
    }
  }

  /**
   * The beats or bar lines that windows begin on, or all frames.
   * @param {number} frames
   * @param {Score} score
   */
  #lines(frames, score) {
    if (this.align === 'bar') return this.gridOf(score).barLines(frames);
    const step = this.align === 'beat' ? this.framesPerBeat : 1;
    return Array.from({length: Math.ceil(frames / step)}, (_, i) => i * step);
  }

  /**
   * The notes of a roll, by start.
   * @param {Uint8Array} roll
   * @param {number} frames
   * @returns {FrameNote[]}
   */
  toNotes(roll, frames) {
    return this.parts
      .flatMap((part) =>
        part.pitches.flatMap((pitch, row) =>
          [...part.soundsOf(roll, row, 0, frames)].map((times) => {
            const t = times.startFrame;
            const velocity = this.loudness.velocityAt(roll, part, t);
            return {part: part.number, pitch, velocity, ...times};
          }),
        ),
      )
      .sort((a, b) => a.startFrame - b.startFrame);
  }
}
