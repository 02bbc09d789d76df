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
 * Puts rows into a list in place of those that are there. If the focus is in
 * one of them, it stays at its control: of the row that is now there, or of the
 * last one.
 * @param {HTMLElement} list
 * @param {HTMLElement[]} rows
 * @param {HTMLElement} [otherwise] Where the focus goes if there is no row.
 */
export function showRows(list, rows, otherwise) {
  const focused = document.activeElement;
  const before = [...list.children];
  const index = before.findIndex((row) => row.contains(focused));
  const control = index < 0 ? -1 : controlsOf(before[index]).indexOf(focused);
  list.replaceChildren(...rows);
  if (control < 0) return;
  const row = rows.at(Math.min(index, rows.length - 1));
  const next = row ? controlsOf(row)[control] : otherwise;
  if (next instanceof HTMLElement) next.focus();
}

/**
 * @param {Element} row
 * @returns {(Element | null)[]}
 */
const controlsOf = (row) => [...row.querySelectorAll('button, select')];

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
