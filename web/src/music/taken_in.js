// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// A reader's MIDI file, as the model takes it in.

import {InputError} from '../errors.js';
import {read} from './midi_read.js';
import {noteName} from './words.js';

/** @import {Converter} from './converter.js' */

/**
 * @param {Uint8Array} bytes
 * @param {Converter} converter
 * @returns The roll, first frames of its windows, and the share of notes whose
 *   pitch has no column.
 */
export function takeIn(bytes, converter) {
  const notes = read(bytes);
  if (!notes.length) throw new InputError('it holds no notes');
  const held = notes.filter((note) => converter.holds(note));
  if (!held.length) throw new InputError(whyNone(converter));
  const {roll, frames} = converter.toRoll(notes);
  const kind = notes.filter((note) => note.isDrum === converter.isDrums);
  return {
    roll,
    starts: converter.windowStarts(roll, frames),
    shareOutside: (kind.length - held.length) / kind.length,
  };
}

/** @param {Converter} converter */
function whyNone({isDrums, pitches}) {
  if (isDrums) return 'it has no drum note that this model knows';
  const sorted = [...pitches].sort((a, b) => a - b);
  const [low, high] = [sorted[0], sorted[sorted.length - 1]].map(noteName);
  const range = `${low} to ${high}`;
  return `none of its notes is a pitch that this model knows, ${range}`;
}
