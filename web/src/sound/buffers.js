// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Samples of notes and drums, made when first asked for, and kept. One serves
// the pitches around it, played a little faster or slower.

/** @import {Drum} from './drum_set.js' */
/** @import {Rendered} from './timbres.js' */

const SAMPLE_RATE = 44100;
const STEP = 3; // Pitches from one that is made to the next.

/** @type {Map<string, Float32Array>} */
const made = new Map();

/**
 * @param {string} key
 * @param {() => Float32Array} render
 */
function kept(key, render) {
  const found = made.get(key);
  if (found) return found;
  const samples = render();
  made.set(key, samples);
  return samples;
}

/** The pitch whose samples serve another. @param {number} pitch */
export const rootOf = (pitch) => Math.round(pitch / STEP) * STEP;

/**
 * @param {Rendered} timbre
 * @param {number} pitch
 */
export function samplesOf({name, render}, pitch) {
  const root = rootOf(pitch);
  return kept(`${name} ${root}`, () => render(root, SAMPLE_RATE));
}

/** @param {Drum} drum */
export const drumSamples = ({name, render}) =>
  kept(name, () => render(SAMPLE_RATE));

/** Buffers for Web Audio, one of each. */
export class Buffers {
  /** @type {Map<Float32Array, AudioBuffer>} */
  #of = new Map();

  /** @param {Float32Array} samples */
  #buffer(samples) {
    const found = this.#of.get(samples);
    if (found) return found;
    const {length} = samples;
    const buffer = new AudioBuffer({length, sampleRate: SAMPLE_RATE});
    buffer.getChannelData(0).set(samples);
    this.#of.set(samples, buffer);
    return buffer;
  }

  /**
   * @param {Rendered} timbre
   * @param {number} pitch
   * @returns {{buffer: AudioBuffer, playbackRate: number}}
   */
  ofNote(timbre, pitch) {
    const playbackRate = 2 ** ((pitch - rootOf(pitch)) / 12);
    return {buffer: this.#buffer(samplesOf(timbre, pitch)), playbackRate};
  }

  /** @param {Drum} drum */
  ofDrum(drum) {
    return this.#buffer(drumSamples(drum));
  }
}
