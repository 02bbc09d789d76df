// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The label beside the pointer: which window is near, and the heat there.

import {part} from './find.js';

/** @import {Point} from '../given/facts.js' */
/** @import {View} from '../map/view.js' */
/** @import {Walks} from '../map/walks.js' */
/** @import {Legend} from './legend.js' */

const DISTANCE = 18; // From the pointer.
const EDGE = 4;

export class Tag {
  #element = part('tag');

  /**
   * @param {object} parts
   * @param {View} parts.view
   * @param {Walks} parts.walks
   * @param {Legend} parts.legend
   * @param {boolean} parts.hasTouch
   */
  constructor({view, walks, legend, hasTouch}) {
    this.view = view;
    this.walks = walks;
    this.legend = legend;
    this.hasTouch = hasTouch;
  }

  hide() {
    this.#element.hidden = true;
  }

  /** @param {Point} point */
  show(point) {
    const tag = this.#element;
    tag.hidden = false;
    const name = document.createElement('b');
    name.textContent = this.walks.placeName(point);
    name.dir = 'auto';
    tag.replaceChildren(name, this.legend.valueAt(point));
    const [x, y] = this.view.toScreen(point);
    const {offsetWidth, offsetHeight} = tag;
    const isLeft = x + DISTANCE + offsetWidth > this.view.width;
    // A finger covers what is below it.
    const isAbove =
      this.hasTouch || y + DISTANCE + offsetHeight > this.view.height;
    const left = x + (isLeft ? -DISTANCE - offsetWidth : DISTANCE);
    const top = y + (isAbove ? -DISTANCE - offsetHeight : DISTANCE);
    const place = [left, top].map((at) => `${Math.max(EDGE, at)}px`);
    tag.style.transform = `translate(${place.join()})`;
  }

  /**
   * Says what is at a point, for readers who listen.
   * @param {Point} point
   */
  speak(point) {
    const name = this.walks.placeName(point);
    part('spoken').textContent = `${name}. ${this.legend.valueAt(point)}`;
  }
}
