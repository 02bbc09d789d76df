// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// How music goes on, against magenta_vrae/inference/walk.py.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Wander} from '../src/map/wander.js';
import {assertClose, golden} from './golden.js';

for (const [name, given] of Object.entries(golden.wanders)) {
  const {codes, follows, deviations, z, after} = given;
  const shape = [codes.length, z.length];
  const values = Float32Array.from(codes.flat());
  const wanderer = () =>
    new Wander({codes: {shape, values}, follows, deviations});

  test(`of ${name} codes, what may come next is what Python says`, () => {
    const ours = after
      .map((_, n) => {
        const chance = (n + 0.5) / after.length;
        return [...wanderer().next(Float64Array.from(z), chance)];
      })
      .sort((a, b) => a[0] - b[0]);
    assertClose(ours.flat(), after.flat(), 1e-5);
  });

  test(`of ${name} codes, those gone from lately are passed over`, () => {
    const wander = wanderer();
    const places = new Set();
    for (let i = 0; i < wander.memory; i++) {
      places.add(String(wander.next(Float64Array.from(z), 0)));
    }
    assert.equal(places.size, wander.memory);
    const again = String(wander.next(Float64Array.from(z), 0));
    assert.ok(!places.has(again));
    places.add(again);
    // What was passed over the longest may be next.
    assert.ok(places.has(String(wander.next(Float64Array.from(z), 0))));
  });
}
