// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Frames as notes that begin and end.

/** @import {Converter} from '../music/converter.js' */
/** @import {Part} from '../music/part.js' */
/** @import {Piece} from '../music/piece.js' */
/** @import {Sink} from './sink.js' */

const HIT_FRAMES = 0.9; // How long a drum's note is.

export class Cues {
  /** @type {Map<number, {part: Part, pitch: number}>} By column. */
  #sounding = new Map();

  /**
   * @param {Converter} converter
   * @param {() => Sink[]} sinks Who is told.
   */
  constructor(converter, sinks) {
    this.converter = converter;
    this.sinks = sinks;
  }

  /**
   * @param {Pick<Piece, 'roll'>} piece
   * @param {{frame: number, time: number, rate: number}} at
   */
  play({roll}, at) {
    for (const part of this.converter.parts) this.#playPart(roll, part, at);
  }

  /**
   * @param {Uint8Array} roll
   * @param {Part} part
   * @param {{frame: number, time: number, rate: number}} at
   */
  #playPart(roll, part, {frame, time, rate}) {
    const {loudness} = this.converter;
    const {first, isDrums} = part;
    const velocity = loudness.velocityAt(roll, part, frame);
    part.pitches.forEach((pitch, row) => {
      const {sounds, begins} = part.at(roll, frame, row);
      const column = first + row;
      const sounded = this.#sounding.has(column);
      if (sounded && (!sounds || begins)) this.#lift(column, time);
      if (!begins && (!sounds || sounded)) return;
      for (const sink of this.sinks()) {
        sink.strike?.({part, pitch, velocity, time});
      }
      if (!isDrums) {
        this.#sounding.set(column, {part, pitch});
        return;
      }
      const end = time + HIT_FRAMES / rate;
      for (const sink of this.sinks()) sink.lift?.({part, pitch, time: end});
    });
  }

  /**
   * @param {number} column
   * @param {number} time
   */
  #lift(column, time) {
    const note = this.#sounding.get(column);
    this.#sounding.delete(column);
    if (!note) return;
    for (const sink of this.sinks()) sink.lift?.({...note, time});
  }

  /**
   * Ends all notes, for others may follow.
   * @param {number} time
   */
  rest(time) {
    for (const column of [...this.#sounding.keys()]) this.#lift(column, time);
  }

  /**
   * Ends the music.
   * @param {number} now
   * @param {number} time Until when notes were sent.
   */
  end(now, time) {
    this.#sounding.clear();
    for (const sink of this.sinks()) sink.end?.(now, time);
  }
}
