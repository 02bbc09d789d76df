// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The line that says what became of a file.

import {button, part} from './find.js';

export class Message {
  /** @param {() => void} onClose */
  constructor(onClose) {
    button('message-close').addEventListener('click', () => {
      this.say('');
      onClose();
    });
  }

  /** @param {string} text None closes it. */
  say(text) {
    part('message').hidden = !text;
    part('message-text').textContent = text;
  }
}
