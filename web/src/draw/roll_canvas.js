// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The piano roll: what may sound as a tint, what sounds as bars, and where the
// music is. A band's parts have a colour each, and its drums lanes of their own.

import {sigm} from '../model/matrix.js';
import {familiesOf, familyOf} from '../music/kit.js';
import {PieceClock} from '../music/piece_clock.js';
import {noteName} from '../music/words.js';
import {beatsBetween} from '../sound/grid.js';
import {contextOf, fitCanvas, newCanvas, trace} from './canvas.js';
import {colorOf} from './part_colors.js';
import {RollLayout} from './roll_layout.js';

/** @import {Point} from '../given/facts.js' */
/** @import {Converter} from '../music/converter.js' */
/** @import {Part} from '../music/part.js' */
/** @import {Piece} from '../music/piece.js' */
/** @import {Mix} from '../sound/mix.js' */
/** @import {Theme} from './theme.js' */

const GRID_ALPHA = 0.14;
const TINT_ALPHA = 0.45; // Of an output that is 1.
const ONSET_PIXELS = 2.5;
const LEAST_OUTPUT = 0.03; // Less likely is not drawn.
const UNHEARD_ALPHA = 0.22; // Of a part that is muted.
const MOST_HIT_PIXELS = 5; // From the middle of a hit to its corners.
const HEAD_PIXELS = 5; // From the middle of the playhead to its corners.

const PAGE_WINDOWS = 5; // Of music without an end.

const LEAST_BAR_PIXELS = 1.2;
const LEAST_BAR_OF_A_BAND_PIXELS = 2.6; // Its rows are many.

/**
 * @typedef {object} Shown How a part is drawn.
 * @property {number} until A frame.
 * @property {number} alpha
 * @property {number} least Height of a bar.
 */

export class RollCanvas {
  /** @type {RollLayout | null} */
  #layout = null;
  /** @type {unknown[]} What the still part was drawn of. */
  #drawnOf = [];
  #still = newCanvas(1, 1);
  /** @type {number | null} Where the playhead is drawn, in the screen's pixels. */
  #head = null;
  #range = ''; // That is shaded.

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Converter} converter
   * @param {Mix} mix
   */
  constructor(canvas, converter, mix) {
    this.canvas = canvas;
    this.converter = converter;
    this.mix = mix;
    const {isBand, parts} = converter;
    this.inRows = isBand ? parts.filter(({isDrums}) => !isDrums) : parts;
    const inLanes = parts.filter((part) => !this.inRows.includes(part));
    this.pitches = [...new Set(this.inRows.flatMap(({pitches}) => pitches))];
    this.lanes = familiesOf(inLanes.flatMap(({pitches}) => pitches));
  }

  /**
   * The frame at a place on the canvas.
   * @param {number} x
   */
  frameAt(x) {
    return this.#layout?.frameAt(x) ?? 0;
  }

  /**
   * @param {Piece | null} piece
   * @param {number | null} playhead The frame heard, with its fraction.
   * @param {Theme} theme
   * @param {{from: number, to: number} | null} range Frames that are looped.
   */
  draw(piece, playhead, theme, range = null) {
    const {canvas} = this;
    const {pitches, lanes} = this;
    const size = canvas.getBoundingClientRect();
    const {windowFrames} = this.converter;
    const frames = piece ? roomOf(piece, windowFrames) : windowFrames;
    const layout = new RollLayout(pitches, frames, size, playhead, lanes);
    this.#layout = layout;
    if (!layout.isVisible) return;
    // All but the playhead stays as it is for long.
    const {first, width, height} = layout;
    const ratio = window.devicePixelRatio || 1;
    const heard = this.converter.parts.map(({number}) => this.#isHeard(number));
    const of = [
      ...[piece, piece?.version, first, width, height, ratio, theme],
      heard.join(),
    ];
    const isNew = of.some((part, i) => part !== this.#drawnOf[i]);
    if (isNew) {
      this.#drawnOf = of;
      this.#drawStill(piece, layout, theme);
      this.#still = newCanvas(canvas.width, canvas.height);
      contextOf(this.#still).drawImage(canvas, 0, 0);
    }
    const head =
      playhead === null ? null : Math.round(layout.x(playhead) * ratio);
    const isMoved = isNew || `${range?.from} ${range?.to}` !== this.#range;
    if (!isMoved && head === this.#head) return;
    const columns = isMoved
      ? [[0, canvas.width]]
      : this.#columnsOf(head, ratio);
    this.#head = head;
    this.#range = `${range?.from} ${range?.to}`;
    const context = contextOf(canvas);
    for (const [x, w] of columns) {
      context.save();
      this.#showStill(context, x, w, ratio);
      if (range) drawRange(context, range, layout, theme);
      if (head !== null) drawPlayhead(context, head / ratio, layout, theme);
      context.restore();
    }
  }

  /**
   * Where the playhead was, and where it is to be.
   * @param {number | null} head
   * @param {number} ratio
   * @returns {number[][]} First columns and how many, in the screen's pixels.
   */
  #columnsOf(head, ratio) {
    const reach = Math.ceil((HEAD_PIXELS + 1) * ratio);
    const heads = [this.#head, head].flatMap((x) => x ?? []);
    const from = Math.max(0, Math.min(...heads) - reach);
    const to = Math.max(...heads) + reach;
    if (to - from < 6 * reach) return [[from, to - from]];
    return heads.map((x) => [Math.max(0, x - reach), 2 * reach]);
  }

  /**
   * Takes away what was drawn above some columns, and keeps what comes to them.
   * @param {CanvasRenderingContext2D} context
   * @param {number} x The first, in the screen's pixels.
   * @param {number} w How many.
   * @param {number} ratio
   */
  #showStill(context, x, w, ratio) {
    const {height} = this.canvas;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.beginPath();
    context.rect(x, 0, w, height);
    context.clip();
    context.clearRect(x, 0, w, height);
    context.drawImage(this.#still, 0, 0);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
  }

  /**
   * @param {Piece | null} piece
   * @param {RollLayout} layout
   * @param {Theme} theme
   */
  #drawStill(piece, layout, theme) {
    const {context} = fitCanvas(this.canvas);
    context.font = '11px system-ui, sans-serif';
    context.textBaseline = 'middle';
    this.#drawOctaves(context, layout, theme);
    this.#drawLanes(context, layout, theme);
    if (this.converter.framesPerBeat)
      this.#drawBarLines(context, layout, theme);
    else this.#drawTimes(context, piece, layout, theme);
    if (!piece) return;
    for (const part of this.converter.parts) {
      this.#drawPart(context, piece, part, layout, theme);
    }
  }

  /** @param {number} part */
  #isHeard(part) {
    return !this.converter.isBand || this.mix.levelOf(part) > 0;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Piece} piece
   * @param {Part} part
   * @param {RollLayout} layout
   * @param {Theme} theme
   */
  #drawPart(context, piece, part, layout, theme) {
    const {isBand} = this.converter;
    const shown = {
      until: Math.min(layout.last, piece.decoded),
      alpha: this.#isHeard(part.number) ? 1 : UNHEARD_ALPHA,
      least: isBand ? LEAST_BAR_OF_A_BAND_PIXELS : LEAST_BAR_PIXELS,
    };
    context.fillStyle = isBand ? colorOf(part, theme) : theme.note;
    if (!this.inRows.includes(part)) {
      drawHits(context, piece, part, layout, shown);
      return;
    }
    drawTints(context, piece, part, layout, shown);
    drawBars(context, piece, part, layout, shown);
    if (!part.onsets) return;
    context.fillStyle = theme.ink;
    drawOnsets(context, piece, part, layout, shown);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {RollLayout} layout
   * @param {Theme} theme
   */
  #drawOctaves(context, layout, theme) {
    const {left, room, rowHeight} = layout;
    context.textAlign = 'right';
    for (const pitch of this.pitches) {
      if (pitch % 12) continue;
      const line = Math.round(layout.y(pitch) + rowHeight) - 0.5;
      drawGridLine(context, theme, left, line, room, 1);
      context.fillStyle = theme.quiet;
      context.fillText(noteName(pitch), left - 7, line - rowHeight / 2);
    }
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {RollLayout} layout
   * @param {Theme} theme
   */
  #drawLanes(context, layout, theme) {
    const {left, room, laneHeight} = layout;
    context.textAlign = 'right';
    for (const lane of this.lanes) {
      const middle = layout.laneY(lane) + laneHeight / 2;
      const line = Math.round(middle) - 0.5;
      drawGridLine(context, theme, left, line, room, 1);
      context.fillStyle = theme.quiet;
      context.fillText(lane, left - 7, middle);
    }
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Piece | null} piece
   * @param {RollLayout} layout
   * @param {Theme} theme
   */
  #drawTimes(context, piece, layout, theme) {
    const {framesPerSecond} = this.converter;
    const {frames} = layout;
    const clock = piece?.clock ?? new PieceClock([{frames}], framesPerSecond);
    for (const seconds of layout.times(clock)) {
      const at = clock.frame(seconds);
      drawMarkedLine(context, theme, layout, at, `${seconds} s`);
    }
  }

  /**
   * Of music by the beat: bars where it begins on a bar line, or else beats.
   * @param {CanvasRenderingContext2D} context
   * @param {RollLayout} layout
   * @param {Theme} theme
   */
  #drawBarLines(context, layout, theme) {
    const {metre, framesPerBeat, align} = this.converter;
    const unit = align === 'bar' ? 'bar' : 'beat';
    const frames = beatsBetween(unit, metre) * framesPerBeat;
    for (const {frame, number} of layout.bars(frames)) {
      const name = number === 1 ? `${unit} 1` : `${number ?? ''}`;
      drawMarkedLine(context, theme, layout, frame, name);
    }
  }
}

/**
 * A line down the roll, with some words below it.
 * @param {CanvasRenderingContext2D} context
 * @param {Theme} theme
 * @param {RollLayout} layout
 * @param {number} frame
 * @param {string} words
 */
function drawMarkedLine(context, theme, layout, frame, words) {
  const {left, top, bottom, width} = layout;
  const at = layout.x(frame);
  const line = Math.round(at) - 0.5;
  drawGridLine(context, theme, line, top, 1, bottom - top);
  context.fillStyle = theme.quiet;
  context.textAlign = 'center';
  const x = Math.min(Math.max(at, left + 10), width - 16);
  context.fillText(words, x, bottom + 9);
}

/**
 * Frames to leave room for: music without an end fills a page at a time.
 * @param {Piece} piece
 * @param {number} windowFrames
 */
const roomOf = ({isEndless, frames}, windowFrames) =>
  isEndless ? Math.max(frames, PAGE_WINDOWS * windowFrames) : frames;

/**
 * Shades what is not looped.
 * @param {CanvasRenderingContext2D} context
 * @param {{from: number, to: number}} range
 * @param {RollLayout} layout
 * @param {Theme} theme
 */
function drawRange(context, {from, to}, layout, theme) {
  const {left, room, top, bottom} = layout;
  const within = (/** @type {number} */ frame) =>
    Math.min(Math.max(layout.x(frame), left), left + room);
  const [a, b] = [within(from), within(Math.min(to, layout.frames))];
  context.fillStyle = theme.halo;
  context.globalAlpha = 0.65;
  context.fillRect(left, top, a - left, bottom - top);
  context.fillRect(b, top, left + room - b, bottom - top);
  context.globalAlpha = 1;
  context.fillStyle = theme.cursor;
  for (const x of [a, b]) context.fillRect(x - 1, top, 2, bottom - top);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Piece} piece
 * @param {Part} part
 * @param {RollLayout} layout
 * @param {Shown} shown
 */
function drawTints(context, piece, part, layout, {until, alpha}) {
  const {frameWidth, rowHeight} = layout;
  for (const {t, pitch, p} of likely(piece, part, layout.first, until)) {
    context.globalAlpha = TINT_ALPHA * p * alpha;
    const [x, y] = [layout.x(t), layout.y(pitch)];
    context.fillRect(x, y, frameWidth + 0.4, rowHeight);
  }
  context.globalAlpha = 1;
}

/**
 * What a part is likely to do, frame by frame.
 * @param {Piece} piece
 * @param {Part} part
 * @param {number} from
 * @param {number} to
 */
function* likely({logits, depth}, {pitches, first}, from, to) {
  for (let t = from; t < to; t++) {
    for (let row = 0; row < pitches.length; row++) {
      const p = sigm(logits[t * depth + first + row]);
      if (p >= LEAST_OUTPUT) yield {t, pitch: pitches[row], p};
    }
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Piece} piece
 * @param {Part} part
 * @param {RollLayout} layout
 * @param {Shown} shown
 */
function drawBars(context, {roll}, part, layout, {until, alpha, least}) {
  const {first, frameWidth, rowHeight} = layout;
  const gap = Math.min(1, rowHeight * 0.18);
  const height = Math.max(rowHeight - gap, least);
  const above = (rowHeight - height) / 2;
  context.globalAlpha = alpha;
  part.pitches.forEach((pitch, row) => {
    const sounds = part.soundsOf(roll, row, first, until);
    for (const {startFrame, endFrame} of sounds) {
      const w = Math.max((endFrame - startFrame) * frameWidth - 0.8, 1.2);
      const [x, y] = [layout.x(startFrame), layout.y(pitch) + above];
      context.beginPath();
      const radius = Math.min(2.5, height / 2, w / 2);
      context.roundRect(x, y, w, height, radius);
      context.fill();
    }
  });
  context.globalAlpha = 1;
}

/**
 * Where keys are struck: a note that is struck again is another.
 * @param {CanvasRenderingContext2D} context
 * @param {Piece} piece
 * @param {Part} part
 * @param {RollLayout} layout
 * @param {Shown} shown
 */
function drawOnsets(context, {roll, depth}, part, layout, shown) {
  const {until, alpha, least} = shown;
  const {pitches, first} = part;
  const {rowHeight, frameWidth} = layout;
  const height = Math.max(rowHeight, least);
  const above = (rowHeight - height) / 2;
  const width = Math.min(ONSET_PIXELS, frameWidth / 2);
  context.globalAlpha = alpha;
  for (let t = layout.first; t < until; t++) {
    for (let row = 0; row < pitches.length; row++) {
      if (!roll[t * depth + first + pitches.length + row]) continue;
      const y = layout.y(pitches[row]) + above;
      context.fillRect(layout.x(t), y, width, height);
    }
  }
  context.globalAlpha = 1;
}

/**
 * A band's drums: a lane for each kind, a diamond for each hit.
 * @param {CanvasRenderingContext2D} context
 * @param {Piece} piece
 * @param {Part} part
 * @param {RollLayout} layout
 * @param {Shown} shown
 */
function drawHits(context, piece, part, layout, {until, alpha}) {
  const {frameWidth, laneHeight, first} = layout;
  for (const {t, pitch, p} of likely(piece, part, first, until)) {
    context.globalAlpha = TINT_ALPHA * p * alpha;
    const [x, y] = [layout.x(t), layout.laneY(familyOf(pitch))];
    context.fillRect(x, y + 1, frameWidth, laneHeight - 2);
  }
  context.globalAlpha = alpha;
  const r = Math.min(MOST_HIT_PIXELS, laneHeight / 2);
  part.pitches.forEach((pitch, row) => {
    const y = layout.laneY(familyOf(pitch)) + laneHeight / 2;
    for (let t = first; t < until; t++) {
      if (!part.at(piece.roll, t, row).begins) continue;
      const x = layout.x(t) + Math.min(r, frameWidth / 2);
      /** @type {Point[]} */
      const corners = [
        [x, y - r],
        [x + r, y],
        [x, y + r],
        [x - r, y],
      ];
      context.beginPath();
      trace(context, corners);
      context.fill();
    }
  });
  context.globalAlpha = 1;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Theme} theme
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 */
function drawGridLine(context, theme, x, y, width, height) {
  context.globalAlpha = GRID_ALPHA;
  context.fillStyle = theme.ink;
  context.fillRect(x, y, width, height);
  context.globalAlpha = 1;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {RollLayout} layout
 * @param {Theme} theme
 */
function drawPlayhead(context, x, layout, theme) {
  context.fillStyle = theme.cursor;
  context.fillRect(x - 1, 2, 2, layout.bottom - 2);
  context.beginPath();
  context.moveTo(x - HEAD_PIXELS, 0);
  context.lineTo(x + HEAD_PIXELS, 0);
  context.lineTo(x, 7);
  context.fill();
}
