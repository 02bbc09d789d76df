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

  /**
   * @param {string} text None closes it.
   * @param {boolean} isUnderWay Whether it is one of very many steps, which
   *   screen readers are not to read out.
   */
  say(text, isUnderWay = false) {
    part('message').setAttribute('aria-busy', String(isUnderWay));
    part('message').hidden = !text;
    part('message-text').textContent = text;
  }

  /**
   * Closes a text, unless another has taken its place.
   * @param {string} text
   */
  unsay(text) {
    if (part('message-text').textContent === text) this.say('');
  }
}
