// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The decoder that hears what it plays, with random numbers that are given:
// a window against tests/oracle.py, a medley against endless.py.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {sigm} from '../src/model/matrix.js';
import {Model} from '../src/model/model.js';
import {Emission} from '../src/music/emission.js';
import {Piece} from '../src/music/piece.js';
import {assertClose, float32, golden} from './golden.js';

/** @import {Stretch} from '../src/music/piece.js' */

const whole = Number.POSITIVE_INFINITY;

/**
 * @param {number[]} z
 * @param {number} frames
 * @returns {Stretch}
 */
const stretch = (z, frames) => ({
  z: Float64Array.from(z),
  point: [0, 0],
  frames,
});

for (const [name, given] of Object.entries(golden.autoregressive)) {
  const {facts, draws, z} = given;
  const model = new Model(facts, float32(given.weights));

  /**
   * @param {Stretch[]} stretches
   * @param {number[][]} rows Random numbers, frame by frame.
   */
  const play = (stretches, rows) => {
    const emission = new Emission(facts, (_, t, column) => rows[t][column]);
    const piece = new Piece('path', '', stretches, facts.depth, 8);
    piece.decodeSome(model, emission, whole);
    return piece;
  };

  test(`${name} plays a window as Python does`, () => {
    const {played, outputs} = given;
    const piece = play([stretch(z[0], played.length)], draws);
    assert.deepEqual([...piece.roll], played.flat());
    assert.ok(played.flat().includes(0) && played.flat().includes(1));
    // What it shows as likely is what z alone says.
    assertClose(Array.from(piece.logits, sigm), outputs.flat(), 1e-6);
  });

  test(`${name} goes from one z to the next as Python does`, () => {
    const half = Math.floor(facts.windowFrames / 2);
    const {medley} = given;
    const last = medley.length - 2 * half;
    const stretches = [half, half, last].map((n, i) => stretch(z[i], n));
    const {roll, logits} = play(stretches, draws.slice(facts.windowFrames));
    assert.deepEqual([...roll], medley.flat());
    assertClose(logits, given.medleyLogits.flat(), 1e-5);
  });

  test(`${name}: what is longer than a half window keeps its z`, () => {
    const half = Math.floor(facts.windowFrames / 2);
    const long = play([stretch(z[0], 5 * half)], draws);
    const halves = Array.from({length: 5}, () => stretch(z[0], half));
    assert.deepEqual(long.roll, play(halves, draws).roll);
  });

  test(`${name}: a window is played again as it was, or by other draws`, () => {
    const emission = new Emission(facts);
    const once = new Piece('point', '', [stretch(z[0], 90)], facts.depth, 8);
    const rollOf = () => {
      const piece = once.again();
      assert.equal(piece.decoded, 0);
      piece.decodeSome(model, emission, whole);
      return [...piece.roll];
    };
    const first = rollOf();
    assert.deepEqual(rollOf(), first);
    emission.draw++;
    assert.notDeepEqual(rollOf(), first);
  });
}
