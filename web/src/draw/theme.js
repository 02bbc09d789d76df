// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The colours of what is drawn; page.css has them, for light and for dark.

export const NUM_SONG_COLORS = 8;
export const NUM_PART_COLORS = 6;
const NUM_LAND_COLORS = 6;
const NUM_LEVEL_COLORS = 5;

/** The colours of the present theme. */
export function readTheme() {
  const style = getComputedStyle(document.documentElement);
  const value = (/** @type {string} */ name) =>
    style.getPropertyValue(`--${name}`).trim();
  const values = (/** @type {string} */ name, /** @type {number} */ count) =>
    Array.from({length: count}, (_, i) => value(`${name}-${i + 1}`));
  return {
    songs: values('song', NUM_SONG_COLORS),
    land: values('land', NUM_LAND_COLORS), // From low values to high.
    // Of marks, from little of an attribute to much, and of none.
    levels: values('level', NUM_LEVEL_COLORS),
    noLevel: value('no-level'),
    contour: value('contour'),
    ink: value('ink'),
    halo: value('halo'), // Around what is drawn on the map.
    quiet: value('quiet'),
    note: value('accent'),
    parts: values('part', NUM_PART_COLORS), // Of a band.
    kit: value('kit'),
    cursor: value('warm'),
    serif: value('serif'),
  };
}

/** @typedef {ReturnType<typeof readTheme>} Theme */
