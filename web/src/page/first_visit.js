// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Until the page has been heard: one point of the map pulses, and one line says
// what to do with it.

import {part} from './find.js';

/** @import {View} from '../map/view.js' */
/** @import {Kept} from './kept.js' */
/** @import {Modes} from './modes.js' */
/** @import {NowPlaying} from './now_playing.js' */

const KEPT_AS = 'heard';

export class FirstVisit {
  #pulse = part('pulse');

  /**
   * @param {object} parts
   * @param {Kept} parts.kept
   * @param {View} parts.view
   * @param {Modes} parts.modes
   * @param {NowPlaying} parts.now
   */
  constructor({kept, view, modes, now}) {
    this.kept = kept;
    this.view = view;
    this.modes = modes;
    this.now = now;
    modes.isFirstVisit = !kept.get(KEPT_AS);
    modes.showHint();
  }

  /** Moves the pulse with the map; it ends as soon as there is sound. */
  follow() {
    const {modes, now} = this;
    if (modes.isFirstVisit && now.player.isPlaying) {
      modes.isFirstVisit = false;
      this.kept.set(KEPT_AS, true);
      modes.showHint();
    }
    const shown = now.piece?.kind === 'point' ? now.piece.stretches[0] : null;
    const point = shown?.off === undefined && shown?.point;
    const pulses = modes.isFirstVisit && modes.mode === 'listen' && point;
    this.#pulse.hidden = !pulses;
    if (!pulses) return;
    const [x, y] = this.view.toScreen(point);
    this.#pulse.style.transform = `translate(${x}px, ${y}px)`;
  }
}
