// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Ticks -> seconds, by the tempi of a MIDI file or by film frames.

import {InputError} from '../errors.js';

// Film frames a second that a header may have; 29 stands for 29.97.
const FILM_RATES = [24, 25, 29, 30];

/** @typedef {{tick: number, microseconds: number}} Tempo Of a quarter. */

/**
 * A function from ticks to seconds.
 *
 * Written out as pretty_midi computes it, to the last bit: a sum that is off by
 * that much can fall to the other side of half a frame.
 * @param {Tempo[]} tempi
 * @param {number} division As the header has it.
 * @returns {(tick: number) => number}
 */
export function clockOf(tempi, division) {
  const film = filmFrames(division);
  return film ? filmClock(film) : tempoClock(tempi, division);
}

/**
 * Refuses a division that makes no time, in the words of the commands.
 * @param {number} division As the header has it.
 */
export function checkDivision(division) {
  if (!division) throw new InputError('its quarter note has 0 ticks');
  const film = filmFrames(division);
  if (film && !(FILM_RATES.includes(film.rate) && film.ticks)) {
    throw new InputError(
      `its times are in film frames, ${film.rate} a second and ` +
        `${film.ticks} ticks each; MIDI has 24, 25, 29 or 30 a second and ` +
        '1 tick or more',
    );
  }
}

/**
 * Film frames a second and ticks a frame; null of ticks per quarter.
 * @param {number} division
 */
function filmFrames(division) {
  if (!(division & 0x8000)) return null;
  return {rate: 256 - (division >> 8), ticks: division & 0xff};
}

/**
 * Film frames know no tempo.
 * @param {{rate: number, ticks: number}} film
 */
function filmClock({rate, ticks}) {
  // 29 stands for television's 30 frames in 1.001 seconds.
  const scale = 1 / ((rate === 29 ? 30 / 1.001 : rate) * ticks);
  return (/** @type {number} */ tick) => scale * tick;
}

/**
 * @param {Tempo[]} tempi
 * @param {number} ticksPerQuarter
 */
function tempoClock(tempi, ticksPerQuarter) {
  const parts = [{tick: 0, seconds: 0, scale: 60 / (120 * ticksPerQuarter)}];
  for (const {tick, microseconds} of tempi) {
    const scale = 60 / ((6e7 / microseconds) * ticksPerQuarter);
    const last = parts[parts.length - 1];
    if (tick === 0) {
      parts.splice(0, parts.length, {tick: 0, seconds: 0, scale});
    } else if (scale !== last.scale) {
      const seconds = last.seconds + last.scale * (tick - last.tick);
      parts.push({tick, seconds, scale});
    }
  }
  return (/** @type {number} */ tick) => {
    let low = 0;
    let high = parts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (parts[middle].tick <= tick) low = middle;
      else high = middle;
    }
    const part = parts[low];
    return part.seconds + part.scale * (tick - part.tick);
  };
}
