// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Where frames and pitches are in the piano roll.

const MIN_FRAME_PIXELS = 1.6;
const LEFT = 34; // Room for the names of notes,
const BELOW = 17; // and for the time.
const RIGHT = 6;
const ABOVE = 9; // Half of the highest name.
const GRID_SECONDS = [0.5, 1, 2, 5, 10, 20, 30, 60];
const GRID_PIXELS = 52; // At least, between two times.

export class RollLayout {
  /**
   * @param {number[]} pitches
   * @param {number} frames
   * @param {{width: number, height: number}} size In pixels.
   * @param {number | null} playhead The frame that must be seen.
   */
  constructor(pitches, frames, {width, height}, playhead) {
    this.frames = frames;
    this.width = width;
    this.height = height;
    this.left = LEFT;
    this.top = ABOVE;
    this.bottom = height - BELOW;
    this.room = width - LEFT - RIGHT;
    this.frameWidth = Math.max(this.room / frames, MIN_FRAME_PIXELS);
    this.rowHeight = (this.bottom - this.top) / pitches.length;
    // A piece that is too long is shown by pages.
    const perPage = Math.floor(this.room / this.frameWidth);
    const page = playhead === null ? 0 : Math.floor(playhead / perPage);
    this.first = Math.min(page * perPage, Math.max(0, frames - perPage));
    this.last = Math.min(frames, this.first + perPage + 1);
    // Rows by height: columns may be in any order.
    const heights = [...pitches].sort((a, b) => b - a);
    this.rowOf = new Map(heights.map((pitch, i) => [pitch, i]));
  }

  /** Whether there is any room to draw in. */
  get isVisible() {
    return this.room >= this.frameWidth && this.rowHeight > 0;
  }

  /** @param {number} frame */
  x(frame) {
    return this.left + (frame - this.first) * this.frameWidth;
  }

  /**
   * The upper edge of a pitch.
   * @param {number} pitch
   */
  y(pitch) {
    return this.top + (this.rowOf.get(pitch) ?? 0) * this.rowHeight;
  }

  /**
   * The frame at a place on the canvas.
   * @param {number} x
   */
  frameAt(x) {
    const frame = Math.floor(this.first + (x - this.left) / this.frameWidth);
    return Math.min(Math.max(frame, 0), this.frames - 1);
  }

  /**
   * The times in seconds that are marked.
   * @param {number} framesPerSecond
   */
  times(framesPerSecond) {
    const seconds = (this.last - this.first) / framesPerSecond;
    const step =
      GRID_SECONDS.find((s) => (seconds / s) * GRID_PIXELS < this.room) ?? 120;
    const times = [];
    const from = Math.ceil(this.first / framesPerSecond / step);
    for (let i = from; i * step * framesPerSecond <= this.last; i++) {
      times.push(i * step);
    }
    return times;
  }
}
