// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Which part of a band each note of a piece belongs to, as
// magenta_vrae/data/instrument_groups.py has it: by the name of its track, by
// program, or, where these do not say it, by register and polyphony.

/** @import {Part} from './part.js' */
/** @import {Note, Score} from './score.js' */

export const NO_GROUP = -1;
// Notes that sound at once, on average, in a part that plays one at a time.
const ONE_AT_A_TIME = 1.2;

/** @typedef {Pick<Part, 'name' | 'programs' | 'pitches' | 'isDrums'>} Group */

/**
 * The group of each note, `NO_GROUP` of none.
 * @param {Pick<Score, 'notes' | 'names'>} score
 * @param {Group[]} groups
 */
export function assign({notes, names}, groups) {
  const drums = groups.findIndex(({isDrums}) => isDrums);
  const parts = partsOf(notes.filter(({isDrum}) => !isDrum));
  const candidatesOf = candidatesFor(parts, names, groups);
  /** @type {Map<Note, number>} */
  const found = new Map();
  /** @type {Map<string, {voices: number[], notes: Note[]}>} */
  const shared = new Map();
  for (const own of parts) {
    const voices = candidatesOf(own[0]);
    if (voices.length === 1)
      give(found, own, whereItLies(own, voices[0], groups));
    else if (voices.length) {
      const key = voices.join();
      const entry = shared.get(key) ?? {voices, notes: []};
      shared.set(key, entry);
      for (const note of own) entry.notes.push(note);
    }
  }
  for (const {voices, notes} of shared.values()) {
    byRegister(notes, byHeight(voices, groups), found);
  }
  return notes.map((note) =>
    note.isDrum ? drums : (found.get(note) ?? NO_GROUP),
  );
}

/**
 * A function from a part's first note to the groups that might have the part:
 * those that its track is named as; else those of its program, or, where the
 * piece has one program only, those that no track is named as.
 * @param {Note[][]} parts The pitched ones.
 * @param {Map<number, string>} names
 * @param {Group[]} groups
 */
function candidatesFor(parts, names, groups) {
  const pitched = groups.flatMap(({isDrums}, i) => (isDrums ? [] : [i]));
  const programs = new Set(parts.map(([{program}]) => program));
  const namesPrograms = programs.size !== 1 || pitched.length < 2;
  const ofGroups = groups.map(({name}) => lettersOf(name));
  const tracks = new Map(
    Array.from(names, ([number, name]) => [number, lettersOf(name)]),
  );
  const taken = new Set(tracks.values());
  const free = pitched.filter((i) => !taken.has(ofGroups[i]));
  return (/** @type {Note} */ {instrument, program}) => {
    const named = pitched.filter((i) => tracks.get(instrument) === ofGroups[i]);
    if (named.length) return named;
    if (!namesPrograms) return free.length ? free : pitched;
    return pitched.filter((i) => groups[i].programs.includes(program));
  };
}

/**
 * A name by its letters and digits alone, in lower case.
 * @param {string} name
 */
const lettersOf = (name) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/**
 * @param {Map<Note, number>} found
 * @param {Note[]} notes
 * @param {number} group
 */
function give(found, notes, group) {
  for (const note of notes) found.set(note, group);
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
 * A part's group, or the one with most of its pitches if that has few of them.
 * @param {Note[]} notes
 * @param {number} named
 * @param {Group[]} groups
 */
function whereItLies(notes, named, groups) {
  const held = groups.map(({pitches, isDrums}) =>
    isDrums ? 0 : notes.filter(({pitch}) => pitches.includes(pitch)).length,
  );
  if (2 * held[named] >= notes.length) return named;
  return held.indexOf(Math.max(...held));
}

/** @param {number[]} values */
const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;

/**
 * Some groups, the lowest first; of two as high, the later of all groups.
 * @param {number[]} voices
 * @param {Group[]} groups
 */
function byHeight(voices, groups) {
  return voices
    .map((i) => ({i, height: mean(groups[i].pitches)}))
    .sort((a, b) => a.height - b.height || b.i - a.i)
    .map(({i}) => i);
}

/**
 * Finds the group of each note, where programs do not say it.
 * @param {Note[]} notes Pitched ones.
 * @param {number[]} voices Groups, two or more, the lowest first.
 * @param {Map<Note, number>} found
 */
function byRegister(notes, voices, found) {
  const parts = partsOf(notes);
  if (parts.length === 1) {
    ofOnePart(notes, voices.length).forEach((at, i) => {
      found.set(notes[i], voices[at]);
    });
    return;
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
  if (highest) give(found, highest, voices[voices.length - 1]);
  if (lowest) give(found, lowest, voices[0]);
  inner.forEach((own, at) => {
    const voice = Math.floor((at * between.length) / inner.length);
    give(found, own, between[voice]);
  });
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
 * the highest or alone, and otherwise a voice between, where there is one.
 * @param {Note[]} notes
 * @param {number} numVoices
 */
function ofOnePart(notes, numVoices) {
  const order = notes.map((_, i) => i);
  order.sort((a, b) => notes[a].start - notes[b].start);
  const found = notes.map(() => 0);
  /** @type {Map<number, number>} When each pitch ends that has begun. */
  const ends = new Map();
  let position = 0;
  while (position < order.length) {
    const moment = notes[order[position]].start;
    for (const [pitch, end] of ends) if (end <= moment) ends.delete(pitch);
    const begun = [];
    while (position < order.length && notes[order[position]].start === moment) {
      const i = order[position++];
      const {pitch, end} = notes[i];
      ends.set(pitch, Math.max(end, ends.get(pitch) ?? end));
      begun.push(i);
    }
    const heights = [...ends.keys()].sort((a, b) => a - b);
    for (const i of begun) {
      const rank = heights.indexOf(notes[i].pitch);
      found[i] = voiceOfRank(rank, heights.length, numVoices);
    }
  }
  return found;
}

/**
 * The voice of a note in a chord: inner ones are spread over all inner voices.
 * @param {number} rank From the lowest pitch, 0.
 * @param {number} numPitches
 * @param {number} numVoices
 */
function voiceOfRank(rank, numPitches, numVoices) {
  const top = numVoices - 1;
  if (rank === numPitches - 1) return top;
  if (rank === 0 || top < 2) return 0;
  return 1 + Math.floor(((rank - 1) * (top - 1)) / (numPitches - 2));
}
