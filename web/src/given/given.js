// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What page.html was given: facts as JSON, numbers as one compressed block.

import {arraysOf, unpack} from './storage.js';

/** @import {Facts} from './facts.js' */

/** Reads everything, and frees the text that it was. */
export async function load() {
  const textOf = (/** @type {string} */ id) => {
    const element = document.getElementById(id);
    if (!element) throw new Error(`the page has no part ${id}`);
    element.remove();
    return element.textContent;
  };
  /** @type {Facts} */
  const facts = JSON.parse(textOf('facts'));
  return {facts, ...arraysOf(await unpack(textOf('arrays')), facts.arrays)};
}

/** @typedef {Awaited<ReturnType<typeof load>>} Given */
