// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Plays a piece frame by frame, a little ahead of what is heard.

import {Instruments} from './instruments.js';
import {Marks} from './marks.js';

/** @import {Converter} from '../music/converter.js' */
/** @import {Piece} from '../music/piece.js' */
/** @import {Voice} from './instruments.js' */

const TIMER_MILLISECONDS = 30;
const AHEAD_SECONDS = 0.12;
// Timers of a page in the background run once a second.
const AHEAD_IN_BACKGROUND_SECONDS = 1.5;

export class Player {
  loop = false;
  /** @type {Piece | null} What is heard. */
  piece = null;
  #volume = 0.8;
  /** @type {Instruments | null} Made when first asked for a sound. */
  #instruments = null;
  /** @type {Map<number, Voice>} By column. */
  #voices = new Map();
  #next = {frame: 0, time: 0};
  #marks = new Marks(this.#next);
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /**
   * @param {Converter} converter
   * @param {() => void} onEnd Called when a piece has ended by itself.
   */
  constructor(converter, onEnd) {
    this.converter = converter;
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
    const {framesPerSecond} = this.converter;
    return this.#marks.frameAt(this.#instruments.timeHeard, framesPerSecond);
  }

  /**
   * Plays a piece from a frame on. Must follow a click or a key.
   * @param {Piece} piece
   * @param {number} frame
   */
  play(piece, frame = 0) {
    this.stop();
    this.#instruments ??= new Instruments(this.#volume);
    const instruments = this.#instruments;
    instruments.wake();
    this.piece = piece;
    this.#next = {frame, time: instruments.time + 0.06};
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
      this.#playFrame(piece, instruments);
      this.#marks.add(next);
      next.frame++;
      next.time += 1 / this.converter.framesPerSecond;
    }
  }

  /**
   * @param {Piece} piece
   * @param {Instruments} instruments
   */
  #playFrame(piece, instruments) {
    const {frame, time} = this.#next;
    this.converter.pitches.forEach((pitch, column) => {
      const {sounds, begins} = this.converter.at(piece.roll, frame, column);
      const voice = this.#voices.get(column);
      if (voice && (!sounds || begins)) {
        voice.release(time);
        this.#voices.delete(column);
      }
      if (!begins && (!sounds || voice)) return;
      if (this.converter.isDrums) instruments.strike(pitch, time);
      else this.#voices.set(column, instruments.startNote(pitch, time));
    });
  }

  /** @param {number} time */
  #releaseAll(time) {
    for (const voice of this.#voices.values()) voice.release(time);
    this.#voices.clear();
  }
}
