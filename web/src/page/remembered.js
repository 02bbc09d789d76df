// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What the browser keeps for this page from one visit to the next, if it does.

const PREFIX = 'magenta-vrae ';

export class Remembered {
  /**
   * @param {string} key
   * @returns {unknown} Null where nothing is kept.
   */
  get(key) {
    try {
      return JSON.parse(localStorage.getItem(PREFIX + key) ?? 'null');
    } catch {
      return null; // Kept from pages, or not of this page.
    }
  }

  /**
   * @param {string} key
   * @param {unknown} value
   */
  set(key, value) {
    try {
      localStorage.setItem(PREFIX + key, JSON.stringify(value));
    } catch {
      // It is full, or kept from pages: the page forgets.
    }
  }
}
