// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The page's numbers, as magenta_vrae/explorer/page.py packs them.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {arraysOf, unpack} from '../src/given/storage.js';
import {golden} from './golden.js';

test('arrays come out as Python put them in', async () => {
  const {manifest, block, values} = golden.storage;
  const {floats, integers} = arraysOf(await unpack(block), manifest);
  assert.deepEqual(Object.keys(floats).sort(), ['floats', 'halves']);
  assert.deepEqual(floats.floats.shape, [2, 3]);
  assert.deepEqual([...floats.floats.values], values.floats);
  assert.deepEqual([...floats.halves.values], values.halves);
  assert.deepEqual([...integers.integers.values], values.integers);
});
