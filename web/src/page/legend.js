// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What the colour of the map means: the quantity, and its range.

import {PITCH} from '../map/heat.js';
import {noteName} from '../music/words.js';
import {find, part} from './find.js';

/** @import {Point} from '../given/facts.js' */
/** @import {Heat} from '../map/heat.js' */
/** @import {Redraw} from './redraw.js' */

/**
 * A value in words, as exact as its range asks for.
 * @param {string} unit
 * @param {number} value
 * @param {[number, number]} range
 */
export function amount(unit, value, [low, high]) {
  if (unit === PITCH) return noteName(value);
  const digits = 1 - Math.floor(Math.log10(high - low));
  return value.toFixed(Math.min(Math.max(digits, 1), 2));
}

export class Legend {
  #quantity = find('quantity', HTMLSelectElement);

  /**
   * @param {Heat} heat
   * @param {Redraw} redraw
   */
  constructor(heat, redraw) {
    this.heat = heat;
    this.redraw = redraw;
    heat.facts.units.forEach((unit, i) => {
      const name = unit[0].toUpperCase() + unit.slice(1);
      this.#quantity.append(new Option(name, String(i)));
    });
    this.#quantity.addEventListener('change', () => this.#show());
    this.#show();
  }

  #show() {
    const {heat} = this;
    heat.quantity = Number(this.#quantity.value);
    const [low, high] = heat.range;
    const words = (/** @type {number} */ value) =>
      amount(heat.unit, value, heat.range);
    part('heat-low').textContent = heat.isEven
      ? `${words((low + high) / 2)} everywhere`
      : words(low);
    part('heat-high').textContent = heat.isEven ? '' : words(high);
    part('heat-ramp').hidden = heat.isEven;
    this.redraw.ask('map');
  }

  /**
   * The heat of a point in words; '' outside of it.
   * @param {Point} point
   */
  valueAt(point) {
    const {unit, range} = this.heat;
    const value = this.heat.valueAt(point);
    return value === null ? '' : `${amount(unit, value, range)} ${unit}`;
  }
}
