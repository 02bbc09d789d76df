// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The page's numbers, as magenta_vrae/explorer/packing.py packs them.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {arraysOf, unpack} from '../src/given/storage.js';
import {golden} from './golden.js';

test('arrays come out as Python put them in', async () => {
  const {manifest, block, values} = golden.storage;
  const {floats, integers, bytes} = arraysOf(await unpack(block), manifest);
  assert.deepEqual(Object.keys(floats).sort(), [
    'begins',
    'floats',
    'halves',
    'means',
  ]);
  assert.deepEqual(floats.floats.shape, [2, 3]);
  assert.deepEqual([...floats.floats.values], values.floats);
  assert.deepEqual([...floats.halves.values], values.halves);
  assert.deepEqual([...integers.integers.values], values.integers);
  assert.deepEqual([...integers.starts.values], values.starts);
  assert.deepEqual([...floats.begins.values], values.begins);
  assert.deepEqual([...bytes.levels], values.levels);
  // 256 steps of each column; one that does not vary stays as it is.
  const step = 1.731 / 255;
  [...floats.means.values].forEach((mean, i) => {
    assert.ok(
      Math.abs(mean - values.means[i]) <= (i % 2 ? 0 : step / 2 + 1e-6),
    );
  });
});
