// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The map: what is in view, its windows, heat and ways.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Heat, isEven, PITCH, rangeOf} from '../src/map/heat.js';
import {Homes} from '../src/map/home.js';
import {Near} from '../src/map/near.js';
import {Projection} from '../src/map/projection.js';
import {matching} from '../src/map/search.js';
import {shortNames, spaced} from '../src/map/short_names.js';
import {Songs} from '../src/map/songs.js';
import {Surroundings} from '../src/map/surroundings.js';
import {windowAt, windowUnder} from '../src/map/trail.js';
import {View} from '../src/map/view.js';
import {Walks} from '../src/map/walks.js';
import {Converter} from '../src/music/converter.js';
import {Emission} from '../src/music/emission.js';
import {assertClose, golden} from './golden.js';

/** @import {HeatFacts, Point, ProjectionFacts} from '../src/given/facts.js' */

/** @type {HeatFacts} */
const AREA = {
  corner: [-2, -1],
  cell: 0.5,
  columns: 10,
  rows: 6,
  view: {center: [0.5, 0.5], size: [4, 2]},
  units: ['notes at a time', 'mean pitch'],
};

/** @type {ProjectionFacts} */
const PLANE = {
  kind: 'plane',
  mean: [0, 0],
  basis: [
    [1, 0],
    [0, 1],
  ],
  share: 1,
  reach: 1,
  numLenders: 8,
};

function viewOf() {
  const view = new View(AREA);
  view.resize({width: 800, height: 444});
  view.fit();
  return view;
}

/** @param {number[][]} points Of the windows of each song. */
function songsOf(...points) {
  const means = Float32Array.from(points.flat());
  const songs = new Songs(new Projection(PLANE, means, 2), 2);
  points.forEach((own, i) => {
    const places = Array.from({length: own.length / 2}, (_, k) => {
      // At 8 frames a second.
      return {start: 10 * k, begin: 1.25 * k, end: 1.25 * (k + 1)};
    });
    songs.add(`Song ${i}`, Float32Array.from(own), places);
  });
  return songs;
}

test('a fitted view holds all windows, above the legend', () => {
  const view = viewOf();
  assert.equal(view.scale, 200);
  assertClose(view.toScreen([-1.5, 1.5]), [0, 0], 1e-9);
  assertClose(view.toScreen([2.5, -0.5]), [800, 400], 1e-9);
  view.fit([0.5, -2.5]);
  assert.equal(view.scale, 100);
  assert.ok(view.isWhole);
});

test('windows fill a screen that is wider than they are', () => {
  const view = viewOf();
  view.resize({width: 1200, height: 444});
  view.fit();
  assertClose(view.toScreen([-1.5, 1.5]), [0, 0], 1e-9);
  assertClose(view.toScreen([2.5, -0.5]), [1200, 400], 1e-9);
  assertClose(view.toScreen(view.toMap([12, 345])), [12, 345], 1e-9);
  view.pan(30, 40);
  assertClose(view.toScreen([-1.5, 1.5]), [30, 40], 1e-9);
  // But not at any price.
  view.resize({width: 4000, height: 444});
  view.fit();
  assertClose(view.toScreen([-1.5, 0.5]), [2000 - 960, 200], 1e-9);
});

test('a view comes back, one of another map as far as it can', () => {
  const view = viewOf();
  view.zoom(3, [100, 50]);
  const again = viewOf();
  again.restore(JSON.parse(JSON.stringify(view.place)));
  assertClose(again.toMap([12, 345]), view.toMap([12, 345]), 1e-9);
  assert.ok(!again.isWhole);
  again.restore({center: [999, 1], zoom: 1e9});
  assert.deepEqual(again.center, [3, 1]);
  assert.equal(again.scale, 8000);
  const whole = viewOf();
  for (const place of [undefined, null, 3, {}, {center: ['a', 1], zoom: 2}]) {
    whole.restore(place);
    assert.ok(whole.isWhole);
  }
});

test('screen and map are each other turned round', () => {
  const view = viewOf();
  view.zoom(3, [100, 50]);
  view.pan(-7, 31);
  assertClose(view.toScreen(view.toMap([12, 345])), [12, 345], 1e-9);
});

test('zooming leaves the place under the pointer, within bounds', () => {
  const view = viewOf();
  /** @type {Point} */
  const place = [300, 200];
  const before = view.toMap(place);
  view.zoom(2, place);
  assertClose(view.toMap(place), before, 1e-9);
  assert.ok(!view.isWhole);
  view.zoom(1e9);
  assert.equal(view.scale, 8000);
  view.zoom(1e-9);
  assertClose([view.scale], [200 / 3], 1e-9);
  view.pan(-1e9, 1e9);
  assert.deepEqual(view.center, [3, 2]);
});

test('a box that is hidden changes nothing', () => {
  const view = viewOf();
  view.resize({width: 0, height: 0});
  view.fit();
  assert.equal(view.scale, 200);
});

test('the nearest window is that of a shown song within reach', () => {
  const songs = songsOf([0, 0, 1, 0], [1.1, 0]);
  const [first, second] = songs.list;
  assert.deepEqual(songs.nearest([1.2, 0], 1), {song: second, index: 0});
  second.shown = false;
  assert.deepEqual(songs.nearest([1.2, 0], 1), {song: first, index: 1});
  assert.equal(songs.nearest([1.2, 0], 0.1), null);
});

test('near is what looks near, on a map that is drawn wider', () => {
  const songs = songsOf([0, 0], [0.3, 0.4]);
  const [first, second] = songs.list;
  /** @type {Point} */
  const point = [0.25, 0];
  assert.deepEqual(songs.nearest(point, 1), {song: first, index: 0});
  assert.deepEqual(songs.nearest(point, 1, 2), {song: second, index: 0});
  assert.equal(songs.nearest(point, 0.4, 2), null);
});

test('a place is between songs where windows are around and near', () => {
  const corners = Float64Array.of(0, 0, 1, 0, 0, 1, 1, 1, 9, 9);
  const surroundings = new Surroundings(new Near(corners), [9, 9]);
  assert.ok(surroundings.isBetween([0.5, 0.5]));
  assert.ok(!surroundings.isBetween([-0.2, 0.5]), 'beside all');
  assert.ok(!surroundings.isBetween([5, 5]), 'within, but far from all');
  assert.ok(
    !new Surroundings(new Near(new Float64Array(0)), [1, 1]).isBetween([0, 0]),
  );
});

test('the nearest points come first', () => {
  const near = new Near(Float64Array.of(0, 0, 3, 0, 1, 0));
  assert.deepEqual(near.nearest([0.9, 0], 2), [2, 0]);
  assert.deepEqual(near.nearest([2.1, 0], 9, 1), [1]);
  assert.deepEqual(
    near.nearest([0.9, 0], 1, 9, (i) => i !== 2),
    [0],
  );
  assert.deepEqual(new Near(new Float64Array(0)).nearest([0, 0], 1), []);
});

test('songs are found by their words, whatever their accents', () => {
  const {list} = songsOf([0, 0], [1, 1], [2, 2]);
  list[0].title = 'Für_Elise';
  list[0].name = 'Für Elise';
  list[1].name = 'Elegy';
  const found = (/** @type {string} */ query) =>
    matching(list, query).map(({number}) => number);
  assert.deepEqual(found('fur'), [0]);
  assert.deepEqual(found('ELISE für'), [0]);
  assert.deepEqual(found('el'), [0, 1]);
  assert.deepEqual(found('  '), [0, 1, 2]);
  assert.deepEqual(found('nothing'), []);
});

test('songs have short names, each its own words', () => {
  const names = ['D_E1M1_41', 'D_DOOM_7', 'D_E3M8'];
  assert.deepEqual(shortNames(names), ['E1M1 41', 'DOOM 7', 'E3M8']);
  assert.deepEqual(shortNames(['a_x.mxl', 'b_x.mxl']), ['a x.mxl', 'b x.mxl']);
  assert.deepEqual(shortNames(['a_take', 'b_take', 'c_take']), ['a', 'b', 'c']);
  assert.deepEqual(shortNames(['a_1', 'a_1 (2)', 'a']), [
    'a 1',
    'a 1 (2)',
    'a',
  ]);
  assert.deepEqual(shortNames(['__', '']), ['__', '']);
  assert.equal(spaced('My__first_song'), 'My first song');
});

const PLACE = {begin: 0, end: 1};

test('windows of a dropped file are where their means are', () => {
  const songs = songsOf([0, 0]);
  const song = songs.open('Mine', 2);
  assert.equal(songs.count, 1);
  songs.addWindow(song, {...PLACE, start: 5}, Float64Array.of(3, 4));
  songs.addWindow(song, {...PLACE, start: 9}, Float64Array.of(5, 6));
  assert.equal(songs.count, 3);
  assert.deepEqual(songs.droppedPoints(), [3, 4, 5, 6]);
  assert.deepEqual([...songs.meanOf({song, index: 1})], [5, 6]);
});

test('a song is at home where it is by itself', () => {
  const songs = songsOf([0, 0, 0.1, 0, 3, 3, 3, 3.1, 3.1, 3], [0, 0.1]);
  const [first, second] = songs.list;
  const homes = new Homes(songs.list, [4, 4]);
  assert.deepEqual(homes.of(second), songs.list[1].points);
  assert.ok(Math.hypot(homes.of(first)[0] - 3, homes.of(first)[1] - 3) < 0.2);
  assert.ok(homes.standingOf(first) > homes.standingOf(second));
});

/** A slope in x: a quantity that grows by 1 with each column. */
function slope() {
  const values = new Float32Array(2 * 60);
  for (let i = 0; i < 60; i++) values[i] = i % 10;
  return new Heat(AREA, values);
}

test('the heat of a point is that of its cell', () => {
  const heat = slope();
  assert.equal(heat.valueAt([-1.99, -0.99]), 0);
  assert.equal(heat.valueAt([2.99, 1.99]), 9);
  assert.equal(heat.valueAt([3.01, 0]), null);
  assert.equal(heat.valueAt([0.2, 0], 1), 0);
});

test('a few extreme cells do not flatten the rest', () => {
  const values = Float32Array.from({length: 1000}, (_, i) => i);
  values[999] = 1e9;
  assert.deepEqual(rangeOf(values), [10, 989]);
  assert.deepEqual(rangeOf(new Float32Array(9)), [0, 0]);
});

test('what is the same everywhere has no scale and no lines', () => {
  const values = new Float32Array(2 * 60);
  for (let i = 0; i < 60; i++) values[i] = 7.6357 + 0.0013 * (i / 60);
  values.fill(60, 60);
  values[119] = 60.4;
  const heat = new Heat(AREA, values);
  assert.ok(heat.isEven);
  assert.equal(heat.contours().length, 0);
  heat.quantity = 1;
  assert.ok(heat.isEven);
  assert.ok(!slope().isEven);
  assert.ok(!isEven(PITCH, [60, 61]));
});

test('lines of equal value stand where the value is', () => {
  const lines = slope().contours();
  assert.equal(lines.length, 9);
  lines.forEach((line, i) => {
    // Column 0 has the value 0 in its middle, at 0.5.
    const x = 0.5 + (9 * (i + 1)) / 10;
    const within = line.filter(([, y]) => y >= 0.5 && y <= 5.5);
    const drawn = within.filter(([at]) => at <= 9.5);
    assert.ok(drawn.length >= 6);
    for (const [at] of drawn) assert.ok(Math.abs(at - x) < 1e-6);
  });
});

/**
 * @param {number} hopFrames
 * @param {number} halfWindow
 */
function walksOf(hopFrames = 5, halfWindow = 0) {
  // 8 frames a second, windows of 10.
  const facts = {...golden.rolls.piano.facts, hopFrames};
  const converter = new Converter(facts, 5);
  const songs = songsOf([0, 0, 1, 0, 1, 1, 0, 1]);
  const {projection} = songs;
  const settings = {
    ...{windows: 3, steps: 5, pace: 20},
    ...{keepsTime: false, wanders: true},
  };
  const view = viewOf();
  return new Walks({
    ...{songs, projection, converter, view, settings, halfWindow},
  });
}

test('a point lasts as many windows as asked for, and has a name', () => {
  const piece = walksOf().point([1.05, 0]);
  assert.equal(piece.frames, 30);
  assert.equal(piece.title, 'Near Song 0, 0:01');
  assert.deepEqual([...piece.stretches[0].z], [1.05, 0]);
  assert.equal(walksOf().point([0.5, 0.5]).title, 'Away from the songs');
});

test('a blend goes in even steps from one point to the other', () => {
  const {frames, stretches} = walksOf().blend([0, 0], [2, 1]);
  assert.equal(frames, 50);
  const expected = [0, 0, 0.5, 0.25, 1, 0.5, 1.5, 0.75, 2, 1];
  assert.deepEqual(
    stretches.flatMap(({z}) => [...z]),
    expected,
  );
});

test('a path takes as long as it is, in half seconds', () => {
  /** @type {Point[]} */
  const corners = [
    [0, 0],
    [1, 0],
    [1, 1],
  ];
  const {frames, stretches} = walksOf().path(corners);
  // Half of the map's width, at 20 s for all of it and 8 frames a second.
  assert.equal(frames, 80);
  assert.equal(stretches.length, 20);
  assert.ok(stretches.every((stretch) => stretch.frames === 4));
  assertClose(stretches[5].point, [0.5, 0], 1e-9);
  assertClose(stretches[15].point, [1, 0.5], 1e-9);
});

test('a song walks along its windows as fast as it is', () => {
  const walks = walksOf();
  const piece = walks.song(walks.songs.list[0]);
  assert.equal(piece.title, 'Along Song 0');
  // Windows start every 5 frames; half a second is 4.
  assert.equal(piece.frames, 4 * 5);
  // With one at every second frame, every other window gives its half second.
  const quick = walksOf(2);
  const half = quick.song(quick.songs.list[0]);
  assert.deepEqual(
    half.stretches.map(({z, frames}) => [...z, frames]),
    [
      [0, 0, 4],
      [1, 1, 4],
    ],
  );
});

test('a song walks on from any of its windows', () => {
  const walks = walksOf();
  const piece = walks.song(walks.songs.list[0], 2);
  assert.equal(piece.title, 'Along Song 0, from 0:02');
  assert.equal(piece.frames, 2 * 5);
  assertClose(piece.stretches[0].z, [1, 1], 1e-9);
});

test('a finger on a trail stays on its strand', () => {
  const view = viewOf();
  // There and back: windows 1 and 3 are all but at one place.
  const [song] = songsOf([0, 0, 1, 0, 2, 0, 1.01, 0, 0, 0.2]).list;
  const at = (/** @type {Point} */ point, /** @type {number} */ from) =>
    windowUnder(song, view.toScreen(point), view, from);
  assert.equal(at([1.004, 0], 0), 1);
  assert.equal(at([1.006, 0], 0), 1);
  assert.equal(at([1.004, 0], 4), 3);
  assert.equal(at([1.9, 0], 0), 2);
  // A far window is no nearer for being early.
  assert.equal(at([0, 0.2], 1), 4);
});

test('a link finds the window of a song that is the nearest', () => {
  const [song] = songsOf([0, 0, 1, 0, 2, 0.5, 1.01, 0.1]).list;
  assert.equal(windowAt(song, [0.4, 0]), 0);
  assert.equal(windowAt(song, [1, 0.04]), 1);
  assert.equal(windowAt(song, [1, 0.06]), 3);
  assert.equal(windowAt(song, [9e9, 9e9]), 2);
});

test('where windows overlap by half, a walk goes by half windows', () => {
  const walks = walksOf(5, 5);
  const {stretches} = walks.song(walks.songs.list[0]);
  assert.deepEqual(
    stretches.map(({frames}) => frames),
    [5, 5, 5, 5],
  );
  const path = walks.path([
    [0, 0],
    [2, 0],
  ]);
  assert.equal(path.frames, 80);
  assert.ok(path.stretches.every(({frames}) => frames === 5));
});

test('a path that was drawn in its own time takes that', () => {
  const {frames, stretches} = walksOf().path(
    [
      [0, 0],
      [1, 0],
      [1, 1],
    ],
    [3, 4, 8],
  );
  assert.equal(frames, 5 * 8);
  assertClose(stretches[1].point, [0.5, 0], 1e-9);
  assertClose(stretches[2].point, [1, 0], 1e-9);
  assertClose(stretches[6].point, [1, 0.5], 1e-9);
});

test('music without an end begins at its point, and grows', () => {
  const piece = walksOf(5, 5).wandering([0.25, 0]);
  assert.ok(piece.isEndless && piece.isWhole && piece.frames === 0);
  /** @param {number} from @param {{frame: number, z: number[]}[]} places */
  const take = (from, places) =>
    piece.take(
      {
        ...{id: 1, from, places},
        logits: new Float32Array(5 * 5),
        roll: new Uint8Array(5 * 5).fill(1),
      },
      new Emission({sampling: 'bernoulli', threshold: 0.5}),
    );
  take(0, [{frame: 0, z: [0.25, 0]}]);
  take(5, [{frame: 5, z: [1.25, 2]}]);
  take(10, [{frame: 10, z: [1.25, 4]}]);
  assert.equal(piece.frames, 15);
  assert.ok(piece.roll.subarray(0, 15 * 5).every((on) => on === 1));
  assert.deepEqual(piece.pointAt(3), [0.25, 0]);
  // On the way to the point of the half window that it is in.
  assertClose(piece.pointAt(7.5), [0.75, 1], 1e-9);
  assertClose(piece.pointAt(10), [1.25, 2], 1e-9);
  assertClose(piece.pointAt(12.5), [1.25, 3], 1e-9);
});
