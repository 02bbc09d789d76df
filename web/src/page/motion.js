// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The map moves under hands, keys and the buttons on it.

import {button} from './find.js';
import {Hurry} from './hurry.js';

/** @import {MapCanvas} from '../draw/map_canvas.js' */
/** @import {Point} from '../given/facts.js' */
/** @import {Songs} from '../map/songs.js' */
/** @import {View} from '../map/view.js' */
/** @import {Redraw} from './redraw.js' */

const STILL_MILLISECONDS = 150;
// Drawn without a graphics processor where a picture that moves is at its end.
const MOST_PIXEL_MARKS = 25000;

export class Motion {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #settling;
  isDragged = false; // By a hand that is on it.
  /** @type {Hurry} */
  #hurry;

  /**
   * @param {object} parts
   * @param {View} parts.view
   * @param {Songs} parts.songs
   * @param {MapCanvas} parts.mapCanvas
   * @param {Redraw} parts.redraw
   */
  constructor({view, songs, mapCanvas, redraw}) {
    this.view = view;
    this.songs = songs;
    this.mapCanvas = mapCanvas;
    this.redraw = redraw;
    this.#hurry = new Hurry(songs.count);
    button('zoom-in').addEventListener('click', () => this.zoom(1.5));
    button('zoom-out').addEventListener('click', () => this.zoom(1 / 1.5));
    button('zoom-fit').addEventListener('click', () => this.showAll());
  }

  /** @param {number} factor */
  zoom(factor) {
    this.view.zoom(factor);
    this.redraw.ask('map');
  }

  showAll() {
    this.view.fit(this.songs.droppedPoints());
    this.redraw.ask('map');
  }

  /**
   * A step of a move that goes on.
   * @param {{by?: Point, factor?: number, at?: Point}} how How far in pixels,
   *   and how much larger around a place.
   */
  drag({by, factor, at}) {
    if (by) this.view.pan(...by);
    if (factor) this.view.zoom(factor, at);
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#settle(), STILL_MILLISECONDS);
    if (!this.mapCanvas.isQuick) {
      this.mapCanvas.isMoving = true;
      this.mapCanvas.mostMoving = MOST_PIXEL_MARKS;
      this.redraw.ask('move');
      return;
    }
    if (!this.mapCanvas.isMoving) {
      this.mapCanvas.isMoving = true;
      this.#pace();
    }
    this.redraw.ask('map');
  }

  #settle() {
    this.mapCanvas.isMoving = false;
    if (this.mapCanvas.drawsInSteps) this.redraw.ask('move', 'overlay');
    else this.redraw.ask('map');
  }

  /** While the map moves, draws as many marks as the screen's pace allows. */
  #pace() {
    let last = 0;
    const step = (/** @type {number} */ now) => {
      if (!this.mapCanvas.isMoving) return;
      if (last) this.#hurry.step(now - last);
      this.mapCanvas.mostMoving = this.#hurry.most;
      last = now;
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }
}
