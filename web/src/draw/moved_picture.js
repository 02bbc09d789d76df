// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// A canvas that is moved as a picture while the view moves: less exact than to
// draw it anew, but at once.

/** @import {Point} from '../given/facts.js' */
/** @import {View} from '../map/view.js' */

export class MovedPicture {
  #center = /** @type {Point} */ ([0, 0]);
  #scale = 1;
  #transform = '';

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {View} view
   */
  constructor(canvas, view) {
    this.canvas = canvas;
    this.view = view;
  }

  /**
   * It is drawn for the view as it is now, or as it was.
   * @param {View} drawn
   */
  reset(drawn = this.view) {
    this.#center = drawn.center;
    this.#scale = drawn.scale;
    this.#move('');
  }

  /**
   * Moves it to where the view is now.
   * @returns How far that is, in pixels, and how much larger it is.
   */
  follow() {
    const {view} = this;
    const factor = view.scale / this.#scale;
    const [x, y] = view.toScreen(this.#center);
    let dx = x - (factor * view.width) / 2;
    let dy = y - (factor * view.height) / 2;
    if (factor === 1) {
      // By whole pixels it stays sharp, and is moved more quickly.
      const ratio = window.devicePixelRatio || 1;
      [dx, dy] = [
        Math.round(dx * ratio) / ratio,
        Math.round(dy * ratio) / ratio,
      ];
    }
    this.#move(`translate(${dx}px, ${dy}px) scale(${factor})`);
    return {across: x - view.width / 2, down: y - view.height / 2, factor};
  }

  /** @param {string} transform */
  #move(transform) {
    if (this.#transform === transform) return;
    this.#transform = transform;
    this.canvas.style.transform = transform;
  }
}
