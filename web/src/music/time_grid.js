// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// When the frames of a piece are, as magenta_vrae/data/time_grid.py has it: by
// the clock, or by the beat.

import {InputError} from '../errors.js';
import {Tempos} from './tempos.js';

/** @import {ConverterFacts} from '../given/facts.js' */
/** @import {Score} from './score.js' */

/** @typedef {Pick<ConverterFacts, 'framesPerSecond' | 'framesPerBeat'>} Grid */

const LONGEST_SECONDS = 24 * 60 * 60;
// A file of 44 bytes may have millions: 24 hours at 300 a minute.
const MOST_QUARTERS = 24 * 60 * 300;
// 24 to a quarter, or 120 a second.
const MOST_FRAMES = MOST_QUARTERS * 24;
// Two ways to write one place in seconds differ by less, in frames.
const ROUNDING = 1e-6;
const FOUR_QUARTERS = 4;

export class TimeGrid {
  /**
   * @param {Grid} grid
   * @param {Score} score A piece, for its tempos and signatures.
   */
  constructor({framesPerSecond, framesPerBeat}, score) {
    this.framesPerSecond = framesPerSecond;
    this.framesPerBeat = framesPerBeat;
    this.signatures = score.signatures;
    this.tempos = new Tempos(score.tempos);
  }

  /**
   * The frame nearest to a time.
   * @param {number} seconds
   */
  nearest(seconds) {
    if (seconds > LONGEST_SECONDS) {
      throw new InputError('it lasts over 24 hours');
    }
    return Math.floor(this.#place(seconds) + 0.5);
  }

  /** @param {number} seconds */
  #place(seconds) {
    if (!this.framesPerBeat) return seconds * this.framesPerSecond;
    const quarters = this.tempos.quarters(seconds);
    const place = quarters * this.framesPerBeat + ROUNDING;
    if (quarters > MOST_QUARTERS || place > MOST_FRAMES) {
      throw new InputError('its tempos make too many beats of it');
    }
    return place;
  }

  /** @param {number} frame */
  seconds(frame) {
    if (!this.framesPerBeat) return frame / this.framesPerSecond;
    return this.tempos.seconds(frame / this.framesPerBeat);
  }

  /**
   * The frames at which bars begin. A signature begins a bar where it stands.
   * Of bars shorter than a frame, each frame begins one.
   * @param {number} frames The piece's length.
   */
  barLines(frames) {
    const changes = new Map([[0, FOUR_QUARTERS]]);
    const signatures = [...this.signatures].sort((a, b) => a.time - b.time);
    for (const {time, numerator, denominator} of signatures) {
      const quarters = (4 * numerator) / Math.max(1, denominator);
      if (quarters > 0) changes.set(this.tempos.quarters(time), quarters);
    }
    const framesPerBeat = Math.max(1, this.framesPerBeat);
    const end = frames / framesPerBeat;
    const begins = [...changes.keys()];
    /** @type {Set<number>} */
    const lines = new Set();
    begins.forEach((begin, i) => {
      const stop = Math.min(begins[i + 1] ?? end, end) - ROUNDING;
      // A file may have bars of any number to a frame.
      const bar = Math.max(changes.get(begin) ?? 0, 1 / framesPerBeat);
      const step = begin + bar - begin;
      for (let k = 0; begin + k * step < stop; k++) {
        const place = (begin + k * step) * this.framesPerBeat;
        lines.add(Math.floor(place + 0.5));
      }
    });
    return [...lines].filter((line) => line < frames).sort((a, b) => a - b);
  }
}
