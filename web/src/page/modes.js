// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What a point of the map is for: to listen to, to blend, to draw a path of.

import {choices, part} from './find.js';
import {hintOf} from './hints.js';

/** @import {Point} from '../given/facts.js' */
/** @import {Song} from '../map/songs.js' */
/** @import {Change} from '../map/change.js' */
/** @import {Walks} from '../map/walks.js' */
/** @import {Times} from '../music/words.js' */
/** @import {Highlight} from './highlight.js' */
/** @import {Mode} from './hints.js' */
/** @import {NowPlaying} from './now_playing.js' */
/** @import {Redraw} from './redraw.js' */
/** @import {Tag} from './tag.js' */

export class Modes {
  /** @type {Mode} */
  mode = 'listen';
  /** @type {Point | null} Where the pointer is, or the keys' cursor. */
  cursor = null;
  /** @type {Point[]} Of this mode: a blend's ends, or a drawn path. */
  path = [];
  isDrawing = false;
  isPolyline = false; // The path was made of single points.
  /** Called when sliders lead on from another point. */
  onBegin = () => {};
  isFirstVisit = false; // Nothing was heard yet.

  /**
   * @param {object} parts
   * @param {Walks} parts.walks
   * @param {Change} parts.change
   * @param {NowPlaying} parts.now
   * @param {Tag} parts.tag
   * @param {Highlight} parts.highlight
   * @param {Times} parts.times
   * @param {{move: string, click: string, hold: string}} parts.words
   * @param {Redraw} parts.redraw
   */
  constructor({walks, change, now, tag, highlight, times, words, redraw}) {
    this.walks = walks;
    this.change = change;
    this.now = now;
    this.tag = tag;
    this.highlight = highlight;
    this.times = times;
    this.words = words;
    this.redraw = redraw;
    for (const input of choices('mode')) {
      input.checked = input.value === this.mode;
      input.addEventListener('change', () => {
        this.set(/** @type {Mode} */ (input.value));
      });
    }
  }

  /** @param {Mode} mode */
  set(mode) {
    this.mode = mode;
    this.path = [];
    this.isPolyline = this.isDrawing = false;
    /** @type {NodeListOf<HTMLElement>} */
    const rows = document.querySelectorAll('[data-mode]');
    for (const row of rows) row.hidden = row.dataset.mode !== mode;
    this.#show();
  }

  /** Shows what to do next, and the path. */
  #show() {
    this.showHint();
    this.redraw.ask('overlay');
  }

  showHint() {
    const {piece} = this.now;
    part('hint').textContent = hintOf(
      {
        mode: this.mode,
        isFirst: this.isFirstVisit,
        points: this.path.length,
        isPolyline: this.isPolyline,
        time: piece?.kind === 'path' ? this.times.seconds(piece.frames) : '',
      },
      this.words,
    );
  }

  /**
   * The pointer, or the keys' cursor, is at a point.
   * @param {Point} point
   */
  hover(point) {
    this.cursor = point;
    this.tag.show(point);
    this.redraw.ask('overlay');
    // While something plays, the roll is of what is heard.
    if (this.now.player.isPlaying || this.isDrawing) return;
    if (this.mode === 'draw' && this.path.length) return;
    if (this.mode === 'blend' && this.path.length === 2) return;
    this.now.showSoon(() => this.walks.point(point));
  }

  /** The pointer, or the keys' cursor, is gone. */
  leave() {
    this.cursor = null;
    this.tag.hide();
    this.redraw.ask('overlay');
  }

  /**
   * A click, a tap or Enter at a point.
   * @param {Point} point
   */
  choose(point) {
    this.cursor = point;
    this.highlight.set(null);
    if (this.mode === 'listen') {
      this.begin(point);
      this.now.show(this.walks.point(point), {play: true});
    } else if (this.mode === 'wander') {
      this.now.show(this.walks.wandering(point), {play: true});
    } else if (this.mode === 'blend') {
      this.path = this.path.length === 1 ? [this.path[0], point] : [point];
      if (this.path.length === 2) this.#showBlend({play: true});
      else this.now.stop();
    } else {
      if (!this.isPolyline) this.path = [];
      this.isPolyline = true;
      this.path.push(point);
      this.#showPath();
    }
    this.#show();
  }

  /**
   * A point of the map from which sliders lead on.
   * @param {Point} point
   */
  begin(point) {
    this.change.begin(point, this.walks.latentOf(point));
    this.onBegin();
  }

  /** Sliders have changed the point. */
  showChange() {
    const play = this.now.player.isPlaying;
    this.now.show(this.walks.changed(this.change), {play});
  }

  hearChange() {
    this.now.show(this.walks.changed(this.change), {play: true});
  }

  /** @param {{play?: boolean}} how */
  #showBlend(how) {
    const [from, to] = this.path;
    this.now.show(this.walks.blend(from, to), how);
  }

  /** @param {{play?: boolean}} how */
  #showPath(how = {}) {
    if (this.path.length < 2) return;
    this.now.show(this.walks.path(this.path), how);
  }

  /**
   * The pointer was pressed at a point, and moves on.
   * @param {Point} point
   */
  beginStroke(point) {
    if (this.mode !== 'draw') return;
    this.isDrawing = true;
    this.path = [point];
    this.now.stop();
  }

  /** @param {Point[]} points */
  extendStroke(points) {
    this.path.push(...points);
  }

  endStroke() {
    this.isDrawing = false;
    this.isPolyline = false;
    this.#showPath({play: true});
    this.#show();
  }

  dropStroke() {
    this.isDrawing = false;
    this.path = [];
  }

  /** Stops the music, and forgets the path. */
  escape() {
    this.path = [];
    this.now.stop();
    this.#show();
  }

  /** Takes the last corner of a path back. */
  takeBack() {
    this.path.pop();
    this.#showPath();
    this.#show();
  }

  /** @param {Song} song */
  walkAlong(song) {
    this.path = [];
    this.now.show(this.walks.song(song), {play: true});
    this.#show();
  }

  /** A setting of the present piece has changed: makes it anew. */
  remake() {
    const {piece} = this.now;
    if (!piece) return;
    const play = this.now.player.isPlaying;
    if (piece.kind === 'point' && this.mode === 'listen') {
      const [{point, off}] = piece.stretches;
      if (off !== undefined) this.showChange();
      else this.now.show(this.walks.point(point), {play});
    } else if (piece.kind === 'wander') {
      this.now.show(this.walks.wandering(piece.stretches[0].point), {play});
    } else if (piece.kind === 'blend' && this.path.length === 2) {
      this.#showBlend({play});
    } else if (piece.kind === 'path') {
      this.#showPath({play});
    }
    this.#show();
  }
}
