// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Ways over the map, as pieces of music: a point, a blend of two, a path, and a
// song's own trail.

import {LivePiece} from '../music/live_piece.js';
import {Piece} from '../music/piece.js';
import {clockOf} from '../music/words.js';

import {Surroundings} from './surroundings.js';

/** @import {Point} from '../given/facts.js' */
/** @import {Converter} from '../music/converter.js' */
/** @import {Kind, Stretch} from '../music/piece.js' */
/** @import {Change} from './change.js' */
/** @import {Projection} from './projection.js' */
/** @import {Found, Song, Songs} from './songs.js' */
/** @import {View} from './view.js' */

const HALF_A_SECOND = 0.5; // What one point of a walk gives by itself.
const SNAP_PIXELS = 7; // Nearer to a window, a hand means that window.
// So near, of the map's width, a point is a window's: a link rounds points.
const SAME = 1e-6;
const NEAR_PIXELS = 36; // Nearer to a window, a point is called by it.

/**
 * @typedef {object} WalkSettings
 * @property {number} windows Length of a point, in windows.
 * @property {number} steps Of a blend.
 * @property {number} pace Seconds to cross the map.
 * @property {boolean} keepsTime Whether a drawn path takes the hand's time.
 * @property {boolean} wanders Whether music without an end wanders.
 */

export class Walks {
  /**
   * @param {object} parts
   * @param {Songs} parts.songs
   * @param {Projection} parts.projection
   * @param {Converter} parts.converter
   * @param {View} parts.view
   * @param {WalkSettings} parts.settings Read whenever a piece is made.
   * @param {number} [parts.halfWindow] Frames that one point of a walk gives,
   *   with a model that goes from one to the next by half windows.
   * @param {boolean} [parts.canWander] Whether it is known how music goes on.
   */
  constructor(parts) {
    const {songs, projection, converter, view, settings} = parts;
    this.songs = songs;
    this.projection = projection;
    this.converter = converter;
    this.view = view;
    this.settings = settings;
    this.surroundings = new Surroundings(projection.near, view.area.view.size);
    this.canWander = Boolean(parts.canWander);
    this.goesOn = Boolean(parts.halfWindow);
    this.framesOfPoint =
      parts.halfWindow || HALF_A_SECOND * converter.framesPerSecond;
    this.stride = Math.max(1, Math.round(this.framesOfPoint));
  }

  /**
   * A window in words.
   * @param {Found} window
   */
  #nameOf({song, index}) {
    return `${song.name}, ${clockOf(song.begins[index])}`;
  }

  /** @param {Point} point */
  #windowNear(point) {
    const {scale, stretch} = this.view;
    return this.songs.nearest(point, NEAR_PIXELS / scale, stretch);
  }

  /** @param {Point} point */
  placeName(point) {
    const near = this.#windowNear(point);
    if (near) return this.#nameOf(near);
    return this.surroundings.isBetween(point)
      ? 'Between the songs'
      : 'Away from the songs';
  }

  /**
   * What a hand means that is at a point: a window that is next to it on the
   * screen, or the point. Points that are kept are not asked for this again:
   * they stay what they were, however large the screen is.
   * @param {Point} point
   * @returns {Point}
   */
  meant(point) {
    if (this.projection.kind === 'plane') return point;
    const {scale, stretch} = this.view;
    const found = this.songs.nearest(point, SNAP_PIXELS / scale, stretch);
    if (!found) return point;
    const {song, index} = found;
    return [song.points[2 * index], song.points[2 * index + 1]];
  }

  /**
   * The latent vector of a point: on a window of a projection, its own.
   * @param {Point} point
   */
  latentOf(point) {
    if (this.projection.kind === 'plane') return this.projection.fromMap(point);
    const reach = SAME * Math.max(...this.view.area.view.size);
    const found = this.songs.nearest(point, reach);
    if (found) return Float64Array.from(this.songs.meanOf(found));
    return this.projection.fromMap(point);
  }

  /**
   * @param {Kind} kind
   * @param {string} title
   * @param {Stretch[]} stretches
   */
  #piece(kind, title, stretches) {
    const {depth, framesPerSecond} = this.converter;
    return new Piece(kind, title, stretches, depth, framesPerSecond);
  }

  /** @param {Point} point */
  point(point) {
    const near = this.#windowNear(point);
    const name = this.placeName(point);
    const title = near ? `Near ${name}` : name;
    return this.#still(title, {z: this.latentOf(point), point}, near);
  }

  /**
   * The music of one latent vector.
   * @param {string} title
   * @param {Omit<Stretch, 'frames'>} place
   * @param {Found | null} near The window that it is of, if it is of one.
   */
  #still(title, place, near = null) {
    const {windowFrames} = this.converter;
    const {windows} = this.settings;
    // Past a window, a decoder that hears no music holds one chord for ever.
    const times = this.goesOn ? 1 : windows;
    const frames = (windowFrames * windows) / times;
    const stretches = Array.from({length: times}, (_, i) => {
      const source = near ? sourceOf(near, i * windowFrames) : undefined;
      return {...place, frames, source};
    });
    return this.#piece('point', title, stretches);
  }

  /**
   * A point that sliders have changed.
   * @param {Change} change
   */
  changed(change) {
    if (!change.isAny) return this.point(change.from);
    const {z, point, off, state} = change;
    const title = `${this.point(change.from).title}, changed`;
    return this.#still(title, {z, point, off, changed: state});
  }

  /**
   * @param {Point} from
   * @param {Point} to
   */
  blend(from, to) {
    const {steps} = this.settings;
    const [z0, z1] = [this.latentOf(from), this.latentOf(to)];
    const stretches = Array.from({length: steps}, (_, i) => {
      const part = i / (steps - 1);
      return {
        z: z0.map((value, k) => value + part * (z1[k] - value)),
        point: between(from, to, part),
        frames: this.converter.windowFrames,
      };
    });
    return this.#piece('blend', `From A to B in ${steps} steps`, stretches);
  }

  /**
   * A walk: a little of the music of each point on the way.
   * @param {Point[]} path Two points at least.
   * @param {number[] | null} times When the hand was at each, in seconds; null
   *   for a walk of one speed.
   */
  path(path, times = null) {
    const lengths = path
      .slice(1)
      .map(([x, y], i) =>
        times
          ? times[i + 1] - times[i]
          : Math.hypot(x - path[i][0], y - path[i][1]),
      );
    const length = lengths.reduce((a, b) => a + b, 0);
    const {stride} = this;
    const width = Math.max(...this.view.area.view.size);
    const time = times ? length : (length / width) * this.settings.pace;
    const frames = Math.max(
      stride,
      Math.round(time * this.converter.framesPerSecond),
    );
    const stretches = [];
    for (let frame = 0; frame < frames; frame += stride) {
      let left = (frame / frames) * length;
      let i = 0;
      while (i < lengths.length - 1 && left > lengths[i]) left -= lengths[i++];
      const part = lengths[i] ? Math.min(left / lengths[i], 1) : 0;
      const point = between(path[i], path[i + 1], part);
      stretches.push({
        z: this.latentOf(point),
        point,
        frames: Math.min(stride, frames - frame),
      });
    }
    return this.#piece('path', 'Your walk', stretches);
  }

  /**
   * Music without an end that begins at a point: it goes on as the model's
   * music does, or stays.
   * @param {Point} point
   */
  wandering(point) {
    const {projection, settings, converter} = this;
    const {wanders} = settings;
    const title = `Wandering from ${this.placeName(point)}`;
    const z = this.latentOf(point);
    return new LivePiece(
      title,
      {z, point, frames: 0},
      {
        depth: converter.depth,
        framesPerSecond: converter.framesPerSecond,
        wanders,
        halfWindow: this.stride,
        toMap: (z) => projection.toMap(z),
      },
    );
  }

  /**
   * A song's own trail, as fast as the song: the beginnings of its windows.
   * @param {Song} song
   * @param {number} first The window to begin at.
   */
  song(song, first = 0) {
    /** @type {Stretch[]} */
    const stretches = this.#taken(song, first).map(({index, frames, next}) => {
      return {
        z: Float64Array.from(this.songs.meanOf({song, index})),
        point: [song.points[2 * index], song.points[2 * index + 1]],
        frames,
        source: {song, start: song.starts[index]},
        ...this.#tempoOf(song, index, next),
      };
    });
    const from = first ? `, from ${clockOf(song.begins[first])}` : '';
    return this.#piece('song', `Along ${song.name}${from}`, stretches);
  }

  /**
   * The windows that a walk along a song takes, and the frames it has of each.
   * @param {Song} song
   * @param {number} first
   */
  #taken({starts}, first) {
    const {hopFrames, windowFrames, align} = this.converter;
    const every = Math.max(1, Math.round(this.framesOfPoint / hopFrames));
    const least = every * hopFrames;
    const taken = [];
    for (let index = first; index < starts.length; ) {
      let next = index + every;
      if (align !== 'frame') {
        // Windows begin where beats or bars do, a hop apart or more.
        next = index + 1;
        while (starts[next] < starts[index] + least) next++;
      }
      const apart =
        align === 'frame' || next >= starts.length
          ? least
          : starts[next] - starts[index];
      taken.push({index, frames: Math.min(windowFrames, apart), next});
      index = next;
    }
    return taken;
  }

  /**
   * The song's own tempo from one window to another, where frames are by the
   * beat.
   * @param {Song} song
   * @param {number} index
   * @param {number} next
   */
  #tempoOf({starts, begins, ends}, index, next) {
    const {framesPerBeat, windowFrames} = this.converter;
    if (!framesPerBeat) return {};
    const isLast = next >= starts.length;
    const frames = isLast ? windowFrames : starts[next] - starts[index];
    const until = isLast ? ends[index] : begins[next];
    return {framesPerSecond: frames / (until - begins[index])};
  }
}

/**
 * @param {Found} window
 * @param {number} later Frames.
 */
const sourceOf = ({song, index}, later = 0) => ({
  song,
  start: song.starts[index] + later,
});

/**
 * @param {Point} a
 * @param {Point} b
 * @param {number} part Of the way from a to b.
 * @returns {Point}
 */
const between = (a, b, part) => [
  a[0] + part * (b[0] - a[0]),
  a[1] + part * (b[1] - a[1]),
];
