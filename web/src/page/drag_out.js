// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// A button from which a MIDI file can be dragged, to the desktop or a track of
// another program.

import {fileName, MIDI_TYPE} from './save.js';

/** @import {Piece} from '../music/piece.js' */
/** @import {Save} from './save.js' */

/**
 * @param {HTMLElement} element
 * @param {() => Piece | null} pieceOf
 * @param {Save} save
 */
export function makeDraggable(element, pieceOf, save) {
  element.draggable = true;
  element.addEventListener('dragstart', (event) => {
    const piece = pieceOf();
    if (!piece || !event.dataTransfer) return;
    const bytes = save.midiOf(piece);
    const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join(
      '',
    );
    const url = `data:${MIDI_TYPE};base64,${btoa(text)}`;
    const file = `${MIDI_TYPE}:${fileName(piece.title)}:${url}`;
    event.dataTransfer.setData('DownloadURL', file);
    event.dataTransfer.effectAllowed = 'copy';
  });
}
