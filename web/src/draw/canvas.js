// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Canvases in the screen's own pixels.

/** @import {Point} from '../given/facts.js' */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {CanvasRenderingContext2DSettings} [settings] Where it is asked first.
 */
export function contextOf(canvas, settings) {
  const context = canvas.getContext('2d', settings);
  if (!context) throw new Error('this browser draws no canvas');
  return context;
}

/**
 * A canvas with a pixel at least: of none, none can be drawn.
 * @param {number} width
 * @param {number} height
 */
export function newCanvas(width, height) {
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(width, 1);
  canvas.height = Math.max(height, 1);
  return canvas;
}

/**
 * Sizes a canvas to its box, and clears it.
 * @param {HTMLCanvasElement} canvas
 * @param {CanvasRenderingContext2DSettings} [settings] Where it is asked first.
 */
export function fitCanvas(canvas, settings) {
  const ratio = window.devicePixelRatio || 1;
  const {width, height} = canvas.getBoundingClientRect();
  const w = Math.max(1, Math.round(width * ratio));
  const h = Math.max(1, Math.round(height * ratio));
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
  }
  const context = contextOf(canvas, settings);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return {context, width, height, ratio};
}

/**
 * Makes a line the context's path.
 * @param {CanvasRenderingContext2D} context
 * @param {Point[]} places
 */
export function trace(context, places) {
  places.forEach(([x, y], i) => {
    if (i) context.lineTo(x, y);
    else context.moveTo(x, y);
  });
}

/**
 * Strokes what `path` traces, once for each width and colour.
 * @param {CanvasRenderingContext2D} context
 * @param {[number, string][]} strokes
 * @param {() => void} path
 */
export function strokeInTurn(context, strokes, path) {
  for (const [width, color] of strokes) {
    context.lineWidth = width;
    context.strokeStyle = color;
    context.beginPath();
    path();
    context.stroke();
  }
}
