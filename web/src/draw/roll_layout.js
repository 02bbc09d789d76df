// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Where frames, pitches and bars are in the piano roll, and a band's drums below
// them.

const MIN_FRAME_PIXELS = 1.6;
const LEFT = 34; // Room for the names of notes,
const LEFT_OF_LANES = 56; // of drums,
const BELOW = 17; // and for the time.
const RIGHT = 6;
const ABOVE = 9; // Half of the highest name.
const GRID_SECONDS = [0.5, 1, 2, 5, 10, 20, 30, 60];
const GRID_PIXELS = 52; // At least, between two times,
const BAR_PIXELS = 8; // between two bar lines,
const BAR_NAME_PIXELS = 40; // and between two of their numbers.
const LANE_PIXELS = 12; // At most.
const LANES_SHARE = 0.42; // Of the height, at most.
const LANES_GAP = 6;

/** @import {PieceClock} from '../music/piece_clock.js' */

export class RollLayout {
  /**
   * @param {number[]} pitches Those that have a row, each once.
   * @param {number} frames
   * @param {{width: number, height: number}} size In pixels.
   * @param {number | null} playhead The frame that must be seen.
   * @param {string[]} lanes Of a band's drums, from the top.
   */
  constructor(pitches, frames, {width, height}, playhead, lanes = []) {
    this.frames = frames;
    this.width = width;
    this.height = height;
    this.left = lanes.length ? LEFT_OF_LANES : LEFT;
    this.top = ABOVE;
    this.bottom = height - BELOW;
    this.room = width - this.left - RIGHT;
    this.frameWidth = Math.max(this.room / frames, MIN_FRAME_PIXELS);
    const tall = this.bottom - this.top;
    this.laneHeight = lanes.length
      ? Math.min(LANE_PIXELS, (tall * LANES_SHARE) / lanes.length)
      : 0;
    const below = lanes.length ? lanes.length * this.laneHeight + LANES_GAP : 0;
    this.lanesTop = this.bottom - below + LANES_GAP;
    this.laneOf = new Map(lanes.map((lane, i) => [lane, i]));
    // Of a band without pitches there are lanes alone.
    this.rowHeight = (tall - below) / Math.max(1, pitches.length);
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
   * The upper edge of a lane.
   * @param {string} lane
   */
  laneY(lane) {
    return this.lanesTop + (this.laneOf.get(lane) ?? 0) * this.laneHeight;
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
   * @param {PieceClock} clock
   */
  times(clock) {
    const begin = clock.seconds(this.first);
    const seconds = clock.seconds(this.last) - begin;
    const step =
      GRID_SECONDS.find((s) => (seconds / s) * GRID_PIXELS < this.room) ?? 120;
    const times = [];
    const from = Math.ceil(begin / step);
    for (let i = from; clock.frame(i * step) <= this.last; i++) {
      times.push(i * step);
    }
    return times;
  }

  /**
   * The bar lines that are drawn, and the numbers that some have: every bar, or
   * every second, fourth and so on, as there is room. Of beats likewise.
   * @param {number} barFrames Frames of a bar, perhaps with a fraction.
   */
  bars(barFrames) {
    const barPixels = barFrames * this.frameWidth;
    const every = (/** @type {number} */ pixels) =>
      2 ** Math.max(0, Math.ceil(Math.log2(pixels / barPixels)));
    const [line, name] = [every(BAR_PIXELS), every(BAR_NAME_PIXELS)];
    const bars = [];
    const from = Math.ceil(this.first / barFrames / line) * line;
    for (let bar = from; bar * barFrames < this.last; bar += line) {
      const number = bar % name ? null : bar + 1;
      bars.push({frame: bar * barFrames, number});
    }
    return bars;
  }
}
