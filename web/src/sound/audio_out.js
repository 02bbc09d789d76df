// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What is played, made audible by the page's own instruments.

import {kitOf, toneOf} from './band_timbres.js';
import {Instruments} from './instruments.js';
import {drumOf, stringOf} from './timbres.js';

/** @import {Converter} from '../music/converter.js' */
/** @import {Voice} from './instruments.js' */
/** @import {Mix} from './mix.js' */
/** @import {Lift, Strike} from './sink.js' */

const VELOCITY = 80; // As loud as timbres say.
const FADE_SECONDS = 0.015; // Of a channel, to another volume.

export class AudioOut {
  /** @type {GainNode[]} By part. */
  channels;
  /** @type {Map<string, Voice>} By part and pitch. */
  #voices = new Map();

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
    this.channels = converter.parts.map(() => this.instruments.newChannel());
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
    const {instruments, channels, converter} = this;
    const {isBand} = converter;
    const force = (velocity / VELOCITY) ** 1.5;
    const stroke = {time, force, out: channels[part.number]};
    if (part.isDrums) {
      instruments.strike((isBand ? kitOf : drumOf)(pitch), stroke);
      return;
    }
    const tone = (isBand ? toneOf(part.program) : stringOf)(pitch);
    this.lift({part, pitch, time});
    const voice = instruments.startNote(tone, stroke);
    this.#voices.set(`${part.number} ${pitch}`, voice);
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
