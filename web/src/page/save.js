// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What is heard, as a file of the reader's: MIDI or WAV.

import {write} from '../music/midi_write.js';
import {PieceClock} from '../music/piece_clock.js';
import {firstOf} from '../music/words.js';
import {bounce, MOST_MINUTES} from '../sound/bounce.js';
import {wavOf} from '../sound/wav.js';

/** @import {Converter} from '../music/converter.js' */
/** @import {Piece} from '../music/piece.js' */
/** @import {Mix} from '../sound/mix.js' */
/** @import {Tempo} from '../sound/tempo.js' */
/** @import {Message} from './message.js' */
/** @import {Settings} from './settings.js' */

// The browser reads the file after the click; a minute is more than it needs.
const KEPT_MILLISECONDS = 60000;
const LONGEST_NAME = 60; // Letters of a file's name.
export const MIDI_TYPE = 'audio/midi';

/**
 * @param {string} title Of a piece, any text.
 * @param {string} ending
 */
export function fileName(title, ending = 'mid') {
  // Marks are parts of letters: vowels of Hindi and Thai, and accents.
  const words = title.replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ').trim();
  return `${firstOf(words || 'music', LONGEST_NAME).trim()}.${ending}`;
}

export class Save {
  /**
   * @param {object} parts
   * @param {Converter} parts.converter
   * @param {Mix} parts.mix
   * @param {Tempo} parts.tempo
   * @param {Settings} parts.settings
   * @param {Message} parts.message
   */
  constructor(parts) {
    this.parts = parts;
  }

  /**
   * The tempos that a piece is heard in: a take's are its own.
   * @param {Piece} piece
   */
  #clockOf({kind, clock, frames}) {
    const {qpm, beatFrames} = this.parts.tempo;
    if (qpm === null || kind === 'take') return clock;
    return new PieceClock([{frames}], (qpm * beatFrames) / 60);
  }

  /** @param {Piece} piece */
  midiOf(piece) {
    const {converter} = this.parts;
    const {roll, frames} = piece;
    const notes = converter.toNotes(roll, frames);
    return write(notes, frames, converter, this.#clockOf(piece));
  }

  /** @param {Piece} piece */
  midi(piece) {
    const file = new Blob([this.midiOf(piece)], {type: MIDI_TYPE});
    give(file, fileName(piece.title));
  }

  /** @param {Piece} piece */
  async wav(piece) {
    const {converter, mix, settings, message} = this.parts;
    const clock = this.#clockOf(piece);
    if (clock.seconds(piece.frames) > 60 * MOST_MINUTES) {
      message.say(`A WAV file may be ${MOST_MINUTES} minutes long at most.`);
      return;
    }
    const making = 'Making the WAV file …';
    message.say(making);
    const {volume} = settings;
    try {
      const buffer = await bounce(piece, clock, {converter, mix, volume});
      const channels = [0, 1].map((i) => buffer.getChannelData(i));
      const bytes = wavOf(channels, buffer.sampleRate);
      const file = new Blob([bytes], {type: 'audio/wav'});
      give(file, fileName(piece.title, 'wav'));
      message.unsay(making);
    } catch {
      // A quarter of an hour is hundreds of megabytes: a phone may have none.
      message.say(
        'The browser could not make the WAV file: it may have too little ' +
          'memory. Save it as MIDI, or less of it.',
      );
    }
  }
}

/**
 * @param {Blob} file
 * @param {string} name
 */
function give(file, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MILLISECONDS);
}
