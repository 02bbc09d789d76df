// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Noise that is the same each time, and simple filters for samples.

/**
 * Noise between -1 and 1.
 * @param {number} length
 * @param {number} seed A whole number, not 0.
 */
export function noiseOf(length, seed) {
  const samples = new Float32Array(length);
  let state = seed | 0;
  for (let i = 0; i < length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    samples[i] = state / 2 ** 31;
  }
  return samples;
}

/**
 * Takes away what is above a frequency, in place.
 * @param {Float32Array} samples
 * @param {number} frequency
 * @param {number} sampleRate
 */
export function lowPass(samples, frequency, sampleRate) {
  const share = 1 - Math.exp((-2 * Math.PI * frequency) / sampleRate);
  let last = 0;
  for (let i = 0; i < samples.length; i++) {
    last += share * (samples[i] - last);
    samples[i] = last;
  }
  return samples;
}

/**
 * Takes away what is below a frequency, in place.
 * @param {Float32Array} samples
 * @param {number} frequency
 * @param {number} sampleRate
 */
export function highPass(samples, frequency, sampleRate) {
  const low = lowPass(samples.slice(), frequency, sampleRate);
  for (let i = 0; i < samples.length; i++) samples[i] -= low[i];
  return samples;
}

/**
 * Makes the loudest sample 1, and lets the end fade.
 * @param {Float32Array} samples
 * @param {number} fade Samples.
 */
export function finished(samples, fade) {
  let peak = 1e-9;
  for (const x of samples) peak = Math.max(peak, Math.abs(x));
  const from = samples.length - fade;
  for (let i = 0; i < samples.length; i++) {
    const left = i < from ? 1 : (samples.length - i) / fade;
    samples[i] *= left / peak;
  }
  return samples;
}
