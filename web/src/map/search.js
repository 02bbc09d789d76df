// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Songs by what they are called.

/** @import {Song} from './songs.js' */

/**
 * Small letters without accents: fur finds Für.
 * @param {string} text
 */
const folded = (text) =>
  text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/**
 * The songs whose title or name has each word of a query, in any order.
 * @param {Song[]} songs
 * @param {string} query
 */
export function matching(songs, query) {
  const words = folded(query).split(/\s+/).filter(Boolean);
  return songs.filter(({title, name}) => {
    const text = folded(`${title} ${name}`);
    return words.every((word) => text.includes(word));
  });
}
