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

/**
 * @typedef {object} Sent A note or a hit that was sent ahead of time.
 * @property {Voice} voice
 * @property {number} time When it begins,
 * @property {number} end and when it is let go; of a hit, at once.
 */

export class AudioOut {
  /** @type {GainNode[]} By part. */
  channels;
  /** @type {Map<string, Sent>} Those that are held, by part and pitch. */
  #held = new Map();
  /** @type {Set<Sent>} The first before others; some may be over. */
  #sent = new Set();
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
    const end = Number.POSITIVE_INFINITY;
    this.#held.set(`${part.number} ${pitch}`, this.#send({voice, time, end}));
  }

  /** @param {Sent} sent */
  #send(sent) {
    const {currentTime} = this.instruments.context;
    for (const first of this.#sent) {
      if (first.end > currentTime) break;
      this.#sent.delete(first);
    }
    this.#sent.add(sent);
    return sent;
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
    const {time} = stroke;
    this.#send({voice, time, end: time});
    if (drum.name === 'open hat') this.#open = voice;
  }

  /** @param {Lift} lift */
  lift({part, pitch, time}) {
    const key = `${part.number} ${pitch}`;
    const sent = this.#held.get(key);
    if (!sent) return;
    sent.voice.release(time);
    sent.end = time;
    this.#held.delete(key);
  }

  /**
   * Ends what sounds, and what was to sound: in the background, that is more
   * than a second of music.
   * @param {number} now
   */
  end(now) {
    for (const {voice, time, end} of this.#sent) {
      if (time > now) voice.cancel(now);
      else if (end > now) voice.release(now);
    }
    this.#sent.clear();
    this.#held.clear();
  }
}
