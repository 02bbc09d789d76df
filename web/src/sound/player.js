// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Plays a piece frame by frame, a little ahead of what is heard, and tells all
// who make it heard.

import {AudioOut} from './audio_out.js';
import {ClockPair} from './clock_pair.js';
import {Cues} from './cues.js';
import {beatsBetween, isOnGrid, lineAfter} from './grid.js';
import {Marks} from './marks.js';

/** @import {Converter} from '../music/converter.js' */
/** @import {Piece} from '../music/piece.js' */
/** @import {Quantum} from './grid.js' */
/** @import {Mix} from './mix.js' */
/** @import {Sink} from './sink.js' */
/** @import {Tempo} from './tempo.js' */

/**
 * @typedef {object} Queued What comes next.
 * @property {Piece} piece
 * @property {number | null} frame Null for the one that it is at.
 * @property {Quantum} quantum
 */

const TIMER_MILLISECONDS = 30;
const START_SECONDS = 0.06;
const AHEAD_SECONDS = 0.12;
// Timers of a page in the background run once a second.
const AHEAD_IN_BACKGROUND_SECONDS = 1.5;
// Frames that are so late are not heard: while the browser prints, say, no timer
// runs, and all that was missed would sound at once.
const MISSED_SECONDS = 1;
const DECODING_SECONDS = 0.15; // What endless music is asked for ahead of that.

export class Player {
  loop = false;
  /** @type {{from: number, to: number} | null} The frames that are looped. */
  range = null;
  /** @type {Quantum} When other music may begin while there is some. */
  quantum = 'none';
  /** @type {Piece | null} What is sent to the loudspeaker. */
  piece = null;
  /** @type {Sink[]} Who else is told. */
  sinks = [];
  clocks = new ClockPair();
  /** Called when a piece has ended, or another begun, by itself. */
  onChange = () => {};
  /** Called before endless music ends. @type {(p: Piece, u: number) => void} */
  onNeed = () => {};
  #volume = 0.8;
  #isSilent = false;
  /** @type {AudioContext | null} Made when first asked for a sound. */
  #context = null;
  /** @type {AudioOut | null} */
  #audio = null;
  /** @type {Queued | null} */
  #queued = null;
  #next = {frame: 0, time: 0, rate: 1, beat: 0};
  #marks = new Marks(this.#next);
  #waits = false; // For a clock from outside to start.
  #isLed = false; // That clock said when.
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /**
   * @param {Converter} converter
   * @param {Mix} mix
   * @param {Tempo} tempo
   */
  constructor(converter, mix, tempo) {
    this.converter = converter;
    this.mix = mix;
    this.tempo = tempo;
    this.cues = new Cues(converter, () => this.#everySink);
  }

  /** @returns {Sink[]} */
  get #everySink() {
    return this.#audio ? [this.#audio, ...this.sinks] : this.sinks;
  }

  get isPlaying() {
    return this.piece !== null;
  }

  /** Whether it waits for a clock from outside. */
  get isWaiting() {
    return this.#waits;
  }

  /** The channels of the loudspeaker, by part, once there are some. */
  get channels() {
    return this.#audio?.channels ?? [];
  }

  set volume(/** @type {number} */ value) {
    this.#volume = value;
    this.#audio?.instruments.setVolume(this.#isSilent ? 0 : value);
  }

  /** Whether the page itself makes no sound. */
  set isSilent(/** @type {boolean} */ is) {
    this.#isSilent = is;
    this.volume = this.#volume;
  }

  /** The time of what comes out of the loudspeaker. */
  get #timeHeard() {
    const {currentTime = 0, outputLatency = 0} = this.#context ?? {};
    return currentTime - (outputLatency || 0);
  }

  /** The frame that is heard now, with its fraction; null if none is. */
  get frame() {
    return this.piece ? this.#marks.frameAt(this.#timeHeard) : null;
  }

  /** The piece that is heard now. */
  get heard() {
    if (!this.piece) return null;
    return this.#marks.pieceAt(this.#timeHeard) ?? this.piece;
  }

  /** The mix has changed. */
  mixAnew() {
    this.#audio?.mixAnew();
  }

  /** Sound, once there is some: after a click or a key. */
  #wake() {
    const context =
      this.#context ?? new AudioContext({latencyHint: 'interactive'});
    this.#context = context;
    this.#audio ??= new AudioOut(
      context,
      this.converter,
      this.mix,
      this.#isSilent ? 0 : this.#volume,
    );
    // Browsers keep sound back until the reader does something.
    if (context.state !== 'running') context.resume();
    return context;
  }

  /**
   * Plays a piece from a frame on: at once, or in time if there is music.
   * Must follow a click or a key.
   * @param {Piece} piece
   * @param {number} frame
   */
  play(piece, frame = 0) {
    this.#wake();
    if (this.piece && this.quantum !== 'none') {
      this.#queued = {piece, frame, quantum: this.quantum};
      return;
    }
    this.stop();
    this.piece = piece;
    this.#waits = this.tempo.clock !== null && !this.tempo.clock.isRunning;
    const beat = frame / this.tempo.beatFrames;
    this.#next = {frame, time: 0, rate: piece.clock.rateAt(frame), beat};
    this.#marks = new Marks({...this.#next, piece});
    this.#timer = setInterval(() => this.#schedule(), TIMER_MILLISECONDS);
    this.#schedule();
  }

  /**
   * Goes over to a piece in time, at the same frame.
   * @param {Piece} piece
   * @param {Quantum} quantum
   */
  goOver(piece, quantum = 'beat') {
    if (!this.piece) return;
    this.#queued = {piece, frame: null, quantum};
  }

  /** A clock from outside has started. */
  clockStarted() {
    this.#isLed ||= this.#waits;
    this.#waits = false;
  }

  stop() {
    if (!this.piece) return;
    clearInterval(this.#timer);
    const now = this.#context?.currentTime ?? 0;
    const {time} = this.#next;
    if (time) this.cues.end(now, Math.max(now, time));
    this.#next.time = 0;
    this.#queued = null;
    this.#waits = this.#isLed = false;
    this.piece = null;
  }

  /** Sets both clocks beside each other; returns the time of sound. */
  #look(/** @type {AudioContext} */ context) {
    const {contextTime, performanceTime} = context.getOutputTimestamp();
    if (contextTime && performanceTime) {
      this.clocks.observe(contextTime, performanceTime);
    } else {
      this.clocks.observe(context.currentTime, performance.now());
    }
    return context.currentTime;
  }

  #schedule() {
    const context = this.#context;
    if (!this.piece || !context || context.state !== 'running') return;
    const now = this.#look(context);
    const {clock} = this.tempo;
    if (this.#waits || (clock?.isRunning && !clock.qpm)) return;
    if (!this.#next.time) this.#begin(now);
    const ahead = document.hidden ? AHEAD_IN_BACKGROUND_SECONDS : AHEAD_SECONDS;
    while (this.piece && this.#next.time < now + ahead) {
      if (!this.#step(now)) return;
    }
    this.#ask(ahead);
  }

  /**
   * The first frame: as soon as can be, or on a line of the clock's grid.
   * @param {number} now
   */
  #begin(now) {
    const next = this.#next;
    next.time = now + START_SECONDS;
    const {clock} = this.tempo;
    const {metre} = this.converter;
    if (clock?.isRunning && clock.qpm) {
      const first = clock.beatAt(this.clocks.toMilliseconds(next.time));
      if (this.#isLed) {
        // It was started for this: the music is where the clock is.
        const {beatFrames} = this.tempo;
        next.frame += Math.ceil(first * beatFrames);
        next.beat = next.frame / beatFrames;
      } else {
        const quantum = this.quantum === 'none' ? 'beat' : this.quantum;
        next.beat = lineAfter(first, beatsBetween(quantum, metre));
      }
      next.time += ((next.beat - first) * 60) / clock.qpm;
    }
    this.#marks = new Marks({...next, piece: this.piece});
    for (const sink of this.#everySink) sink.begin?.(next.time, next.beat);
  }

  /**
   * Sends the next frame.
   * @param {number} now
   * @returns Whether there may be more.
   */
  #step(now) {
    const next = this.#next;
    this.#goOverInTime();
    const piece = this.piece;
    if (!piece) return false;
    const {from, to} = this.#bounds(piece);
    if (next.frame >= to && !piece.isEndless && this.#queued) {
      this.cues.rest(next.time);
      next.rate = this.#rateOf(piece);
      this.#advance(null);
      return true;
    }
    const isLooped = this.loop && this.range !== null;
    if (next.frame >= to && (!piece.isEndless || isLooped)) {
      if (!this.loop) return this.#endSoon(now);
      this.cues.rest(next.time);
      next.frame = from;
    }
    if (next.frame >= piece.decoded) {
      // Decoding is behind: the music waits for it.
      next.time = Math.max(next.time, now + 0.05);
      this.#ask(AHEAD_SECONDS);
      return false;
    }
    next.rate = this.#rateOf(piece);
    this.#marks.add({...next, piece});
    const isMissed = next.time < now - MISSED_SECONDS;
    if (isMissed) this.cues.rest(next.time);
    else this.cues.play(piece, next);
    this.#advance(isMissed ? null : piece);
    next.frame++;
    return true;
  }

  /** @param {Piece} piece */
  #bounds(piece) {
    const {range} = this;
    if (!this.loop || !range) return {from: 0, to: piece.frames};
    const from = Math.min(range.from, piece.frames - 1);
    const to = Math.min(range.to, piece.frames);
    return {from: Math.max(from, 0), to: Math.max(to, from + 1)};
  }

  #goOverInTime() {
    const queued = this.#queued;
    const next = this.#next;
    if (!queued) return;
    const {piece, frame, quantum} = queued;
    const beats = beatsBetween(quantum, this.converter.metre);
    if (!isOnGrid(next.beat, beats, this.tempo.beatFrames)) return;
    const at = frame ?? Math.min(next.frame, piece.frames - 1);
    if (at >= piece.decoded) return; // It waits for the next line.
    this.cues.rest(next.time);
    this.piece = piece;
    this.#queued = null;
    next.frame = at;
    this.onChange();
  }

  /**
   * @param {number} now
   * @returns {false}
   */
  #endSoon(now) {
    this.cues.rest(this.#next.time);
    if (now >= this.#next.time) {
      this.stop();
      this.onChange();
    }
    return false;
  }

  /**
   * Frames a second, now.
   * @param {Piece} piece
   */
  #rateOf({clock, frames}) {
    const {frame, time, beat} = this.#next;
    const own = clock.rateAt(Math.min(frame, frames - 1));
    return this.tempo.rateAt(own, beat, this.clocks.toMilliseconds(time));
  }

  /** @param {Piece | null} piece None where the music waits. */
  #advance(piece) {
    const next = this.#next;
    const {frame, time, beat} = next;
    const [seconds, beats] = [1 / next.rate, 1 / this.tempo.beatFrames];
    for (const sink of this.#everySink) {
      sink.step?.({piece, frame, time, seconds, beat, beats});
    }
    next.time += seconds;
    next.beat += beats;
  }

  /**
   * Asks for more of endless music.
   * @param {number} ahead Seconds.
   */
  #ask(ahead) {
    const {piece} = this;
    if (!piece?.isEndless) return;
    const {frame, rate} = this.#next;
    const more = Math.ceil((ahead + DECODING_SECONDS) * rate);
    this.onNeed(piece, frame + more);
  }
}
