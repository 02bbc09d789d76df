// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// How each window of the page looks, as numbers for the graphics processor.

import {lookOf} from './shapes.js';

/** @import {Picture} from './canvas_marks.js' */

/**
 * A place for each of some things, at random but the same each time.
 * @param {number} count
 */
export function shuffled(count) {
  const slots = Uint32Array.from({length: count}, (_, i) => i);
  let state = 1;
  for (let i = count - 1; i > 0; i--) {
    // A linear congruential generator; its high bits are the good ones.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (i + 1));
    [slots[i], slots[other]] = [slots[other], slots[i]];
  }
  return slots;
}

/**
 * Four bytes for each slot: color, shape, strength, and nothing.
 * @param {Picture} picture
 * @param {Uint32Array} slots Of the windows of the page, song by song.
 */
export function looksOf({songs, colors, strengthOf}, slots) {
  const looks = new Uint8Array(4 * slots.length);
  let window = 0;
  for (const song of songs.list) {
    if (song.isDropped) continue;
    const {color, shape} = lookOf(song.number);
    const strength = song.shown ? Math.round(255 * strengthOf(song)) : 0;
    for (let i = 0; i < song.starts.length; i++, window++) {
      const at = 4 * slots[window];
      looks[at] = colors.attribute === null ? color : colors.levelOf(song, i);
      looks[at + 1] = shape;
      looks[at + 2] = strength;
    }
  }
  return looks;
}
