// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The song's own music where the model's is of a song, to compare both.

import {Piece} from '../music/piece.js';

/** @import {Converter} from '../music/converter.js' */

/**
 * @param {Piece} piece
 * @param {Converter} converter
 * @returns The same frames of the song; null if they are of no song, or the page
 *   has no notes of it.
 */
export function originalOf(piece, {depth, framesPerSecond}) {
  const roll = new Uint8Array(piece.frames * depth);
  let t = 0;
  /** @type {string | null} */
  let title = null;
  for (const {source, frames} of piece.stretches) {
    if (!source?.song.notes) return null;
    const {song, start} = source;
    roll.set(source.song.notes.copy(start, frames), t * depth);
    t += frames;
    title = song.title;
  }
  if (title === null || piece.isEndless) return null;
  const original = new Piece(
    'original',
    `${title}, as it was written`,
    piece.stretches,
    depth,
    framesPerSecond,
  );
  return original.withRoll(roll);
}
