// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The piano roll: what may sound as a tint, what sounds as bars, and where the
// music is.

import {sigm} from '../model/matrix.js';
import {noteName} from '../music/words.js';
import {contextOf, fitCanvas, newCanvas} from './canvas.js';
import {RollLayout} from './roll_layout.js';

/** @import {Converter} from '../music/converter.js' */
/** @import {Piece} from '../music/piece.js' */
/** @import {Theme} from './theme.js' */

const GRID_ALPHA = 0.14;
const TINT_ALPHA = 0.45; // Of an output that is 1.
const ONSET_PIXELS = 2.5;
const LEAST_OUTPUT = 0.03; // Less likely is not drawn.

export class RollCanvas {
  /** @type {RollLayout | null} */
  #layout = null;
  /** @type {unknown[]} What the still part was drawn of. */
  #drawnOf = [];
  #still = newCanvas(1, 1);

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Converter} converter
   */
  constructor(canvas, converter) {
    this.canvas = canvas;
    this.converter = converter;
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
   */
  draw(piece, playhead, theme) {
    const {canvas} = this;
    const {pitches, windowFrames} = this.converter;
    const size = canvas.getBoundingClientRect();
    const frames = piece ? piece.frames : windowFrames;
    const layout = new RollLayout(pitches, frames, size, playhead);
    this.#layout = layout;
    if (!layout.isVisible) return;
    // All but the playhead stays as it is for long.
    const {first, width, height} = layout;
    const ratio = window.devicePixelRatio;
    const of = [piece, piece?.version, first, width, height, ratio, theme];
    if (of.some((part, i) => part !== this.#drawnOf[i])) {
      this.#drawnOf = of;
      this.#drawStill(piece, layout, theme);
      this.#still = newCanvas(canvas.width, canvas.height);
      contextOf(this.#still).drawImage(canvas, 0, 0);
    }
    const {context} = fitCanvas(canvas);
    context.drawImage(this.#still, 0, 0, width, height);
    if (playhead !== null) drawPlayhead(context, playhead, layout, theme);
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
    this.#drawTimes(context, layout, theme);
    if (!piece) return;
    const until = Math.min(layout.last, piece.decoded);
    context.fillStyle = theme.note;
    this.#drawTints(context, piece, layout, until);
    this.#drawBars(context, piece, layout, until);
    if (!this.converter.onsets) return;
    context.fillStyle = theme.ink;
    this.#drawOnsets(context, piece, layout, until);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {RollLayout} layout
   * @param {Theme} theme
   */
  #drawOctaves(context, layout, theme) {
    const {left, room, rowHeight} = layout;
    context.textAlign = 'right';
    for (const pitch of this.converter.pitches) {
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
  #drawTimes(context, layout, theme) {
    const {framesPerSecond} = this.converter;
    const {left, top, bottom, width} = layout;
    context.textAlign = 'center';
    for (const seconds of layout.times(framesPerSecond)) {
      const at = layout.x(seconds * framesPerSecond);
      const line = Math.round(at) - 0.5;
      drawGridLine(context, theme, line, top, 1, bottom - top);
      context.fillStyle = theme.quiet;
      const x = Math.min(Math.max(at, left + 10), width - 16);
      context.fillText(`${seconds} s`, x, bottom + 9);
    }
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Piece} piece
   * @param {RollLayout} layout
   * @param {number} until A frame.
   */
  #drawTints(context, {logits, depth}, layout, until) {
    const {pitches} = this.converter;
    const {frameWidth, rowHeight} = layout;
    for (let t = layout.first; t < until; t++) {
      for (let c = 0; c < pitches.length; c++) {
        const p = sigm(logits[t * depth + c]);
        if (p < LEAST_OUTPUT) continue;
        context.globalAlpha = TINT_ALPHA * p;
        const [x, y] = [layout.x(t), layout.y(pitches[c])];
        context.fillRect(x, y, frameWidth + 0.4, rowHeight);
      }
    }
    context.globalAlpha = 1;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Piece} piece
   * @param {RollLayout} layout
   * @param {number} until A frame.
   */
  #drawBars(context, {roll}, layout, until) {
    const {first, frameWidth, rowHeight} = layout;
    const gap = Math.min(1, rowHeight * 0.18);
    const height = Math.max(rowHeight - gap, 1.2);
    this.converter.pitches.forEach((pitch, column) => {
      const sounds = this.converter.soundsOf(roll, column, first, until);
      for (const {startFrame, endFrame} of sounds) {
        const w = Math.max((endFrame - startFrame) * frameWidth - 0.8, 1.2);
        const [x, y] = [layout.x(startFrame), layout.y(pitch) + gap / 2];
        context.beginPath();
        const radius = Math.min(2.5, rowHeight / 2, w / 2);
        context.roundRect(x, y, w, height, radius);
        context.fill();
      }
    });
  }

  /**
   * Where keys are struck: a note that is struck again is another.
   * @param {CanvasRenderingContext2D} context
   * @param {Piece} piece
   * @param {RollLayout} layout
   * @param {number} until A frame.
   */
  #drawOnsets(context, {roll, depth}, layout, until) {
    const {pitches} = this.converter;
    const {rowHeight, frameWidth} = layout;
    const width = Math.min(ONSET_PIXELS, frameWidth / 2);
    for (let t = layout.first; t < until; t++) {
      for (let c = 0; c < pitches.length; c++) {
        if (!roll[t * depth + pitches.length + c]) continue;
        context.fillRect(layout.x(t), layout.y(pitches[c]), width, rowHeight);
      }
    }
  }
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
 * @param {number} frame
 * @param {RollLayout} layout
 * @param {Theme} theme
 */
function drawPlayhead(context, frame, layout, theme) {
  const x = layout.x(frame);
  context.fillStyle = theme.cursor;
  context.fillRect(x - 1, 2, 2, layout.bottom - 2);
  context.beginPath();
  context.moveTo(x - 5, 0);
  context.lineTo(x + 5, 0);
  context.lineTo(x, 7);
  context.fill();
}
