// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// A reader's MIDI file, as the model takes it in.

import {InputError} from '../errors.js';
import {read} from './midi_read.js';
import {noteName} from './words.js';

/** @import {Converter} from './converter.js' */

// Longer than a symphony; its windows take a phone some minutes to encode.
const LONGEST_SECONDS = 2 * 60 * 60;
// A file of 50 bytes may have millions: two hours at 300 a minute.
const MOST_BEATS = 2 * 60 * 300;

/**
 * @param {Uint8Array} bytes
 * @param {Converter} converter
 * @returns The roll, its windows' places, and the share of notes that the model
 *   does not know.
 */
export function takeIn(bytes, converter) {
  const score = read(bytes);
  if (!score.notes.length) throw new InputError('it holds no notes');
  const end = score.notes.reduce((last, note) => Math.max(last, note.end), 0);
  if (end > LONGEST_SECONDS) {
    throw new InputError(
      `it lasts ${Math.round(end / 60)} minutes, and the page takes files of ` +
        `${LONGEST_SECONDS / 60} minutes at most`,
    );
  }
  const {kept, dropped} = converter.coverage(score);
  if (!kept) throw new InputError(whyNone(converter));
  const grid = converter.gridOf(score);
  const beats = grid.framesPerBeat ? grid.tempos.quarters(end) : 0;
  if (beats > MOST_BEATS) {
    throw new InputError(
      `its tempos make ${Math.round(beats)} beats of it, and the page takes ` +
        `files of ${MOST_BEATS} at most`,
    );
  }
  const {roll, frames} = converter.toRoll(score);
  const windows = converter.windowStarts(roll, frames, score).map((start) => {
    const end = start + converter.windowFrames;
    return {start, begin: grid.seconds(start), end: grid.seconds(end)};
  });
  return {roll, windows, shareOutside: dropped / (kept + dropped)};
}

/** @param {Converter} converter */
function whyNone({isBand, isDrums, parts, pitches}) {
  if (isBand) {
    const names = parts.map(({name}) => name).join(', ');
    return `none of its notes is of a group that this model knows: ${names}`;
  }
  if (isDrums) return 'it has no drum note that this model knows';
  const sorted = [...pitches].sort((a, b) => a - b);
  const [low, high] = [sorted[0], sorted[sorted.length - 1]].map(noteName);
  const range = `${low} to ${high}`;
  return `none of its notes is a pitch that this model knows, ${range}`;
}
