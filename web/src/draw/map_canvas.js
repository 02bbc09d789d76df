// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The map: heat, lines of equal value, windows and names on one canvas. What
// moves is on another above it, see overlay.js.

import {clamp} from '../map/view.js';
import {shortened} from '../music/words.js';
import {
  contextOf,
  fitCanvas,
  newCanvas,
  strokeInTurn,
  trace,
} from './canvas.js';
import {NamePlaces} from './names.js';
import {ramp} from './ramp.js';

/** @import {Point} from '../given/facts.js' */
/** @import {Heat} from '../map/heat.js' */
/** @import {Homes} from '../map/home.js' */
/** @import {Song, Songs} from '../map/songs.js' */
/** @import {View} from '../map/view.js' */
/** @import {Markers} from './markers.js' */
/** @import {Theme} from './theme.js' */

export class MapCanvas {
  /** @type {Song | null} The song that stands out. */
  highlighted = null;
  #drawn = {center: /** @type {Point} */ ([0, 0]), scale: 1};
  #heat = {key: '', image: /** @type {HTMLCanvasElement | null} */ (null)};

  /**
   * @param {object} parts
   * @param {HTMLCanvasElement} parts.canvas
   * @param {HTMLElement[]} parts.above What stands on the map: no name may.
   * @param {View} parts.view
   * @param {Heat} parts.heat
   * @param {Songs} parts.songs
   * @param {Homes} parts.homes
   * @param {Markers} parts.markers
   */
  constructor({canvas, above, view, heat, songs, homes, markers}) {
    this.canvas = canvas;
    this.above = above;
    this.view = view;
    this.heat = heat;
    this.songs = songs;
    this.homes = homes;
    this.markers = markers;
  }

  /** @param {Theme} theme */
  draw(theme) {
    this.canvas.style.transform = '';
    const {context, width, height, ratio} = fitCanvas(this.canvas);
    const {view} = this;
    view.resize({width, height});
    this.#drawn = {center: view.center, scale: view.scale};
    context.fillStyle = theme.land[0];
    context.fillRect(0, 0, width, height);
    this.#drawHeat(context, theme);
    this.#drawContours(context, theme);
    // What is highlighted comes last, above all others.
    const order = [...this.songs.list].sort(
      (a, b) => Number(a === this.highlighted) - Number(b === this.highlighted),
    );
    const radius = this.#radius();
    for (const song of order) {
      if (song.shown) this.#drawSong(context, song, theme, radius, ratio);
    }
    this.#drawNames(context, theme);
  }

  /** Moves what was drawn to where the view is now: less exact, but at once. */
  follow() {
    const {view} = this;
    const factor = view.scale / this.#drawn.scale;
    const [x, y] = view.toScreen(this.#drawn.center);
    const dx = x - (factor * view.width) / 2;
    const dy = y - (factor * view.height) / 2;
    const move = `translate(${dx}px, ${dy}px)`;
    this.canvas.style.transform = `${move} scale(${factor})`;
  }

  /** Of a mark: small in a crowd, larger when zoomed in. */
  #radius() {
    const {width, height, scale, fitScale} = this.view;
    const windows = Math.max(this.songs.count, 1);
    const crowd = Math.sqrt((width * height) / windows) / 4.2;
    return clamp(crowd, 2.3, 5) * Math.min(Math.sqrt(scale / fitScale), 2);
  }

  /**
   * The heat with a pixel for a cell.
   * @param {Theme} theme
   */
  #heatImage(theme) {
    const {heat} = this;
    const key = `${heat.quantity} ${theme.land}`;
    if (this.#heat.image && this.#heat.key === key) return this.#heat.image;
    const {columns, rows} = heat.facts;
    const colors = ramp(theme.land);
    const [low, high] = heat.range;
    const pixels = new ImageData(columns, rows);
    heat.valuesOf(heat.quantity).forEach((value, i) => {
      const part = clamp((value - low) / (high - low), 0, 1);
      const row = rows - 1 - Math.floor(i / columns);
      const at = 4 * (row * columns + (i % columns));
      pixels.data.set(colors[Math.round(part * 255)], at);
    });
    const image = newCanvas(columns, rows);
    contextOf(image).putImageData(pixels, 0, 0);
    this.#heat = {key, image};
    return image;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Theme} theme
   */
  #drawHeat(context, theme) {
    const {corner, cell, columns, rows} = this.heat.facts;
    const {scale} = this.view;
    const [x, y] = this.view.toScreen([corner[0], corner[1] + cell * rows]);
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = 'high';
    context.drawImage(
      this.#heatImage(theme),
      x,
      y,
      cell * columns * scale,
      cell * rows * scale,
    );
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Theme} theme
   */
  #drawContours(context, theme) {
    const {corner, cell, columns, rows} = this.heat.facts;
    const place = (/** @type {Point} */ [x, y]) =>
      this.view.toScreen([corner[0] + cell * x, corner[1] + cell * y]);
    const [left, bottom] = place([0.5, 0.5]);
    const [right, top] = place([columns - 0.5, rows - 0.5]);
    context.save();
    context.beginPath();
    context.rect(left, top, right - left, bottom - top);
    context.clip();
    strokeInTurn(context, [[1, theme.contour]], () => {
      for (const line of this.heat.contours()) trace(context, line.map(place));
    });
    context.restore();
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Song} song
   * @param {Theme} theme
   * @param {number} r
   * @param {number} ratio
   */
  #drawSong(context, song, theme, r, ratio) {
    const {points, isDropped} = song;
    const isHighlighted = song === this.highlighted;
    const dimmed = this.highlighted && !isHighlighted;
    /** @type {Point[]} */
    const places = [];
    for (let i = 0; i < points.length; i += 2) {
      places.push(this.view.toScreen([points[i], points[i + 1]]));
    }
    context.globalAlpha = dimmed ? 0.05 : isHighlighted ? 0.6 : 0.2;
    const color = this.markers.colorOf(song, theme);
    strokeInTurn(context, [[1.2, color]], () => trace(context, places));

    const radius = isDropped ? Math.max(r * 1.35, 4.5) : r;
    const {image, half} = this.markers.of(song, theme, radius, ratio);
    const {width, height} = this.view;
    context.globalAlpha = dimmed ? 0.14 : 0.85;
    for (const [x, y] of places) {
      if (x < -9 || y < -9 || x > width + 9 || y > height + 9) continue;
      context.drawImage(image, x - half, y - half, 2 * half, 2 * half);
    }
    context.globalAlpha = 1;
  }

  /**
   * Names where their songs are, as far as they find room.
   * @param {CanvasRenderingContext2D} context
   * @param {Theme} theme
   */
  #drawNames(context, theme) {
    const above = this.above.map((part) => ({
      x: part.offsetLeft + part.offsetWidth / 2,
      y: part.offsetTop + part.offsetHeight / 2,
      w: part.offsetWidth / 2,
      h: part.offsetHeight / 2,
    }));
    const {width, height, scale, fitScale} = this.view;
    const songs = this.#songsWithNames();
    const zoom = scale / fitScale;
    const crowd = {songs: songs.length, zoom};
    const places = new NamePlaces(above, {width, height}, crowd);
    if (places.isCrowded) this.#sortByStanding(songs);
    context.font = `italic 600 ${width < 560 ? 14 : 17}px ${theme.serif}`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.lineJoin = 'round';
    for (const song of songs) {
      const name = shortened(song.title, 30);
      const [x, y] = this.view.toScreen(this.homes.of(song));
      if (x < 0 || y < 0 || x > width || y > height) continue;
      const w = context.measureText(name).width / 2 + 6;
      const found = places.find([x, y], w);
      if (!found) continue;
      const spot = /** @type {Point} */ ([found.box.x, found.box.y]);
      // A name that stands apart points to its place.
      if (found.leads) drawLeader(context, [[x, y], spot], theme);
      drawName(context, name, spot, theme);
    }
  }

  /** The songs that may have a name: of all, the last are first. */
  #songsWithNames() {
    const {highlighted} = this;
    return this.songs.list
      .filter(
        (song) =>
          song.shown &&
          song.points.length &&
          (!highlighted || song === highlighted),
      )
      .reverse();
  }

  /**
   * Puts files of the reader first, then songs that are most by themselves.
   * @param {Song[]} songs
   */
  #sortByStanding(songs) {
    songs.sort(
      (a, b) =>
        Number(b.isDropped) - Number(a.isDropped) ||
        this.homes.standingOf(b) - this.homes.standingOf(a),
    );
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Point[]} line
 * @param {Theme} theme
 */
function drawLeader(context, line, theme) {
  /** @type {[number, string][]} */
  const strokes = [
    [3.5, theme.halo],
    [1.3, theme.ink],
  ];
  strokeInTurn(context, strokes, () => trace(context, line));
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} name
 * @param {Point} middle
 * @param {Theme} theme
 */
function drawName(context, name, [x, y], theme) {
  context.lineWidth = 4.5;
  context.strokeStyle = theme.halo;
  context.globalAlpha = 0.85;
  context.strokeText(name, x, y);
  context.globalAlpha = 1;
  context.fillStyle = theme.ink;
  context.fillText(name, x, y);
}
