// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The space bar plays and stops wherever the focus is, but where it means
// something by itself: in text, and on what was come to by the keyboard.

/** Elements that the space bar writes into or opens. */
const FIELDS =
  'input[type=text], input[type=number], input[type=search], textarea, select';
/** Those that it presses. */
const PRESSED = 'button, summary, input[type=checkbox], input[type=radio]';

/** @param {EventTarget | null} target */
export const isTextField = (target) =>
  target instanceof Element && target.closest(FIELDS) !== null;

/** @param {() => void} toggle */
export function listenToSpaceBar(toggle) {
  /** @type {EventTarget | null} What a pointer pressed last. */
  let pointed = null;
  let isHeldBack = false; // A button is pressed when the key comes up.
  document.addEventListener(
    'pointerdown',
    ({target}) => {
      pointed = target instanceof Element ? target.closest(PRESSED) : null;
      // A label presses what it is of.
      const label = target instanceof Element ? target.closest('label') : null;
      pointed = label?.control ?? pointed;
    },
    true,
  );
  document.addEventListener(
    'keydown',
    (event) => {
      if (event.key === 'Tab') pointed = null;
      if (event.key !== ' ' || event.ctrlKey || event.metaKey || event.altKey) {
        return;
      }
      const {target} = event;
      if (isTextField(target)) return;
      const isPressed = target instanceof Element && target.matches(PRESSED);
      if (isPressed && target !== pointed) return;
      event.preventDefault();
      event.stopPropagation();
      isHeldBack = true;
      if (!event.repeat) toggle();
    },
    true,
  );
  document.addEventListener(
    'keyup',
    (event) => {
      if (event.key !== ' ' || !isHeldBack) return;
      isHeldBack = false;
      event.preventDefault();
    },
    true,
  );
}
