// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// A band: who is heard, how it sounds, where its drums are drawn.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {RollLayout} from '../src/draw/roll_layout.js';
import {Projection} from '../src/map/projection.js';
import {Songs} from '../src/map/songs.js';
import {View} from '../src/map/view.js';
import {Walks} from '../src/map/walks.js';
import {Converter} from '../src/music/converter.js';
import {familiesOf, familyOf} from '../src/music/kit.js';
import {Mix} from '../src/sound/mix.js';
import {golden} from './golden.js';

const ALL = Array.from({length: 128}, (_, i) => i);

test('mute silences a part, solo all others', () => {
  const mix = new Mix(3);
  let changes = 0;
  mix.onChange = () => changes++;
  const levels = () => [0, 1, 2].map((part) => mix.levelOf(part));
  assert.deepEqual(levels(), [1, 1, 1]);
  mix.set(0, {volume: 0.5});
  mix.set(1, {isMuted: true});
  assert.deepEqual(levels(), [0.5, 0, 1]);
  mix.set(0, {isSolo: true});
  assert.deepEqual(levels(), [0.5, 0, 0]);
  mix.set(1, {isSolo: true});
  assert.deepEqual(levels(), [0.5, 0, 0]);
  mix.set(1, {isMuted: false});
  assert.deepEqual(levels(), [0.5, 1, 0]);
  assert.equal(changes, 5);
});

test('drum keys belong to families, from the top of a roll down', () => {
  assert.deepEqual(familiesOf([36, 42, 38, 46]), ['hats', 'snare', 'kick']);
  assert.deepEqual(familiesOf([]), []);
  assert.equal(familyOf(56), 'other');
  assert.equal(new Set(ALL.map(familyOf)).size, familiesOf(ALL).length);
});

const SIZE = {width: 462, height: 146};

test("a band's drums have lanes below the pitches", () => {
  const layout = new RollLayout([60, 62], 50, SIZE, null, ['hats', 'kick']);
  assert.equal(layout.x(0), 56);
  assert.ok(layout.y(62) < layout.y(60));
  assert.ok(layout.y(60) + layout.rowHeight <= layout.laneY('hats'));
  assert.equal(layout.laneY('kick') - layout.laneY('hats'), layout.laneHeight);
  assert.ok(layout.laneY('kick') + layout.laneHeight <= layout.bottom + 1e-9);
  const drums = new RollLayout([], 50, SIZE, null, ['hats']);
  assert.ok(drums.isVisible);
});

test('a walk goes from bar to bar, at the tempo of the song', () => {
  // Four frames to a beat, at 120 quarters a minute 8 a second.
  const {facts, roll} = golden.rolls.bandByProgram;
  const depth = roll[0].length;
  const converter = new Converter({...facts, windowFrames: 16}, depth);
  const means = Float32Array.of(0, 0, 1, 0, 2, 0, 3, 0);
  const projection = new Projection(
    {
      kind: 'plane',
      mean: [0, 0],
      basis: [
        [1, 0],
        [0, 1],
      ],
      ...{share: 1, reach: 1, numLenders: 8},
    },
    means,
    2,
  );
  const songs = new Songs(projection, 2);
  songs.add('Waltz', means, [
    {start: 0, begin: 0, end: 4},
    {start: 12, begin: 3, end: 7},
    {start: 24, begin: 6, end: 8},
    {start: 36, begin: 7.5, end: 9.5},
  ]);
  const view = new View({
    ...{corner: [0, 0], cell: 1, columns: 2, rows: 2, units: []},
    view: {center: [0, 0], size: [1, 1]},
  });
  const settings = {
    ...{windows: 1, steps: 2, pace: 1},
    ...{keepsTime: false, wanders: true},
  };
  const walks = new Walks({songs, projection, converter, view, settings});
  const {stretches, clock} = walks.song(songs.list[0]);
  assert.deepEqual(
    stretches.map(({z, frames}) => [z[0], frames]),
    [
      [0, 12],
      [1, 12],
      [2, 12],
      [3, 4],
    ],
  );
  assert.deepEqual(clock.stages, [
    {frame: 0, seconds: 0, rate: 4},
    {frame: 24, seconds: 6, rate: 8},
  ]);
});
