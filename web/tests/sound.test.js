// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What is heard, in numbers.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Marks} from '../src/sound/marks.js';
import {drumOf, fillWithNoise, HALL, stringOf} from '../src/sound/timbres.js';

test('pitches are tuned to 440 Hz, an octave doubles', () => {
  assert.equal(stringOf(69).frequency, 440);
  assert.equal(stringOf(81).frequency, 880);
  assert.ok(Math.abs(stringOf(60).frequency - 261.6256) < 1e-4);
});

test('low notes are louder, and nothing is brighter than can be heard', () => {
  assert.ok(stringOf(40).loudness > stringOf(80).loudness);
  for (let pitch = 0; pitch < 128; pitch++) {
    const {loudness, brightness} = stringOf(pitch);
    assert.ok(loudness > 0 && loudness <= 0.28);
    assert.ok(brightness.from <= 12000);
  }
});

test('every drum key is a skin or a hiss', () => {
  for (let pitch = 0; pitch < 128; pitch++) {
    const {skin, hiss} = drumOf(pitch);
    assert.equal(skin === null, hiss !== null);
  }
  assert.equal(drumOf(36).skin?.frequency, 140);
  assert.equal(drumOf(38).hiss?.filter, 'bandpass');
  assert.equal(drumOf(42).hiss?.seconds, 0.09);
  assert.equal(drumOf(49).hiss?.seconds, 0.9);
});

test('noise dies away as its shape says', () => {
  const samples = new Float32Array(8000);
  fillWithNoise(samples, HALL.shape);
  const loudest = (/** @type {number} */ from) =>
    Math.max(...samples.subarray(from, from + 1000).map(Math.abs));
  assert.ok(loudest(0) <= 1 && loudest(0) > 0.5);
  assert.ok(loudest(7000) < 0.001);
});

test('the frame heard is the last one begun, and its part', () => {
  const marks = new Marks({frame: 10, time: 1, rate: 20});
  assert.equal(marks.frameAt(0.5), 10);
  assert.equal(marks.frameAt(1.025).toFixed(6), '10.500000');
  marks.add({frame: 11, time: 1.05, rate: 10});
  marks.add({frame: 0, time: 1.1, rate: 20}); // From the start again.
  assert.equal(marks.frameAt(1.06).toFixed(6), '11.100000');
  assert.equal(marks.frameAt(1.1), 0);
  assert.equal(marks.frameAt(9), 0.999);
});
