// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// A piece as samples, faster than it sounds.

import {AudioOut} from './audio_out.js';
import {Cues} from './cues.js';

/** @import {Converter} from '../music/converter.js' */
/** @import {Piece} from '../music/piece.js' */
/** @import {PieceClock} from '../music/piece_clock.js' */
/** @import {Mix} from './mix.js' */

const SAMPLE_RATE = 44100;
const RING_SECONDS = 2; // Of the last note and the hall.
const START_SECONDS = 0.01;
export const MOST_MINUTES = 15;

/**
 * @param {Pick<Piece, 'roll' | 'frames'>} piece
 * @param {PieceClock} clock Its tempos.
 * @param {{converter: Converter, mix: Mix, volume: number}} how
 * @returns {Promise<AudioBuffer>}
 */
export function bounce({roll, frames}, clock, {converter, mix, volume}) {
  const seconds = clock.seconds(frames) + START_SECONDS + RING_SECONDS;
  const length = Math.ceil(seconds * SAMPLE_RATE);
  const context = new OfflineAudioContext(2, length, SAMPLE_RATE);
  const out = new AudioOut(context, converter, mix, volume);
  const cues = new Cues(converter, () => [out]);
  for (let frame = 0; frame < frames; frame++) {
    const time = START_SECONDS + clock.seconds(frame);
    cues.play({roll}, {frame, time, rate: clock.rateAt(frame)});
  }
  cues.rest(START_SECONDS + clock.seconds(frames));
  return context.startRendering();
}
