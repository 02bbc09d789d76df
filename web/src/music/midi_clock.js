// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Ticks -> seconds, by the tempi of a MIDI file.

/** @typedef {{tick: number, microseconds: number}} Tempo Of a quarter. */

/**
 * A function from ticks to seconds.
 *
 * Written out as pretty_midi computes it, to the last bit: a sum that is off by
 * that much can fall to the other side of half a frame.
 * @param {Tempo[]} tempi
 * @param {number} ticksPerQuarter
 */
export function clockOf(tempi, ticksPerQuarter) {
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
