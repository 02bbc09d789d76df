// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Where names may stand on a map: none on another, each near its song, and where
// they hide few marks. Where there are many songs, few have a name until one
// zooms in.

/** @import {Point} from '../given/facts.js' */
/** @import {Crowd} from './crowd.js' */

/** @typedef {{x: number, y: number, w: number, h: number}}
 *   Box Its middle, and half its width and height. */

const HALF_HEIGHT = 10;
const EDGE = 14; // Names stay so far from the upper and the lower edge.
const FEW = 10; // Of so many songs, all may have a name.
const MOST_OF_MANY = 12; // Names, where all the map is in view.
// Among many songs: pixels from a place to its name, and between names.
const FARTHEST = 34;
const GAP = 6;
const MARK_PIXELS = 14; // To hide a mark is as bad as to stand so far off.

/** Counted from a song's place, the nearest first. */
const SHIFTS = [0, -1, 1, -2, 2, -3, 3]
  .flatMap((right) =>
    [0, -1, 1, -2, 2, -3, 3, -4, 4].map(
      (down) => /** @type {Point} */ ([right * 46, down * 21]),
    ),
  )
  .sort((a, b) => Math.hypot(...a) - Math.hypot(...b));

/** Gives names their places, one after the other. */
export class NamePlaces {
  /** @type {Box[]} */
  #taken;

  /**
   * @param {Box[]} above What stands on the map: no name may.
   * @param {{width: number, height: number}} size Of the map.
   * @param {object} crowd
   * @param {number} crowd.songs How many there are on the map.
   * @param {number} crowd.zoom 1 where all the map is in view.
   * @param {Crowd | null} marks Those that names hide.
   */
  constructor(above, size, {songs, zoom}, marks = null) {
    this.#taken = [...above];
    this.size = size;
    this.marks = marks;
    this.isCrowded = songs > FEW;
    this.free = this.isCrowded
      ? Math.round(MOST_OF_MANY * Math.max(zoom, 1))
      : songs;
  }

  /**
   * Where a name stands, and whether a line leads to its place; null where
   * there is no room.
   * @param {Point} place
   * @param {number} w Half the name's width.
   */
  find(place, w) {
    if (!this.free) return null;
    const taken = this.#taken;
    const rooms = this.isCrowded
      ? roomsFor(place, w + GAP, taken, this.size).filter((room) =>
          isNear(room, place, taken),
        )
      : roomsFor(place, w, taken, this.size);
    const box = this.#clearest(rooms, place);
    if (!box) return null;
    this.free--;
    const leads = isApart(box, place);
    this.#taken.push(box);
    if (leads && this.isCrowded) this.#taken.push(around(box, place));
    return {box, leads};
  }

  /**
   * The room that hides few marks and is not far; the first of equals.
   * @param {Box[]} rooms
   * @param {Point} place
   * @returns {Box | undefined}
   */
  #clearest(rooms, [x, y]) {
    const {marks} = this;
    if (!marks) return rooms[0];
    let least = Number.POSITIVE_INFINITY;
    let best;
    for (const room of rooms) {
      const far = Math.hypot(room.x - x, room.y - y);
      const cost = far + MARK_PIXELS * marks.under(room);
      if (cost < least) [least, best] = [cost, room];
    }
    return best;
  }
}

/**
 * Whether a name stands so far from its place that a line must lead there.
 * @param {Box} box
 * @param {Point} place
 */
const isApart = (box, [x, y]) =>
  Math.abs(box.y - y) > 24 || Math.abs(box.x - x) > box.w;

/**
 * Whether a name is near its place, and a line between crosses nothing.
 * @param {Box} box
 * @param {Point} place
 * @param {Box[]} taken
 */
function isNear(box, place, taken) {
  const dx = Math.abs(box.x - place[0]) - box.w;
  const dy = Math.abs(box.y - place[1]) - box.h;
  if (Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) > FARTHEST) return false;
  if (!isApart(box, place)) return true;
  return !taken.some((other) => overlap(around(box, place), other));
}

/**
 * The box around the line from a name to its place.
 * @param {Box} box
 * @param {Point} place
 * @returns {Box}
 */
const around = (box, [x, y]) => ({
  x: (box.x + x) / 2,
  y: (box.y + y) / 2,
  w: Math.abs(box.x - x) / 2,
  h: Math.abs(box.y - y) / 2,
});

/**
 * The free boxes for a name, the nearest first.
 * @param {Point} place
 * @param {number} w Half the name's width.
 * @param {Box[]} taken
 * @param {{width: number, height: number}} size Of the map.
 */
export const roomsFor = ([x, y], w, taken, {width, height}) =>
  SHIFTS.map(([dx, dy]) => ({
    x: Math.min(Math.max(x + dx, w), width - w),
    y: y + dy,
    w,
    h: HALF_HEIGHT,
  })).filter(
    (box) =>
      box.y > EDGE &&
      box.y < height - EDGE &&
      taken.every((other) => !overlap(box, other)),
  );

/**
 * @param {Box} a
 * @param {Box} b
 */
export const overlap = (a, b) =>
  Math.abs(a.x - b.x) <= a.w + b.w && Math.abs(a.y - b.y) <= a.h + b.h;
