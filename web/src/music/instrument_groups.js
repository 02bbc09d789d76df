// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Which part of a band each note of a piece belongs to, as
// magenta_vrae/data/instrument_groups.py has it: by program, or, where a piece
// names none, by register and polyphony.

/** @import {Part} from './part.js' */
/** @import {Note} from './score.js' */

export const NO_GROUP = -1;
// Notes that sound at once, on average, in a part that plays one at a time.
const ONE_AT_A_TIME = 1.2;

/** @typedef {Pick<Part, 'programs' | 'pitches' | 'isDrums'>} Group */

/**
 * The group of each note, `NO_GROUP` of none.
 * @param {Note[]} notes
 * @param {Group[]} groups
 */
export function assign(notes, groups) {
  const drums = groups.findIndex(({isDrums}) => isDrums);
  const pitched = notes.filter(({isDrum}) => !isDrum);
  const voices = byHeight(groups);
  const programs = new Set(pitched.map(({program}) => program));
  /** @type {Map<Note, number>} */
  const found = new Map();
  if (programs.size === 1 && voices.length > 1) {
    const registers = byRegister(pitched, voices);
    pitched.forEach((note, i) => {
      found.set(note, registers[i]);
    });
  } else {
    for (const note of pitched) {
      const of = groups.findIndex((group) =>
        group.programs.includes(note.program),
      );
      found.set(note, of < 0 ? NO_GROUP : of);
    }
  }
  return notes.map((note) =>
    note.isDrum ? drums : (found.get(note) ?? NO_GROUP),
  );
}

/** @param {number[]} values */
const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;

/**
 * The pitched groups, the lowest first.
 * @param {Group[]} groups
 */
function byHeight(groups) {
  return groups
    .map(({pitches, isDrums}, i) => ({i, isDrums, height: mean(pitches)}))
    .filter(({isDrums}) => !isDrums)
    .sort((a, b) => a.height - b.height)
    .map(({i}) => i);
}

/**
 * @param {Note[]} notes Pitched ones, of one program.
 * @param {number[]} voices The pitched groups, two or more, the lowest first.
 */
function byRegister(notes, voices) {
  /** @type {Map<number, number[]>} */
  const parts = new Map();
  notes.forEach(({instrument}, i) => {
    const own = parts.get(instrument);
    if (own) own.push(i);
    else parts.set(instrument, [i]);
  });
  if (parts.size === 1) {
    return ofOnePart(notes, voices.length).map((at) => voices[at]);
  }
  const order = [...parts.values()]
    .map((own) => ({own, height: mean(own.map((i) => notes[i].pitch))}))
    .sort((a, b) => a.height - b.height)
    .map(({own}) => own);
  const single = order.filter((own) => isOneVoice(own.map((i) => notes[i])));
  const highest = single.at(-1);
  const lowest = single.length > 1 ? single[0] : null;
  const inner = order.filter((own) => own !== highest && own !== lowest);
  const between = voices.length > 2 ? voices.slice(1, -1) : voices;
  const found = notes.map(() => 0);
  const give = (/** @type {number[]} */ own, /** @type {number} */ voice) => {
    for (const i of own) found[i] = voice;
  };
  if (highest) give(highest, voices[voices.length - 1]);
  if (lowest) give(lowest, voices[0]);
  inner.forEach((own, at) => {
    give(own, between[Math.floor((at * between.length) / inner.length)]);
  });
  return found;
}

/**
 * Whether a part plays one note at a time.
 * @param {Note[]} notes
 */
function isOneVoice(notes) {
  const spans = notes
    .map(({start, end}) => [start, end])
    .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  let sounding = 0;
  let covered = 0;
  let latest = Number.NEGATIVE_INFINITY;
  for (const [start, end] of spans) {
    sounding += end - start;
    covered += Math.max(0, end - Math.max(start, latest));
    latest = Math.max(latest, end);
  }
  return sounding <= ONE_AT_A_TIME * covered;
}

/**
 * Of each note, 0 if it is the lowest of its moment, the last voice if it is
 * the highest or alone, and a voice between where there is one.
 * @param {Note[]} notes
 * @param {number} numVoices
 */
function ofOnePart(notes, numVoices) {
  const order = notes.map((_, i) => i);
  order.sort((a, b) => notes[a].start - notes[b].start);
  const found = notes.map(() => 0);
  const inner = numVoices > 2 ? 1 : 0;
  /** @type {number[]} */
  let sounding = [];
  let position = 0;
  while (position < order.length) {
    const moment = notes[order[position]].start;
    const begun = [];
    while (position < order.length && notes[order[position]].start === moment) {
      begun.push(order[position++]);
    }
    sounding = sounding.filter((i) => notes[i].end > moment).concat(begun);
    const pitches = sounding.map((i) => notes[i].pitch);
    const low = Math.min(...pitches);
    const high = Math.max(...pitches);
    for (const i of begun) {
      if (notes[i].pitch === high) found[i] = numVoices - 1;
      else found[i] = notes[i].pitch === low ? 0 : inner;
    }
  }
  return found;
}
