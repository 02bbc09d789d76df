// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// MIDI files, read as the commands read them, and written.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {InputError} from '../src/errors.js';
import {Converter} from '../src/music/converter.js';
import {read} from '../src/music/midi_read.js';
import {write} from '../src/music/midi_write.js';
import {takeIn} from '../src/music/taken_in.js';
import {fromBase64, golden} from './golden.js';

for (const [name, given] of Object.entries(golden.midi)) {
  test(`the ${name} file has the commands' notes, to the last bit`, () => {
    const ours = read(fromBase64(given.file)).map(
      ({pitch, start, end, isDrum}) => [pitch, start, end, isDrum],
    );
    const order = (/** @type {unknown[]} */ note) => JSON.stringify(note);
    assert.deepEqual(ours.map(order).sort(), given.notes.map(order).sort());
  });

  test(`the ${name} file cut anywhere says so, but between tracks`, () => {
    const bytes = fromBase64(given.file);
    let numRead = 0;
    for (let length = 0; length < bytes.length; length++) {
      try {
        const notes = read(bytes.subarray(0, length));
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

for (const name of ['piano', 'drums']) {
  const {facts} = golden.rolls[name];
  const converter = new Converter(facts, facts.pitches.length);

  test(`${name}: what is written is read again`, () => {
    const notes = [
      {pitch: 60, startFrame: 0, endFrame: 3},
      {pitch: 64, startFrame: 2, endFrame: 3},
      {pitch: 60, startFrame: 3, endFrame: 400},
    ];
    const again = read(write(notes, 500, converter));
    const frames = again.map(({pitch, start, end, isDrum}) => {
      assert.equal(isDrum, converter.isDrums);
      return [pitch, converter.frame(start), converter.frame(end)];
    });
    assert.deepEqual(frames.sort(), [
      [60, 0, 3],
      [60, 3, 400],
      [64, 2, 3],
    ]);
  });
}

test('a file is taken in as windows', () => {
  const {facts} = golden.rolls.piano;
  const converter = new Converter(facts, facts.pitches.length);
  const of = (/** @type {number[]} */ ...pitches) =>
    write(
      pitches.map((pitch) => ({pitch, startFrame: 0, endFrame: 12})),
      12,
      converter,
    );
  const {roll, starts, shareOutside} = takeIn(of(60, 64, 70), converter);
  assert.equal(roll.length, 12 * 5);
  assert.deepEqual(starts, [0]);
  assert.equal(shareOutside, 1 / 3);
  assert.throws(() => takeIn(of(), converter), /holds no notes/);
  assert.throws(() => takeIn(of(20), converter), /C4 to F4$/);
});
