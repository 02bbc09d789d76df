// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What the notes and drums of a single instrument sound like, in numbers. Those
// of a band are in band_timbres.js.

/**
 * @typedef {object} Tone A note.
 * @property {number} frequency
 * @property {number} loudness
 * @property {{type: OscillatorType, ratio: number, gain: number}[]} partials
 * @property {{from: number, to: number, seconds: number}} brightness In Hz.
 * @property {number} attack In seconds.
 * @property {number} sustain What is left of the loudness while it is held.
 * @property {number} decay How quickly it comes to that, in seconds.
 * @property {number} release
 */

/**
 * @typedef {object} Drum A hit: a skin, a hiss, or both.
 * @property {{frequency: number, to: number, loudness: number,
 *   seconds: number, type: OscillatorType} | null} skin
 * @property {{filter: BiquadFilterType, frequency: number, loudness: number,
 *   seconds: number} | null} hiss Of a second at most.
 */

/** @type {Tone['partials']} */
const HARMONICS = [
  {type: 'triangle', ratio: 1, gain: 0.8},
  {type: 'sine', ratio: 2.001, gain: 0.24},
  {type: 'sine', ratio: 3.003, gain: 0.1},
];

const KICKS = [35, 36];
const SNARES = [37, 38, 39, 40];
const TOMS = [41, 43, 45, 47, 48, 50]; // And all from 60 on: bongos and on.
const RINGING = [46, 49, 51, 52, 53, 55, 57, 59];

/**
 * A struck string: bright at first, then ever softer.
 * @param {number} pitch Of MIDI.
 * @returns {Tone}
 */
export function stringOf(pitch) {
  const frequency = frequencyOf(pitch);
  return {
    frequency,
    loudness: 0.2 * Math.min(1.4, (440 / frequency) ** 0.25),
    partials: HARMONICS,
    brightness: {
      from: Math.min(frequency * 9, 12000),
      to: frequency * 2.5,
      seconds: 0.25,
    },
    ...{attack: 0.006, sustain: 0.32, decay: 0.28, release: 0.07},
  };
}

/** @param {number} pitch */
export const frequencyOf = (pitch) => 440 * 2 ** ((pitch - 69) / 12);

/**
 * A drum of the General MIDI set, roughly: skins by tone, the rest noise.
 * @param {number} pitch
 * @returns {Drum}
 */
export function drumOf(pitch) {
  const isKick = KICKS.includes(pitch);
  const isSnare = SNARES.includes(pitch);
  const isSkin = isKick || TOMS.includes(pitch) || pitch >= 60;
  const frequency = isKick ? 140 : 90 + 6 * (pitch - 35);
  const seconds = RINGING.includes(pitch) ? 0.9 : isSnare ? 0.25 : 0.09;
  return {
    skin: isSkin
      ? {
          frequency,
          to: 0.4 * frequency,
          type: 'sine',
          loudness: isKick ? 0.9 : 0.45,
          seconds: 0.4,
        }
      : null,
    hiss: isSkin
      ? null
      : {
          filter: isSnare ? 'bandpass' : 'highpass',
          frequency: isSnare ? 1800 : 7000,
          loudness: isSnare ? 0.6 : 0.3,
          seconds,
        },
  };
}

/**
 * Noise between -1 and 1.
 * @param {Float32Array} samples
 * @param {(part: number) => number} shape How loud it is on its way.
 */
export function fillWithNoise(samples, shape = () => 1) {
  for (let i = 0; i < samples.length; i++) {
    samples[i] = (Math.random() * 2 - 1) * shape(i / samples.length);
  }
}

/** The echo of a small hall: noise that dies away. */
export const HALL = {
  seconds: 1.6,
  shape: (/** @type {number} */ part) => (1 - part) ** 3.5,
};
