// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What notes sound like, by the program of General MIDI, in numbers.

import {stringSamples} from './rendered/string.js';
import {tineSamples} from './rendered/tines.js';

/**
 * @typedef {object} Rendered A note that was made in samples, at its pitch.
 * @property {string} name
 * @property {(pitch: number, sampleRate: number) => Float32Array} render
 * @property {(pitch: number) => number} loudness
 * @property {(pitch: number, force: number) => number} brightness In Hz.
 * @property {number} release In seconds.
 */

/**
 * @typedef {object} Held A note that sounds as long as it is held.
 * @property {(pitch: number) => number} loudness
 * @property {{type: OscillatorType, ratio: number, gain: number}[]} partials
 * @property {(pitch: number, force: number) => number} brightness In Hz.
 * @property {number} attack In seconds.
 * @property {number} sustain What is left of the loudness while it is held.
 * @property {number} decay How quickly it comes to that, in seconds.
 * @property {number} release
 * @property {{rate: number, cents: number, after: number}} vibrato
 */

/** @typedef {Rendered | Held} Timbre */

/** @param {number} pitch */
export const frequencyOf = (pitch) => 440 * 2 ** ((pitch - 69) / 12);

/** @type {Rendered} */
export const piano = {
  name: 'piano',
  render: (pitch, sampleRate) =>
    stringSamples(
      {
        frequency: frequencyOf(pitch),
        stiffness: 2.5e-4 * 2 ** (Math.max(pitch - 57, -12) / 11),
        place: 0.118,
        tilt: Math.min(0.9, 0.86 - (pitch - 48) * 0.0045),
        ring: Math.min(14, 9 * 2 ** ((57 - pitch) / 18)),
        damping: 0.16,
        beating: pitch > 43 ? 1.1 : 0,
        knock: 0.35 + Math.max(0, pitch - 60) * 0.012,
        seconds: Math.min(4.5, Math.max(1.2, 6 * 2 ** ((50 - pitch) / 24))),
      },
      sampleRate,
    ),
  loudness: (pitch) => 0.3 * Math.min(1.3, 2 ** ((60 - pitch) / 40)),
  brightness: (pitch, force) =>
    Math.min(600 + frequencyOf(pitch) * (2 + 6 * force), 14000),
  release: 0.09,
};

/** @type {Rendered} */
const bass = {
  name: 'bass',
  render: (pitch, sampleRate) =>
    stringSamples(
      {
        frequency: frequencyOf(pitch),
        stiffness: 6e-5,
        place: 0.21,
        tilt: 0.74,
        ring: 4.5,
        damping: 0.45,
        beating: 0,
        knock: 0.25,
        seconds: 3,
      },
      sampleRate,
    ),
  loudness: () => 0.42,
  brightness: (pitch, force) =>
    Math.min(250 + frequencyOf(pitch) * (4 + 8 * force), 5000),
  release: 0.06,
};

/** @type {Rendered} */
const keys = {
  name: 'keys',
  render: (pitch, sampleRate) => tineSamples(frequencyOf(pitch), sampleRate),
  loudness: (pitch) => 0.2 * Math.min(1.2, 2 ** ((60 - pitch) / 48)),
  brightness: (pitch, force) =>
    Math.min(900 + frequencyOf(pitch) * (2 + 8 * force), 12000),
  release: 0.1,
};

/** @type {Held} */
const lead = {
  loudness: () => 0.13,
  partials: [
    {type: 'sawtooth', ratio: 0.9978, gain: 0.4},
    {type: 'sawtooth', ratio: 1.0023, gain: 0.4},
    {type: 'triangle', ratio: 1, gain: 0.5},
  ],
  brightness: (pitch, force) =>
    Math.min(500 + frequencyOf(pitch) * (2.5 + 3 * force), 9000),
  ...{attack: 0.012, sustain: 0.75, decay: 0.25, release: 0.07},
  vibrato: {rate: 5.4, cents: 9, after: 0.25},
};

/** @type {Held} Bowed strings, and voices. */
const strings = {
  loudness: (pitch) => 0.25 * Math.min(1.3, 2 ** ((60 - pitch) / 48)),
  partials: [
    {type: 'sawtooth', ratio: 0.9985, gain: 0.4},
    {type: 'sawtooth', ratio: 1.0015, gain: 0.4},
  ],
  brightness: (pitch, force) =>
    Math.min(600 + frequencyOf(pitch) * (2 + 2 * force), 6500),
  ...{attack: 0.05, sustain: 0.85, decay: 0.3, release: 0.12},
  vibrato: {rate: 5.1, cents: 7, after: 0.3},
};

/** @type {Held} */
const organ = {
  loudness: () => 0.12,
  partials: [
    {type: 'sine', ratio: 1, gain: 0.6},
    {type: 'sine', ratio: 2, gain: 0.4},
    {type: 'sine', ratio: 3, gain: 0.16},
    {type: 'sine', ratio: 4, gain: 0.2},
    {type: 'sine', ratio: 0.5, gain: 0.3},
  ],
  brightness: () => 7000,
  ...{attack: 0.012, sustain: 1, decay: 0.1, release: 0.05},
  vibrato: {rate: 6, cents: 3, after: 0.4},
};

/** Programs of General MIDI, to the last of each range. @type {[number, Timbre][]} */
const PROGRAMS = [
  [3, piano],
  [7, keys],
  [15, keys], // Vibraphones and bells.
  [23, organ],
  [31, keys], // Guitars.
  [39, bass],
  [42, strings],
  [43, bass],
  [55, strings],
  [87, lead],
  [103, strings],
  [111, lead],
  [127, keys],
];

/**
 * The sound of a program.
 * @param {number} program
 */
export const timbreOf = (program) =>
  PROGRAMS.find(([last]) => program <= last)?.[1] ?? keys;
