// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The notes of a song that the page was given, or of a reader's file: its roll.

/**
 * @typedef {object} SongNotes
 * @property {number} frames
 * @property {(start: number, frames: number) => Uint8Array} copy Frames of the
 *   roll; silence past its end.
 */

/**
 * @param {Uint8Array} roll
 * @param {number} depth
 * @returns {SongNotes}
 */
export const notesOfRoll = (roll, depth) => ({
  frames: roll.length / depth,
  copy(start, frames) {
    const copied = new Uint8Array(frames * depth);
    copied.set(roll.subarray(start * depth, (start + frames) * depth));
    return copied;
  },
});

/**
 * Notes that are one bit each, as numpy.packbits puts them.
 * @param {Uint8Array} bytes Of all songs.
 * @param {{first: number, frames: number, depth: number}} song With the frame
 *   that it begins at among those of all songs.
 * @returns {SongNotes}
 */
export const notesOfBits = (bytes, {first, frames: all, depth}) => ({
  frames: all,
  copy(start, frames) {
    const copied = new Uint8Array(frames * depth);
    const bits = Math.max(0, Math.min(frames, all - start)) * depth;
    const from = (first + start) * depth;
    for (let i = 0; i < bits; i++) {
      const bit = from + i;
      copied[i] = (bytes[bit >> 3] >> (7 - (bit & 7))) & 1;
    }
    return copied;
  },
});
