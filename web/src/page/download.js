// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What is heard, as a MIDI file of the reader's.

import {write} from '../music/midi_write.js';
import {button} from './find.js';

/** @import {Converter} from '../music/converter.js' */
/** @import {Piece} from '../music/piece.js' */
/** @import {NowPlaying} from './now_playing.js' */

// The browser reads the file after the click; a minute is more than it needs.
const KEPT_MILLISECONDS = 60000;

/**
 * @param {Piece} piece
 * @param {Converter} converter
 */
export function midiOf({roll, frames, clock}, converter) {
  return write(converter.toNotes(roll, frames), frames, converter, clock);
}

/** @param {string} title Of a piece, any text. */
export function fileName(title) {
  const words = title.replace(/[^\p{L}\p{N}]+/gu, ' ').trim() || 'music';
  return `${words.slice(0, 60).trim()}.mid`;
}

/**
 * @param {NowPlaying} now
 * @param {Converter} converter
 */
export function offerDownload(now, converter) {
  button('download').addEventListener('click', () => {
    const {piece} = now;
    if (!piece) return;
    const type = 'audio/midi';
    const file = new Blob([midiOf(piece, converter)], {type});
    const link = document.createElement('a');
    link.href = URL.createObjectURL(file);
    link.download = fileName(piece.title);
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MILLISECONDS);
  });
}
