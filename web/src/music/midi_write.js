// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Notes -> the bytes of a standard MIDI file: of one track, or of a band, with
// a track for each part.

import {
  DRUM_CHANNEL,
  numberBytes,
  textBytes,
  variableBytes,
} from './midi_bytes.js';

/** @import {Converter} from './converter.js' */
/** @import {Part} from './part.js' */
/** @import {PieceClock} from './piece_clock.js' */
/** @import {FrameNote} from './score.js' */

/** @typedef {{tick: number, order: number, bytes: number[]}} Event Of those on
 *    one tick, the lowest order comes first. */

const TICKS_PER_QUARTER = 480;
const MICROSECONDS_PER_QUARTER = 500000; // 120 quarters a minute.
const MOST_MICROSECONDS = 0xffffff;
const TRACK_NAME = [0xff, 0x03];
const SET_TEMPO = [0xff, 0x51, 3];
const SET_METRE = [0xff, 0x58, 4];
const CLICKS = [24, 8]; // MIDI clocks of a quarter; its thirty-seconds.
const END_OF_TRACK = [0xff, 0x2f, 0];
const MELODIC_CHANNELS = Array.from({length: 16}, (_, i) => i).filter(
  (channel) => channel !== DRUM_CHANNEL,
);

/**
 * @param {FrameNote[]} notes
 * @param {number} frames How long the music is, with the silence at its end.
 * @param {Converter} converter
 * @param {PieceClock} clock Its tempos.
 */
export function write(notes, frames, converter, clock) {
  const {parts, isBand} = converter;
  const tickOf = tickFunction(converter);
  const end = tickOf(frames);
  const tempos = temposOf(converter, clock, tickOf);
  if (!isBand) {
    const events = [...tempos, ...notesOf(notes, parts[0], tickOf)];
    return fileOf(0, [trackOf(events, end)]);
  }
  /** @type {Event} */
  const bar = {tick: 0, order: -1, bytes: metreBytes(converter)};
  const tracks = parts.map((part) => {
    const own = notes.filter((note) => note.part === part.number);
    return trackOf([...headOf(part), ...notesOf(own, part, tickOf)], end);
  });
  return fileOf(1, [trackOf([...tempos, bar], end), ...tracks]);
}

/** @param {Converter} converter */
function metreBytes({metre: [beats, unit]}) {
  return [...SET_METRE, beats, Math.log2(unit), ...CLICKS];
}

/**
 * A function from frames to ticks: of a grid by the beat, none is rounded where
 * a quarter's ticks can be divided by its frames.
 * @param {Converter} converter
 */
function tickFunction({framesPerSecond, framesPerBeat}) {
  const ticksPerSecond = (TICKS_PER_QUARTER * 1e6) / MICROSECONDS_PER_QUARTER;
  return (/** @type {number} */ frame) =>
    framesPerBeat
      ? Math.round((frame * TICKS_PER_QUARTER) / framesPerBeat)
      : Math.round((frame * ticksPerSecond) / framesPerSecond);
}

/**
 * @param {Converter} converter
 * @param {PieceClock} clock
 * @param {(frame: number) => number} tickOf
 * @returns {Event[]}
 */
function temposOf({framesPerBeat, framesPerSecond}, clock, tickOf) {
  // Of a grid by the clock, half a second is a quarter unless it is slower.
  const perQuarter =
    framesPerBeat || (framesPerSecond * MICROSECONDS_PER_QUARTER) / 1e6;
  return clock.stages.map(({frame, rate}) =>
    tempoAt(tickOf(frame), Math.round((1e6 * perQuarter) / rate)),
  );
}

/**
 * @param {number} tick
 * @param {number} microseconds To a quarter.
 * @returns {Event}
 */
function tempoAt(tick, microseconds) {
  const value = Math.min(Math.max(microseconds, 1), MOST_MICROSECONDS);
  return {tick, order: -1, bytes: [...SET_TEMPO, ...numberBytes(value, 3)]};
}

/** @param {Part} part */
function channelOf({isDrums, number}) {
  return isDrums
    ? DRUM_CHANNEL
    : MELODIC_CHANNELS[number % MELODIC_CHANNELS.length];
}

/**
 * What a part's track begins with: its name, and its program.
 * @param {Part} part
 * @returns {Event[]}
 */
function headOf(part) {
  const name = textBytes(part.name);
  const head = [...TRACK_NAME, ...variableBytes(name.length), ...name];
  const program = [0xc0 | channelOf(part), part.program];
  return [head, program].map((bytes) => ({tick: 0, order: -1, bytes}));
}

/**
 * @param {FrameNote[]} notes
 * @param {Part} part
 * @param {(frame: number) => number} tickOf
 * @returns {Event[]}
 */
function notesOf(notes, part, tickOf) {
  const channel = channelOf(part);
  return notes.flatMap(({pitch, startFrame, endFrame, velocity}) => [
    {
      tick: tickOf(startFrame),
      order: 1,
      bytes: [0x90 | channel, pitch, velocity],
    },
    // Notes end before others begin on the same tick.
    {tick: tickOf(endFrame), order: 0, bytes: [0x80 | channel, pitch, 0]},
  ]);
}

/**
 * @param {Event[]} events In any order.
 * @param {number} end The tick at which the track ends, or later.
 */
function trackOf(events, end) {
  const sorted = [...events].sort(
    (a, b) => a.tick - b.tick || a.order - b.order,
  );
  /** @type {number[]} */
  const track = [];
  let tick = 0;
  for (const event of sorted) {
    track.push(...variableBytes(event.tick - tick), ...event.bytes);
    tick = event.tick;
  }
  track.push(...variableBytes(Math.max(0, end - tick)), ...END_OF_TRACK);
  return track;
}

/**
 * @param {0 | 1} format
 * @param {number[][]} tracks
 */
function fileOf(format, tracks) {
  const head = [
    ...numberBytes(format, 2),
    ...numberBytes(tracks.length, 2),
    ...numberBytes(TICKS_PER_QUARTER, 2),
  ];
  const chunks = tracks.flatMap((track) => [
    ...textBytes('MTrk'),
    ...numberBytes(track.length, 4),
    ...track,
  ]);
  return Uint8Array.from([
    ...textBytes('MThd'),
    ...numberBytes(head.length, 4),
    ...head,
    ...chunks,
  ]);
}
