// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Which group each note belongs to, against data/instrument_groups.py.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {assign} from '../src/music/instrument_groups.js';
import {golden, scoreOf} from './golden.js';

for (const [name, given] of Object.entries(golden.groups)) {
  test(`${name}: each note is of the group that Python finds`, () => {
    assert.deepEqual(assign(scoreOf(given), given.parts), given.groups);
  });
}
