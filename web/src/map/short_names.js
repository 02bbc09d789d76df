// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What files call songs, made short enough to read on a map.

const SEPARATORS = /[_\s]+/;
// Endings and beginnings that all songs share are taken away, of so many songs.
const LEAST_SONGS = 3;

/**
 * Names without underscores, and without the words that all of them share:
 * D_E1M1_41 and D_DOOM_7 are E1M1 41 and DOOM 7.
 * @param {string[]} titles
 */
export function shortNames(titles) {
  const split = titles.map((title) => title.split(SEPARATORS).filter(Boolean));
  let [first, last] = [0, 0];
  if (titles.length >= LEAST_SONGS) {
    first = sharedWords(split);
    const rest = split.map((words) => words.slice(first).reverse());
    last = sharedWords(rest);
  }
  return split.map((words, i) => {
    const own = words.slice(first, words.length - last);
    return own.join(' ') || titles[i];
  });
}

/**
 * How many first words all have alike; each keeps one of its own.
 * @param {string[][]} names
 */
function sharedWords(names) {
  const least = Math.min(...names.map((words) => words.length));
  let count = 0;
  while (
    count < least - 1 &&
    names.every((words) => words[count] === names[0][count])
  ) {
    count++;
  }
  return count;
}

/**
 * A name of a file that came later: all of its words.
 * @param {string} title
 */
export const spaced = (title) =>
  title.split(SEPARATORS).filter(Boolean).join(' ') || title;
