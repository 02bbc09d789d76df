// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What of drawing needs no canvas.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Crowd} from '../src/draw/crowd.js';
import {NamePlaces, roomsFor} from '../src/draw/names.js';
import {ramp} from '../src/draw/ramp.js';
import {RollLayout} from '../src/draw/roll_layout.js';
import {lookOf, SHAPES} from '../src/draw/shapes.js';
import {PieceClock} from '../src/music/piece_clock.js';

test('a scale of colours begins and ends with those given', () => {
  const colors = ramp(['#000000', '#804020', '#000000', '#ffffff']);
  assert.equal(colors.length, 256);
  assert.deepEqual(colors[0], [0, 0, 0, 255]);
  assert.deepEqual(colors[255], [255, 255, 255, 255]);
  assert.deepEqual(colors[85], [128, 64, 32, 255]);
});

test('64 songs look different', () => {
  const looks = Array.from({length: 64}, (_, i) => JSON.stringify(lookOf(i)));
  assert.equal(new Set(looks).size, 64);
  assert.equal(SHAPES.length, 8);
});

test('a name stands at its place, or at the nearest free one', () => {
  const size = {width: 400, height: 300};
  const [first] = roomsFor([100, 100], 30, [], size);
  assert.deepEqual(first, {x: 100, y: 100, w: 30, h: 10});
  const [second] = roomsFor([100, 100], 30, [first], size);
  assert.deepEqual(second, {x: 100, y: 79, w: 30, h: 10});
  assert.equal(roomsFor([1, 100], 30, [], size)[0].x, 30);
  const all = {x: 200, y: 150, w: 200, h: 150};
  assert.deepEqual(roomsFor([100, 100], 30, [all], size), []);
});

test('a name goes where it hides no marks, if that is not far', () => {
  const marks = new Crowd(MAP);
  for (let x = 400; x < 600; x += 4) {
    for (let y = 260; y < 340; y += 4) marks.add([x, y]);
  }
  marks.add([-5, 1e9]);
  const names = new NamePlaces([], MAP, {songs: 3, zoom: 1}, marks);
  const found = names.find([500, 300], 40);
  assert.ok(found?.leads);
  assert.equal(marks.under(found.box), 0);
  assert.ok(Math.abs(found.box.y - 300) < 90);
  assert.equal(marks.under({x: 402, y: 262, w: 1, h: 1}), 2);
  assert.equal(marks.share, (17 * 8) / (85 * 51));
});

const MAP = {width: 1000, height: 600};

/** @typedef {import('../src/given/facts.js').Point} Point */
/** @typedef {import('../src/draw/names.js').Box} Box */

/**
 * Places of 226 songs in a crowd, the same in each test.
 * @returns {Point[]}
 */
const crowd = () =>
  Array.from({length: 226}, (_, i) => [
    400 + ((i * 71) % 226),
    200 + ((i * 113) % 199),
  ]);

/**
 * @param {Point[]} places
 * @param {number} zoom
 */
function namesOf(places, zoom) {
  const names = new NamePlaces([], MAP, {songs: 226, zoom});
  return places.flatMap((place) => {
    const found = names.find(place, 40);
    return found ? [{...found, place}] : [];
  });
}

/**
 * Whether a point of a line is in a box.
 * @param {Point} from
 * @param {Point} to
 * @param {Box} box
 */
const crosses = (from, to, {x, y, w, h}) =>
  Array.from({length: 101}, (_, i) => i / 100).some(
    (t) =>
      Math.abs(from[0] + t * (to[0] - from[0]) - x) < w &&
      Math.abs(from[1] + t * (to[1] - from[1]) - y) < h,
  );

test('of few songs, all have a name', () => {
  const names = new NamePlaces([], MAP, {songs: 10, zoom: 1});
  const found = Array.from({length: 10}, () => names.find([500, 300], 40));
  assert.ok(found.every((name) => name !== null));
  assert.ok(found.some((name) => name?.leads));
});

test('of many songs, a dozen have a name, and more as one zooms in', () => {
  const near = namesOf(crowd(), 1);
  assert.ok(near.length > 6 && near.length <= 12, `${near.length}`);
  const far = crowd().map(
    ([x, y]) =>
      /** @type {Point} */ ([500 + 3 * (x - 500), 300 + 3 * (y - 300)]),
  );
  const zoomed = namesOf(far, 3);
  assert.ok(zoomed.length > 12 && zoomed.length <= 36, `${zoomed.length}`);
});

test('of many songs, names are near, and no line crosses a name', () => {
  const names = namesOf(crowd(), 9);
  assert.ok(names.some(({leads}) => leads));
  for (const {box, place, leads} of names) {
    const dx = Math.max(0, Math.abs(box.x - place[0]) - box.w);
    const dy = Math.max(0, Math.abs(box.y - place[1]) - box.h);
    assert.ok(Math.hypot(dx, dy) <= 34);
    for (const other of names) {
      if (!leads || other.box === box) continue;
      assert.ok(!crosses(place, [box.x, box.y], other.box));
    }
  }
});

const SIZE = {width: 440, height: 126};

test('a short piece fills the roll', () => {
  const layout = new RollLayout([62, 60], 50, SIZE, null);
  assert.equal(layout.x(0), 34);
  assert.equal(layout.x(50), 434);
  // The higher pitch is above, whatever its column.
  assert.equal(layout.y(62), 9);
  assert.equal(layout.y(60), 59);
  assert.equal(layout.frameAt(34 + 8.1), 1);
  assert.equal(layout.frameAt(-99), 0);
  assert.equal(layout.frameAt(999), 49);
  assert.deepEqual(
    layout.times(new PieceClock([{frames: 50}], 20)),
    [0, 0.5, 1, 1.5, 2, 2.5],
  );
});

test('a long piece is shown by pages, around what is heard', () => {
  const layout = new RollLayout([60], 1000, SIZE, 300.5);
  assert.deepEqual([layout.first, layout.last], [250, 501]);
  const end = new RollLayout([60], 1000, SIZE, 999);
  assert.deepEqual([end.first, end.last], [750, 1000]);
  assert.equal(new RollLayout([60], 1000, SIZE, null).first, 0);
});

test('bars have lines, and numbers where there is room for them', () => {
  // 160 frames across 640 pixels: a bar of 16 frames has 64.
  const size = {width: 680, height: 100};
  const wide = new RollLayout([60], 160, size, null);
  assert.equal(wide.frameWidth, 4);
  const all = wide.bars(16);
  assert.deepEqual(
    all.map(({frame}) => frame),
    [0, 16, 32, 48, 64, 80, 96, 112, 128, 144],
  );
  assert.deepEqual(all[9], {frame: 144, number: 10});
  const some = wide.bars(3); // 12 pixels: a number at every fourth.
  assert.equal(some.length, 54);
  const numbers = some.map(({number}) => number);
  assert.deepEqual(numbers.slice(0, 9), [1, ...N3, 5, ...N3, 9]);
  // 4 pixels: a line at every second.
  assert.deepEqual(
    wide
      .bars(1)
      .slice(0, 3)
      .map(({frame}) => frame),
    [0, 2, 4],
  );
  // The second page begins within a bar.
  const page = new RollLayout([60], 2000, size, 405);
  assert.equal(page.first, 400);
  assert.deepEqual(page.bars(12)[0], {frame: 408, number: null});
});

const N3 = [null, null, null];

test('a roll without room is not drawn', () => {
  const hidden = {width: 0, height: 0};
  assert.ok(!new RollLayout([60], 50, hidden, 3).isVisible);
  assert.ok(new RollLayout([60], 50, SIZE, 3).isVisible);
});
