// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Mouse, pen and fingers on the map.

/** @import {Point} from '../given/facts.js' */
/** @import {View} from '../map/view.js' */
/** @import {Modes} from './modes.js' */
/** @import {Motion} from './motion.js' */
/** @import {NowPlaying} from './now_playing.js' */
/** @import {Scrub} from './scrub.js' */

const CLICK_PIXELS = 5; // A press that moves less is a click.

/**
 * @typedef {object} Press The first pointer that is down.
 * @property {Point} place Where it came down.
 * @property {Point} last Where it was last.
 * @property {boolean} isClick Whether it has hardly moved.
 * @property {string} type
 * @property {boolean} moves Whether it moves the map, whatever it is on.
 */

export class Pointer {
  /** @type {Map<number, Point>} Places of all pointers that are down. */
  #down = new Map();
  /** @type {Press | null} */
  #press = null;

  /**
   * @param {HTMLElement} element
   * @param {object} parts
   * @param {View} parts.view
   * @param {Modes} parts.modes
   * @param {Motion} parts.motion
   * @param {NowPlaying} parts.now
   * @param {Scrub} parts.scrub
   */
  constructor(element, {view, modes, motion, now, scrub}) {
    this.element = element;
    this.view = view;
    this.modes = modes;
    this.motion = motion;
    this.now = now;
    this.scrub = scrub;
    element.addEventListener('pointerdown', (event) => this.#start(event));
    element.addEventListener('pointermove', (event) => this.#move(event));
    element.addEventListener('pointerup', (event) => this.#lift(event));
    element.addEventListener('pointercancel', (event) => this.#lift(event));
    element.addEventListener('pointerleave', () => this.#leave());
    element.addEventListener('wheel', (event) => this.#turn(event), {
      passive: false,
    });
  }

  /**
   * @param {MouseEvent} event
   * @returns {Point}
   */
  #placeOf(event) {
    const box = this.element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  /** @param {PointerEvent} event */
  #start(event) {
    // The middle button moves the map, as a drag with Shift does.
    if (event.button > 1) return;
    const moves = event.button === 1 || event.shiftKey;
    this.element.classList.add('pointed');
    this.element.focus({preventScroll: true});
    this.element.setPointerCapture(event.pointerId);
    const place = this.#placeOf(event);
    this.#down.set(event.pointerId, place);
    if (this.#down.size === 1) {
      const type = event.pointerType;
      this.#press = {place, last: place, isClick: !moves, type, moves};
    } else {
      // A second finger: they move the map, and choose nothing.
      this.#press = null;
      if (this.modes.isDrawing) this.modes.dropStroke();
      if (this.scrub.isOn) this.scrub.end();
    }
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const place = this.#placeOf(event);
    if (this.#down.size > 1 && this.#down.has(event.pointerId)) {
      this.#pinch(event.pointerId, place);
      return;
    }
    if (this.#press) this.#dragOn(this.#press, place, event);
    // A map that is dragged along shows the music of no point under way.
    if (this.motion.isDragged) return;
    if (event.pointerType !== 'touch' || this.#press) {
      this.modes.hover(this.view.toMap(place));
    }
  }

  /**
   * @param {Press} press
   * @param {Point} place
   * @param {PointerEvent} event
   */
  #dragOn(press, place, event) {
    const [dx, dy] = [place[0] - press.place[0], place[1] - press.place[1]];
    if (press.isClick && Math.hypot(dx, dy) > CLICK_PIXELS) {
      press.isClick = false;
      const time = event.timeStamp / 1000;
      if (this.modes.mode === 'listen') this.scrub.begin(press.place);
      else this.modes.beginStroke(this.view.toMap(press.place), time);
    }
    if (this.scrub.isOn) {
      this.scrub.move(place);
    } else if (this.modes.isDrawing) {
      // All places since the last event: a quick stroke stays round.
      const events = event.getCoalescedEvents?.() ?? [];
      const all = events.length ? events : [event];
      this.modes.extendStroke(
        all.map((each) => this.view.toMap(this.#placeOf(each))),
        all.map((each) => each.timeStamp / 1000),
      );
    } else if (!press.isClick && press.type === 'mouse') {
      const {last} = press;
      this.motion.isDragged = true;
      this.motion.drag({by: [place[0] - last[0], place[1] - last[1]]});
    }
    press.last = place;
  }

  /**
   * @param {number} id
   * @param {Point} place
   */
  #pinch(id, place) {
    const [a, b] = [...this.#down.values()];
    this.#down.set(id, place);
    const [c, d] = [...this.#down.values()];
    const before = Math.hypot(a[0] - b[0], a[1] - b[1]);
    const after = Math.hypot(c[0] - d[0], c[1] - d[1]);
    /** @type {Point} */
    const middle = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    this.motion.drag({
      by: [(c[0] + d[0]) / 2 - middle[0], (c[1] + d[1]) / 2 - middle[1]],
      factor: before > 0 ? after / before : 1,
      at: middle,
    });
  }

  /** @param {PointerEvent} event */
  #lift(event) {
    this.motion.isDragged = false;
    this.#down.delete(event.pointerId);
    if (!this.#press || this.#down.size) return;
    const {isClick} = this.#press;
    this.#press = null;
    if (this.scrub.isOn) {
      this.scrub.end();
    } else if (this.modes.isDrawing) {
      this.modes.endStroke();
    } else if (isClick && event.type === 'pointerup') {
      this.modes.choose(this.view.toMap(this.#placeOf(event)));
    }
  }

  #leave() {
    if (this.#down.size) return;
    this.modes.leave();
    this.now.showNothingSoon();
  }

  /** @param {WheelEvent} event */
  #turn(event) {
    event.preventDefault();
    // Two fingers on a touchpad come as turns with Control, in smaller steps.
    const speed = event.ctrlKey ? 1.01 : 1.0016;
    const factor = speed ** -event.deltaY;
    this.motion.drag({factor, at: this.#placeOf(event)});
  }
}
