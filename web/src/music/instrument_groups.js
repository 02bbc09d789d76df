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
    for (const own of partsOf(pitched)) {
      const of = groupOf(own, groups);
      for (const note of own) found.set(note, of);
    }
  }
  return notes.map((note) =>
    note.isDrum ? drums : (found.get(note) ?? NO_GROUP),
  );
}

/**
 * The notes of each track and program.
 * @param {Note[]} notes
 */
function partsOf(notes) {
  /** @type {Map<number, Note[]>} */
  const parts = new Map();
  for (const note of notes) {
    const key = note.instrument * 128 + note.program;
    const own = parts.get(key);
    if (own) own.push(note);
    else parts.set(key, [note]);
  }
  return [...parts.values()];
}

/**
 * The group of a part's program, or of its pitches if that has few of them.
 * @param {Note[]} notes
 * @param {Group[]} groups
 */
function groupOf(notes, groups) {
  const [{program}] = notes;
  const named = groups.findIndex(({programs}) => programs.includes(program));
  if (named < 0) return NO_GROUP;
  const held = groups.map(({pitches, isDrums}) =>
    isDrums ? 0 : notes.filter(({pitch}) => pitches.includes(pitch)).length,
  );
  if (2 * held[named] >= notes.length) return named;
  return held.indexOf(Math.max(...held));
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
  const parts = partsOf(notes);
  if (parts.length === 1) {
    return ofOnePart(notes, voices.length).map((at) => voices[at]);
  }
  const order = parts
    .map((own) => ({own, height: mean(own.map(({pitch}) => pitch))}))
    .sort((a, b) => a.height - b.height)
    .map(({own}) => own);
  const single = order.filter(isOneVoice);
  const highest = single.at(-1);
  const lowest = single.length > 1 ? single[0] : null;
  const inner = order.filter((own) => own !== highest && own !== lowest);
  const between = voices.length > 2 ? voices.slice(1, -1) : voices;
  /** @type {Map<Note, number>} */
  const found = new Map();
  const give = (/** @type {Note[]} */ own, /** @type {number} */ voice) => {
    for (const note of own) found.set(note, voice);
  };
  if (highest) give(highest, voices[voices.length - 1]);
  if (lowest) give(lowest, voices[0]);
  inner.forEach((own, at) => {
    give(own, between[Math.floor((at * between.length) / inner.length)]);
  });
  return notes.map((note) => found.get(note) ?? NO_GROUP);
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
