// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Points changed by sliders, on the map and off it.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Change} from '../src/map/change.js';
import {directionsOf, dot} from '../src/map/directions.js';
import {Projection} from '../src/map/projection.js';
import {assertClose} from './golden.js';

/** Numbers from -1 to 1, the same each time. */
function randoms() {
  let state = 7;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

test('directions are those in which vectors spread most', () => {
  const next = randoms();
  const spreads = [1, 5, 0.2, 3];
  const rows = Array.from({length: 400}, () =>
    Float64Array.from(spreads, (spread) => 10 + spread * next()),
  );
  const found = directionsOf(rows, 3);
  // That of an even number from -1 to 1 is the root of a third.
  const third = Math.sqrt(1 / 3);
  [1, 3, 0].forEach((axis, i) => {
    const {vector, spread} = found[i];
    assert.ok(vector[axis] > 0.98, `${vector}`);
    assert.ok(Math.abs(spread - spreads[axis] * third) < 0.2);
  });
  assertClose([dot(found[0].vector, found[1].vector)], [0], 1e-6);
  assertClose([dot(found[2].vector, found[2].vector)], [1], 1e-9);
});

test('there are no more directions than vectors spread in', () => {
  const rows = [-1, 0, 1].map((x) => Float64Array.of(x, 2 * x, 0));
  assert.equal(directionsOf(rows, 4).length, 1);
  assert.equal(directionsOf([Float64Array.of(3, 4)], 4).length, 0);
});

/** A map of x and y; windows also spread in the third number, and the fourth. */
function changeOf() {
  const next = randoms();
  const means = Float32Array.from(
    {length: 4 * 200},
    (_, i) => [9, 8, 3, 1][i % 4] * next(),
  );
  const facts = {
    ...{kind: /** @type {'pca'} */ ('pca'), mean: [1, 0, 2, 0], share: 1},
    ...{reach: 1, numLenders: 8},
    basis: [
      [1, 0, 0, 0],
      [0, 1, 0, 0],
    ],
  };
  const projection = new Projection(facts, means, 4);
  // One attribute along the map, one half beside it.
  const directions = Float32Array.of(0, 2, 0, 0, 3, 0, 4, 0);
  const change = new Change(projection, directions, 20);
  const z = projection.fromMap([2, 3]);
  change.begin([2, 3], z);
  return {change, projection, z};
}

test('with sliders in the middle, it is the map', () => {
  const {change, z} = changeOf();
  assert.ok(!change.isAny);
  assertClose(change.z, z, 0);
  assertClose(change.point, [2, 3], 1e-9);
  assert.equal(change.off, 0);
});

test('an attribute moves z, and with it the point of the map', () => {
  const {change, z} = changeOf();
  change.attributes[0] = -1.5;
  assertClose(change.z, [z[0], z[1] - 3, z[2], z[3]], 1e-9);
  assertClose(change.point, [2, 0], 1e-9);
  assert.equal(change.off, 0);
  change.attributes[1] = 1;
  assertClose(change.point, [5, 0], 1e-9);
  // 4 of the map's width of 20 are beside it.
  assertClose([change.off], [0.2], 1e-9);
});

test('a direction of the neighbourhood leaves the point and leads off', () => {
  const {change, z} = changeOf();
  assert.equal(change.directions.length, 2);
  const [{vector, spread}] = change.directions;
  assertClose([vector[0], vector[1]], [0, 0], 1e-9);
  assert.ok(vector[2] > 0.95);
  change.beyond[0] = 2;
  assertClose(change.point, [2, 3], 1e-9);
  assertClose([change.off], [(2 * spread) / 20], 1e-9);
  assert.ok(change.z[2] > z[2] + 2);
  change.begin([2, 3], z);
  assert.ok(!change.isAny);
  assert.equal(change.off, 0);
});

test('what was kept is set again, within the bounds of the sliders', () => {
  const {change, z} = changeOf();
  change.attributes.set([-1.5, 0.25]);
  change.beyond.set([0, 1, -2, 0]);
  const [kept, heard] = [change.state, change.z];
  change.begin([0, 0], new Float64Array(4));
  assert.deepEqual(kept.from, [2, 3]);
  change.begin(kept.from, z);
  change.set(kept);
  assertClose(change.z, heard, 0);
  // A link may say anything.
  change.set({...kept, attributes: [9e9, -3, 1, 1], beyond: [1]});
  assert.deepEqual([...change.attributes], [2, -2]);
  assert.deepEqual([...change.beyond], [1, 0, 0, 0]);
});

test('of two dimensions, all is on the map', () => {
  const facts = {
    ...{kind: /** @type {'plane'} */ ('plane'), mean: [0, 0], share: 1},
    ...{reach: 1, numLenders: 8},
    basis: [
      [1, 0],
      [0, 1],
    ],
  };
  const projection = new Projection(facts, Float32Array.of(0, 0, 1, 1), 2);
  const change = new Change(projection, Float32Array.of(1, 2), 1);
  change.begin([1, 1], Float64Array.of(1, 1));
  change.attributes[0] = 1;
  assert.deepEqual(change.point, [2, 3]);
  assert.equal(change.off, 0);
  assert.deepEqual(change.directions, []);
});
