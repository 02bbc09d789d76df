// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Plays a piece frame by frame, a little ahead of what is heard.

import {kitOf, toneOf} from './band_timbres.js';
import {Instruments} from './instruments.js';
import {Marks} from './marks.js';
import {drumOf, stringOf} from './timbres.js';

/** @import {Converter} from '../music/converter.js' */
/** @import {Part} from '../music/part.js' */
/** @import {Piece} from '../music/piece.js' */
/** @import {Voice} from './instruments.js' */
/** @import {Mix} from './mix.js' */

const TIMER_MILLISECONDS = 30;
const AHEAD_SECONDS = 0.12;
// Timers of a page in the background run once a second.
const AHEAD_IN_BACKGROUND_SECONDS = 1.5;
const VELOCITY = 80; // As loud as timbres say.
const FADE_SECONDS = 0.015; // Of a channel, to another volume.

export class Player {
  loop = false;
  /** @type {Piece | null} What is heard. */
  piece = null;
  #volume = 0.8;
  /** @type {Instruments | null} Made when first asked for a sound. */
  #instruments = null;
  /** @type {GainNode[]} By part, once there are instruments. */
  channels = [];
  /** @type {Map<number, Voice>} By column. */
  #voices = new Map();
  #next = {frame: 0, time: 0, rate: 1};
  #marks = new Marks(this.#next);
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /**
   * @param {Converter} converter
   * @param {Mix} mix
   * @param {() => void} onEnd Called when a piece has ended by itself.
   */
  constructor(converter, mix, onEnd) {
    this.converter = converter;
    this.mix = mix;
    this.onEnd = onEnd;
  }

  get isPlaying() {
    return this.piece !== null;
  }

  set volume(/** @type {number} */ value) {
    this.#volume = value;
    this.#instruments?.setVolume(value);
  }

  /** The frame that is heard now, with its fraction; null if none is. */
  get frame() {
    if (!this.piece || !this.#instruments) return null;
    return this.#marks.frameAt(this.#instruments.timeHeard);
  }

  #makeInstruments() {
    const instruments = new Instruments(this.#volume);
    this.channels = this.converter.parts.map(() => instruments.newChannel());
    this.#instruments = instruments;
    this.mixAnew();
    return instruments;
  }

  /** The mix has changed. */
  mixAnew() {
    this.channels.forEach(({gain, context}, part) => {
      const level = this.mix.levelOf(part);
      gain.setTargetAtTime(level, context.currentTime, FADE_SECONDS);
    });
  }

  /**
   * Plays a piece from a frame on. Must follow a click or a key.
   * @param {Piece} piece
   * @param {number} frame
   */
  play(piece, frame = 0) {
    this.stop();
    const instruments = this.#instruments ?? this.#makeInstruments();
    instruments.wake();
    this.piece = piece;
    const rate = piece.clock.rateAt(frame);
    this.#next = {frame, time: instruments.time + 0.06, rate};
    this.#marks = new Marks(this.#next);
    const schedule = () => this.#schedule(piece, instruments);
    this.#timer = setInterval(schedule, TIMER_MILLISECONDS);
    schedule();
  }

  stop() {
    if (!this.piece || !this.#instruments) return;
    clearInterval(this.#timer);
    this.#releaseAll(this.#instruments.time);
    this.piece = null;
  }

  /**
   * @param {Piece} piece
   * @param {Instruments} instruments
   */
  #schedule(piece, instruments) {
    const next = this.#next;
    const now = instruments.time;
    const ahead = document.hidden ? AHEAD_IN_BACKGROUND_SECONDS : AHEAD_SECONDS;
    while (next.time < now + ahead) {
      if (next.frame >= piece.frames) {
        this.#releaseAll(next.time);
        if (!this.loop) {
          if (now < next.time) return;
          this.stop();
          this.onEnd();
          return;
        }
        next.frame = 0;
      }
      if (next.frame >= piece.decoded) {
        // Decoding is behind: the music waits for it.
        next.time = Math.max(next.time, now + 0.05);
        return;
      }
      next.rate = piece.clock.rateAt(next.frame);
      for (const part of this.converter.parts) {
        this.#playFrame(piece, part, instruments);
      }
      this.#marks.add(next);
      next.frame++;
      next.time += 1 / next.rate;
    }
  }

  /**
   * @param {Piece} piece
   * @param {Part} part
   * @param {Instruments} instruments
   */
  #playFrame({roll}, part, instruments) {
    const {frame, time} = this.#next;
    const {isBand, loudness} = this.converter;
    const {number, isDrums, program, first} = part;
    const toDrum = isBand ? kitOf : drumOf;
    const toTone = isBand ? toneOf(program) : stringOf;
    const velocity = loudness.velocityAt(roll, part, frame);
    const force = (velocity / VELOCITY) ** 1.5;
    const stroke = {time, force, out: this.channels[number]};
    part.pitches.forEach((pitch, row) => {
      const {sounds, begins} = part.at(roll, frame, row);
      const column = first + row;
      const voice = this.#voices.get(column);
      if (voice && (!sounds || begins)) {
        voice.release(time);
        this.#voices.delete(column);
      }
      if (!begins && (!sounds || voice)) return;
      if (isDrums) instruments.strike(toDrum(pitch), stroke);
      else {
        const tone = toTone(pitch);
        this.#voices.set(column, instruments.startNote(tone, stroke));
      }
    });
  }

  /** @param {number} time */
  #releaseAll(time) {
    for (const voice of this.#voices.values()) voice.release(time);
    this.#voices.clear();
  }
}
