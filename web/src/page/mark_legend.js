// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What the colour of marks means, and the choice of it.

import {LEVELS} from '../map/mark_colors.js';
import {find, part} from './find.js';
import {amount} from './legend.js';

/** @import {MarkColors} from '../map/mark_colors.js' */
/** @import {Redraw} from './redraw.js' */

export class MarkLegend {
  #choice = find('mark-color', HTMLSelectElement);

  /**
   * @param {MarkColors} colors
   * @param {Redraw} redraw
   */
  constructor(colors, redraw) {
    this.colors = colors;
    this.redraw = redraw;
    for (const {name, unit} of colors.facts) {
      const text = unit[0].toUpperCase() + unit.slice(1);
      this.#choice.append(new Option(text, name));
    }
    this.#choice.addEventListener('change', () => this.#show());
  }

  #show() {
    const {colors} = this;
    const names = colors.facts.map(({name}) => name);
    const chosen = names.indexOf(this.#choice.value);
    colors.attribute = chosen < 0 ? null : chosen;
    part('mark-scale').hidden = chosen < 0;
    if (chosen >= 0) {
      const {unit, low, high} = colors.facts[chosen];
      const words = (/** @type {number} */ level) =>
        amount(unit, colors.valueOf(level), [low, high]);
      part('mark-low').textContent = words(0);
      part('mark-high').textContent = words(LEVELS - 1);
    }
    this.redraw.ask('map');
  }
}
