// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Rows of the lists of what is kept.

/**
 * @param {string} sign
 * @param {string} text
 * @param {HTMLElement[]} buttons
 */
export function rowOf(sign, text, buttons) {
  const mark = document.createElement('span');
  mark.textContent = sign;
  mark.setAttribute('aria-hidden', 'true');
  const title = document.createElement('b');
  title.textContent = title.title = text;
  title.dir = 'auto';
  const row = document.createElement('li');
  row.append(mark, title, ...buttons);
  return row;
}

/**
 * @param {string} text
 * @param {string} label For those who hear the page, and as a hint.
 * @param {() => void} press
 */
export function smallButton(text, label, press) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'button switch';
  button.textContent = text;
  button.title = label;
  button.setAttribute('aria-label', label);
  button.addEventListener('click', press);
  return button;
}
