// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// MIDI files, read as the commands read them, and written.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {InputError} from '../src/errors.js';
import {Converter} from '../src/music/converter.js';
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
