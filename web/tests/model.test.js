// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The model's equations against tests/oracle.py, for each cell.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {packed, product, sigm} from '../src/model/matrix.js';
import {Model} from '../src/model/model.js';
import {Emission} from '../src/music/emission.js';
import {Piece} from '../src/music/piece.js';
import {assertClose, float32, golden} from './golden.js';

for (const [name, given] of Object.entries(golden.models)) {
  const model = new Model(given.facts, float32(given.weights));

  test(`${name} decodes as Python does`, () => {
    const {depth} = given.facts;
    const frames = given.outputs.length;
    const z = Float64Array.from(given.z);
    const stretch = {
      z,
      point: /** @type {[number, number]} */ ([0, 0]),
      frames,
    };
    const piece = new Piece('point', '', [stretch], depth, 8);
    const emission = new Emission(given.facts);
    piece.decodeSome(model, emission, Number.POSITIVE_INFINITY);
    const outputs = given.outputs.flat();
    assertClose(Array.from(piece.logits, sigm), outputs, 1e-6);
    const sounding = outputs.map((p) => Number(p >= given.facts.threshold));
    assert.deepEqual([...piece.roll], sounding);
    assert.ok(sounding.includes(0) && sounding.includes(1));
  });

  test(`${name} encodes as Python does`, () => {
    for (const [start, mean] of Object.entries(given.means)) {
      const roll = given.roll.flat();
      const ours = model.encode(roll, Number(start), given.windowFrames);
      assertClose(ours, mean, 1e-6);
    }
  });
}

test('a product of any width is that of its definition', () => {
  for (const outputs of [1, 7, 8, 9, 17]) {
    const shape = [3, outputs];
    const values = Float32Array.from({length: 3 * outputs}, (_, i) => i % 11);
    const b = Float32Array.from({length: outputs}, (_, j) => j);
    const v = Float32Array.of(1, -2, 0.5);
    const out = new Float32Array(outputs);
    product(out, packed({shape, values}), v, b);
    const expected = b.map((bj, j) =>
      v.reduce((sum, x, i) => sum + x * values[i * outputs + j], bj),
    );
    assert.deepEqual(out, expected);
  }
});
