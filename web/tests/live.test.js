// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Music without an end, and how it is steered.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Live} from '../src/decoding/live.js';
import {Service} from '../src/decoding/service.js';
import {Wander} from '../src/map/wander.js';
import {steered} from '../src/model/endless.js';
import {Model} from '../src/model/model.js';
import {Emission} from '../src/music/emission.js';
import {LivePiece} from '../src/music/live_piece.js';
import {Piece} from '../src/music/piece.js';
import {assertClose, float32, golden} from './golden.js';

/** @import {Frames} from '../src/decoding/service.js' */
/** @import {Guide} from '../src/model/endless.js' */

const [[, {facts, weights, z}]] = Object.entries(golden.autoregressive);
const model = new Model(facts, float32(weights));
const half = model.halfWindow;
const BEAT = 3;

/** @param {Partial<Emission>} change */
function settingsOf(change = {}) {
  const emission = new Emission({sampling: 'bernoulli', threshold: 0.5});
  return Object.assign(emission, change, {isHeard: true}).settings;
}

/** @param {boolean} wanders */
function liveOf(wanders) {
  const codes = {
    shape: [z.length, z[0].length],
    values: Float32Array.from(z.flat()),
  };
  const follows = z.map((_, i) => (i ? 1 : 0));
  const wander = new Wander({
    codes,
    follows,
    deviations: new Float32Array(z[0].length).fill(1),
  });
  const start = {z: z[0], wanders, emission: settingsOf()};
  return new Live(model, wander, start, BEAT);
}

/**
 * @param {Live} live
 * @param {number} frames
 */
function made(live, frames) {
  const logits = new Float32Array(frames * facts.depth);
  const roll = new Uint8Array(frames * facts.depth);
  for (let t = 0; t < frames; t++) live.frame(logits, roll, t * facts.depth);
  return [...roll];
}

test('what stays is what a piece of one z is', () => {
  const stretch = {
    z: Float64Array.from(z[0]),
    point: /** @type {[0, 0]} */ ([0, 0]),
  };
  const stretches = [0, 1, 2, 3].map(() => ({...stretch, frames: half}));
  const piece = new Piece('point', '', stretches, facts.depth, 8);
  piece.decodeSome(model, Emission.of(settingsOf()), Number.POSITIVE_INFINITY);
  assert.deepEqual(made(liveOf(false), 4 * half), [...piece.roll]);
});

test('what wanders is at another point each half window', () => {
  const live = liveOf(true);
  made(live, 3 * half);
  const places = live.takePlaces();
  assert.deepEqual(
    places.map(({frame}) => frame),
    [0, half, 2 * half],
  );
  assert.notDeepEqual(places[1].z, places[0].z);
  assert.deepEqual(live.takePlaces(), []);
});

test('steering waits for the beat, and what was made stays', () => {
  const [one, other] = [liveOf(false), liveOf(false)];
  assert.deepEqual(made(one, 4), made(other, 4));
  other.steer({z: z[1]});
  // Frames 4 and 5 are of the beat that has begun.
  assert.deepEqual(made(one, 2), made(other, 2));
  made(other, 1);
  assert.deepEqual(other.takePlaces().at(-1), {frame: 6, z: z[1]});
  other.steer({emission: settingsOf({draw: 2})});
  made(other, 3);
  assert.equal(other.emission.draw, 2);
});

/**
 * The logits of a guide, frame after frame.
 * @param {Guide} guide
 * @param {number} frames
 */
function guided(guide, frames) {
  const logits = new Float32Array(frames * facts.depth);
  const now = new Float32Array(facts.zSize);
  for (let t = 0; t < frames; t++) guide(now, logits, t * facts.depth);
  return [...logits];
}

/**
 * @param {number[]} from
 * @param {number[]} to Faded in from the first frame on.
 */
function fadedIn(from, to) {
  return from.map((value, i) => {
    const t = Math.floor(i / facts.depth);
    return value + Math.min(1, (t + 0.5) / half) * (to[i] - value);
  });
}

/**
 * What z alone says.
 * @param {number[]} z
 * @param {number} frames
 */
function alone(z, frames) {
  const run = model.decoder.freely(z);
  return guided((_, logits, offset) => run(logits, offset) > 0, frames);
}

/**
 * Music that stays at a z from its first half window on.
 * @param {number[]} z
 * @param {number} halves How many half windows.
 */
function staying(z, halves) {
  const size = half * facts.depth;
  const window = alone(z, 2 * half);
  const later = Array.from({length: halves - 1}, () =>
    fadedIn(window.slice(size), window.slice(0, size)),
  );
  return window.slice(0, size).concat(...later);
}

test('a turn fades in what would have been played at its z all along', () => {
  const {depth} = facts;
  const [first, second] = [half + 2, half + 5]; // Of turns, in one half window.
  const zs = [z[0], z[0], z[1], z[2], z[2]];
  let next = 0;
  const {guide, turn} = steered(model.decoder, () => zs[next++], half);
  const music = guided(guide, first);
  turn();
  music.push(...guided(guide, second - first));
  turn();
  music.push(...guided(guide, 4 * half - second));
  // It asked for a z at the start, a seam, two turns, and the seam after next.
  assert.equal(next, zs.length);
  const [a, b, c] = zs.slice(1, 4).map((z) => staying(z, 4));
  const ab = a
    .slice(0, first * depth)
    .concat(fadedIn(a.slice(first * depth), b.slice(first * depth)));
  const abc = ab
    .slice(0, second * depth)
    .concat(fadedIn(ab.slice(second * depth), c.slice(second * depth)));
  assertClose(music, abc, 1e-5);
});

test('a turn in the first half window, and one at its end', () => {
  const {depth} = facts;
  for (const at of [1, half]) {
    const zs = [z[0], z[1], z[1]];
    const {guide, turn} = steered(model.decoder, () => zs.shift() ?? [], half);
    const music = guided(guide, at);
    turn();
    music.push(...guided(guide, 2 * half - at));
    const [a, b] = [z[0], z[1]].map((z) => staying(z, 2));
    const turned = fadedIn(a.slice(at * depth), b.slice(at * depth));
    assertClose(music, a.slice(0, at * depth).concat(turned), 1e-5);
  }
});

test('the mark moves to a point in half a window, sooner if it leaves', () => {
  const at = (/** @type {number} */ x) => Float64Array.from([x, 0]);
  const how = {depth: 1, framesPerSecond: 8, wanders: true, halfWindow: 4};
  const piece = new LivePiece(
    '',
    {z: at(0), point: [0, 0], frames: 0},
    {...how, toMap: ([x, y]) => [x, y]},
  );
  const places = [8, 10, 20].map((frame, i) => ({frame, z: [8 * (i + 1), 0]}));
  const made = {logits: new Float32Array(30), roll: new Uint8Array(30)};
  piece.take({id: 1, from: 0, places, ...made}, Emission.of(settingsOf()));
  const marks = [7, 8, 9, 10, 12, 14, 19, 20, 22, 29].map(
    (frame) => piece.pointAt(frame)[0],
  );
  assert.deepEqual(marks, [0, 0, 4, 8, 12, 16, 16, 16, 20, 24]);
});

/**
 * What it was asked for, one after another, from the first frame on.
 *
 * @param {Frames[]} answers Of one piece.
 * @returns {number} Frames.
 */
function inOrder(answers) {
  let frames = 0;
  for (const {from, roll} of answers) {
    assert.equal(from, frames);
    frames += roll.length / facts.depth;
  }
  return frames;
}

/** A service, what it answered, and the work that waits. */
function served() {
  /** @type {Frames[]} */
  const answers = [];
  /** @type {(() => void)[]} */
  const waiting = [];
  const service = new Service(
    (frames) => answers.push(frames),
    (run) => waiting.push(run),
  );
  const work = () => {
    while (waiting.length) waiting.shift()?.();
  };
  service.take({kind: 'model', facts, weights: float32(weights), codes: null});
  return {service, answers, work};
}

test('a service answers what it is asked for, and forgets what is dropped', () => {
  const {service, answers, work} = served();
  const spans = [{z: z[0], frames: 2 * half}];
  service.take({kind: 'decode', id: 1, emission: settingsOf(), spans});
  service.take({kind: 'decode', id: 2, emission: settingsOf(), spans});
  service.take({kind: 'drop', id: 2});
  work();
  assert.deepEqual([...new Set(answers.map(({id}) => id))], [1]);
  assert.equal(inOrder(answers), 2 * half);
  // Endless music is made as far as it is asked for.
  answers.splice(0);
  const start = {z: z[0], wanders: false, emission: settingsOf()};
  service.take({kind: 'live', id: 3, start, beatFrames: BEAT});
  work();
  assert.equal(answers.length, 0);
  service.take({kind: 'more', id: 3, until: 5});
  work();
  assert.equal(inOrder(answers), 5);
});

test('a service answers bit by bit: as often as its time is up', (t) => {
  // However slow the machine is: at each look at the clock it is too late.
  let now = 0;
  t.mock.method(performance, 'now', () => (now += 1000));
  const {service, answers, work} = served();
  const spans = [{z: z[0], frames: 3}];
  service.take({kind: 'decode', id: 1, emission: settingsOf(), spans});
  service.take({kind: 'decode', id: 2, emission: settingsOf(), spans});
  work();
  // By turns, so that no piece waits for the whole of another.
  assert.deepEqual(
    answers.map(({id, from}) => [id, from]),
    [0, 1, 2].flatMap((from) => [1, 2].map((id) => [id, from])),
  );
  for (const {roll} of answers) assert.equal(roll.length, facts.depth);
});

test('a slice of a long walk is short, however quick the machine is', (t) => {
  t.mock.method(performance, 'now', () => 0); // No time goes by.
  const {service, answers, work} = served();
  const spans = [{z: z[0], frames: 1300}];
  service.take({kind: 'decode', id: 1, emission: settingsOf(), spans});
  work();
  assert.equal(inOrder(answers), 1300);
  const lengths = answers.map(({roll}) => roll.length / facts.depth);
  assert.deepEqual(lengths, [512, 512, 276]);
});
