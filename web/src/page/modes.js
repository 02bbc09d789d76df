// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What a point of the map is for: to listen to, to blend, to draw a path of.

import {windowAt} from '../map/trail.js';
import {choices, part} from './find.js';
import {hintOf} from './hints.js';

/** @import {Point} from '../given/facts.js' */
/** @import {Song} from '../map/songs.js' */
/** @import {Change, Changed} from '../map/change.js' */
/** @import {Walks} from '../map/walks.js' */
/** @import {Times} from '../music/words.js' */
/** @import {Highlight} from './highlight.js' */
/** @import {History} from './history.js' */
/** @import {Mode} from './hints.js' */
/** @import {State} from './link_text.js' */
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
  /** @type {number[]} When each of a stroke's points was drawn, in seconds. */
  strokeTimes = [];
  isDrawing = false;
  isPolyline = false; // The path was made of single points.
  /** Called when sliders lead on from another point. */
  onBegin = () => {};
  isFirstVisit = false; // Nothing was heard yet.
  /** @type {Song | null} The one that is walked along. */
  #song = null;
  /** Called when there is something else to keep. */
  onChange = () => {};

  /**
   * @param {object} parts
   * @param {Walks} parts.walks
   * @param {Change} parts.change
   * @param {NowPlaying} parts.now
   * @param {Tag} parts.tag
   * @param {Highlight} parts.highlight
   * @param {Times} parts.times
   * @param {{move: string, click: string, hold: string}} parts.words
   * @param {History} parts.history
   * @param {Redraw} parts.redraw
   */
  constructor(parts) {
    const {walks, change, now, tag, highlight} = parts;
    const {times, words, history, redraw} = parts;
    this.walks = walks;
    this.change = change;
    this.now = now;
    this.tag = tag;
    this.highlight = highlight;
    this.times = times;
    this.words = words;
    this.history = history;
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
    for (const input of choices('mode')) input.checked = input.value === mode;
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
    this.onChange();
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
    this.now.showSoon(() => this.walks.point(this.walks.meant(point)));
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
    this.#take(this.walks.meant(point), null);
  }

  /**
   * @param {Point} point
   * @param {Changed | null} changed
   */
  #take(point, changed) {
    this.highlight.set(null);
    this.#song = null;
    if (this.mode === 'listen') {
      this.begin(point, changed);
      this.now.show(this.walks.changed(this.change), {play: true});
    } else if (this.mode === 'wander') {
      this.#steerTo(point);
    } else if (this.mode === 'blend') {
      this.#keepPath();
      this.path = this.path.length === 1 ? [this.path[0], point] : [point];
      if (this.path.length === 2) this.#showBlend({play: true});
      else this.now.stop();
    } else {
      this.#keepPath();
      if (!this.isPolyline) this.path = [];
      this.strokeTimes = [];
      this.isPolyline = true;
      this.path.push(point);
      this.#showPath();
    }
    this.#show();
  }

  /**
   * A point of the map from which sliders lead on.
   * @param {Point} point
   * @param {Changed | null} changed How far they did, of a point that was kept.
   */
  begin(point, changed = null) {
    this.change.begin(point, this.walks.latentOf(point));
    if (changed) this.change.set(changed);
    this.onBegin();
  }

  /** Sliders have changed the point: what plays follows at the next beat. */
  showChange() {
    this.now.show(this.walks.changed(this.change), {over: true});
    this.onChange();
  }

  /** Who lets a slider go hears the point. */
  hearChange() {
    // What plays is on its way there.
    if (this.now.player.isPlaying) return;
    this.now.show(this.walks.changed(this.change), {play: true});
  }

  /**
   * Endless music goes to a point, or begins there.
   * @param {Point} point
   */
  #steerTo(point) {
    const {now, walks} = this;
    if (now.isLive) now.steer({z: [...walks.latentOf(point)]});
    else now.show(walks.wandering(point), {play: true});
  }

  /**
   * A controller has moved the cursor: what plays follows at the next beat.
   * @param {Point} point
   */
  move(point) {
    const {now, mode} = this;
    this.hover(point);
    if (!now.player.isPlaying) return;
    const meant = this.walks.meant(point);
    if (mode === 'wander' && now.isLive) this.#steerTo(meant);
    if (mode !== 'listen') return;
    this.begin(meant);
    now.show(this.walks.point(meant), {over: true});
  }

  /**
   * Listens to a point, whatever the map was for.
   * @param {Point} point
   * @param {Changed | null} changed As sliders have changed it, if they have.
   */
  listenTo(point, changed = null) {
    if (this.mode !== 'listen') this.set('listen');
    this.cursor = point;
    this.#take(point, changed);
  }

  /** The present path can be brought back. */
  #keepPath() {
    const {mode, path, strokeTimes, isPolyline} = this;
    this.history.did(() => {
      if (this.mode !== mode) this.set(mode);
      Object.assign(this, {path: [...path], strokeTimes, isPolyline});
      if (mode === 'blend' && path.length === 2) this.#showBlend({});
      if (mode === 'draw') this.#showPath();
      this.#show();
    });
    this.path = [...path];
  }

  /**
   * What is shown, to be kept.
   * @returns {Omit<State, 'numbers' | 'choices' | 'loop' | 'favourites'>}
   */
  get state() {
    const {piece} = this.now;
    const isPath = piece?.kind === 'blend' || piece?.kind === 'path';
    const changed = piece?.stretches[0]?.changed;
    const points = piece ? [changed?.from ?? piece.stretches[0].point] : [];
    return {
      mode: this.mode,
      kind: piece?.kind ?? '',
      times: piece?.kind === 'path' ? this.strokeTimes : [],
      path: isPath ? this.path : points,
      changed: changed ? [changed.attributes, changed.beyond] : null,
      song: piece?.kind === 'song' ? (this.#song?.title ?? '') : '',
    };
  }

  /**
   * Shows what was kept.
   * @param {State} state
   * @returns Whether there was something.
   */
  restore({mode, kind, path, times, song, changed}) {
    const known = [...choices('mode')].map(({value}) => value);
    if (known.includes(mode)) this.set(/** @type {Mode} */ (mode));
    const {songs, canWander} = this.walks;
    const found = songs.list.find(({title}) => title === song);
    if (kind === 'song' && found) {
      this.#song = found;
      const first = path.length ? windowAt(found, path[0]) : 0;
      this.now.show(this.walks.song(found, first));
    } else if (!path.length) return false;
    else if (kind === 'wander' && canWander) {
      this.now.show(this.walks.wandering(path[0]));
    } else if (kind === 'blend' && path.length === 2) {
      this.path = path;
      this.#showBlend({});
    } else if (kind === 'path' && path.length > 1) {
      Object.assign(this, {path, strokeTimes: times});
      this.#showPath();
    } else {
      const [attributes, beyond] = changed ?? [[], []];
      this.begin(path[0], {from: path[0], attributes, beyond});
      this.now.show(this.walks.changed(this.change));
    }
    this.#show();
    return true;
  }

  /** Endless music is to wander, or to stay. */
  roam() {
    const {now, walks} = this;
    if (now.isLive) now.steer({wanders: walks.settings.wanders});
    else this.remake();
  }

  /** @param {{play?: boolean}} how */
  #showBlend(how) {
    const [from, to] = this.path;
    this.now.show(this.walks.blend(from, to), how);
  }

  /** @param {{play?: boolean}} how */
  #showPath(how = {}) {
    const {path, strokeTimes: times, walks} = this;
    if (path.length < 2) return;
    const keepsTime = walks.settings.keepsTime && times.length === path.length;
    this.now.show(walks.path(path, keepsTime ? times : null), how);
  }

  /**
   * The pointer was pressed at a point, and moves on.
   * @param {Point} point
   * @param {number} time In seconds.
   */
  beginStroke(point, time) {
    if (this.mode !== 'draw') return;
    this.#keepPath();
    this.#song = null;
    this.isDrawing = true;
    this.path = [point];
    this.strokeTimes = [time];
    this.now.stop();
  }

  /**
   * @param {Point[]} points
   * @param {number[]} times In seconds.
   */
  extendStroke(points, times) {
    this.path.push(...points);
    this.strokeTimes.push(...times);
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

  /**
   * @param {Song} song
   * @param {number} first The window to begin at.
   */
  walkAlong(song, first = 0) {
    this.path = [];
    this.#song = song;
    this.now.show(this.walks.song(song, first), {play: true});
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
