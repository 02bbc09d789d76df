// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Notes and drums made audible by Web Audio, in a small hall.

import {fillWithNoise, HALL} from './timbres.js';

/** @import {Drum, Tone} from './timbres.js' */

/** @typedef {{release: (time: number) => void}} Voice A note that sounds. */
/**
 * @typedef {object} Stroke How something is played.
 * @property {number} time
 * @property {number} force 1 is as loud as its timbre says.
 * @property {AudioNode} out Where its sound goes.
 */

export class Instruments {
  /**
   * @param {BaseAudioContext} context
   * @param {number} volume 0 to 1.
   */
  constructor(context, volume) {
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

  /** @param {number} volume */
  setVolume(volume) {
    const {gain, context} = this.master;
    gain.setTargetAtTime(volume, context.currentTime, 0.02);
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

  /** A way for sound to the hall, with a volume of its own. */
  newChannel() {
    const channel = new GainNode(this.context, {gain: 1});
    channel.connect(this.dry);
    return channel;
  }

  /**
   * @param {Tone} sound
   * @param {Stroke} stroke
   * @returns {Voice}
   */
  startNote(sound, {time, force, out}) {
    const {context} = this;
    const {frequency, brightness, partials, attack, release} = sound;
    const loudness = sound.loudness * force;
    const level = new GainNode(context, {gain: 0});
    level.gain.setValueAtTime(0, time);
    level.gain.linearRampToValueAtTime(loudness, time + attack);
    const held = loudness * sound.sustain;
    level.gain.setTargetAtTime(held, time + attack, sound.decay);
    const tone = new BiquadFilterNode(context, {type: 'lowpass', Q: 0.4});
    const {from, to, seconds} = brightness;
    tone.frequency.setValueAtTime(from, time);
    tone.frequency.setTargetAtTime(to, time, seconds);
    const highest = context.sampleRate / 2;
    const heard = partials.filter(({ratio}) => frequency * ratio < highest);
    const sources = heard.map(({type, ratio, gain}) => {
      const source = new OscillatorNode(context, {
        type,
        frequency: frequency * ratio,
      });
      source.connect(new GainNode(context, {gain})).connect(tone);
      source.start(time);
      return source;
    });
    tone.connect(level).connect(out);
    return {
      release(at) {
        level.gain.cancelScheduledValues(at);
        level.gain.setTargetAtTime(0, at, release);
        for (const source of sources) source.stop(at + 0.6);
      },
    };
  }

  /**
   * @param {Drum} drum
   * @param {Stroke} stroke
   */
  strike({skin, hiss}, stroke) {
    const {context} = this;
    const {time} = stroke;
    if (skin) {
      const {frequency, to, type} = skin;
      const source = new OscillatorNode(context, {type, frequency});
      source.frequency.setValueAtTime(frequency, time);
      source.frequency.setTargetAtTime(to, time, 0.05);
      source.connect(this.#fading(skin, stroke));
      source.start(time);
      source.stop(time + 0.6);
    }
    if (hiss) {
      const {filter: type, frequency} = hiss;
      const source = new AudioBufferSourceNode(context, {buffer: this.noise});
      const color = new BiquadFilterNode(context, {type, frequency, Q: 0.6});
      source.connect(color).connect(this.#fading(hiss, stroke));
      source.start(time);
      source.stop(time + hiss.seconds);
    }
  }

  /**
   * @param {{loudness: number, seconds: number}} sound
   * @param {Stroke} stroke
   */
  #fading({loudness, seconds}, {time, force, out}) {
    const level = new GainNode(this.context, {gain: 0});
    level.gain.setValueAtTime(loudness * force, time);
    level.gain.setTargetAtTime(0, time, seconds / 4);
    level.connect(out);
    return level;
  }
}
