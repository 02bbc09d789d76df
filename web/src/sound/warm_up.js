// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Samples of the parts' notes and drums, made one by one while the browser has
// nothing else to do: the first notes then need not wait for them.

import {drumSamples, rootOf, samplesOf} from './buffers.js';
import {drumOf} from './drum_set.js';
import {timbreOf} from './timbres.js';

/** @import {Part} from '../music/part.js' */

const PAUSE_MILLISECONDS = 100; // Where a browser does not say when it is idle.

/** @param {Part[]} parts */
export function warmUp(parts) {
  const tasks = parts.flatMap(tasksOf);
  const next = () => {
    tasks.shift()?.();
    if (tasks.length) later(next);
  };
  later(next);
}

/** @param {() => void} run */
function later(run) {
  if ('requestIdleCallback' in window) requestIdleCallback(run);
  else setTimeout(run, PAUSE_MILLISECONDS);
}

/**
 * @param {Part} part
 * @returns {(() => unknown)[]}
 */
function tasksOf({isDrums, program, pitches}) {
  if (isDrums) return pitches.map((key) => () => drumSamples(drumOf(key)));
  const timbre = timbreOf(program);
  if (!('render' in timbre)) return [];
  // From the middle, where most music is.
  const roots = [...new Set(pitches.map(rootOf))].sort(
    (a, b) => Math.abs(a - 60) - Math.abs(b - 60),
  );
  return roots.map((root) => () => samplesOf(timbre, root));
}
