// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Controls that stand as they stood before a reload: those of page.html with the
// attribute data-kept.

/** @import {Kept} from './kept.js' */

/** @typedef {HTMLInputElement} Control Or a select, which is never checked. */

/**
 * Restores the controls, and keeps what becomes of them. Whoever listens to a
 * control must do so before: it hears of what is restored.
 * @param {Kept} kept
 */
export function keepControls(kept) {
  /** @type {NodeListOf<Control>} */
  const controls = document.querySelectorAll('[data-kept]');
  for (const control of controls) {
    restore(control, kept.get(nameOf(control)));
    control.addEventListener(eventOf(control), () => {
      kept.set(nameOf(control), stateOf(control));
    });
  }
}

/**
 * The radio buttons of a choice have one name.
 * @param {Control} control
 */
const nameOf = (control) =>
  `control ${control.type === 'radio' ? control.name : control.id}`;

/** @param {Control} control */
const eventOf = ({type}) => (type === 'range' ? 'input' : 'change');

/** @param {Control} control */
const stateOf = (control) => (isBox(control) ? control.checked : control.value);

/** @param {Control} control */
const isBox = ({type}) => type === 'checkbox';

/**
 * @param {Control} control
 * @param {unknown} value
 */
function restore(control, value) {
  if (isBox(control)) {
    if (typeof value !== 'boolean' || value === control.checked) return;
    control.checked = value;
  } else if (typeof value !== 'string') {
    return;
  } else if (control.type === 'radio') {
    if (value !== control.value || control.checked) return;
    // What this page does not offer is not chosen either.
    if (control.closest('[hidden]')) return;
    control.checked = true;
  } else {
    if (value === control.value) return;
    if (control.type === 'range' && !Number.isFinite(Number(value))) return;
    const before = control.value;
    control.value = value; // A slider keeps to its bounds by itself.
    if (!control.value) control.value = before; // No such choice.
  }
  control.dispatchEvent(new Event(eventOf(control), {bubbles: true}));
}
