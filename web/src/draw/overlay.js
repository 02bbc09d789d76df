// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What moves over the map: the pointer's cross, a path, and the point that is
// heard.

import {fitCanvas, strokeInTurn, trace} from './canvas.js';
import {MovedPicture} from './moved_picture.js';

/** @import {Point} from '../given/facts.js' */
/** @import {View} from '../map/view.js' */
/** @import {Theme} from './theme.js' */

/** @type {Point[]} */
const FOUR_WAYS = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
];

const STAR_PIXELS = 9; // From the middle of a favourite to its tips.

/**
 * @typedef {object} Moving
 * @property {Point | null} cursor Where the pointer is.
 * @property {Point[]} path A drawn path, or a blend's two ends.
 * @property {number} steps Of a blend, else 0.
 * @property {boolean} isDrawing
 * @property {Point | null} playing The point that is heard.
 * @property {Point | null} shown The point whose music is shown.
 * @property {Point | null} from Where that was on the map before it was changed.
 * @property {boolean} isOff Whether that music is off the map.
 * @property {Point[]} favourites
 */

export class Overlay {
  /** @type {unknown[]} What it was drawn of. */
  #drawnOf = [];

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {View} view
   */
  constructor(canvas, view) {
    this.canvas = canvas;
    this.view = view;
    this.moved = new MovedPicture(canvas, view);
  }

  /**
   * Draws, unless it is all as it was: while music plays, this is asked for at
   * each frame of the screen.
   * @param {Moving} moving
   * @param {Theme} theme
   */
  draw(moving, theme) {
    const {center, scale, stretch, width, height} = this.view;
    const of = [
      ...[...center, scale, stretch, width, height, window.devicePixelRatio],
      ...[theme, JSON.stringify(moving)],
    ];
    if (of.every((part, i) => part === this.#drawnOf[i])) return;
    this.#drawnOf = of;
    this.moved.reset();
    const {context} = fitCanvas(this.canvas);
    context.lineJoin = context.lineCap = 'round';
    const pen = new Pen(context, theme);
    const {cursor, path, steps, playing, shown, from, isOff} = moving;
    const place = (/** @type {Point} */ point) => this.view.toScreen(point);
    for (const point of moving.favourites) pen.star(place(point));
    const line = path.map(place);
    if (steps && line.length === 1 && cursor) line.push(place(cursor));
    if (line.length > 1) pen.line(line);
    if (steps) pen.blend(line, path.length, steps);
    else if (line.length) pen.path(line, moving.isDrawing);
    if (cursor) pen.cross(place(cursor));
    if (shown && from) pen.line([place(from), place(shown)]);
    if (isOff && shown) pen.ring(place(shown));
    else if (playing) pen.heard(place(playing));
    else if (shown) pen.dot(place(shown), 6);
  }
}

/** Draws places of the screen. */
class Pen {
  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Theme} theme
   */
  constructor(context, theme) {
    this.context = context;
    this.theme = theme;
  }

  /** @param {Point[]} places */
  line(places) {
    const {context, theme} = this;
    strokeInTurn(
      context,
      [
        [6, theme.halo],
        [2.6, theme.cursor],
      ],
      () => trace(context, places),
    );
  }

  /**
   * @param {Point} place
   * @param {number} r
   * @param {string} letter
   */
  dot([x, y], r, letter = '') {
    const {context, theme} = this;
    context.beginPath();
    context.arc(x, y, r, 0, 2 * Math.PI);
    context.lineWidth = 2;
    context.fillStyle = theme.cursor;
    context.strokeStyle = theme.halo;
    context.fill();
    context.stroke();
    if (!letter) return;
    context.fillStyle = theme.halo;
    context.font = '700 12px system-ui, sans-serif';
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillText(letter, x, y + 0.5);
  }

  /**
   * A blend's ends, and the steps between both.
   * @param {Point[]} line
   * @param {number} ends How many are chosen.
   * @param {number} steps
   */
  blend(line, ends, steps) {
    for (let i = 1; ends === 2 && i < steps - 1; i++) {
      const part = i / (steps - 1);
      const [[x0, y0], [x1, y1]] = line;
      this.dot([x0 + part * (x1 - x0), y0 + part * (y1 - y0)], 4);
    }
    for (let i = 0; i < ends; i++) this.dot(line[i], 11, 'AB'[i]);
  }

  /**
   * The ends of a path.
   * @param {Point[]} line
   * @param {boolean} isDrawing
   */
  path(line, isDrawing) {
    this.dot(line[0], 5);
    if (!isDrawing) this.dot(line[line.length - 1], 5);
  }

  /** @param {Point} place */
  cross([x, y]) {
    const {context, theme} = this;
    strokeInTurn(
      context,
      [
        [4.5, theme.halo],
        [2, theme.ink],
      ],
      () => {
        context.arc(x, y, 9, 0, 2 * Math.PI);
        for (const [dx, dy] of FOUR_WAYS) {
          context.moveTo(x + 9 * dx, y + 9 * dy);
          context.lineTo(x + 15 * dx, y + 15 * dy);
        }
      },
    );
  }

  /**
   * A point that is not on the map, but off it at this place.
   * @param {Point} place
   */
  ring([x, y]) {
    const {context, theme} = this;
    /** @type {[number, string][]} */
    const strokes = [
      [7, theme.halo],
      [3, theme.cursor],
    ];
    strokeInTurn(context, strokes, () => context.arc(x, y, 12, 0, 2 * Math.PI));
    this.dot([x, y], 3);
  }

  /** @param {Point} place */
  star([x, y]) {
    const {context, theme} = this;
    const corners = Array.from({length: 10}, (_, i) => {
      const r = i % 2 ? STAR_PIXELS * 0.42 : STAR_PIXELS;
      const angle = (i * Math.PI) / 5 - Math.PI / 2;
      return /** @type {Point} */ ([
        x + r * Math.cos(angle),
        y + r * Math.sin(angle),
      ]);
    });
    context.beginPath();
    trace(context, corners);
    context.closePath();
    context.lineWidth = 2;
    context.fillStyle = theme.cursor;
    context.strokeStyle = theme.halo;
    context.stroke();
    context.fill();
  }

  /** @param {Point} place */
  heard(place) {
    this.context.globalAlpha = 0.25;
    this.dot(place, 18);
    this.context.globalAlpha = 1;
    this.dot(place, 8);
  }
}
