// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// How fast frames go by: as the music says, as the reader says, or as a clock
// from outside beats.

/** @import {Converter} from '../music/converter.js' */
/** @import {ClockIn} from '../midi/clock_in.js' */

const CLOCK_QPM = 120; // What MIDI files call a grid by the clock.
export const SLOWEST = 20;
export const FASTEST = 300;
const PULL = 0.5; // Of the rate, for each beat that the music is off.
const MOST_PULL = 0.15;
const LOST_BEATS = 1; // Off by more, the music jumps.

/**
 * Frames of a beat: of a grid by the clock, those of half a second.
 * @param {{framesPerBeat: number, framesPerSecond: number}} grid
 */
export const beatOf = ({framesPerBeat, framesPerSecond}) =>
  framesPerBeat || (framesPerSecond * 60) / CLOCK_QPM;

export class Tempo {
  /** @type {number | null} The reader's; null for the music's own. */
  qpm = null;
  /** @type {ClockIn | null} What it follows. */
  clock = null;

  /** @param {Converter} converter */
  constructor(converter) {
    this.beatFrames = beatOf(converter);
    this.ownQpm = converter.framesPerBeat ? converter.qpm : CLOCK_QPM;
  }

  /** Quarters a minute now, of music without a tempo of its own. */
  get now() {
    return this.clock?.qpm ?? this.qpm ?? this.ownQpm;
  }

  /**
   * Frames a second.
   * @param {number} own The music's.
   * @param {number} beat Where the music is.
   * @param {number} milliseconds When, by the browser's clock.
   */
  rateAt(own, beat, milliseconds) {
    const {clock, qpm, beatFrames} = this;
    if (!clock?.qpm) return qpm === null ? own : (qpm * beatFrames) / 60;
    const rate = (clock.qpm * beatFrames) / 60;
    if (!clock.isRunning) return rate;
    const late = clock.beatAt(milliseconds) - beat;
    if (Math.abs(late) > LOST_BEATS) return rate;
    return rate * (1 + Math.min(Math.max(PULL * late, -MOST_PULL), MOST_PULL));
  }
}
