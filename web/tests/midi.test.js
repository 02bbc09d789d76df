// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// MIDI files, read as the commands read them, and written.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {InputError} from '../src/errors.js';
import {Converter} from '../src/music/converter.js';
import {
  numberBytes,
  textBytes,
  variableBytes,
} from '../src/music/midi_bytes.js';
import {read} from '../src/music/midi_read.js';
import {write} from '../src/music/midi_write.js';
import {PieceClock} from '../src/music/piece_clock.js';
import {takeIn} from '../src/music/taken_in.js';
import {fromBase64, golden, scoreOf} from './golden.js';

/** @import {FrameNote} from '../src/music/score.js' */

for (const [name, given] of Object.entries(golden.midi)) {
  test(`the ${name} file has the commands' notes, to the last bit`, () => {
    const ours = read(fromBase64(given.file));
    const expected = scoreOf(given);
    /** @type {Map<number, number>} Of instruments, as they come. */
    const numbers = new Map();
    const notes = ours.notes.map((note) => {
      const {instrument} = note;
      if (!numbers.has(instrument)) numbers.set(instrument, numbers.size);
      return {...note, instrument: numbers.get(instrument)};
    });
    assert.deepEqual(notes, expected.notes);
    ours.notes.forEach(({instrument}, i) => {
      const name = expected.names.get(notes[i].instrument);
      assert.equal(ours.names.get(instrument), name);
    });
    // Of tracks without notes as well.
    const all = (/** @type {Map<number, string>} */ names) =>
      new Set(names.values());
    assert.deepEqual(all(ours.names), all(expected.names));
    assert.deepEqual(ours.signatures, expected.signatures);
    assert.deepEqual(ours.tempos, expected.tempos);
  });

  test(`the ${name} file cut anywhere says so, but between tracks`, () => {
    const bytes = fromBase64(given.file);
    let numRead = 0;
    for (let length = 0; length < bytes.length; length++) {
      try {
        const {notes} = read(bytes.subarray(0, length));
        assert.ok(notes.length <= given.notes.length);
        numRead++;
      } catch (error) {
        assert.ok(error instanceof InputError, String(error));
      }
    }
    // Behind a whole track, as far as the next one's header goes, and in what
    // is no track.
    assert.ok(numRead <= 12 * given.tracks);
  });

  test(`the ${name} file with a wrong byte is read or refused`, () => {
    const bytes = fromBase64(given.file);
    for (let at = 0; at < bytes.length; at++) {
      const broken = Uint8Array.from(bytes);
      broken[at] ^= 0xff;
      try {
        read(broken);
      } catch (error) {
        assert.ok(error instanceof InputError, String(error));
      }
    }
  });
}

/** @param {string} name */
function converterOf(name) {
  const {facts, roll} = golden.rolls[name];
  return new Converter(facts, roll[0].length);
}

/**
 * The bytes of a file.
 * @param {FrameNote[]} notes
 * @param {number} frames
 * @param {Converter} converter
 */
function written(notes, frames, converter) {
  const clock = new PieceClock([{frames}], converter.framesPerSecond);
  return write(notes, frames, converter, clock);
}

/**
 * @param {number} pitch
 * @param {number} startFrame
 * @param {number} endFrame
 */
const noteOf = (pitch, startFrame, endFrame) => {
  return {part: 0, velocity: 80, pitch, startFrame, endFrame};
};

for (const name of ['piano', 'drums', 'beats']) {
  const converter = converterOf(name);

  test(`${name}: what is written is read again`, () => {
    const notes = [noteOf(60, 0, 3), noteOf(64, 2, 3), noteOf(60, 3, 400)];
    const score = read(written(notes, 500, converter));
    const grid = converter.gridOf(score);
    const frames = score.notes.map(({pitch, start, end, isDrum}) => {
      assert.equal(isDrum, converter.isDrums);
      return [pitch, grid.nearest(start), grid.nearest(end)];
    });
    assert.deepEqual(frames.sort(), [
      [60, 0, 3],
      [60, 3, 400],
      [64, 2, 3],
    ]);
  });
}

for (const name of ['bandByProgram', 'bandOfPlayers', 'bandOfOnePlayer']) {
  const converter = converterOf(name);
  const {emitted} = golden.rolls[name];

  test(`${name}: a band's file is read again as the same notes`, () => {
    const roll = Uint8Array.from(emitted.flat());
    const notes = converter.toNotes(roll, emitted.length);
    const score = read(written(notes, emitted.length, converter));
    const again = converter.toRoll(score);
    const ours = converter.toNotes(again.roll, again.frames);
    // Notes that begin together have one loudness, the level of their mean.
    assert.deepEqual(ours, notes);
  });
}

test("a walk along a song has the song's tempos", () => {
  const converter = converterOf('bandByProgram');
  const clock = new PieceClock(
    [
      {frames: 8, framesPerSecond: 4},
      {frames: 4, framesPerSecond: 4},
      {frames: 8, framesPerSecond: 8},
    ],
    converter.framesPerSecond,
  );
  assert.deepEqual(clock.stages, [
    {frame: 0, seconds: 0, rate: 4},
    {frame: 12, seconds: 3, rate: 8},
  ]);
  assert.equal(clock.seconds(16), 3.5);
  assert.equal(clock.frame(3.5), 16);
  const {tempos} = read(write([], 20, converter, clock));
  // Four frames to a quarter.
  assert.deepEqual(tempos, [
    {time: 0, qpm: 60},
    {time: 3, qpm: 120},
  ]);
});

test('a file is taken in as windows', () => {
  const converter = converterOf('piano');
  const of = (/** @type {number[]} */ ...pitches) =>
    written(
      pitches.map((pitch) => noteOf(pitch, 0, 12)),
      12,
      converter,
    );
  const {roll, windows, shareOutside} = takeIn(of(60, 64, 70), converter);
  assert.equal(roll.length, 12 * 5);
  assert.deepEqual(windows, [{start: 0, begin: 0, end: 1.25}]);
  assert.equal(shareOutside, 1 / 3);
  assert.throws(() => takeIn(of(), converter), /holds no notes/);
  assert.throws(() => takeIn(of(20), converter), /C4 to F4$/);
  const band = converterOf('bandByProgram');
  assert.throws(() => takeIn(of(127), band), /drums/);
});

/**
 * A file of tracks.
 * @param {number[]} header Format, how many tracks it counts, its division.
 * @param {number[][]} tracks Their events, without the last.
 */
function fileOf(header, tracks) {
  const bytes = [...textBytes('MThd'), 0, 0, 0, 6];
  for (const word of header) bytes.push(...numberBytes(word, 2));
  for (const events of tracks) {
    bytes.push(...textBytes('MTrk'), ...numberBytes(events.length + 4, 4));
    for (const byte of events) bytes.push(byte);
    bytes.push(0, 0xff, 0x2f, 0);
  }
  return Uint8Array.from(bytes);
}

const NOTE = [0, 0x90, 60, 80, 96, 0x80, 60, 0];
const OPEN = [0, 0x90, 60, 80];
const CLOSE = [1, 0x80, 60, 0];
const PROGRAM = [0, 0xc0, 5];

/**
 * @param {number} a
 * @param {number} b
 */
const near = (a, b) => Math.abs(a - b) < 1e-6;

/**
 * @param {number} count
 * @param {number[]} events
 */
const times = (count, events) =>
  Array.from({length: count}, () => events).flat();

test('odd MIDI files are refused in plain words', () => {
  /** @type {[Uint8Array, RegExp][]} */
  const cases = [
    [new Uint8Array(0), /^it is not a MIDI file$/],
    [Uint8Array.from(textBytes('<html>'.repeat(20))), /not a MIDI file$/],
    [fileOf([1, 0, 480], []), /^it has no track$/],
    [fileOf([1, 1, 480], [[]]), /^it holds no notes$/],
    [fileOf([1, 1, 0], [NOTE]), /^its quarter note has 0 ticks$/],
    [fileOf([1, 1, 480], [[0, 60, 80]]), /^the MIDI file is broken$/],
    [fileOf([1, 1, 480], [[0, 0xf0, 255, 255, 255, 127]]), /too early$/],
    [
      fileOf([1, 1, 480], [[255, 255, 255, 127, 0x90, 60, 1]]),
      /over 33554432 ticks/,
    ],
    [fileOf([1, 1, 480], [times(200001, OPEN)]), /over 200000 notes$/],
    [fileOf([1, 1, 480], [times(1000001, PROGRAM)]), /1000000 MIDI events$/],
  ];
  for (const [bytes, message] of cases) {
    assert.throws(
      () => takeIn(bytes, converterOf('piano')),
      (error) => error instanceof InputError && message.test(error.message),
      String(message),
    );
  }
});

for (const [name, {file, message}] of Object.entries(golden.midiRefused)) {
  test(`the division ${name} is refused in the words of the commands`, () => {
    assert.throws(
      () => read(fromBase64(file)),
      (error) => error instanceof InputError && error.message === message,
    );
  });
}

test('a tempo of 0 is none, and patterns of format 2 follow each other', () => {
  const tempo = [0, 0xff, 0x51, 3, 0, 0, 0];
  const [note] = read(fileOf([1, 1, 96], [[...tempo, ...NOTE]])).notes;
  assert.deepEqual([note.start, note.end], [0, 0.5]);
  const {notes} = read(fileOf([2, 3, 96], Array(3).fill(NOTE)));
  assert.deepEqual(
    notes.map(({start}) => start),
    [0, 0.5, 1],
  );
});

test('files of many tracks and patterns are read whole', () => {
  const tracks = Array(150000).fill([]);
  assert.equal(read(fileOf([1, 1, 96], [...tracks, NOTE])).notes.length, 1);
  const named = [0, 0xff, 3, 1, 65, ...NOTE];
  const patterns = read(fileOf([2, 1, 96], Array(20000).fill(named)));
  assert.equal(patterns.notes.at(-1)?.end, 10000);
  assert.equal(patterns.names.size, 20000);
  const noise = Array(300000).fill(textBytes('MTr')).flat();
  const bytes = Array.from(fileOf([1, 2, 96], [NOTE, NOTE]));
  const between = 14 + 8 + NOTE.length + 4;
  bytes.splice(between, 0, ...noise.slice(0, 90000));
  assert.equal(read(Uint8Array.from(bytes)).notes.length, 2);
});

test('of many keys that are held, the first one ends first', () => {
  const events = [...times(100000, [1, ...OPEN.slice(1)])];
  const bytes = fileOf([1, 1, 96], [events.concat(times(100000, CLOSE))]);
  const {notes} = read(bytes);
  assert.equal(notes.length, 100000);
  const seconds = 100000 / 192;
  assert.ok(notes.every(({start, end}) => near(end - start, seconds)));
});

test('as many changes of program as notes', () => {
  const events = times(100000, NOTE).concat(times(100000, PROGRAM));
  const {notes} = read(fileOf([1, 1, 960], [events.concat(NOTE)]));
  assert.equal(notes.length, 100001);
  const others = notes.filter(({program}) => program);
  assert.deepEqual(
    others.map(({program, start}) => [program, near(start, 5000)]),
    [[5, true]],
  );
});

test('long notes over each other are what the longest is', () => {
  const long = variableBytes(192 * 600);
  const off = CLOSE.slice(1);
  const bytes = fileOf(
    [1, 1, 96],
    [times(50000, OPEN).concat(long, off, times(49999, CLOSE))],
  );
  const one = fileOf(
    [1, 1, 96],
    [[...OPEN, ...variableBytes(192 * 600 + 49999), ...off]],
  );
  const converter = converterOf('piano');
  const {roll} = takeIn(bytes, converter);
  assert.equal(roll.length, Math.floor((600 + 49999 / 192) * 8 + 0.5) * 5);
  assert.deepEqual(roll, takeIn(one, converter).roll);
  // A band's part is asked which of its notes are the highest, at each moment.
  const band = takeIn(bytes, converterOf('bandOfOnePlayer'));
  assert.equal(
    band.roll.length,
    takeIn(one, converterOf('bandOfOnePlayer')).roll.length,
  );
});

test('a fast tempo does not make more beats than the page takes', () => {
  const fast = [0, 0xff, 0x51, 3, 0, 0x40, 0];
  const long = [...OPEN, ...variableBytes(425984), 0x80, 60, 0];
  const bytes = fileOf([1, 1, 1], [[...fast, ...long]]);
  for (const name of ['beats', 'bandByProgram']) {
    assert.throws(
      () => takeIn(bytes, converterOf(name)),
      /^Error: its tempos make 425984 beats of it, and the page takes/,
    );
  }
});
