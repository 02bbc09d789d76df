// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What a band's instruments sound like, in numbers: a round bass, an electric
// piano, a lead, and a drum set.

import {familyOf} from '../music/kit.js';
import {frequencyOf} from './timbres.js';

/** @import {Drum, Tone} from './timbres.js' */

/** Programs of General MIDI, from the first to the last of a range. */
const BASSES = [
  [32, 39],
  [43, 43],
];
const LEADS = [
  [56, 87],
  [104, 111],
];

/**
 * The sound of a program.
 * @param {number} program
 * @returns {(pitch: number) => Tone}
 */
export function toneOf(program) {
  const isIn = (/** @type {number[][]} */ ranges) =>
    ranges.some(([first, last]) => first <= program && program <= last);
  if (isIn(BASSES)) return bassOf;
  return isIn(LEADS) ? leadOf : keysOf;
}

/**
 * Almost a sine, with a few overtones for small loudspeakers.
 * @param {number} pitch
 * @returns {Tone}
 */
function bassOf(pitch) {
  const frequency = frequencyOf(pitch);
  return {
    frequency,
    loudness: 0.36,
    partials: [
      {type: 'sine', ratio: 1, gain: 0.8},
      {type: 'triangle', ratio: 1, gain: 0.4},
      {type: 'sine', ratio: 2, gain: 0.22},
    ],
    brightness: {
      from: Math.min(frequency * 10, 2600),
      to: frequency * 3,
      seconds: 0.18,
    },
    ...{attack: 0.008, sustain: 0.6, decay: 0.4, release: 0.05},
  };
}

/**
 * An electric piano: a soft tone with a bell on its attack.
 * @param {number} pitch
 * @returns {Tone}
 */
function keysOf(pitch) {
  const frequency = frequencyOf(pitch);
  return {
    frequency,
    loudness: 0.15,
    partials: [
      {type: 'sine', ratio: 1, gain: 0.8},
      {type: 'sine', ratio: 1.003, gain: 0.3},
      {type: 'triangle', ratio: 2, gain: 0.16},
      {type: 'sine', ratio: 7, gain: 0.14},
    ],
    brightness: {
      from: Math.min(frequency * 10, 9000),
      to: frequency * 2,
      seconds: 0.14,
    },
    ...{attack: 0.004, sustain: 0.3, decay: 0.5, release: 0.09},
  };
}

/**
 * Two saws that are a little out of tune, without their edge.
 * @param {number} pitch
 * @returns {Tone}
 */
function leadOf(pitch) {
  const frequency = frequencyOf(pitch);
  return {
    frequency,
    loudness: 0.13,
    partials: [
      {type: 'sawtooth', ratio: 1, gain: 0.5},
      {type: 'sawtooth', ratio: 1.004, gain: 0.35},
      {type: 'triangle', ratio: 1, gain: 0.5},
    ],
    brightness: {
      from: Math.min(frequency * 7, 9000),
      to: Math.min(frequency * 4, 6000),
      seconds: 0.2,
    },
    ...{attack: 0.015, sustain: 0.75, decay: 0.3, release: 0.06},
  };
}

/** @typedef {(key: number) => Drum} DrumOf */

/** @type {DrumOf} */
const kick = () => ({
  skin: skin(150, 44, 0.95, 0.4),
  hiss: hiss('highpass', 2500, 0.1, 0.03),
});

/** @type {DrumOf} */
function snare(key) {
  if (key === 37) {
    return {
      skin: skin(460, 380, 0.3, 0.1),
      hiss: hiss('bandpass', 2600, 0.3, 0.06),
    };
  }
  if (key === 39) return {skin: null, hiss: hiss('bandpass', 1300, 0.75, 0.22)};
  const frequency = key === 40 ? 3000 : 2000;
  return {
    skin: skin(210, 150, 0.35, 0.2),
    hiss: hiss('bandpass', frequency, 0.6, 0.25),
  };
}

/** @type {DrumOf} */
function hats(key) {
  if (key === 46) return {skin: null, hiss: hiss('highpass', 7500, 0.3, 0.6)};
  const seconds = key === 44 ? 0.11 : 0.07;
  return {skin: null, hiss: hiss('highpass', 8500, 0.3, seconds)};
}

/** @type {DrumOf} */
function toms(key) {
  const frequency = 80 + 14 * (key - 41);
  return {
    skin: skin(frequency * 1.3, frequency * 0.8, 0.55, 0.4),
    hiss: hiss('lowpass', 900, 0.12, 0.05),
  };
}

/** @type {DrumOf} */
function cymbals(key) {
  const isRide = key === 51 || key === 59;
  if (key === 53) {
    return {
      skin: skin(840, 840, 0.1, 0.6, 'square'),
      hiss: hiss('highpass', 6000, 0.12, 0.6),
    };
  }
  if (isRide) return {skin: null, hiss: hiss('bandpass', 6500, 0.32, 0.9)};
  const seconds = key === 55 ? 0.6 : 1;
  return {skin: null, hiss: hiss('highpass', 4000, 0.4, seconds)};
}

const SHAKEN = [54, 58, 69, 70, 73, 74, 82];

/** @type {DrumOf} */
function other(key) {
  if (SHAKEN.includes(key)) {
    return {skin: null, hiss: hiss('highpass', 6500, 0.22, 0.12)};
  }
  if (key === 56)
    return {skin: skin(560, 560, 0.14, 0.3, 'square'), hiss: null};
  // Bongos and congas are low, woodblocks and claves high.
  const frequency = 220 * 2 ** ((Math.max(key, 35) - 60) / 12);
  return {skin: skin(frequency, frequency * 0.9, 0.4, 0.2), hiss: null};
}

const FAMILIES = {kick, snare, hats, toms, cymbals, other};

/** @type {DrumOf} */
export const kitOf = (key) => FAMILIES[familyOf(key)](key);

/**
 * @param {number} frequency
 * @param {number} to
 * @param {number} loudness
 * @param {number} seconds
 * @param {OscillatorType} type
 */
function skin(frequency, to, loudness, seconds, type = 'sine') {
  return {frequency, to, loudness, seconds, type};
}

/**
 * @param {BiquadFilterType} filter
 * @param {number} frequency
 * @param {number} loudness
 * @param {number} seconds
 */
function hiss(filter, frequency, loudness, seconds) {
  return {filter, frequency, loudness, seconds};
}
