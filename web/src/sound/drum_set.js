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

/** @type {Drum} */
const kick = {
  name: 'kick',
  render: skinOf({from: 190, to: 47, fall: 0.035, ring: 0.5, click: 0.5}),
  loudness: 0.62,
};
/** @type {Drum} */
const snare = {
  name: 'snare',
  render: snareOf({tone: 186, wires: 1, ring: 0.28, low: 1300}),
  loudness: 0.4,
};
/** @type {Drum} */
const tightSnare = {
  name: 'tight snare',
  render: snareOf({tone: 230, wires: 1, ring: 0.2, low: 2200}),
  loudness: 0.38,
};
/** @type {Drum} */
const rim = {
  name: 'rim',
  render: snareOf({tone: 820, wires: 0.25, ring: 0.08, low: 2500}),
  loudness: 0.26,
};
/** @type {Drum} */
const claps = {name: 'clap', render: clap, loudness: 0.42};
/** @type {Drum} */
const closed = {
  name: 'closed hat',
  render: plateOf({ring: 0.13, pitch: 4.2, low: 6500, noise: 0.45}),
  loudness: 0.17,
  chokes: true,
};
/** @type {Drum} */
const pedal = {...closed, name: 'pedal hat', loudness: 0.12};
/** @type {Drum} */
const open = {
  name: 'open hat',
  render: plateOf({ring: 0.85, pitch: 4.2, low: 6000, noise: 0.45}),
  loudness: 0.17,
};
/** @type {Drum} */
const crash = {
  name: 'crash',
  render: plateOf({ring: 1.9, pitch: 2.7, low: 3000, noise: 0.7}),
  loudness: 0.24,
};
/** @type {Drum} */
const ride = {
  name: 'ride',
  render: plateOf({ring: 1.3, pitch: 3.1, low: 4500, noise: 0.25}),
  loudness: 0.16,
};
/** @type {Drum} */
const bell = {
  name: 'bell',
  render: plateOf({ring: 0.7, pitch: 1.9, low: 900, noise: 0.02}),
  loudness: 0.14,
};
/** @type {Drum} */
const shaker = {
  name: 'shaker',
  render: plateOf({ring: 0.12, pitch: 5, low: 5500, noise: 1}),
  loudness: 0.13,
};

const SNARES = new Map([
  [37, rim],
  [39, claps],
  [40, tightSnare],
]);
const SHAKEN = [54, 58, 69, 70, 73, 74, 82];

/**
 * A skin by its key.
 * @param {number} key
 * @param {number} frequency
 * @returns {Drum}
 */
const tomOf = (key, frequency) => ({
  name: `skin ${key}`,
  render: skinOf({
    ...{from: 1.6 * frequency, to: frequency, fall: 0.06},
    ...{ring: 0.45, click: 0.15},
  }),
  loudness: 0.4,
});

/**
 * The drum of a key.
 * @param {number} key
 * @returns {Drum}
 */
export function drumOf(key) {
  const family = familyOf(key);
  if (family === 'kick') return kick;
  if (family === 'snare') return SNARES.get(key) ?? snare;
  if (family === 'hats') {
    if (key === 46) return open;
    return key === 44 ? pedal : closed;
  }
  if (family === 'toms') return tomOf(key, 82 + 13 * (key - 41));
  if (key === 53 || key === 56) return bell;
  if (family === 'cymbals') return key === 51 || key === 59 ? ride : crash;
  if (SHAKEN.includes(key)) return shaker;
  // Bongos and congas are low, woodblocks and claves high.
  return tomOf(key, 220 * 2 ** ((Math.max(key, 35) - 60) / 12));
}
