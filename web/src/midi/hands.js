// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What a controller of MIDI is for: two of its knobs move the cursor, a key
// starts and stops. It learns which by having them moved and pressed.

import {handOf} from './messages.js';

/** @import {Hand} from './messages.js' */

/** @typedef {'across' | 'up' | 'key'} Use */
/** @typedef {{channel: number, number: number}} Source */
/** @typedef {Partial<Record<Use, Source>>} Learned */

/** @type {Use[]} In the order in which they are learned. */
export const USES = ['across', 'up', 'key'];

const MOST = 127; // Of a controller.

export class Hands {
  /** @type {Learned} */
  learned = {};
  /** @type {Use | null} What is learned next. */
  learning = null;
  /** Where the knobs are, from 0 to 1. */
  place = {across: 0.5, up: 0.5};

  /**
   * @param {object} listeners
   * @param {(place: {across: number, up: number}) => void} listeners.onMove
   * @param {() => void} listeners.onKey
   * @param {() => void} listeners.onLearn Something was learned.
   */
  constructor(listeners) {
    this.listeners = listeners;
  }

  /** Forgets all, and learns anew. */
  learn() {
    this.learned = {};
    this.learning = USES[0];
  }

  /** @param {ArrayLike<number>} data A message. */
  take(data) {
    const hand = handOf(data);
    if (!hand) return;
    if (this.learning) this.#learnFrom(hand, this.learning);
    else this.#obey(hand);
  }

  /**
   * @param {Hand} hand
   * @param {Use} use
   */
  #learnFrom(hand, use) {
    if (hand.kind !== (use === 'key' ? 'key' : 'control')) return;
    const {channel, number} = hand;
    const {across} = this.learned;
    // The first knob still moves while the second is asked for.
    if (use === 'up' && across && isOf(hand, across)) return;
    this.learned[use] = {channel, number};
    this.learning = USES[USES.indexOf(use) + 1] ?? null;
    this.listeners.onLearn();
  }

  /** @param {Hand} hand */
  #obey(hand) {
    const {across, up, key} = this.learned;
    if (hand.kind === 'key') {
      if (key && isOf(hand, key)) this.listeners.onKey();
      return;
    }
    if (across && isOf(hand, across)) this.place.across = hand.value / MOST;
    else if (up && isOf(hand, up)) this.place.up = hand.value / MOST;
    else return;
    this.listeners.onMove(this.place);
  }
}

/**
 * @param {Hand} hand
 * @param {Source} source
 */
const isOf = (hand, {channel, number}) =>
  hand.channel === channel && hand.number === number;
