// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The map moves under hands, keys and the buttons on it.

import {button} from './find.js';

/** @import {MapCanvas} from '../draw/map_canvas.js' */
/** @import {Point} from '../given/facts.js' */
/** @import {Songs} from '../map/songs.js' */
/** @import {View} from '../map/view.js' */
/** @import {Redraw} from './redraw.js' */

const MANY_WINDOWS = 12000; // A map of more is drawn once it stands still.
const STILL_MILLISECONDS = 150;

export class Motion {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #settling;

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
    if (this.songs.count < MANY_WINDOWS) {
      this.redraw.ask('map');
      return;
    }
    this.mapCanvas.follow();
    this.redraw.ask('overlay');
    clearTimeout(this.#settling);
    const settle = () => this.redraw.ask('map');
    this.#settling = setTimeout(settle, STILL_MILLISECONDS);
  }
}
