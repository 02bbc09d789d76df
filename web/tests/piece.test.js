// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Pieces: decoded bit by bit, emitted anew.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Model} from '../src/model/model.js';
import {Emission, uniform} from '../src/music/emission.js';
import {Piece} from '../src/music/piece.js';
import {golden} from './golden.js';

/** @import {Stretch} from '../src/music/piece.js' */

/** @param {string} name */
function modelOf(name) {
  const {facts, weights} = golden.models[name];
  return new Model(facts, weights);
}

/** @type {Stretch[]} */
const STRETCHES = [
  {z: Float64Array.of(1, 0, -1), point: [0, 0], frames: 4},
  {z: Float64Array.of(0, 2, 1), point: [1, 2], frames: 2},
];

const whole = Number.POSITIVE_INFINITY;

test('a piece decoded frame by frame is the same', () => {
  const model = modelOf('gru');
  const emission = new Emission(model.facts);
  const [once, slowly] = [1, 2].map(
    () => new Piece('path', '', STRETCHES, 4, 8),
  );
  once.decodeSome(model, emission, whole);
  let steps = 0;
  for (; !slowly.isWhole; steps++) slowly.decodeSome(model, emission, -1);
  assert.equal(steps, 6);
  assert.deepEqual(slowly.logits, once.logits);
  // Each stretch begins from its own z.
  const second = new Piece('point', '', STRETCHES.slice(1), 4, 8);
  second.decodeSome(model, emission, whole);
  assert.deepEqual(once.logits.slice(4 * 4), second.logits);
});

test('a changed threshold acts on frames that are decoded', () => {
  const model = modelOf('tanh');
  const emission = new Emission(model.facts);
  const piece = new Piece('path', '', STRETCHES, 4, 8);
  piece.decodeSome(model, emission, whole);
  const {version} = piece;
  emission.threshold = 0;
  piece.emit(emission);
  assert.ok(piece.isWhole && piece.version > version);
  assert.ok(piece.roll.every((on) => on === 1));
});

test('a model that hears its frames is decoded anew', () => {
  const model = modelOf('lstm');
  const emission = new Emission(model.facts);
  const piece = new Piece('path', '', STRETCHES, 4, 8);
  piece.decodeSome(model, emission, whole);
  emission.threshold = 0.01;
  const again = piece.again();
  again.decodeSome(model, emission, whole);
  assert.notDeepEqual(again.logits, piece.logits);
});

test('walks are even, blends go by steps', () => {
  const walk = new Piece('path', '', STRETCHES, 4, 8);
  assert.deepEqual(walk.pointAt(2), [0.5, 1]);
  assert.deepEqual(walk.pointAt(5), [1, 2]);
  assert.deepEqual(walk.pointAt(99), [1, 2]);
  const blend = new Piece('blend', '', STRETCHES, 4, 8);
  assert.deepEqual(blend.pointAt(2), [0, 0]);
});

test('chance is even, and the same for the same three numbers', () => {
  const draws = [];
  for (let t = 0; t < 200; t++) {
    for (let column = 0; column < 50; column++) {
      draws.push(uniform(1, t, column));
    }
  }
  assert.ok(draws.every((u) => u >= 0 && u < 1));
  for (const limit of [0.1, 0.5, 0.9]) {
    const share = draws.filter((u) => u < limit).length / draws.length;
    assert.ok(Math.abs(share - limit) < 0.02, `${share} below ${limit}`);
  }
  assert.equal(uniform(1, 2, 3), uniform(1, 2, 3));
  assert.notEqual(uniform(1, 2, 3), uniform(2, 2, 3));
});

test('a low temperature leaves nothing to chance', () => {
  const emission = new Emission({sampling: 'bernoulli', threshold: 0.5});
  emission.temperature = 0;
  for (let t = 0; t < 50; t++) {
    assert.equal(emission.emit(0.01, t, 0), 1);
    assert.equal(emission.emit(-0.01, t, 0), 0);
  }
});
