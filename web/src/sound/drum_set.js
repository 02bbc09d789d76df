// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The drums of General MIDI, by what is struck.

import {familyOf} from '../music/kit.js';
import {clap, plateOf, skinOf, snareOf} from './rendered/drums.js';

/** @import {Render} from './rendered/drums.js' */

/**
 * @typedef {object} Drum
 * @property {string} name
 * @property {Render} render
 * @property {number} loudness
 * @property {boolean} [chokes] Whether it ends the open hat.
 */

/**
 * @param {string} name
 * @param {number} loudness
 * @param {Render} render
 * @returns {Drum}
 */
const drum = (name, loudness, render) => ({name, loudness, render});

const hat = (/** @type {number} */ ring, low = 6500) =>
  plateOf({ring, pitch: 4.2, low, noise: 0.45});
const KICK = {from: 190, to: 47, fall: 0.035, ring: 0.5, click: 0.5};
const SNARE = {tone: 186, wires: 1, ring: 0.28, low: 1300};
const TIGHT = {tone: 230, wires: 1, ring: 0.2, low: 2200};
const RIM = {tone: 820, wires: 0.25, ring: 0.08, low: 2500};
const CRASH = {ring: 1.9, pitch: 2.7, low: 3000, noise: 0.7};
const RIDE = {ring: 1.3, pitch: 3.1, low: 4500, noise: 0.25};
const BELL = {ring: 0.7, pitch: 1.9, low: 900, noise: 0.02};
const SHAKER = {ring: 0.12, pitch: 5, low: 5500, noise: 1};

/** @type {[number[], Drum][]} The drums of keys. */
const DRUMS = [
  [[35, 36], drum('kick', 0.62, skinOf(KICK))],
  [[38], drum('snare', 0.4, snareOf(SNARE))],
  [[40], drum('tight snare', 0.38, snareOf(TIGHT))],
  [[37], drum('rim', 0.26, snareOf(RIM))],
  [[39], drum('clap', 0.42, clap)],
  [[42], {...drum('closed hat', 0.17, hat(0.13)), chokes: true}],
  [[44], {...drum('pedal hat', 0.12, hat(0.13)), chokes: true}],
  [[46], drum('open hat', 0.17, hat(0.85, 6000))],
  [[49, 52, 55, 57], drum('crash', 0.24, plateOf(CRASH))],
  [[51, 59], drum('ride', 0.16, plateOf(RIDE))],
  [[53, 56], drum('bell', 0.14, plateOf(BELL))],
  [[54, 58, 69, 70, 73, 74, 82], drum('shaker', 0.13, plateOf(SHAKER))],
];
const BY_KEY = new Map(
  DRUMS.flatMap(([keys, of]) => keys.map((key) => [key, of])),
);

/**
 * A skin by its key.
 * @param {number} key
 * @param {number} frequency
 * @returns {Drum}
 */
const tomOf = (key, frequency) =>
  drum(
    `skin ${key}`,
    0.4,
    skinOf({
      ...{from: 1.6 * frequency, to: frequency, fall: 0.06},
      ...{ring: 0.45, click: 0.15},
    }),
  );

/**
 * The drum of a key.
 * @param {number} key
 * @returns {Drum}
 */
export function drumOf(key) {
  const known = BY_KEY.get(key);
  if (known) return known;
  if (familyOf(key) === 'toms') return tomOf(key, 82 + 13 * (key - 41));
  // Bongos and congas are low, woodblocks and claves high.
  return tomOf(key, 220 * 2 ** ((Math.max(key, 35) - 60) / 12));
}
