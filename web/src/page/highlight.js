// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The song that stands out on the map.

/** @import {MapCanvas} from '../draw/map_canvas.js' */
/** @import {Song} from '../map/songs.js' */
/** @import {Redraw} from './redraw.js' */

export class Highlight {
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
    if (this.mapCanvas.highlighted === song) return;
    this.mapCanvas.highlighted = song;
    this.redraw.ask('map');
  }
}
