// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Notes and drums made audible by Web Audio, in a small hall.

import {Buffers} from './buffers.js';
import {hallSamples} from './rendered/hall.js';
import {frequencyOf} from './timbres.js';

/** @import {Drum} from './drum_set.js' */
/** @import {Held, Rendered, Timbre} from './timbres.js' */

/**
 * @typedef {object} Voice A note that sounds, or is to.
 * @property {(time: number) => void} release
 * @property {(now: number) => void} cancel It has not begun, and shall not.
 */
/**
 * @typedef {object} Stroke How something is played.
 * @property {number} time
 * @property {number} force 1 is as loud as its timbre says.
 * @property {AudioNode} out Where its sound goes.
 */

const HALL_GAIN = 0.3;
const HEADROOM = 0.75; // Of what comes together, before the limiter.
const BEND_FROM = 0.7; // Louder samples are bent, and never pass 1.
const CURVE_POINTS = 4097;
const CURVE_REACH = 3; // Times full scale.
const STILL_SECONDS = 8; // Times the release, after which a note is over.
const WIDTH = 0.3; // How far low and high notes are apart, of left and right.

export class Instruments {
  /**
   * @param {BaseAudioContext} context
   * @param {number} volume 0 to 1.
   */
  constructor(context, volume) {
    this.context = context;
    this.buffers = new Buffers();
    this.master = new GainNode(context, {gain: volume});
    this.dry = new GainNode(context, {gain: HEADROOM});
    this.wet = new GainNode(context, {gain: HEADROOM * HALL_GAIN});
    const {sampleRate} = context;
    const ears = [3, 11].map((seed) => hallSamples(sampleRate, seed));
    const {length} = ears[0];
    const buffer = new AudioBuffer({length, sampleRate, numberOfChannels: 2});
    ears.forEach((samples, i) => {
      buffer.getChannelData(i).set(samples);
    });
    const hall = new ConvolverNode(context, {
      buffer,
      disableNormalization: true,
    });
    const limiter = new DynamicsCompressorNode(context, {
      ...{threshold: -9, knee: 6, ratio: 8, attack: 0.003, release: 0.18},
    });
    const bend = new WaveShaperNode(context, {curve: bent(), oversample: '2x'});
    const level = new GainNode(context, {gain: 1 / CURVE_REACH});
    this.dry.connect(limiter);
    this.wet.connect(hall).connect(limiter);
    limiter.connect(level).connect(bend).connect(this.master);
    this.master.connect(context.destination);
  }

  /** @param {number} volume */
  setVolume(volume) {
    const {gain, context} = this.master;
    gain.setTargetAtTime(volume, context.currentTime, 0.02);
  }

  /**
   * A way for sound, with a volume of its own.
   * @param {number} hall How much of it goes to the hall.
   */
  newChannel(hall = 1) {
    const channel = new GainNode(this.context, {gain: 1});
    channel.connect(this.dry);
    channel.connect(new GainNode(this.context, {gain: hall})).connect(this.wet);
    return channel;
  }

  /**
   * @param {Timbre} timbre
   * @param {number} pitch
   * @param {Stroke} stroke
   * @returns {Voice}
   */
  startNote(timbre, pitch, stroke) {
    const {context} = this;
    const {time, force, out} = stroke;
    const level = new GainNode(context, {gain: 0});
    const frequency = timbre.brightness(pitch, force);
    const tone = new BiquadFilterNode(context, {
      ...{type: 'lowpass', frequency, Q: 0.3},
    });
    const pan = (WIDTH * (pitch - 60)) / 36;
    const place = new StereoPannerNode(context, {
      pan: Math.min(Math.max(pan, -WIDTH), WIDTH),
    });
    tone.connect(level).connect(place).connect(out);
    const sources =
      'render' in timbre
        ? this.#strike(timbre, pitch, stroke, level, tone)
        : this.#hold(timbre, pitch, stroke, level, tone);
    return {
      release(at) {
        // It may end before it has begun: both were sent ahead.
        const end = Math.max(at, time);
        level.gain.cancelScheduledValues(end);
        level.gain.setTargetAtTime(0, end, timbre.release);
        const over = end + STILL_SECONDS * timbre.release;
        for (const source of sources) source.stop(over);
      },
      cancel(now) {
        for (const source of sources) source.stop(now);
      },
    };
  }

  /**
   * @param {Rendered} timbre
   * @param {number} pitch
   * @param {Stroke} stroke
   * @param {GainNode} level
   * @param {AudioNode} tone
   */
  #strike(timbre, pitch, {time, force}, level, tone) {
    const {context} = this;
    level.gain.setValueAtTime(timbre.loudness(pitch) * force, time);
    const source = new AudioBufferSourceNode(
      context,
      this.buffers.ofNote(timbre, pitch),
    );
    source.connect(tone);
    source.start(time);
    return [source];
  }

  /**
   * @param {Held} timbre
   * @param {number} pitch
   * @param {Stroke} stroke
   * @param {GainNode} level
   * @param {AudioNode} tone
   * @returns {AudioScheduledSourceNode[]}
   */
  #hold(timbre, pitch, {time, force}, level, tone) {
    const {context} = this;
    const {attack, sustain, decay, vibrato} = timbre;
    const loudness = timbre.loudness(pitch) * force;
    level.gain.setValueAtTime(0, time);
    level.gain.linearRampToValueAtTime(loudness, time + attack);
    level.gain.setTargetAtTime(loudness * sustain, time + attack, decay);
    const swing = new OscillatorNode(context, {frequency: vibrato.rate});
    const cents = new GainNode(context, {gain: 0});
    cents.gain.setTargetAtTime(vibrato.cents, time + vibrato.after, 0.2);
    swing.connect(cents);
    swing.start(time);
    const voices = timbre.partials.map(({type, ratio, gain}) => {
      const frequency = frequencyOf(pitch) * ratio;
      const source = new OscillatorNode(context, {type, frequency});
      cents.connect(source.detune);
      source.connect(new GainNode(context, {gain})).connect(tone);
      source.start(time);
      return source;
    });
    return [swing, ...voices];
  }

  /**
   * @param {Drum} drum
   * @param {Stroke} stroke
   * @returns {Voice}
   */
  hit(drum, {time, force, out}) {
    const {context} = this;
    const buffer = this.buffers.ofDrum(drum);
    const source = new AudioBufferSourceNode(context, {buffer});
    const level = new GainNode(context, {gain: drum.loudness * force});
    source.connect(level).connect(out);
    source.start(time);
    return {
      release(at) {
        const end = Math.max(at, time);
        level.gain.setTargetAtTime(0, end, 0.02);
        source.stop(end + 0.2);
      },
      cancel(now) {
        source.stop(now);
      },
    };
  }
}

/** A curve that leaves soft samples as they are, and keeps loud ones below 1. */
function bent() {
  return Float32Array.from({length: CURVE_POINTS}, (_, i) => {
    const x = CURVE_REACH * ((2 * i) / (CURVE_POINTS - 1) - 1);
    const size = Math.abs(x);
    if (size <= BEND_FROM) return x;
    const room = 0.98 - BEND_FROM;
    return (
      Math.sign(x) * (BEND_FROM + room * Math.tanh((size - BEND_FROM) / room))
    );
  });
}
