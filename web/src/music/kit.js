// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The keys of the General MIDI drum set, by what is struck.

/**
 * @typedef {'kick' | 'snare' | 'hats' | 'toms' | 'cymbals' | 'other'} Family
 */

/** @type {[Family, number[]][]} From the top of a roll to its bottom. */
const KEYS = [
  ['cymbals', [49, 51, 52, 53, 55, 57, 59]],
  ['hats', [42, 44, 46]],
  ['toms', [41, 43, 45, 47, 48, 50]],
  ['snare', [37, 38, 39, 40]],
  ['kick', [35, 36]],
];

/** @param {number} key */
export const familyOf = (key) =>
  KEYS.find(([, keys]) => keys.includes(key))?.[0] ?? 'other';

/**
 * The families of some keys, from the top of a roll to its bottom.
 * @param {number[]} keys
 */
export function familiesOf(keys) {
  const found = new Set(keys.map(familyOf));
  const order = [...KEYS.map(([family]) => family), familyOf(-1)];
  return order.filter((family) => found.has(family));
}
