// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Sliders that change the chosen point: its attributes, and, where z has more
// dimensions than the map, the music beside the map.

import {button, part} from './find.js';

/** @import {AttributeFacts} from '../given/facts.js' */
/** @import {Change} from '../map/change.js' */
/** @import {Modes} from './modes.js' */
/** @import {Redraw} from './redraw.js' */

/** @type {Record<string, [string, string, string]>} */
const WORDS = {
  density: ['Density', 'calmer', 'busier'],
  register: ['Register', 'lower', 'higher'],
  polyphony: ['Polyphony', 'thinner', 'fuller'],
  loudness: ['Loudness', 'softer', 'louder'],
};

export class ChangePanel {
  /** @type {HTMLInputElement[]} */
  #sliders = [];

  /**
   * @param {AttributeFacts[]} attributes
   * @param {Change} change
   * @param {Modes} modes
   * @param {Redraw} redraw
   */
  constructor(attributes, change, modes, redraw) {
    this.change = change;
    this.modes = modes;
    this.redraw = redraw;
    const panel = part('change');
    panel.hidden = !attributes.length && !change.hasBeyond;
    attributes.forEach(({name}, i) => {
      const [label, less, more] = WORDS[name] ?? [name, 'less', 'more'];
      const words = (/** @type {number} */ value) =>
        value ? (value < 0 ? less : more) : 'as it is';
      this.#add('attributes', label, words, change.attributes, i);
    });
    part('beyond').hidden = !change.hasBeyond;
    for (let i = 0; change.hasBeyond && i < change.beyond.length; i++) {
      const words = (/** @type {number} */ value) =>
        value ? value.toFixed(1).replace('-', '\u2212') : 'on the map';
      this.#add('beyond', `Direction ${i + 1}`, words, change.beyond, i);
    }
    button('to-map').addEventListener('click', () => {
      modes.begin(change.from);
      modes.showChange();
    });
    modes.onBegin = () => this.#show();
    this.#say();
  }

  /**
   * @param {string} group
   * @param {string} label
   * @param {(value: number) => string} words
   * @param {Float64Array} values What it sets one of.
   * @param {number} i
   */
  #add(group, label, words, values, i) {
    const row = document.createElement('div');
    row.className = 'slider';
    const slider = document.createElement('input');
    const name = document.createElement('label');
    const output = document.createElement('output');
    slider.id = `change-${label.toLowerCase().replace(' ', '-')}`;
    name.htmlFor = slider.id;
    name.textContent = label;
    const range = {type: 'range', min: '-2', max: '2', step: '0.1', value: '0'};
    Object.assign(slider, range);
    const say = () => {
      const text = words(Number(slider.value));
      output.textContent = text;
      slider.setAttribute('aria-valuetext', text);
    };
    slider.addEventListener('input', () => {
      values[i] = Number(slider.value);
      this.modes.showChange();
      this.#say();
    });
    slider.addEventListener('show', () => {
      slider.value = String(values[i]);
      say();
    });
    slider.addEventListener('input', say);
    // Who lets go wants to hear it.
    slider.addEventListener('change', () => this.modes.hearChange());
    row.append(name, output, slider);
    part(group).append(row);
    this.#sliders.push(slider);
    say();
  }

  /** Shows what is set. */
  #show() {
    for (const slider of this.#sliders) slider.dispatchEvent(new Event('show'));
    this.#say();
  }

  /** Says whether the music is on the map. */
  #say() {
    const {off, hasBeyond} = this.change;
    const percent = Math.max(Math.round(100 * off), 1);
    part('where').textContent = off
      ? `Off the map by ${percent}% of its width`
      : 'On the map';
    part('where').hidden = !hasBeyond;
    button('to-map').disabled = !this.change.isAny;
    this.redraw.ask('overlay');
  }
}
