// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The music's beat, sent as MIDI clock: 24 ticks to a quarter.

import {CLOCK, CLOCKS_PER_BEAT, CONTINUE, START, STOP} from './messages.js';
import {sendTo} from './port.js';

/** @import {ClockPair} from '../sound/clock_pair.js' */
/** @import {Step} from '../sound/sink.js' */

/**
 * When the ticks are that begin within a frame.
 * @param {Pick<Step, 'time' | 'seconds' | 'beat' | 'beats'>} step
 */
export function ticksOf({time, seconds, beat, beats}) {
  const first = Math.ceil(beat * CLOCKS_PER_BEAT - 1e-6);
  const end = (beat + beats) * CLOCKS_PER_BEAT - 1e-6;
  const times = [];
  for (let tick = first; tick < end; tick++) {
    const part = (tick / CLOCKS_PER_BEAT - beat) / beats;
    times.push(time + part * seconds);
  }
  return times;
}

export class ClockOut {
  /** @type {MIDIOutput | null} */
  output = null;
  #hasBegun = false;

  /** @param {ClockPair} clocks */
  constructor(clocks) {
    this.clocks = clocks;
  }

  /**
   * @param {number} byte
   * @param {number} time
   */
  #send(byte, time) {
    if (!this.output) return;
    sendTo(this.output, [byte], this.clocks.toMilliseconds(time));
  }

  /**
   * @param {number} time
   * @param {number} beat
   */
  begin(time, beat) {
    this.#hasBegun = this.output !== null;
    this.#send(beat === 0 ? START : CONTINUE, time);
  }

  /** @param {Step} step */
  step(step) {
    if (this.output && !this.#hasBegun) this.begin(step.time, 0);
    for (const time of ticksOf(step)) this.#send(CLOCK, time);
  }

  /**
   * @param {number} _
   * @param {number} time Until when ticks were sent.
   */
  end(_, time) {
    if (this.#hasBegun) this.#send(STOP, time);
    this.#hasBegun = false;
  }
}
