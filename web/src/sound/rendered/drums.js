// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Drums, as samples: skins whose tone falls, wires of noise, and plates whose
// many tones fit no harmony.

import {finished, highPass, lowPass, noiseOf} from './noise.js';

/** @typedef {(sampleRate: number) => Float32Array} Render */

// Ratios of a plate's tones, as a well-known drum machine has them.
const PLATE = [205.3, 304.4, 369.6, 522.7, 540, 800];

/**
 * @param {object} skin
 * @param {number} skin.from Hz at first,
 * @param {number} skin.to and at last.
 * @param {number} skin.fall Seconds of that.
 * @param {number} skin.ring Seconds until it has died away by 60 dB.
 * @param {number} skin.click How loud the stick is.
 * @returns {Render}
 */
export const skinOf =
  ({from, to, fall, ring, click}) =>
  (sampleRate) => {
    const samples = new Float32Array(Math.round(ring * sampleRate));
    const noise = lowPass(noiseOf(samples.length, 5), 5000, sampleRate);
    let phase = 0;
    for (let i = 0; i < samples.length; i++) {
      const t = i / sampleRate;
      const frequency = to + (from - to) * Math.exp(-t / fall);
      phase += (2 * Math.PI * frequency) / sampleRate;
      const body = Math.sin(phase) * Math.exp((-6.9 * t) / ring);
      samples[i] =
        Math.tanh(1.6 * body) + click * noise[i] * Math.exp(-t / 0.004);
    }
    return finished(samples, Math.round(0.02 * sampleRate));
  };

/**
 * @param {object} snare
 * @param {number} snare.tone Hz of the skin.
 * @param {number} snare.wires How loud they are beside it.
 * @param {number} snare.ring Seconds.
 * @param {number} snare.low Hz: the wires are above.
 * @returns {Render}
 */
export const snareOf =
  ({tone, wires, ring, low}) =>
  (sampleRate) => {
    const samples = new Float32Array(Math.round(ring * sampleRate));
    const noise = highPass(noiseOf(samples.length, 9), low, sampleRate);
    lowPass(noise, 9000, sampleRate);
    const step = (2 * Math.PI) / sampleRate;
    for (let i = 0; i < samples.length; i++) {
      const t = i / sampleRate;
      const skin =
        Math.sin(step * tone * i) * Math.exp(-t / 0.05) +
        0.6 * Math.sin(step * 1.83 * tone * i) * Math.exp(-t / 0.03);
      samples[i] = 0.7 * skin + wires * noise[i] * Math.exp((-5.5 * t) / ring);
    }
    return finished(samples, Math.round(0.02 * sampleRate));
  };

/**
 * @param {object} plate
 * @param {number} plate.ring Seconds.
 * @param {number} plate.pitch Times the ratios.
 * @param {number} plate.low Hz: all is above.
 * @param {number} plate.noise How loud it is beside the tones.
 * @returns {Render}
 */
export const plateOf =
  ({ring, pitch, low, noise}) =>
  (sampleRate) => {
    const samples = noiseOf(Math.round(ring * sampleRate), 21);
    for (let i = 0; i < samples.length; i++) {
      let tones = 0;
      for (const f of PLATE) {
        tones += ((f * pitch * i) / sampleRate) % 1 < 0.5 ? 1 : -1;
      }
      samples[i] = noise * samples[i] + (1 - noise) * (tones / PLATE.length);
    }
    highPass(highPass(samples, low, sampleRate), low, sampleRate);
    for (let i = 0; i < samples.length; i++) {
      const t = i / sampleRate;
      samples[i] *= Math.exp((-6.9 * t) / ring) * (0.6 + Math.exp(-t / 0.01));
    }
    return finished(samples, Math.round(0.02 * sampleRate));
  };

/**
 * Hands: some bursts, then the room.
 * @type {Render}
 */
export function clap(sampleRate) {
  const samples = highPass(
    noiseOf(Math.round(0.3 * sampleRate), 31),
    900,
    sampleRate,
  );
  lowPass(samples, 3500, sampleRate);
  for (let i = 0; i < samples.length; i++) {
    const t = i / sampleRate;
    const burst = t < 0.03 ? Math.exp(-(t % 0.01) / 0.003) : 0;
    const after = Math.max(0, t - 0.03);
    const room = t >= 0.03 ? Math.exp(-after / 0.06) : 0;
    samples[i] *= burst + room;
  }
  return finished(samples, Math.round(0.02 * sampleRate));
}
