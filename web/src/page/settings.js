// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The sliders and choices of the side.

import {button, choices, input, part} from './find.js';

/** @import {Emission} from '../music/emission.js' */
/** @import {Times} from '../music/words.js' */
/** @import {State} from './link_text.js' */

/**
 * @typedef {object} Listeners
 * @property {() => void} onWalk The length of a walk has changed.
 * @property {() => void} onEmission How frames are made has changed.
 * @property {(volume: number) => void} onVolume
 * @property {() => void} onRoam Endless music is to wander, or to stay.
 */

const KEPT_SLIDERS = ['windows', 'steps', 'pace', 'threshold', 'temperature'];
const KEPT_CHOICES = ['sampling', 'roam'];

/** Also the `WalkSettings` of walks.js. */
export class Settings {
  /** @type {Listeners} */
  #listeners = {onWalk() {}, onEmission() {}, onVolume() {}, onRoam() {}};

  /**
   * @param {Emission} emission Changed by the settings of sound.
   * @param {Times} times
   * @param {number} windowFrames
   * @param {boolean} goesOn Whether the model goes on past a window.
   */
  constructor(emission, times, windowFrames, goesOn) {
    this.emission = emission;
    const seconds = (/** @type {number} */ windows) =>
      times.seconds(windows * windowFrames);
    const length = (/** @type {number} */ windows) =>
      goesOn || windows === 1
        ? seconds(windows)
        : `${seconds(windows)}, ${windows} times`;
    const onWalk = () => this.#listeners.onWalk();
    slider('windows', length, onWalk);
    input('keeps-time').addEventListener('change', () => {
      input('pace').disabled = this.keepsTime;
      onWalk();
    });
    for (const choice of choices('roam')) {
      choice.addEventListener('change', () => this.#listeners.onRoam());
    }
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
      this.throwDice(emission.draw + 1);
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

  get wanders() {
    return [...choices('roam')].some((c) => c.checked && c.value === 'wander');
  }

  get volume() {
    return Number(input('volume').value);
  }

  get steps() {
    return Number(input('steps').value);
  }

  /** @param {number} threshold */
  setThreshold(threshold) {
    input('threshold').value = String(threshold);
    input('threshold').dispatchEvent(new Event('input'));
  }

  get keepsTime() {
    return input('keeps-time').checked;
  }

  get pace() {
    return Number(input('pace').value);
  }

  /**
   * One throw gives the same music of a point each time.
   * @param {number} draw
   */
  throwDice(draw) {
    if (draw === this.emission.draw) return;
    this.#emit({draw});
    this.#showDraw();
  }

  /** All that is set, to be kept. */
  get state() {
    const {draw} = this.emission;
    const numbers = Object.fromEntries(
      KEPT_SLIDERS.map((id) => [id, Number(input(id).value)]),
    );
    const chosen = KEPT_CHOICES.map((name) => {
      const choice = [...choices(name)].find(({checked}) => checked);
      return [name, choice?.value ?? ''];
    });
    return {
      numbers: {...numbers, draw, keepsTime: Number(this.keepsTime)},
      choices: Object.fromEntries(chosen),
    };
  }

  /** @param {Pick<State, 'numbers' | 'choices'>} state As it was kept. */
  restore({numbers, choices: chosen}) {
    for (const id of KEPT_SLIDERS) {
      if (!(id in numbers)) continue;
      // The browser keeps a slider within its bounds.
      input(id).value = String(numbers[id]);
      input(id).dispatchEvent(new Event('input'));
    }
    for (const name of KEPT_CHOICES) {
      for (const choice of choices(name)) {
        if (choice.value !== chosen[name] || choice.checked) continue;
        choice.checked = true;
        choice.dispatchEvent(new Event('change'));
      }
    }
    if (this.keepsTime !== Boolean(numbers.keepsTime)) {
      input('keeps-time').click();
    }
    const {draw = 1} = numbers;
    this.throwDice(Math.max(1, Math.round(draw)));
  }

  /** @param {Partial<Emission>} change */
  #emit(change) {
    Object.assign(this.emission, change);
    this.#listeners.onEmission();
  }

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
