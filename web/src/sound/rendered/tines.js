// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// An electric piano, as samples: a tine whose overtones are strong while it is
// struck, by frequency modulation, with a bell on its attack.

import {finished} from './noise.js';

const SECONDS = 4;
const BELL = 14; // Times the frequency.

/**
 * @param {number} frequency
 * @param {number} sampleRate
 */
export function tineSamples(frequency, sampleRate) {
  const samples = new Float32Array(SECONDS * sampleRate);
  const step = (2 * Math.PI * frequency) / sampleRate;
  const ring = Math.min(Math.max(1.6 * (220 / frequency) ** 0.4, 0.5), 2.2);
  const depth = Math.min(1.6 * (330 / frequency) ** 0.5, 1.9);
  const hasBell = BELL * frequency < 0.4 * sampleRate;
  for (let i = 0; i < samples.length; i++) {
    const t = i / sampleRate;
    const index = depth * (0.25 + 0.75 * Math.exp(-t / 0.22));
    const turn = index * Math.exp(-t / ring) * Math.sin(step * i);
    let y = Math.exp(-t / ring) * Math.sin(step * i + turn);
    if (hasBell) y += 0.12 * Math.exp(-t / 0.09) * Math.sin(BELL * step * i);
    samples[i] = y * Math.min(1, t / 0.002);
  }
  return finished(samples, Math.round(0.1 * sampleRate));
}
