// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What is played, made audible by the page's own instruments.

import {drumOf} from './drum_set.js';
import {Instruments} from './instruments.js';
import {timbreOf} from './timbres.js';

/** @import {Converter} from '../music/converter.js' */
/** @import {Stroke, Voice} from './instruments.js' */
/** @import {Mix} from './mix.js' */
/** @import {Lift, Strike} from './sink.js' */

const VELOCITY = 80; // As loud as timbres say.
const LOW_HALL = 0.25; // Of a bass, and of drums: a hall makes mud of them.
const DRUM_HALL = 0.5;
const FADE_SECONDS = 0.015; // Of a channel, to another volume.

export class AudioOut {
  /** @type {GainNode[]} By part. */
  channels;
  /** @type {Map<string, Voice>} By part and pitch. */
  #voices = new Map();
  /** @type {Voice | null} The hat that is open, until it is shut. */
  #open = null;

  /**
   * @param {BaseAudioContext} context
   * @param {Converter} converter
   * @param {Mix} mix
   * @param {number} volume
   */
  constructor(context, converter, mix, volume) {
    this.instruments = new Instruments(context, volume);
    this.converter = converter;
    this.mix = mix;
    this.channels = converter.parts.map(({isDrums, program}) => {
      const isLow = program >= 32 && program < 40;
      return this.instruments.newChannel(
        isDrums ? DRUM_HALL : isLow ? LOW_HALL : 1,
      );
    });
    this.channels.forEach(({gain}, part) => {
      gain.value = mix.levelOf(part);
    });
  }

  /** The mix has changed. */
  mixAnew() {
    this.channels.forEach(({gain, context}, part) => {
      const level = this.mix.levelOf(part);
      gain.setTargetAtTime(level, context.currentTime, FADE_SECONDS);
    });
  }

  /** @param {Strike} strike */
  strike({part, pitch, velocity, time}) {
    const {instruments, channels} = this;
    const force = (velocity / VELOCITY) ** 1.5;
    const stroke = {time, force, out: channels[part.number]};
    if (part.isDrums) {
      this.#hit(pitch, stroke);
      return;
    }
    this.lift({part, pitch, time});
    const voice = instruments.startNote(timbreOf(part.program), pitch, stroke);
    this.#voices.set(`${part.number} ${pitch}`, voice);
  }

  /**
   * @param {number} pitch
   * @param {Stroke} stroke
   */
  #hit(pitch, stroke) {
    const drum = drumOf(pitch);
    if (drum.chokes) {
      this.#open?.release(stroke.time);
      this.#open = null;
    }
    const voice = this.instruments.hit(drum, stroke);
    if (drum.name === 'open hat') this.#open = voice;
  }

  /** @param {Lift} lift */
  lift({part, pitch, time}) {
    const key = `${part.number} ${pitch}`;
    this.#voices.get(key)?.release(time);
    this.#voices.delete(key);
  }

  /** @param {number} now */
  end(now) {
    for (const voice of this.#voices.values()) voice.release(now);
    this.#voices.clear();
  }
}
