// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Notes <-> roll against magenta_vrae/data/rolls.py.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Converter} from '../src/music/converter.js';
import {TimeGrid} from '../src/music/time_grid.js';
import {golden, scoreOf} from './golden.js';

/** @import {Score} from '../src/music/score.js' */

for (const [name, given] of Object.entries(golden.rolls)) {
  const depth = given.roll[0].length;
  const converter = new Converter(given.facts, depth);
  const score = scoreOf(given);
  const frames = given.roll.length;
  const roll = Uint8Array.from(given.roll.join(''), Number);

  test(`${name}: notes become Python's roll`, () => {
    const ours = converter.toRoll(score);
    assert.equal(ours.frames, frames);
    assert.deepEqual(ours.roll, roll);
  });

  test(`${name}: windows start where Python's do`, () => {
    assert.ok(given.starts.length > 1);
    assert.deepEqual(converter.windowStarts(roll, frames, score), given.starts);
  });

  test(`${name}: windows begin when Python's do`, () => {
    const grid = converter.gridOf(score);
    const begins = given.starts.map((start) => grid.seconds(start));
    assert.deepEqual(begins, given.begins);
  });

  test(`${name}: as many notes are known as in Python`, () => {
    const {kept, dropped} = converter.coverage(score);
    assert.deepEqual([kept, dropped], given.coverage);
  });

  test(`${name}: emitted frames become Python's notes`, () => {
    const ours = converter
      .toNotes(Uint8Array.from(given.emitted.flat()), given.emitted.length)
      .map(({part, pitch, startFrame, endFrame, velocity}) => {
        return [part, pitch, startFrame, endFrame, velocity];
      });
    const inOrder = (/** @type {number[]} */ a, /** @type {number[]} */ b) =>
      a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
    assert.deepEqual(ours.sort(inOrder), given.notesOfEmitted);
  });
}

/** @type {Score} */
const SILENCE = {notes: [], names: new Map(), tempos: [], signatures: []};
const NOTE = {
  ...{pitch: 60, start: 0, end: 1, isDrum: false},
  ...{velocity: 80, program: 0, instrument: 0},
};

test('a roll without a note has no window', () => {
  const {facts} = golden.rolls.piano;
  const converter = new Converter(facts, 5);
  const {roll, frames} = converter.toRoll(SILENCE);
  assert.deepEqual(converter.windowStarts(roll, frames, SILENCE), []);
});

test('music of more than a day is refused', () => {
  const {facts} = golden.rolls.piano;
  const converter = new Converter(facts, 5);
  const notes = [{...NOTE, end: 1e9}];
  const refused = () => converter.toRoll({...SILENCE, notes});
  assert.throws(refused, /over 24 hours/);
});

test('of bars shorter than a frame, each frame begins one', () => {
  const {framesPerSecond} = golden.rolls.beats.facts;
  for (const denominator of [32, 2 ** 20, 2 ** 30]) {
    const signatures = [
      {time: 0, numerator: 1, denominator},
      {time: 4, numerator: 2, denominator: 4},
    ];
    const score = {...SILENCE, signatures};
    const grid = new TimeGrid({framesPerSecond, framesPerBeat: 4}, score);
    assert.deepEqual(grid.barLines(64), [
      ...Array(32).keys(),
      ...[32, 40, 48, 56],
    ]);
  }
});

test('music of absurdly many beats is refused', () => {
  const {facts} = golden.rolls.beats;
  const converter = new Converter(facts, 5);
  // A quarter over 24 hours at 300 a minute, in a minute.
  const tempos = [{time: 0, qpm: 24 * 60 * 300 + 1}];
  const refused = () =>
    converter.toRoll({...SILENCE, notes: [{...NOTE, end: 60}], tempos});
  assert.throws(refused, /too many beats/);
});
