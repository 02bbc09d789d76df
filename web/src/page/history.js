// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What was done, to be undone: paths, favourites, takes.

import {button} from './find.js';
import {isTextField} from './space_bar.js';

const KEPT = 100;

export class History {
  /** @type {(() => void)[]} Ways back, the latest last. */
  #back = [];

  constructor() {
    button('undo').addEventListener('click', () => this.undo());
    document.addEventListener('keydown', (event) => {
      // With Caps Lock on, the key is a capital.
      const isZ = event.key.toLowerCase() === 'z';
      const isUndo = isZ && (event.ctrlKey || event.metaKey);
      if (!isUndo || event.shiftKey || isTextField(event.target)) return;
      event.preventDefault();
      this.undo();
    });
  }

  /** @param {() => void} back What undoes it. */
  did(back) {
    this.#back.push(back);
    if (this.#back.length > KEPT) this.#back.shift();
    button('undo').disabled = false;
  }

  undo() {
    this.#back.pop()?.();
    button('undo').disabled = !this.#back.length;
  }
}
