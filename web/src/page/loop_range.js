// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The loop between two points of time: dragged over the roll, or typed.

import {canvas, input} from './find.js';

/** @import {RollCanvas} from '../draw/roll_canvas.js' */
/** @import {Player} from '../sound/player.js' */
/** @import {NowPlaying} from './now_playing.js' */
/** @import {Redraw} from './redraw.js' */

const DRAG_PIXELS = 6; // A press that moves less is a click.

/** @typedef {{from: number, to: number} | null} Range In frames. */

export class LoopRange {
  #player;
  #now;
  #redraw;
  #from = input('loop-from');
  #to = input('loop-to');
  /** Called when it is another one. */
  onChange = () => {};

  /**
   * @param {Player} player
   * @param {NowPlaying} now
   * @param {Redraw} redraw
   */
  constructor(player, now, redraw) {
    this.#player = player;
    this.#now = now;
    this.#redraw = redraw;
    for (const box of [this.#from, this.#to]) {
      box.addEventListener('change', () => this.#read());
    }
  }

  /**
   * Drags over the roll set it; clicks play from there.
   * @param {RollCanvas} roll
   */
  listenTo(roll) {
    const element = canvas('roll');
    const frameOf = (/** @type {MouseEvent} */ event) =>
      roll.frameAt(event.clientX - element.getBoundingClientRect().left);
    /** @type {{x: number, frame: number, isDrag: boolean} | null} */
    let press = null;
    element.addEventListener('pointerdown', (event) => {
      if (event.button) return;
      element.setPointerCapture(event.pointerId);
      press = {x: event.clientX, frame: frameOf(event), isDrag: false};
    });
    element.addEventListener('pointermove', (event) => {
      if (!press) return;
      press.isDrag ||= Math.abs(event.clientX - press.x) > DRAG_PIXELS;
      if (!press.isDrag) return;
      const [a, b] = [press.frame, frameOf(event)];
      this.set({from: Math.min(a, b), to: Math.max(a, b) + 1});
    });
    element.addEventListener('pointerup', (event) => {
      if (press && !press.isDrag) this.#now.playFrom(frameOf(event));
      press = null;
    });
    element.addEventListener('pointercancel', () => {
      press = null;
    });
  }

  /** The boxes have changed. */
  #read() {
    const clock = this.#now.shown?.clock;
    if (!clock) return;
    const {value: from} = this.#from;
    const {value: to} = this.#to;
    if (from === '' && to === '') {
      this.set(null);
      return;
    }
    const first = Math.round(clock.frame(Math.max(0, Number(from))));
    const last =
      to === ''
        ? Number.POSITIVE_INFINITY
        : Math.round(clock.frame(Number(to)));
    this.set({from: first, to: Math.max(last, first + 1)});
  }

  /** @param {Range} range None for the whole. */
  set(range) {
    const player = this.#player;
    const clock = this.#now.shown?.clock;
    player.range = range;
    const words = (/** @type {number} */ frame) =>
      clock && Number.isFinite(frame)
        ? String(Number(clock.seconds(frame).toFixed(2)))
        : '';
    this.#from.value = range ? words(range.from) : '';
    this.#to.value = range ? words(range.to) : '';
    if (range && !player.loop) {
      player.loop = input('loop').checked = true;
    }
    this.#redraw.ask('roll');
    this.onChange();
  }
}
