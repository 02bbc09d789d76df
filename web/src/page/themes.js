// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Light or dark: the system's until chosen, and then the chosen one.

import {readTheme} from '../draw/theme.js';
import {button} from './find.js';

/** @import {Kept} from './kept.js' */

export class Themes {
  #system = matchMedia('(prefers-color-scheme: dark)');
  /** @type {'light' | 'dark' | null} */
  #chosen = null;
  /** Called when the theme has changed. */
  onChange = () => {};

  /** @param {Kept} kept */
  constructor(kept) {
    const theme = kept.get('theme');
    if (theme === 'light' || theme === 'dark') this.#chosen = theme;
    this.current = this.#apply();
    this.#system.addEventListener('change', () => this.#change());
    button('theme').addEventListener('click', () => {
      this.#chosen = this.#name === 'dark' ? 'light' : 'dark';
      kept.set('theme', this.#chosen);
      this.#change();
    });
  }

  get #name() {
    return this.#chosen ?? (this.#system.matches ? 'dark' : 'light');
  }

  #apply() {
    document.documentElement.dataset.theme = this.#name;
    return readTheme();
  }

  #change() {
    this.current = this.#apply();
    this.onChange();
  }
}
