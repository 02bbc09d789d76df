// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The beat of a MIDI clock from outside: how fast it is, and where. Single ticks
// come late or early by some milliseconds; a line through the last ones does not.

import {FASTEST, SLOWEST} from '../sound/tempo.js';
import {CLOCK, CLOCKS_PER_BEAT, CONTINUE, START, STOP} from './messages.js';

const KEPT_TICKS = 48; // Two beats.
const LEAST_TICKS = 6; // To say how fast it is.
const LOST_MILLISECONDS = 1000; // Without a tick.

export class ClockIn {
  /** @type {[number, number][]} Ticks by number, with their milliseconds. */
  #ticks = [];
  #number = 0; // The next tick's, since the clock started.
  /** @type {{slope: number, tick: number, at: number} | null} */
  #line = null;
  /** Whether it has started, and not stopped since. */
  isRunning = false;

  /** Quarters a minute; null until that is known. */
  get qpm() {
    if (!this.#line) return null;
    const qpm = 60000 / (this.#line.slope * CLOCKS_PER_BEAT);
    return Math.min(Math.max(qpm, SLOWEST), FASTEST);
  }

  /**
   * Quarters since its start.
   * @param {number} milliseconds
   */
  beatAt(milliseconds) {
    if (!this.#line) return 0;
    const {slope, tick, at} = this.#line;
    return (tick + (milliseconds - at) / slope) / CLOCKS_PER_BEAT;
  }

  /**
   * Takes a message of the clock.
   * @param {number} byte
   * @param {number} milliseconds When it came.
   * @returns {'start' | 'stop' | null} What the music has to do.
   */
  take(byte, milliseconds) {
    if (byte === CLOCK) {
      this.#tick(milliseconds);
      return null;
    }
    if (byte === START || byte === CONTINUE) {
      // The tick that follows is the first one.
      if (byte === START) this.#renumber();
      this.isRunning = true;
      return 'start';
    }
    if (byte !== STOP) return null;
    this.isRunning = false;
    return 'stop';
  }

  /** The next tick is number 0. */
  #renumber() {
    const by = this.#number;
    this.#number = 0;
    this.#ticks = this.#ticks.map(([n, at]) => [n - by, at]);
    if (this.#line) this.#line.tick -= by;
  }

  /** @param {number} milliseconds */
  #tick(milliseconds) {
    const last = this.#ticks.at(-1);
    if (last && milliseconds - last[1] > LOST_MILLISECONDS) this.#ticks = [];
    this.#ticks.push([this.#number++, milliseconds]);
    if (this.#ticks.length > KEPT_TICKS) this.#ticks.shift();
    if (this.#ticks.length >= LEAST_TICKS) this.#line = lineOf(this.#ticks);
  }
}

/**
 * Milliseconds a tick, by least squares.
 * @param {[number, number][]} ticks
 */
function lineOf(ticks) {
  const n = ticks.length;
  const tick = ticks.reduce((sum, [number]) => sum + number, 0) / n;
  const at = ticks.reduce((sum, [, ms]) => sum + ms, 0) / n;
  let across = 0;
  let along = 0;
  for (const [number, ms] of ticks) {
    across += (number - tick) * (ms - at);
    along += (number - tick) ** 2;
  }
  return {slope: Math.max(across / along, 0.1), tick, at};
}
