// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Notes and drums made audible by Web Audio, in a small hall.

import {drumOf, fillWithNoise, HALL, stringOf} from './timbres.js';

/** @typedef {{release: (time: number) => void}} Voice A note that sounds. */

const HARMONICS = [
  {type: /** @type {OscillatorType} */ ('triangle'), ratio: 1, gain: 0.8},
  {type: /** @type {OscillatorType} */ ('sine'), ratio: 2.001, gain: 0.24},
  {type: /** @type {OscillatorType} */ ('sine'), ratio: 3.003, gain: 0.1},
];

export class Instruments {
  /** @param {number} volume 0 to 1. */
  constructor(volume) {
    const context = new AudioContext({latencyHint: 'interactive'});
    const limiter = new DynamicsCompressorNode(context, {
      threshold: -16,
      ratio: 6,
      attack: 0.004,
      release: 0.2,
    });
    this.context = context;
    this.master = new GainNode(context, {gain: volume});
    this.dry = new GainNode(context, {gain: 0.9});
    const echo = this.#noise(HALL.seconds, 2, HALL.shape);
    const room = new ConvolverNode(context, {buffer: echo});
    const wet = new GainNode(context, {gain: 0.22});
    this.dry.connect(limiter);
    this.dry.connect(room).connect(wet).connect(limiter);
    limiter.connect(this.master).connect(context.destination);
    this.noise = this.#noise(1, 1);
  }

  /** The time in seconds, as the functions below take it. */
  get time() {
    return this.context.currentTime;
  }

  /** The time of what comes out of the loudspeaker. */
  get timeHeard() {
    return this.context.currentTime - (this.context.outputLatency || 0);
  }

  /** Browsers keep sound back until the reader does something. */
  wake() {
    if (this.context.state !== 'running') this.context.resume();
  }

  /** @param {number} volume */
  setVolume(volume) {
    this.master.gain.setTargetAtTime(volume, this.time, 0.02);
  }

  /**
   * @param {number} seconds
   * @param {number} channels
   * @param {(part: number) => number} [shape]
   */
  #noise(seconds, channels, shape) {
    const {sampleRate} = this.context;
    const length = Math.round(seconds * sampleRate);
    const buffer = this.context.createBuffer(channels, length, sampleRate);
    for (let c = 0; c < channels; c++) {
      fillWithNoise(buffer.getChannelData(c), shape);
    }
    return buffer;
  }

  /**
   * @param {number} pitch
   * @param {number} time
   * @returns {Voice}
   */
  startNote(pitch, time) {
    const {context} = this;
    const {frequency, loudness, brightness} = stringOf(pitch);
    const level = new GainNode(context, {gain: 0});
    level.gain.setValueAtTime(0, time);
    level.gain.linearRampToValueAtTime(loudness, time + 0.006);
    level.gain.setTargetAtTime(loudness * 0.32, time + 0.006, 0.28);
    const tone = new BiquadFilterNode(context, {type: 'lowpass', Q: 0.4});
    tone.frequency.setValueAtTime(brightness.from, time);
    tone.frequency.setTargetAtTime(brightness.to, time, 0.25);
    const sources = HARMONICS.map(({type, ratio, gain}) => {
      const source = new OscillatorNode(context, {
        type,
        frequency: frequency * ratio,
      });
      source.connect(new GainNode(context, {gain})).connect(tone);
      source.start(time);
      return source;
    });
    tone.connect(level).connect(this.dry);
    return {
      release(at) {
        level.gain.cancelScheduledValues(at);
        level.gain.setTargetAtTime(0, at, 0.07);
        for (const source of sources) source.stop(at + 0.6);
      },
    };
  }

  /**
   * @param {number} pitch
   * @param {number} time
   */
  strike(pitch, time) {
    const {context} = this;
    const {skin, hiss} = drumOf(pitch);
    if (skin) {
      const {frequency} = skin;
      const source = new OscillatorNode(context, {frequency});
      source.frequency.setValueAtTime(frequency, time);
      source.frequency.setTargetAtTime(frequency * 0.4, time, 0.05);
      source.connect(this.#fading(skin, time));
      source.start(time);
      source.stop(time + 0.6);
    }
    if (hiss) {
      const {filter: type, frequency} = hiss;
      const source = new AudioBufferSourceNode(context, {buffer: this.noise});
      const color = new BiquadFilterNode(context, {type, frequency, Q: 0.6});
      source.connect(color).connect(this.#fading(hiss, time));
      source.start(time);
      source.stop(time + hiss.seconds);
    }
  }

  /**
   * @param {{loudness: number, seconds: number}} sound
   * @param {number} time
   */
  #fading({loudness, seconds}, time) {
    const level = new GainNode(this.context, {gain: 0});
    level.gain.setValueAtTime(loudness, time);
    level.gain.setTargetAtTime(0, time, seconds / 4);
    level.connect(this.dry);
    return level;
  }
}
