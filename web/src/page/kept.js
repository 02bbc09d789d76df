// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What the page remembers over a reload: theme, view, settings. Pages that are
// opened from disk share one store, so each has an entry of its own. Where a
// browser gives no store, the page forgets.

/** @typedef {Pick<Storage, 'getItem' | 'setItem'>} Store */

export class Kept {
  /** @type {Record<string, unknown>} */
  #values = {};

  /**
   * @param {string} page Which page it is.
   * @param {Store | null} store
   */
  constructor(page, store = browserStore()) {
    this.entry = `vrae ${page}`;
    this.store = store;
    this.#values = this.#stored();
  }

  /** @returns {Record<string, unknown>} */
  #stored() {
    try {
      const found = JSON.parse(this.store?.getItem(this.entry) ?? '{}');
      if (isRecord(found)) return found;
    } catch {
      // Damaged, or not to be read: as on a first visit.
    }
    return {};
  }

  /** Whether the page was here before. */
  get isKnown() {
    return Object.keys(this.#values).length > 0;
  }

  /**
   * What was set under a name; whoever asks must check it, as other pages can
   * write the store.
   * @param {string} name
   * @returns {unknown} undefined where nothing was.
   */
  get(name) {
    return this.#values[name];
  }

  /**
   * Writes at once: a page that is left may not come to it later, or only when
   * the next one has read. What else the same page has kept meanwhile, in
   * another tab, stays.
   * @param {string} name
   * @param {unknown} value That JSON can hold.
   */
  set(name, value) {
    this.#values[name] = value;
    try {
      const all = {...this.#stored(), [name]: value};
      this.store?.setItem(this.entry, JSON.stringify(all));
    } catch {
      // Full, or not to be written: the page forgets.
    }
  }
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isRecord(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @returns {Store | null} */
function browserStore() {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null; // The browser refuses even to look.
  }
}
