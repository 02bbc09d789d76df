// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The map, on three canvases: heat and lines of equal value, marks of windows,
// names. What moves is on another above them, see overlay.js.

import {clamp} from '../map/view.js';
import {
  contextOf,
  fitCanvas,
  newCanvas,
  strokeInTurn,
  trace,
} from './canvas.js';
import {CanvasMarks} from './canvas_marks.js';
import {Crowd} from './crowd.js';
import {GlMarks} from './gl_marks.js';
import {atOnce, InSteps} from './in_steps.js';
import {markSize} from './markers.js';
import {MovedPicture} from './moved_picture.js';
import {NameLayer} from './name_layer.js';
import {PixelMarks} from './pixel_marks.js';
import {ramp} from './ramp.js';

/** @import {Point} from '../given/facts.js' */
/** @import {Heat} from '../map/heat.js' */
/** @import {Homes} from '../map/home.js' */
/** @import {MarkColors} from '../map/mark_colors.js' */
/** @import {Song, Songs} from '../map/songs.js' */
/** @import {View} from '../map/view.js' */
/** @import {Picture} from './canvas_marks.js' */
/** @import {Markers} from './markers.js' */
/** @import {Theme} from './theme.js' */

const MANY_WINDOWS = 12000; // Trails of so many would be one tangle.
// While the map moves as a picture: it is drawn anew beyond this.
const FARTHEST = 0.3; // Of its size.
const LARGEST = 1.5; // Times larger, or smaller.
// Where that takes many frames of the screen: milliseconds of each, and as many
// in a hurry, where there is soon nothing left to be seen.
const STEP_MILLISECONDS = 4;
const HURRY_MILLISECONDS = 12;
const OFF = 0.5;
const OFF_LARGE = 3;
const FAINT = 0.14; // Of songs beside those that stand out.

/**
 * @typedef {object} Target What is drawn on, and for which view.
 * @property {View} view
 * @property {CanvasRenderingContext2D} land
 * @property {CanvasRenderingContext2D} above For names.
 * @property {number} ratio Pixels of the canvas for one of the screen.
 * @property {() => void} flush Has the browser draw what it was told.
 */

export class MapCanvas {
  /** @type {Set<Song>} The songs that stand out; none is all alike. */
  highlighted = new Set();
  /** Whether the map is on the move: it is drawn quickly. */
  isMoving = false;
  /** How many marks are drawn while it is. */
  mostMoving = Number.POSITIVE_INFINITY;
  #heat = {key: '', image: /** @type {HTMLCanvasElement | null} */ (null)};
  /** The share of the screen that windows take, at a view of all. */
  #share = 0;
  /** A picture that is drawn while the last one moves, for a view that was. */
  #next = {steps: new InSteps(), ofMove: false};
  #back = newCanvas(1, 1); // Where it is drawn.
  /** @type {View} */
  #backView;
  #isRough = false; // Whether what is seen was drawn quickly, or has moved.

  /**
   * @param {object} parts
   * @param {HTMLCanvasElement} parts.land
   * @param {HTMLCanvasElement} parts.marks
   * @param {HTMLCanvasElement} parts.names
   * @param {HTMLElement[]} parts.above What stands on the map: no name may.
   * @param {View} parts.view
   * @param {Heat} parts.heat
   * @param {Songs} parts.songs
   * @param {MarkColors} parts.colors
   * @param {Homes} parts.homes
   * @param {Markers} parts.markers
   */
  constructor(parts) {
    const {view, heat, songs, colors, homes, markers} = parts;
    this.layers = parts;
    this.view = this.#backView = view;
    this.heat = heat;
    this.moved = new MovedPicture(parts.land, view);
    this.songs = songs;
    this.colors = colors;
    this.names = new NameLayer(parts.above, view, homes);
    this.canvasMarks = new CanvasMarks(markers);
    this.glMarks = GlMarks.make(parts.marks, songs);
    this.pixelMarks = songs.count >= MANY_WINDOWS ? new PixelMarks() : null;
  }

  /** Whether the map can be drawn anew at each step of a move. */
  get isQuick() {
    return this.glMarks !== null && !this.glMarks.isLost;
  }

  /** @param {Theme} theme */
  draw(theme) {
    this.#next.steps.drop();
    this.#isRough = this.isMoving;
    const {view} = this;
    this.moved.reset(); // A canvas that is moved has another box.
    // Nothing is below it.
    const fitted = fitCanvas(this.layers.land, {alpha: false});
    const {context, width, height, ratio} = fitted;
    view.resize({width, height});
    // One canvas is moved more quickly than three.
    const {marks, names} = this.layers;
    marks.hidden = names.hidden = !this.isQuick;
    const above = this.isQuick ? fitCanvas(names).context : context;
    const flush = () => {};
    atOnce(this.#draw({view, land: context, above, ratio, flush}, theme));
  }

  /**
   * Moves what was drawn to where the view is now. Where there are very many
   * marks, it is drawn anew meanwhile, bit by bit.
   * @param {Theme} theme
   * @returns Whether it can be; else it is to be drawn anew.
   */
  follow(theme) {
    if (this.isQuick) return false;
    const {across, down, factor} = this.moved.follow();
    const {width, height} = this.view;
    const far = Math.max(Math.abs(across) / width, Math.abs(down) / height);
    const larger = Math.max(factor, 1 / factor);
    const isFar = far > FARTHEST || larger > LARGEST;
    if (!this.pixelMarks) return !isFar;
    const isOff = far > OFF || larger > OFF_LARGE;
    this.#goOn(theme, {
      isFar,
      milliseconds: isOff ? HURRY_MILLISECONDS : STEP_MILLISECONDS,
    });
    return true;
  }

  /** Whether the last picture is seen while another is drawn. */
  get drawsInSteps() {
    return this.pixelMarks !== null && !this.isQuick;
  }

  /** Whether there is more to be drawn, in frames of the screen to come. */
  get isDrawing() {
    return this.#next.steps.isBusy;
  }

  /**
   * @param {Theme} theme
   * @param {object} how
   * @param {boolean} how.isFar Whether it was drawn for quite another view.
   * @param {number} how.milliseconds Of the present frame of the screen.
   */
  #goOn(theme, {isFar, milliseconds}) {
    const {isMoving} = this;
    const next = this.#next;
    this.#isRough ||= isMoving;
    if (next.ofMove !== isMoving) next.steps.drop();
    if (!next.steps.isBusy && (isMoving ? isFar : this.#isRough)) {
      next.ofMove = isMoving;
      next.steps.begin(this.#draw(this.#behind(), theme));
    }
    if (!next.steps.goOn(milliseconds)) return;
    this.#isRough = isMoving;
    const context = contextOf(this.layers.land);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(this.#back, 0, 0);
    this.moved.reset(this.#backView);
    this.moved.follow();
  }

  /** @returns {Target} What is not seen yet. */
  #behind() {
    const {width, height} = this.layers.land;
    if (this.#back.width !== width || this.#back.height !== height) {
      this.#back = newCanvas(width, height);
    }
    const view = this.view.still();
    this.#backView = view;
    // As opaque as the land: browsers draw letters otherwise where they are not.
    const settings = {alpha: false, willReadFrequently: true};
    const land = contextOf(this.#back, settings);
    const ratio = window.devicePixelRatio || 1;
    land.setTransform(ratio, 0, 0, ratio, 0, 0);
    // Else the browser does all of it in the end, in one long frame.
    const flush = () => land.getImageData(0, 0, 1, 1);
    return {view, land, above: land, ratio, flush};
  }

  /**
   * @param {Target} target
   * @param {Theme} theme
   * @returns {Generator<void, void>}
   */
  *#draw({view, land, above, ratio, flush}, theme) {
    land.fillStyle = theme.land[0];
    // A last pixel that the screen has in part is filled as well.
    land.fillRect(0, 0, view.width + 1, view.height + 1);
    this.#drawHeat(land, theme, view);
    flush();
    yield;
    this.#drawContours(land, theme, view);
    flush();
    yield;
    if (!this.isMoving) yield* this.#placeNames(above, theme, view);
    yield* this.#drawMarks(land, above, this.#picture(view, theme, ratio));
    flush();
    yield;
    this.names.draw(above, theme, view);
    flush();
  }

  /**
   * @param {View} view
   * @param {Theme} theme
   * @param {number} ratio
   * @returns {Picture}
   */
  #picture(view, theme, ratio) {
    const {songs, colors, highlighted} = this;
    const radius = this.#radius(view);
    const shown = songs.list.map((song) => (song.shown ? '' : song.number));
    const lit = [...highlighted].map(({number}) => number);
    return {
      ...{view, theme, songs, colors, radius, ratio},
      size: markSize(radius, ratio),
      most: this.isMoving ? this.mostMoving : Number.POSITIVE_INFINITY,
      hasTrails: songs.count < MANY_WINDOWS,
      strengthOf: (song) =>
        !highlighted.size || highlighted.has(song) ? 1 : FAINT,
      looks: `${colors.attribute} ${shown.join()} ${lit}`,
    };
  }

  /**
   * @param {CanvasRenderingContext2D} below
   * @param {CanvasRenderingContext2D} above
   * @param {Picture} picture
   * @returns {Generator<void, void>}
   */
  *#drawMarks(below, above, picture) {
    const {glMarks, pixelMarks, canvasMarks, highlighted} = this;
    const lit = [...highlighted].filter(({shown}) => shown);
    if (this.isQuick || pixelMarks) {
      if (this.isQuick) glMarks?.draw(picture);
      else if (pixelMarks) yield* pixelMarks.draw(below, picture);
      const dropped = picture.songs.list.filter(({isDropped}) => isDropped);
      canvasMarks.draw(above, picture, dropped);
    } else {
      canvasMarks.draw(below, picture);
    }
    // What is highlighted comes last, above all others.
    if (lit.length !== 1) return;
    canvasMarks.drawTrail(above, lit[0], picture);
    canvasMarks.draw(above, picture, lit);
  }

  /**
   * Of a mark: small in a crowd, larger when zoomed in.
   * @param {View} view
   */
  #radius({width, height, scale, fitScale}) {
    const windows = Math.max(this.songs.count, 1);
    const room = width * height * clamp(this.#share, 0.05, 1);
    const crowd = Math.sqrt(room / windows) / 2.5;
    return clamp(crowd, 1.5, 5) * Math.min(Math.sqrt(scale / fitScale), 2);
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
      const part = heat.isEven
        ? 0.5
        : clamp((value - low) / (high - low), 0, 1);
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
   * @param {View} view
   */
  #drawHeat(context, theme, view) {
    const {corner, cell, columns, rows} = this.heat.facts;
    const {scale, stretch} = view;
    const [x, y] = view.toScreen([corner[0], corner[1] + cell * rows]);
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = this.isMoving ? 'low' : 'high';
    context.drawImage(
      this.#heatImage(theme),
      x,
      y,
      cell * columns * scale * stretch,
      cell * rows * scale,
    );
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Theme} theme
   * @param {View} view
   */
  #drawContours(context, theme, view) {
    const {corner, cell, columns, rows} = this.heat.facts;
    const place = (/** @type {Point} */ [x, y]) =>
      view.toScreen([corner[0] + cell * x, corner[1] + cell * y]);
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
   * Names where their songs are, as far as they find room.
   * @param {CanvasRenderingContext2D} context
   * @param {Theme} theme
   * @param {View} view
   * @returns {Generator<void, void>}
   */
  *#placeNames(context, theme, view) {
    const {songs} = this;
    const crowd = new Crowd(view);
    for (const {points, shown} of songs.list) {
      for (let i = 0; shown && i < points.length; i += 2) {
        crowd.add(view.toScreen([points[i], points[i + 1]]));
      }
      yield;
    }
    if (view.isWhole || !this.#share) this.#share = crowd.share;
    this.names.place(context, this.#songsWithNames(), crowd, theme);
  }

  /** The songs that may have a name: of all, the last are first. */
  #songsWithNames() {
    const {highlighted} = this;
    return this.songs.list
      .filter(
        (song) =>
          song.shown &&
          song.points.length &&
          (!highlighted.size || highlighted.has(song)),
      )
      .reverse();
  }
}
