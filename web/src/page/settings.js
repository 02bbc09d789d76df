// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The sliders and choices of the side.

import {button, choices, input, part} from './find.js';

/** @import {Emission} from '../music/emission.js' */
/** @import {Times} from '../music/words.js' */

/**
 * @typedef {object} Listeners
 * @property {() => void} onWalk The length of a walk has changed.
 * @property {() => void} onEmission How frames are made has changed.
 * @property {(volume: number) => void} onVolume
 */

/** Also the `WalkSettings` of walks.js. */
export class Settings {
  /** @type {Listeners} */
  #listeners = {onWalk() {}, onEmission() {}, onVolume() {}};

  /**
   * @param {Emission} emission Changed by the settings of sound.
   * @param {Times} times
   * @param {number} windowFrames
   */
  constructor(emission, times, windowFrames) {
    this.emission = emission;
    const seconds = (/** @type {number} */ windows) =>
      times.seconds(windows * windowFrames);
    const onWalk = () => this.#listeners.onWalk();
    slider('windows', seconds, onWalk);
    slider('minutes', (v) => `${v} min`, onWalk);
    slider('steps', (v) => `${v}, ${seconds(v)}`, onWalk);
    slider('pace', (v) => `${v} s`, onWalk);
    slider('volume', percent, (v) => this.#listeners.onVolume(v));
    input('threshold').value = String(emission.threshold);
    slider(
      'threshold',
      (v) => `likelier than ${percent(v)}`,
      (threshold) => this.#emit({threshold}),
    );
    input('temperature').value = String(emission.temperature);
    slider(
      'temperature',
      (v) => v.toFixed(2),
      (temperature) => this.#emit({temperature}),
    );
    button('redraw').addEventListener('click', () => {
      this.#emit({draw: emission.draw + 1});
      this.#showDraw();
    });
    this.#showDraw();
    for (const choice of choices('sampling')) {
      choice.checked = choice.value === emission.sampling;
      choice.addEventListener('change', () => {
        this.#emit({sampling: choice.value});
        this.#showSampling();
      });
    }
    this.#showSampling();
  }

  /** @param {Listeners} listeners */
  listen(listeners) {
    this.#listeners = listeners;
  }

  get windows() {
    return Number(input('windows').value);
  }

  get minutes() {
    return Number(input('minutes').value);
  }

  get steps() {
    return Number(input('steps').value);
  }

  get pace() {
    return Number(input('pace').value);
  }

  /** @param {Partial<Emission>} change */
  #emit(change) {
    Object.assign(this.emission, change);
    this.#listeners.onEmission();
  }

  /** One throw gives the same music of a point each time. */
  #showDraw() {
    part('draw-value').textContent = String(this.emission.draw);
  }

  #showSampling() {
    const isThreshold = this.emission.sampling === 'threshold';
    part('threshold-row').hidden = !isThreshold;
    part('temperature-row').hidden = isThreshold;
  }
}

/** @param {number} value */
const percent = (value) => `${Math.round(100 * value)}%`;

/**
 * Ties a slider to what it sets, and shows its value in words.
 * @param {string} id
 * @param {(value: number) => string} words
 * @param {(value: number) => void} set
 */
function slider(id, words, set) {
  const element = input(id);
  const update = () => {
    const value = Number(element.value);
    part(`${id}-value`).textContent = words(value);
    element.setAttribute('aria-valuetext', words(value));
    return value;
  };
  element.addEventListener('input', () => set(update()));
  update();
}
