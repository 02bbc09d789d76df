// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The songs that stand out on the map.

/** @import {MapCanvas} from '../draw/map_canvas.js' */
/** @import {Song} from '../map/songs.js' */
/** @import {Redraw} from './redraw.js' */

export class Highlight {
  /** @type {Song[]} */
  found = [];

  /**
   * @param {MapCanvas} mapCanvas
   * @param {Redraw} redraw
   */
  constructor(mapCanvas, redraw) {
    this.mapCanvas = mapCanvas;
    this.redraw = redraw;
  }

  /** @param {Song | null} song */
  set(song) {
    this.setMany(song ? [song] : this.found);
  }

  /**
   * Songs that stand out as long as no one song does: those that were found.
   * @param {Song[]} songs
   */
  find(songs) {
    this.found = songs;
    this.setMany(songs);
  }

  /** @param {Song[]} songs */
  setMany(songs) {
    const before = this.mapCanvas.highlighted;
    if (before.size === songs.length && songs.every((s) => before.has(s))) {
      return;
    }
    this.mapCanvas.highlighted = new Set(songs);
    this.redraw.ask('map');
  }
}
