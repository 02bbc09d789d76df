// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The tempo: a box, a button to tap it, and when new music may begin.

import {Taps} from '../midi/tap.js';
import {FASTEST, SLOWEST} from '../sound/tempo.js';
import {button, find, input, part} from './find.js';

/** @import {Player} from '../sound/player.js' */
/** @import {Quantum} from '../sound/grid.js' */

export class TempoPanel {
  #player;
  #box = input('tempo');
  /** Called when the reader has changed something. */
  onChange = () => {};

  /** @param {Player} player */
  constructor(player) {
    this.#player = player;
    const {tempo} = player;
    const box = this.#box;
    Object.assign(box, {min: SLOWEST, max: FASTEST});
    box.placeholder = String(Math.round(tempo.ownQpm));
    box.addEventListener('change', () => {
      this.set(box.value === '' ? null : Number(box.value));
    });
    const taps = new Taps();
    button('tap').addEventListener('pointerdown', (event) => {
      this.#tap(taps, event.timeStamp);
    });
    button('tap').addEventListener('click', (event) => {
      // Keys press it too; a pointer has been heard when it came down.
      if (event.detail === 0) this.#tap(taps, event.timeStamp);
    });
    const quantum = find('quantum', HTMLSelectElement);
    quantum.addEventListener('change', () => {
      player.quantum = /** @type {Quantum} */ (quantum.value);
      this.onChange();
    });
  }

  /**
   * @param {Taps} taps
   * @param {number} milliseconds
   */
  #tap(taps, milliseconds) {
    const qpm = taps.tap(milliseconds);
    if (qpm) this.set(qpm);
  }

  /** @param {number | null} qpm None for the music's own. */
  set(qpm) {
    const {tempo} = this.#player;
    tempo.qpm =
      qpm === null || !Number.isFinite(qpm)
        ? null
        : Math.min(Math.max(Math.round(10 * qpm) / 10, SLOWEST), FASTEST);
    this.#box.value = tempo.qpm === null ? '' : String(tempo.qpm);
    this.onChange();
  }

  /** Shows a tempo that comes from outside. */
  showClock() {
    const {clock} = this.#player.tempo;
    this.#box.disabled = button('tap').disabled = clock !== null;
    const qpm = clock?.qpm;
    part('clock-tempo').textContent = clock
      ? `${qpm ? `${qpm.toFixed(1)} from` : 'waits for'} the MIDI clock`
      : '';
  }
}
