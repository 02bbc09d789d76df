// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The echo of a small hall: a few walls, then noise that dies away, the high
// of it first.

import {noiseOf} from './noise.js';

const SECONDS = 1.9;
const RING = 1.5; // Seconds until it has died away by 60 dB.
const WALLS = [0.011, 0.017, 0.023, 0.031, 0.037, 0.043]; // Seconds.
const LATE_SECONDS = 0.02; // The noise comes after.

/**
 * @param {number} sampleRate
 * @param {number} seed Other ears hear another noise.
 */
export function hallSamples(sampleRate, seed) {
  const samples = noiseOf(Math.round(SECONDS * sampleRate), seed);
  let last = 0;
  for (let i = 0; i < samples.length; i++) {
    const t = i / sampleRate;
    // What is left grows dark.
    const cutoff = 1200 + 6000 * Math.exp(-t / 0.35);
    const share = 1 - Math.exp((-2 * Math.PI * cutoff) / sampleRate);
    last += share * (samples[i] - last);
    const comes = Math.min(1, t / LATE_SECONDS) ** 2;
    samples[i] = comes * last * Math.exp((-6.91 * t) / RING);
  }
  WALLS.forEach((seconds, i) => {
    const at = Math.round(seconds * (1 + 0.07 * (seed % 3)) * sampleRate);
    samples[at] += (i % 2 ? -1 : 1) * 0.7 ** i;
  });
  // One energy, whatever the sample rate.
  const energy = Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0));
  return samples.map((x) => x / energy);
}
