// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Links, recordings, and a song's own notes.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Emission} from '../src/music/emission.js';
import {Piece} from '../src/music/piece.js';
import {notesOfBits, notesOfRoll} from '../src/music/song_notes.js';
import {stateOf, textOf} from '../src/page/link_text.js';
import {Recorder} from '../src/sound/recorder.js';

/** @import {Converter} from '../src/music/converter.js' */
/** @import {State} from '../src/page/link_text.js' */

/** @type {State} */
const STATE = {
  ...{mode: 'draw', kind: 'path', song: ''},
  path: [
    [0.123456789, -2],
    [1e-9, 3],
  ],
  times: [12.5, 13.25],
  numbers: {threshold: 0.4, draw: 3},
  choices: {sampling: 'bernoulli'},
  loop: [4, 12],
  favourites: [
    ['Für Elise, 0:12 “★”', 1, 2, 7],
    ['Changed', 1, 2, 7, [0.5, 0.25], [1.5, 0], [-0.1, 0, 2, 0]],
  ],
  changed: [[0.3], [0, -2]],
};

test('a link says what it was made of', () => {
  const text = textOf(STATE);
  assert.match(text, /^[\w-]+$/);
  assert.deepEqual(stateOf(text), {
    v: 1,
    ...STATE,
    path: [
      [0.12345679, -2],
      [1e-9, 3],
    ],
    times: [0, 0.75],
  });
});

test('a long path is thinned, with its end', () => {
  const path = Array.from(
    {length: 5000},
    (_, i) => /** @type {[number, number]} */ ([i, 0]),
  );
  const found = stateOf(textOf({...STATE, path, times: []}));
  assert.ok((found?.path.length ?? 0) <= 201);
  assert.deepEqual(found?.path.at(-1), [4999, 0]);
});

test('a link of before sliders were kept is one', () => {
  const favourites = STATE.favourites.slice(0, 1);
  const state = {...STATE, favourites};
  delete state.changed;
  assert.deepEqual(stateOf(textOf(state))?.favourites, state.favourites);
});

test('what is no link is none', () => {
  const bad = [
    '',
    '%%%',
    'abc',
    'e30', // {}
    'bnVsbA', // null
    'A'.repeat(200000),
    ...[
      {path: [[1]]},
      {path: [[1, 'x']]},
      {path: 'x'},
      {numbers: {a: null}},
      {favourites: [['a', 1, 2]]},
      {favourites: [['a', 1, 2, null]]},
      {favourites: [['a', 1, 2, 3, [0, 0]]]},
      {favourites: [['a', 1, 2, 3, [0, 0], [], ['1']]]},
      {favourites: [['a', 1, 2, 3, [0], [], []]]},
      {favourites: Array(101).fill(['a', 1, 2, 3])},
      {path: [[1e308, 0]]},
      {numbers: {windows: 1e308}},
      {changed: 1},
      {changed: [[1]]},
      {changed: [[1], ['1']]},
      {changed: [[1], Array(21).fill(0)]},
      {path: Array(202).fill([0, 0]), times: []},
      {choices: {sampling: 1}},
      {choices: null},
      {v: 2},
      {song: null},
      {times: [0, 3600]},
      {loop: [1]},
      {times: [2, 1]},
      {mode: 5},
    ].map((change) =>
      Buffer.from(JSON.stringify({v: 1, ...STATE, ...change})).toString(
        'base64',
      ),
    ),
  ];
  for (const text of bad) assert.equal(stateOf(text), null, text.slice(0, 80));
});

/** @type {Converter} */
const CONVERTER = /** @type {any} */ ({depth: 3, framesPerSecond: 8});

/** @param {number} frames */
function pieceOf(frames) {
  const z = Float64Array.of(1);
  const roll = new Uint8Array(3 * frames);
  for (let t = 1; t < frames; t++) roll[3 * t + (t % 3)] = 1;
  const piece = new Piece('point', '', [{z, point: [2, 3], frames}], 3, 8);
  return piece.withRoll(roll);
}

test('a recording is what was sent, from its first note on', () => {
  const recorder = new Recorder(CONVERTER, () => {});
  const piece = pieceOf(6);
  const step = (/** @type {number} */ frame, /** @type {number} */ time) =>
    recorder.step({piece, frame, time, seconds: 0.25, beat: 0, beats: 1});
  step(5, 0); // It is not on.
  recorder.start();
  for (let t = 0; t < 6; t++) step(t, 10 + 0.25 * t);
  step(4, 12.25); // Three frames of silence later.
  recorder.end(12); // And that was sent ahead, and never heard.
  step(2, 12.25);
  const take = recorder.stop();
  assert.ok(take?.isWhole && !recorder.isOn);
  assert.equal(take.frames, 5 + 3 + 1);
  assert.equal(take.clock.rateAt(0), 4);
  assert.deepEqual([...take.roll.subarray(0, 15)], [...piece.roll.subarray(3)]);
  assert.ok(!take.roll.subarray(15, 24).includes(1));
  assert.deepEqual([...take.roll.subarray(24)], [...piece.roll.subarray(6, 9)]);
  assert.deepEqual(take.pointAt(3), [2, 3]);
});

test('a recording without a note is none', () => {
  const recorder = new Recorder(CONVERTER, () => {});
  recorder.start();
  const piece = pieceOf(1);
  recorder.step({piece, frame: 0, time: 1, seconds: 1, beat: 0, beats: 1});
  assert.equal(recorder.stop(), null);
});

test('notes that are bits are those of the roll', () => {
  const rolls = [7, 5].map((frames, i) =>
    Uint8Array.from({length: 3 * frames}, (_, n) =>
      (n * 7 + i) % 5 < 2 ? 1 : 0,
    ),
  );
  const all = [...rolls[0], ...rolls[1]];
  const bytes = new Uint8Array(Math.ceil(all.length / 8));
  all.forEach((on, i) => {
    bytes[i >> 3] |= on << (7 - (i & 7));
  });
  const notes = notesOfBits(bytes, {first: 7, frames: 5, depth: 3});
  const same = notesOfRoll(rolls[1], 3);
  assert.equal(notes.frames, same.frames);
  for (const [start, frames] of [
    [0, 5],
    [2, 3],
    [3, 9],
    [8, 2],
  ]) {
    assert.deepEqual(notes.copy(start, frames), same.copy(start, frames));
  }
});

test('frames that share a draw make notes, each frame as likely as it is', () => {
  const emission = new Emission({sampling: 'bernoulli', threshold: 0.5});
  emission.hold = 10;
  let [on, begun] = [0, 0];
  const frames = 40000;
  let before = 0;
  for (let t = 0; t < frames; t++) {
    const is = emission.emit(-Math.log(3), t, 0); // A quarter of the time.
    on += is;
    if (is && !before) begun++;
    before = is;
  }
  assert.ok(Math.abs(on / frames - 0.25) < 0.02);
  assert.ok(on / begun > 9.9);
});
