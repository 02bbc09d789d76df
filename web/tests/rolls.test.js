// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Notes <-> roll against magenta_vrae/data/rolls.py.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Converter} from '../src/music/converter.js';
import {golden} from './golden.js';

for (const [name, given] of Object.entries(golden.rolls)) {
  const depth = given.roll[0].length;
  const converter = new Converter(given.facts, depth);
  const notes = given.notes.map(([pitch, start, end, isDrum]) => {
    return {pitch, start, end, isDrum};
  });
  const frames = given.roll.length;
  const roll = Uint8Array.from(given.roll.join(''), Number);

  test(`${name}: notes become Python's roll`, () => {
    const ours = converter.toRoll(notes);
    assert.equal(ours.frames, frames);
    assert.deepEqual(ours.roll, roll);
  });

  test(`${name}: windows start where Python's do`, () => {
    assert.ok(given.starts.length > 1);
    assert.deepEqual(converter.windowStarts(roll, frames), given.starts);
  });

  test(`${name}: emitted frames become Python's notes`, () => {
    const ours = converter
      .toNotes(Uint8Array.from(given.emitted.flat()), given.emitted.length)
      .map(({pitch, startFrame, endFrame}) => [pitch, startFrame, endFrame]);
    const byText = (/** @type {number[]} */ a, /** @type {number[]} */ b) =>
      a[0] - b[0] || a[1] - b[1];
    assert.deepEqual(ours.sort(byText), given.notesOfEmitted);
  });
}

test('a roll without a note has no window', () => {
  const {facts} = golden.rolls.piano;
  const converter = new Converter(facts, facts.pitches.length);
  const {roll, frames} = converter.toRoll([]);
  assert.deepEqual(converter.windowStarts(roll, frames), []);
});

test('music of more than a day is refused', () => {
  const {facts} = golden.rolls.piano;
  const converter = new Converter(facts, facts.pitches.length);
  const note = {pitch: 60, start: 0, end: 1e9, isDrum: false};
  assert.throws(() => converter.toRoll([note]), /over 24 hours/);
});
