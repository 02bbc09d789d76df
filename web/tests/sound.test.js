// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What is heard, in numbers.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {rootOf, samplesOf} from '../src/sound/buffers.js';
import {ClockPair} from '../src/sound/clock_pair.js';
import {drumOf} from '../src/sound/drum_set.js';
import {beatsBetween, isOnGrid, lineAfter} from '../src/sound/grid.js';
import {Marks} from '../src/sound/marks.js';
import {hallSamples} from '../src/sound/rendered/hall.js';
import {frequencyOf, piano, timbreOf} from '../src/sound/timbres.js';
import {wavOf} from '../src/sound/wav.js';

const RATE = 44100;

/**
 * How strong a frequency is in samples (Goertzel's algorithm).
 * @param {Float32Array} samples
 * @param {number} frequency
 */
function strength(samples, frequency) {
  const c = 2 * Math.cos((2 * Math.PI * frequency) / RATE);
  let [a, b] = [0, 0];
  for (const x of samples) [a, b] = [x + c * a - b, a];
  return Math.sqrt(a * a + b * b - c * a * b) / samples.length;
}

/** @param {Float32Array} samples */
const loudest = (samples) =>
  samples.reduce((m, x) => Math.max(m, Math.abs(x)), 0);

test('pitches are tuned to 440 Hz, an octave doubles', () => {
  assert.equal(frequencyOf(69), 440);
  assert.equal(frequencyOf(81), 880);
  assert.ok(Math.abs(frequencyOf(60) - 261.6256) < 1e-4);
});

test('a string of the piano is in tune, and its partials are sharp', () => {
  const samples = samplesOf(piano, 48).slice(0, RATE);
  const f = frequencyOf(48);
  const own = strength(samples, f);
  for (const off of [-4, 4]) assert.ok(own > 4 * strength(samples, f + off));
  // The seventh is 7 f √(1 + B 49): some 3 Hz above 7 f.
  const stiffness = 2.5e-4 * 2 ** (-9 / 11);
  const sharp = 7 * f * Math.sqrt(1 + stiffness * 49);
  assert.ok(sharp - 7 * f > 3);
  assert.ok(strength(samples, sharp) > 3 * strength(samples, 7 * f));
});

test('notes begin loud and die away, the high ones sooner', () => {
  for (const pitch of [30, 60, 90]) {
    const samples = samplesOf(piano, pitch);
    assert.ok(samples.every(Number.isFinite));
    assert.ok(Math.abs(loudest(samples) - 1) < 1e-6);
    assert.ok(loudest(samples.slice(0, RATE / 4)) > 0.99);
    assert.ok(loudest(samples.slice(-RATE / 10)) < 0.2);
  }
  const later = (/** @type {number} */ pitch) =>
    loudest(samplesOf(piano, pitch).slice(RATE, RATE + 2000));
  assert.ok(later(90) < later(60) && later(60) < later(30));
});

test('every program and every drum key makes a sound', () => {
  for (let program = 0; program < 128; program++) {
    const timbre = timbreOf(program);
    for (const pitch of [24, 60, 96]) {
      assert.ok(timbre.loudness(pitch) > 0 && timbre.loudness(pitch) < 1);
      const {brightness} = timbre;
      assert.ok(brightness(pitch, 1.5) < RATE / 2);
      assert.ok(brightness(pitch, 1) >= brightness(pitch, 0.3));
    }
  }
  const names = new Set();
  for (let key = 27; key < 90; key++) {
    const drum = drumOf(key);
    if (names.has(drum.name)) continue;
    names.add(drum.name);
    const samples = drum.render(RATE);
    assert.ok(samples.every(Number.isFinite));
    assert.ok(Math.abs(loudest(samples) - 1) < 1e-6, drum.name);
    assert.ok(Math.abs(samples.at(-1) ?? 1) < 0.01);
  }
  assert.ok(names.size > 20);
  assert.ok(drumOf(42).chokes && !drumOf(46).chokes);
});

test('groups of a band sound like what they are', () => {
  assert.equal(timbreOf(0), piano);
  const sounds = [0, 4, 33, 40, 80].map(timbreOf);
  assert.equal(new Set(sounds).size, 5);
  assert.equal(timbreOf(43), timbreOf(33)); // A double bass.
  assert.equal(timbreOf(52), timbreOf(40)); // Voices.
});

test('a pitch is played from samples that are near', () => {
  for (let pitch = 21; pitch < 109; pitch++) {
    assert.ok(Math.abs(rootOf(pitch) - pitch) <= 1);
  }
  assert.equal(samplesOf(piano, 59), samplesOf(piano, 60));
});

test('the hall dies away, and both ears hear another', () => {
  const [left, right] = [3, 11].map((seed) => hallSamples(RATE, seed));
  const energy = (/** @type {Float32Array} */ part) =>
    part.reduce((sum, x) => sum + x * x, 0);
  assert.ok(Math.abs(energy(left) - 1) < 1e-3);
  assert.ok(energy(left.slice(0, RATE / 2)) > 0.95);
  assert.ok(energy(left.slice(-RATE / 4)) < 1e-5);
  const same = left.reduce((sum, x, i) => sum + x * right[i], 0);
  assert.ok(Math.abs(same) < 0.5);
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

test('looks at two clocks that are off do not shake what is sent', () => {
  const clocks = new ClockPair();
  const off = (/** @type {number} */ i) => 6 * Math.abs(Math.sin(7 * i));
  const ten = [];
  for (let i = 0; i < 400; i++) {
    clocks.observe(0.03 * i, 5000 + 30 * i + off(i));
    if (i > 100) ten.push(clocks.toMilliseconds(10));
  }
  assert.ok(Math.max(...ten) - Math.min(...ten) < 1);
  assert.ok(Math.abs(ten[0] - 15000) < 8);
  assert.ok(Math.abs(clocks.toSeconds(clocks.toMilliseconds(3)) - 3) < 1e-9);
  // Sound that stood still for a second is no such matter; one look is.
  const before = clocks.toMilliseconds(12);
  clocks.observe(12, 5000 + 13000);
  assert.equal(clocks.toMilliseconds(12), before);
  for (const ms of [30, 60]) clocks.observe(12 + ms / 1000, 18000 + ms);
  assert.ok(Math.abs(clocks.toMilliseconds(12) - 18000) < 1e-6);
});

test('looks of a busy machine, off by dozens, move a beat by a tenth', () => {
  const clocks = new ClockPair();
  let last = 0;
  for (let i = 0; i < 300; i++) {
    const late = i % 5 === 4 ? 20 + 100 * Math.abs(Math.sin(7 * i)) : 0;
    clocks.observe(0.03 * i, 5000 + 30 * i + late);
    const now = clocks.toMilliseconds(10);
    if (i) assert.ok(Math.abs(now - last) < 0.1001, `look ${i}`);
    last = now;
  }
  assert.ok(Math.abs(last - 15000) < 8);
});

test('frames on beats and bars, also where beats are not whole', () => {
  const lines = (/** @type {number} */ beatFrames) =>
    Array.from({length: 60}, (_, t) => t).filter((t) =>
      isOnGrid(t / beatFrames, 1, beatFrames),
    );
  assert.deepEqual(lines(24), [0, 24, 48]);
  assert.deepEqual(
    lines(12.5).filter((t) => t > 0),
    [12, 13, 25, 37, 38, 50],
  );
  for (const [metre, beats] of /** @type {[[number, number], number][]} */ ([
    [[4, 4], 4],
    [[3, 4], 3],
    [[7, 8], 3.5],
  ])) {
    const bar = beatsBetween('bar', metre);
    assert.equal(bar, beats);
    assert.ok(isOnGrid(2 * beats, bar, 4) && !isOnGrid(2 * beats + 1, bar, 4));
    assert.equal(lineAfter(beats + 0.2, bar), 2 * beats);
    assert.equal(lineAfter(2, beatsBetween('beat', metre)), 2);
    assert.ok(isOnGrid(0.3, beatsBetween('none', metre), 4));
  }
});

test('a WAV file holds its samples', () => {
  const bytes = wavOf(
    [Float32Array.of(0, 1, 9), Float32Array.of(-1, 0.5, 0)],
    48000,
  );
  const view = new DataView(bytes.buffer);
  assert.equal(String.fromCharCode(...bytes.subarray(0, 4)), 'RIFF');
  assert.equal(view.getUint32(4, true), bytes.length - 8);
  assert.equal(view.getUint16(22, true), 2);
  assert.equal(view.getUint32(24, true), 48000);
  assert.equal(view.getUint32(40, true), 12);
  const samples = [0, 1, 2, 3, 4, 5].map((i) =>
    view.getInt16(44 + 2 * i, true),
  );
  assert.deepEqual(samples, [0, -32767, 32767, 16384, 32767, 0]);
});
