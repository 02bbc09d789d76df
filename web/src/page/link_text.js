// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What a link to the page says in its fragment: a path, settings and favourites,
// as text. Links come from anywhere: all of one is checked.

/** @import {Point} from '../given/facts.js' */

/**
 * @typedef {object} State
 * @property {string} mode
 * @property {string} kind Of the piece.
 * @property {Point[]} path Its points.
 * @property {number[]} times When the hand was at each, in seconds, if known.
 * @property {string} song Of a walk along one, its title; else ''.
 * @property {Record<string, number>} numbers Settings by name.
 * @property {Record<string, string>} choices Likewise.
 * @property {[number, number] | null} loop Its frames.
 * @property {KeptPoint[]} favourites
 * @property {[number[], number[]] | null} [changed] How far sliders have changed
 *   a point, along attributes and beside the map.
 */
/**
 * @typedef {[name: string, x: number, y: number, draw: number, from?: Point,
 *   attributes?: number[], beyond?: number[]]} KeptPoint With the throw of the
 *   dice; of a changed point, also what it was and how far sliders are.
 */

const VERSION = 1;
const MOST_POINTS = 200;
const MOST_FAVOURITES = 100;
const MOST_CHARACTERS = 100000;
const MOST_SECONDS = 3600;
const MOST_SLIDERS = 20;
const LARGEST = 1e16; // Distances of larger numbers are infinite.
const DIGITS = 8; // A window's own point stays that.

/** @param {number} value */
const rounded = (value) => Number(value.toPrecision(DIGITS));

/** @param {State} state */
export function textOf(state) {
  const {path, favourites} = state;
  const every = Math.max(1, Math.ceil(path.length / MOST_POINTS));
  const isKept = (/** @type {unknown} */ _, /** @type {number} */ i) =>
    i % every === 0 || i === path.length - 1;
  const begin = state.times[0] ?? 0;
  const json = JSON.stringify({
    v: VERSION,
    ...state,
    path: path.filter(isKept).map((point) => point.map(rounded)),
    times: state.times
      .filter(isKept)
      .map((time) => Math.round(1000 * (time - begin)) / 1000),
    favourites: favourites
      .slice(0, MOST_FAVOURITES)
      .map(([name, x, y, draw, from, ...sliders]) => {
        const place = [name, rounded(x), rounded(y), draw];
        return from ? [...place, from.map(rounded), ...sliders] : place;
      }),
  });
  const bytes = new TextEncoder().encode(json);
  const binary = Array.from(bytes, (b) => String.fromCharCode(b)).join('');
  return btoa(binary)
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/**
 * @param {string} text
 * @returns {State | null} Null if it is no such text.
 */
export function stateOf(text) {
  if (text.length > MOST_CHARACTERS) return null;
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (c) => c.charCodeAt(0));
    const found = JSON.parse(new TextDecoder().decode(bytes));
    return isState(found) ? found : null;
  } catch {
    return null;
  }
}

/** @param {unknown} value */
const isNumber = (value) =>
  typeof value === 'number' && Math.abs(value) <= LARGEST;

/** @param {unknown} value */
const isText = (value) => typeof value === 'string';

/**
 * @param {unknown} value
 * @param {(value: unknown) => boolean} isOne
 */
const isRecordOf = (value, isOne) =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).every(isOne);

/**
 * @param {unknown} value
 * @param {number} most
 * @param {(value: unknown) => boolean} isOne
 */
const isListOf = (value, most, isOne) =>
  Array.isArray(value) && value.length <= most && value.every(isOne);

/** @param {number[]} times */
const isInOrder = (times) =>
  times.every((time, i) => i === 0 || time >= times[i - 1]) &&
  (times.at(-1) ?? 0) - (times[0] ?? 0) < MOST_SECONDS;

/** @param {unknown} value */
const isPoint = (value) =>
  Array.isArray(value) && value.length === 2 && value.every(isNumber);

/** @param {unknown} value How far two groups of sliders are. */
const isSliders = (value) =>
  Array.isArray(value) &&
  value.length === 2 &&
  value.every((group) => isListOf(group, MOST_SLIDERS, isNumber));

/** @param {unknown} one */
const isKeptPoint = (one) =>
  Array.isArray(one) &&
  isText(one[0]) &&
  one.slice(1, 4).every(isNumber) &&
  (one.length === 4 ||
    (one.length === 7 && isPoint(one[4]) && isSliders(one.slice(5))));

/**
 * @param {unknown} value
 * @returns {value is State}
 */
function isState(value) {
  if (typeof value !== 'object' || value === null) return false;
  const of = /** @type {Record<string, unknown>} */ (value);
  return (
    of.v === VERSION &&
    [of.mode, of.kind, of.song].every(isText) &&
    isListOf(of.path, MOST_POINTS + 1, isPoint) &&
    isListOf(of.times, MOST_POINTS + 1, isNumber) &&
    isInOrder(/** @type {number[]} */ (of.times)) &&
    isRecordOf(of.numbers, isNumber) &&
    isRecordOf(of.choices, isText) &&
    (of.loop === null || isPoint(of.loop)) &&
    isListOf(of.favourites, MOST_FAVOURITES, isKeptPoint) &&
    ((of.changed ?? null) === null || isSliders(of.changed))
  );
}
