// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What to do next, in one sentence.

/** @typedef {'listen' | 'blend' | 'draw' | 'wander'} Mode */

/** What the reader's hand does, in words. */
export const handWords = (/** @type {boolean} */ hasTouch) =>
  hasTouch
    ? {move: 'Drag', click: 'tap', hold: 'slide'}
    : {move: 'Move', click: 'click', hold: 'drag'};

/**
 * @param {object} state
 * @param {Mode} state.mode
 * @param {boolean} [state.isFirst] Whether nothing was heard yet.
 * @param {number} state.points How many of the path there are.
 * @param {boolean} state.isPolyline
 * @param {string} state.time How long the walk takes.
 * @param {{move: string, click: string, hold: string}} words
 */
export function hintOf(state, {move, click, hold}) {
  const {mode, isFirst, points, isPolyline, time} = state;
  if (mode === 'listen') {
    if (isFirst)
      return `${capital(click)} the pulsing point to hear its music.`;
    return (
      `${move} over the map to see its music, ${click} to hear it, ` +
      `${hold} along a trail to play it.`
    );
  }
  if (mode === 'wander') {
    return `${move} over the map, and ${click} where the music is to begin.`;
  }
  if (mode === 'blend') {
    return [
      'Choose the point to start from.',
      'Now choose the point to end at.',
      'You hear the way from A to B. Choose another start whenever you like.',
    ][points];
  }
  if (points < 2) {
    return `Press and draw a path to walk along it, or ${click} its corners.`;
  }
  return isPolyline
    ? `A walk of ${time}. Add another corner, or press Play.`
    : `A walk of ${time}. Draw another whenever you like.`;
}

/** @param {string} word */
const capital = (word) => word[0].toUpperCase() + word.slice(1);
