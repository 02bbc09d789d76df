// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The parts of a band: the roll's legend, and a volume, mute and solo for each.

import {cssColorOf} from '../draw/part_colors.js';
import {part as find} from './find.js';

/** @import {Part} from '../music/part.js' */
/** @import {Mix} from '../sound/mix.js' */

/**
 * @param {Part[]} parts
 * @param {Mix} mix
 */
export function showMixer(parts, mix) {
  const mixer = find('mixer');
  mixer.hidden = false;
  mixer.replaceChildren(...parts.map((part) => controlsOf(part, mix)));
}

/**
 * @param {Part} part
 * @param {Mix} mix
 */
function controlsOf(part, mix) {
  const {name, number} = part;
  const swatch = document.createElement('span');
  swatch.className = part.isDrums ? 'swatch hit' : 'swatch';
  swatch.style.background = cssColorOf(part);
  const title = document.createElement('b');
  title.textContent = title.title = name;
  const controls = document.createElement('li');
  controls.append(
    swatch,
    title,
    switchOf('Mute', name, (isMuted) => mix.set(number, {isMuted})),
    switchOf('Solo', name, (isSolo) => mix.set(number, {isSolo})),
    volumeOf(name, (volume) => mix.set(number, {volume})),
  );
  return controls;
}

/**
 * @param {string} text
 * @param {string} name Of the part.
 * @param {(isOn: boolean) => void} set
 */
function switchOf(text, name, set) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'button switch';
  button.textContent = text;
  button.setAttribute('aria-label', `${text} ${name}`);
  button.setAttribute('aria-pressed', 'false');
  button.addEventListener('click', () => {
    const isOn = button.getAttribute('aria-pressed') !== 'true';
    button.setAttribute('aria-pressed', String(isOn));
    set(isOn);
  });
  return button;
}

/**
 * @param {string} name Of the part.
 * @param {(volume: number) => void} set
 */
function volumeOf(name, set) {
  const slider = document.createElement('input');
  Object.assign(slider, {type: 'range', min: 0, max: 1.5, step: 0.05});
  slider.value = '1';
  slider.setAttribute('aria-label', `Volume of ${name}`);
  const say = () => {
    const percent = `${Math.round(100 * Number(slider.value))}%`;
    slider.setAttribute('aria-valuetext', percent);
    slider.title = `Volume of ${name}: ${percent}`;
  };
  slider.addEventListener('input', () => {
    say();
    set(Number(slider.value));
  });
  say();
  return slider;
}
