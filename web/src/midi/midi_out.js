// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What is played, sent to ports of MIDI: each part to a port and a channel.

import {DRUM_CHANNEL} from '../music/midi_bytes.js';
import {noteOff, noteOn, silence} from './messages.js';
import {sendTo} from './port.js';

/** @import {Part} from '../music/part.js' */
/** @import {ClockPair} from '../sound/clock_pair.js' */
/** @import {Mix} from '../sound/mix.js' */
/** @import {Lift, Strike} from '../sound/sink.js' */

/** @typedef {{output: MIDIOutput | null, channel: number}} Route */
/**
 * @typedef {Route & {output: MIDIOutput, pitch: number, part: number}} Sounding
 */

const CHANNELS = 16;

export class MidiOut {
  /** @type {Route[]} By part. */
  routes;
  /** @type {Map<string, Sounding>} By part and pitch. */
  #sounding = new Map();
  /** @type {Set<MIDIOutput>} Those that were ever sent to. */
  #used = new Set();

  /**
   * @param {Part[]} parts
   * @param {Mix} mix
   * @param {ClockPair} clocks
   */
  constructor(parts, mix, clocks) {
    this.mix = mix;
    this.clocks = clocks;
    const others = [...Array(CHANNELS).keys()].filter(
      (channel) => channel !== DRUM_CHANNEL,
    );
    this.routes = parts.map(({isDrums, number}) => {
      const channel = isDrums ? DRUM_CHANNEL : others[number % others.length];
      return {output: null, channel};
    });
  }

  /** Whether any part goes to a port. */
  get isUsed() {
    return this.routes.some(({output}) => output);
  }

  /** @param {Strike} strike */
  strike({part, pitch, velocity, time}) {
    const {number} = part;
    const {output, channel} = this.routes[number];
    const level = this.mix.levelOf(number);
    if (!output || !level) return;
    this.lift({part, pitch, time});
    this.#used.add(output);
    const at = this.clocks.toMilliseconds(time);
    sendTo(output, noteOn(channel, pitch, velocity * level), at);
    const note = {output, channel, pitch, part: number};
    this.#sounding.set(`${number} ${pitch}`, note);
  }

  /** @param {Lift} lift */
  lift({part, pitch, time}) {
    const key = `${part.number} ${pitch}`;
    const note = this.#sounding.get(key);
    if (!note) return;
    this.#sounding.delete(key);
    const {output, channel} = note;
    const at = this.clocks.toMilliseconds(time);
    sendTo(output, noteOff(channel, pitch), at);
  }

  /**
   * @param {number} _
   * @param {number} time Until when notes were sent.
   */
  end(_, time) {
    this.#liftAll(this.clocks.toMilliseconds(time));
  }

  /** @param {number} milliseconds */
  #liftAll(milliseconds) {
    for (const {output, channel, pitch} of this.#sounding.values()) {
      sendTo(output, noteOff(channel, pitch), milliseconds);
    }
    this.#sounding.clear();
  }

  /**
   * Another way for a part; what sounds on the old one ends.
   * @param {number} part
   * @param {Partial<Route>} change
   */
  route(part, change) {
    for (const [key, note] of this.#sounding) {
      if (note.part !== part) continue;
      sendTo(note.output, noteOff(note.channel, note.pitch));
      this.#sounding.delete(key);
    }
    Object.assign(this.routes[part], change);
  }

  /** Silences every channel of every port that was sent to, now. */
  panic() {
    this.#liftAll(performance.now());
    for (const output of this.#used) {
      for (let channel = 0; channel < CHANNELS; channel++) {
        for (const message of silence(channel)) sendTo(output, message);
      }
    }
  }
}
