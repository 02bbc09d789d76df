// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// A string that is struck or plucked, as samples: partials that are a little
// sharper the higher they are, since strings are stiff, and die away the sooner.

import {finished, lowPass, noiseOf} from './noise.js';

/**
 * @typedef {object} StringSound
 * @property {number} frequency
 * @property {number} stiffness How much partials are sharp: f_n = n f √(1 + B n²).
 * @property {number} place Where along it the string is struck.
 * @property {number} tilt How much softer each partial is than the one below.
 * @property {number} ring Seconds in which the lowest partial dies away by 60 dB.
 * @property {number} damping How much sooner the higher ones do.
 * @property {number} beating Cents between the two strings of a note; 0 for one.
 * @property {number} knock How loud hammer or finger are.
 * @property {number} seconds Of all.
 */

const MOST_PARTIALS = 28;
const HIGHEST = 0.42; // Of the sample rate.
const QUICK_SHARE = 0.7; // Of a partial's sound, that dies away at first.
const QUICKER = 3;
const KNOCK_SECONDS = 0.05;
const FADE_SECONDS = 0.15;

/**
 * @param {StringSound} sound
 * @param {number} sampleRate
 */
export function stringSamples(sound, sampleRate) {
  const {frequency, stiffness, place, tilt, ring, damping, beating} = sound;
  const samples = new Float32Array(Math.round(sound.seconds * sampleRate));
  for (let n = 1; n <= MOST_PARTIALS; n++) {
    const partial = n * frequency * Math.sqrt(1 + stiffness * n * n);
    if (partial > HIGHEST * sampleRate) break;
    const gain = (Math.abs(Math.sin(Math.PI * n * place)) + 0.03) * tilt ** n;
    const slow = ring / 6.91 / (1 + damping * (n - 1));
    // Two strings, or the two ways that one swings: the sound of the one goes
    // to the bridge and is over soon, that of the other stays.
    const apart = 2 ** (beating / 2400);
    for (const [share, decay, f] of [
      [QUICK_SHARE, slow / QUICKER, partial / apart],
      [1 - QUICK_SHARE, slow, partial * apart],
    ]) {
      const angle = (2 * Math.PI * f) / sampleRate;
      const level = gain * share;
      addPartial(samples, {level, decay, angle, phase: 2 * n}, sampleRate);
    }
  }
  if (sound.knock) addKnock(samples, sound, sampleRate);
  // The first wave rises in a millisecond or two.
  const rise = Math.round(0.0015 * sampleRate);
  for (let i = 0; i < rise; i++) samples[i] *= i / rise;
  return finished(samples, Math.round(FADE_SECONDS * sampleRate));
}

/**
 * Adds a sine that dies away, by turning a pointer.
 * @param {Float32Array} samples
 * @param {{level: number, decay: number, angle: number, phase: number}} partial
 * @param {number} sampleRate
 */
function addPartial(samples, {level, decay, angle, phase}, sampleRate) {
  const shrink = Math.exp(-1 / (decay * sampleRate));
  const [c, s] = [shrink * Math.cos(angle), shrink * Math.sin(angle)];
  let x = level * Math.cos(phase);
  let y = level * Math.sin(phase);
  // Below -65 dB there is nothing to hear.
  const until = Math.min(samples.length, Math.ceil(decay * sampleRate * 7.5));
  for (let i = 0; i < until; i++) {
    samples[i] += y;
    const turned = x * c - y * s;
    y = x * s + y * c;
    x = turned;
  }
}

/**
 * @param {Float32Array} samples
 * @param {StringSound} sound
 * @param {number} sampleRate
 */
function addKnock(samples, {knock, frequency}, sampleRate) {
  const length = Math.round(KNOCK_SECONDS * sampleRate);
  const noise = noiseOf(length, 77);
  lowPass(noise, 500 + 2 * frequency, sampleRate);
  for (let i = 0; i < Math.min(length, samples.length); i++) {
    samples[i] += knock * noise[i] * Math.exp((-7 * i) / length);
  }
}
