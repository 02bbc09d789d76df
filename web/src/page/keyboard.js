// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The map by keys alone.

import {clamp} from '../map/view.js';

/** @import {Point} from '../given/facts.js' */
/** @import {View} from '../map/view.js' */
/** @import {Modes} from './modes.js' */
/** @import {Motion} from './motion.js' */
/** @import {Tag} from './tag.js' */

const STEP_PIXELS = 8;
const LONG_STEP_PIXELS = 40; // With Shift.
const ZOOM = 1.4;

/** @type {Map<string, Point>} */
const ARROWS = new Map([
  ['ArrowLeft', [-1, 0]],
  ['ArrowRight', [1, 0]],
  ['ArrowUp', [0, -1]],
  ['ArrowDown', [0, 1]],
]);

export class Keyboard {
  /** @type {Map<string, () => void>} */
  #actions;

  /**
   * @param {HTMLElement} element
   * @param {object} parts
   * @param {View} parts.view
   * @param {Modes} parts.modes
   * @param {Motion} parts.motion
   * @param {Tag} parts.tag
   */
  constructor(element, {view, modes, motion, tag}) {
    this.view = view;
    this.modes = modes;
    this.tag = tag;
    this.#actions = new Map([
      ['Enter', () => this.#choose()],
      ['+', () => motion.zoom(ZOOM)],
      ['=', () => motion.zoom(ZOOM)],
      ['-', () => motion.zoom(1 / ZOOM)],
      ['0', () => motion.showAll()],
      ['Escape', () => modes.escape()],
    ]);
    element.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      element.classList.remove('pointed');
      if (this.#press(event.key, event.shiftKey)) event.preventDefault();
    });
    element.addEventListener('blur', () => {
      element.classList.remove('pointed');
      modes.leave();
    });
  }

  /**
   * @param {string} key
   * @param {boolean} isLong
   * @returns Whether the key means anything here.
   */
  #press(key, isLong) {
    const arrow = ARROWS.get(key);
    if (arrow) {
      this.#step(arrow, isLong ? LONG_STEP_PIXELS : STEP_PIXELS);
      return true;
    }
    if (key === 'Backspace' && this.modes.isPolyline) {
      this.modes.takeBack();
      return true;
    }
    const action = this.#actions.get(key);
    action?.();
    return action !== undefined;
  }

  /** Where the cursor is, or would begin. */
  #cursor() {
    const {width, height} = this.view;
    return this.modes.cursor ?? this.view.toMap([width / 2, height / 2]);
  }

  /**
   * @param {Point} arrow
   * @param {number} pixels
   */
  #step([right, down], pixels) {
    const [x, y] = this.view.toScreen(this.#cursor());
    const point = this.view.toMap([
      clamp(x + pixels * right, 0, this.view.width),
      clamp(y + pixels * down, 0, this.view.height),
    ]);
    this.modes.hover(point);
    this.tag.speak(point);
  }

  #choose() {
    const cursor = this.#cursor();
    if (!this.modes.cursor) this.modes.hover(cursor);
    this.modes.choose(cursor);
  }
}
