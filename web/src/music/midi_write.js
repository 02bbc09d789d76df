// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Notes -> the bytes of a standard MIDI file of one track.

import {
  DRUM_CHANNEL,
  numberBytes,
  textBytes,
  variableBytes,
} from './midi_bytes.js';

/** @import {Converter, FrameNote} from './converter.js' */

const TICKS_PER_QUARTER = 480;
const MICROSECONDS_PER_QUARTER = 500000; // 120 quarters a minute.
const SET_TEMPO = [0xff, 0x51, 3];
const END_OF_TRACK = [0xff, 0x2f, 0];

/**
 * @param {FrameNote[]} notes
 * @param {number} frames How long the music is, with the silence at its end.
 * @param {Pick<Converter, 'framesPerSecond' | 'velocity' | 'isDrums'>} how
 */
export function write(notes, frames, {framesPerSecond, velocity, isDrums}) {
  const ticksPerSecond = (TICKS_PER_QUARTER * 1e6) / MICROSECONDS_PER_QUARTER;
  const tickOf = (/** @type {number} */ frame) =>
    Math.round((frame * ticksPerSecond) / framesPerSecond);
  const channel = isDrums ? DRUM_CHANNEL : 0;
  const events = notes.flatMap(({pitch, startFrame, endFrame}) => [
    {
      tick: tickOf(startFrame),
      order: 1,
      bytes: [0x90 | channel, pitch, velocity],
    },
    {tick: tickOf(endFrame), order: 0, bytes: [0x80 | channel, pitch, 0]},
  ]);
  // Notes end before others begin on the same tick.
  events.sort((a, b) => a.tick - b.tick || a.order - b.order);
  const track = [0, ...SET_TEMPO, ...numberBytes(MICROSECONDS_PER_QUARTER, 3)];
  let tick = 0;
  for (const event of events) {
    track.push(...variableBytes(event.tick - tick), ...event.bytes);
    tick = event.tick;
  }
  const silence = Math.max(0, tickOf(frames) - tick);
  track.push(...variableBytes(silence), ...END_OF_TRACK);
  const head = [
    ...numberBytes(0, 2), // The format: one track.
    ...numberBytes(1, 2),
    ...numberBytes(TICKS_PER_QUARTER, 2),
  ];
  return Uint8Array.from([
    ...textBytes('MThd'),
    ...numberBytes(head.length, 4),
    ...head,
    ...textBytes('MTrk'),
    ...numberBytes(track.length, 4),
    ...track,
  ]);
}
