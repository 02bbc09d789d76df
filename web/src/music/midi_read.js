// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The bytes of a standard MIDI file -> a score.
//
// This follows magenta_vrae/reading/midi, so that a file gives the page the
// windows it gives the commands: tempi of any track count for all, counts and
// lengths in headers are hints, of overlapping notes of a key the first one ends
// first, a note that ends where it begins lasts a frame, and a note that is never
// ended is none. The first name of a track is that of all its instruments.

import {InputError} from '../errors.js';
import {DRUM_CHANNEL, Reader, textBytes} from './midi_bytes.js';
import {checkDivision, clockOf} from './midi_clock.js';
import {Programs} from './midi_programs.js';

/** @import {Tempo} from './midi_clock.js' */
/** @import {ProgramChange} from './midi_programs.js' */
/** @import {Score} from './score.js' */

/** @typedef {{tick: number, velocity: number}} Begun A key that is held. */
/**
 * @typedef {object} TickNote
 * @property {number} channel
 * @property {number} pitch
 * @property {Begun} begun
 * @property {number} end In ticks.
 */
/**
 * @typedef {{tick: number, numerator: number, denominator: number}}
 *   TickSignature
 */

// As many as the commands take, see magenta_vrae/reading/limits.py. A track is
// an event as well: empty ones have 8 bytes.
const MOST_TICKS = 2 ** 25;
const MOST_NOTES = 200000;
const MOST_EVENTS = 1000000;

/** Bytes behind a status byte, by its upper half. */
const DATA_BYTES = new Map([
  [0x8, 2],
  [0x9, 2],
  [0xa, 2],
  [0xb, 2],
  [0xc, 1],
  [0xd, 1],
  [0xe, 2],
]);
const NOTE_OFF = 0x8;
const NOTE_ON = 0x9;
const CONTROL = 0xb;
const PROGRAM = 0xc;
const BEND = 0xe;
const META = 0xff;
const TRACK_NAME = 0x03;
const TEMPO = 0x51;
const SIGNATURE = 0x58;
const LARGEST_POWER = 30; // Of a signature's denominator.
const FIRST_MICROSECONDS = 500000; // To a quarter, until a file says.
const END_OF_TRACK = 0x2f;
/** Seconds that a note lasts which ends where it begins. */
const SHORTEST = 0.05;

/** How much a file holds, so far. */
class Counts {
  notes = 0;
  events = 0;

  addEvent() {
    if (++this.events > MOST_EVENTS) {
      throw new InputError(`it has over ${MOST_EVENTS} MIDI events`);
    }
  }

  addNote() {
    if (++this.notes > MOST_NOTES) {
      throw new InputError(`it has over ${MOST_NOTES} notes`);
    }
  }
}

/** Keys that are held, in the order in which they were struck. */
class Held {
  /** @type {Begun[]} */
  #begun = [];
  #next = 0; // To be let go: to shift an array takes its whole length.

  /** @param {Begun} begun */
  add(begun) {
    this.#begun.push(begun);
  }

  /** The first of those that are held; undefined if there is none. */
  letGo() {
    return this.#begun[this.#next] && this.#begun[this.#next++];
  }
}

/** One track, event by event: what it says by tick. */
class Track {
  /** @param {Counts} counts Of all tracks of the file. */
  constructor(counts) {
    counts.addEvent();
    this.counts = counts;
    /** @type {TickNote[]} */
    this.notes = [];
    /** @type {Tempo[]} */
    this.tempi = [];
    /** @type {TickSignature[]} */
    this.signatures = [];
    /** @type {ProgramChange[]} */
    this.programs = [];
    /** @type {string | null} */
    this.name = null;
    /** @type {Map<number, number>} Channels, and since when they are in use. */
    this.used = new Map();
    this.tick = 0;
    this.status = 0;
    /** @type {Map<number, Held>} By channel and key. */
    this.open = new Map();
  }

  /**
   * Reads an event.
   * @param {Reader} reader
   * @returns {boolean} Whether the track goes on.
   */
  readEvent(reader) {
    this.counts.addEvent();
    this.tick += reader.variable();
    const first = reader.byte();
    if (first === META) {
      return this.#readMeta(reader);
    } else if (first >= 0x80) {
      this.status = first;
      if (first === 0xf0 || first === 0xf7) reader.skip(reader.variable());
      else this.#readMessage(reader, reader.byte.bind(reader));
    } else {
      // Without a status byte, the last one holds: this is its first datum.
      this.#readMessage(reader, () => first);
    }
    return true;
  }

  /** @param {Reader} reader */
  #readMeta(reader) {
    const type = reader.byte();
    const size = reader.variable();
    if (type === TEMPO && size === 3) {
      const microseconds = reader.number(3);
      if (microseconds) this.tempi.push({tick: this.tick, microseconds});
    } else if (type === SIGNATURE && size >= 2) {
      this.#readSignature(reader.byte(), reader.byte());
      reader.skip(size - 2);
    } else if (type === TRACK_NAME) {
      const name = reader.unicode(size);
      this.name ??= name;
    } else if (type !== END_OF_TRACK) {
      reader.skip(size);
    }
    return type !== END_OF_TRACK;
  }

  /**
   * @param {number} numerator
   * @param {number} power Of 2, the denominator.
   */
  #readSignature(numerator, power) {
    if (!numerator || power > LARGEST_POWER) return;
    const denominator = 2 ** power;
    this.signatures.push({tick: this.tick, numerator, denominator});
  }

  /**
   * @param {Reader} reader
   * @param {() => number} readFirst
   */
  #readMessage(reader, readFirst) {
    const kind = this.status >> 4;
    const size = DATA_BYTES.get(kind);
    if (!size) throw new InputError('the MIDI file is broken');
    const pitch = Math.min(readFirst(), 127);
    const velocity = size === 2 ? Math.min(reader.byte(), 127) : 0;
    const channel = this.status & 0x0f;
    if (kind === NOTE_ON && velocity > 0) this.#start(channel, pitch, velocity);
    else if (kind === NOTE_ON || kind === NOTE_OFF) this.#end(channel, pitch);
    else if (kind === PROGRAM) {
      this.programs.push({tick: this.tick, channel, program: pitch});
    } else if (kind === CONTROL || kind === BEND) this.#use(channel);
  }

  /** @param {number} channel */
  #use(channel) {
    if (!this.used.has(channel)) this.used.set(channel, this.tick);
  }

  /**
   * @param {number} channel
   * @param {number} pitch
   * @param {number} velocity
   */
  #start(channel, pitch, velocity) {
    this.counts.addNote();
    this.#use(channel);
    const key = channel * 128 + pitch;
    const held = this.open.get(key) ?? new Held();
    this.open.set(key, held);
    held.add({tick: this.tick, velocity});
  }

  /**
   * @param {number} channel
   * @param {number} pitch
   */
  #end(channel, pitch) {
    const begun = this.open.get(channel * 128 + pitch)?.letGo();
    if (begun) this.notes.push({channel, pitch, begun, end: this.tick});
  }
}

/**
 * Whether a chunk may begin at a place, or the file ends there.
 * @param {Reader} reader
 * @param {number} at
 */
function isChunkOrEnd(reader, at) {
  if (at === reader.bytes.length) return true;
  const name = String.fromCharCode(...reader.bytes.subarray(at, at + 4));
  return /^[A-Za-z0-9]{4}$/.test(name);
}

/**
 * Reads a track, and goes to the chunk behind it.
 * @param {Reader} reader
 * @param {number} size What its header says that it has.
 * @param {Counts} counts
 */
function readTrack(reader, size, counts) {
  const end = reader.at + size;
  const track = new Track(counts);
  while (!(reader.at === end && isChunkOrEnd(reader, end))) {
    if (!track.readEvent(reader)) break;
  }
  const next = String.fromCharCode(
    ...reader.bytes.subarray(reader.at, reader.at + 4),
  );
  if (reader.at < end && isChunkOrEnd(reader, end) && next !== 'MTrk') {
    reader.at = end;
  }
  if (track.tick > MOST_TICKS) {
    throw new InputError(`it has over ${MOST_TICKS} ticks in a track`);
  }
  return track;
}

/**
 * Reads all tracks from a place on; other chunks are passed over.
 * @param {Reader} reader
 */
function readTracks(reader) {
  const {bytes} = reader;
  const counts = new Counts();
  /** @type {Track[]} */
  const tracks = [];
  while (reader.at + 8 <= bytes.length) {
    const begin = reader.at;
    const isChunk = isChunkOrEnd(reader, begin);
    const name = reader.text(4);
    const size = reader.number(4);
    if (name === 'MTrk') {
      tracks.push(readTrack(reader, size, counts));
      continue;
    }
    reader.at += size;
    if (!isChunk || reader.at > bytes.length) {
      // Its length is wrong, or it is no chunk: on to the next track.
      reader.at = nextTrack(bytes, begin + 4);
    }
  }
  return tracks;
}

/**
 * Where the next track begins, or the file ends.
 * @param {Uint8Array} bytes
 * @param {number} from
 */
function nextTrack(bytes, from) {
  const name = textBytes('MTrk');
  let at = bytes.indexOf(name[0], from);
  while (at >= 0 && !name.every((byte, i) => bytes[at + i] === byte)) {
    at = bytes.indexOf(name[0], at + 1);
  }
  return at < 0 ? bytes.length : at;
}

/**
 * The score of tracks that sound together, in seconds.
 * @param {Track[]} tracks
 * @param {number} division As the header has it.
 * @param {number} begin Seconds before them.
 * @param {(track: Track, channel: number, program: number) => number} numberOf
 *   An instrument.
 */
function scoreOf(tracks, division, begin, numberOf) {
  const byTick = (
    /** @type {{tick: number}} */ a,
    /** @type {{tick: number}} */ b,
  ) => a.tick - b.tick;
  const tempi = tracks.flatMap((track) => track.tempi).sort(byTick);
  const clock = clockOf(tempi, division);
  const seconds = (/** @type {number} */ tick) => begin + clock(tick);
  const programs = new Programs(tracks);
  const notes = tracks.flatMap((track) =>
    track.notes.map(({channel, pitch, begun, end}) => {
      const {tick, velocity} = begun;
      const program = programs.at(track, channel, tick);
      const start = seconds(tick);
      const isShort = end === tick;
      return {
        ...{pitch, velocity, program, start},
        end: isShort ? start + SHORTEST : seconds(end),
        isDrum: channel === DRUM_CHANNEL,
        instrument: numberOf(track, channel, program),
      };
    }),
  );
  const names = namesOf(tracks, programs, numberOf);
  // Of tempi on one tick, the last holds.
  const rates = new Map([[0, FIRST_MICROSECONDS]]);
  for (const {tick, microseconds} of tempi) rates.set(tick, microseconds);
  const tempos = Array.from(rates, ([tick, microseconds]) => {
    return {time: seconds(tick), qpm: 6e7 / microseconds};
  });
  const signatures = tracks
    .flatMap((track) => track.signatures)
    .sort(byTick)
    .map(({tick, numerator, denominator}) => {
      return {time: seconds(tick), numerator, denominator};
    });
  const last = tracks.reduce((latest, {tick}) => Math.max(latest, tick), 0);
  return {notes, names, tempos, signatures, end: seconds(last)};
}

/**
 * The names of tracks by their instruments, those that have no note as well.
 * @param {Track[]} tracks
 * @param {Programs} programs
 * @param {(track: Track, channel: number, program: number) => number} numberOf
 */
function namesOf(tracks, programs, numberOf) {
  /** @type {Map<number, string>} */
  const names = new Map();
  for (const track of tracks) {
    if (!track.name) continue;
    const uses = [
      ...Array.from(track.used, ([channel, tick]) => ({channel, tick})),
      ...track.notes.map(({channel, begun}) => ({channel, tick: begun.tick})),
    ];
    for (const {channel, tick} of uses) {
      const program = programs.at(track, channel, tick);
      names.set(numberOf(track, channel, program), track.name);
    }
  }
  return names;
}

/** Numbers that tell the instruments of a file apart, as they come. */
function instrumentNumbers() {
  /** @type {Map<Track, Map<number, number>>} By channel and program. */
  const numbers = new Map();
  let count = 0;
  return (
    /** @type {Track} */ track,
    /** @type {number} */ channel,
    /** @type {number} */ program,
  ) => {
    const own = numbers.get(track) ?? new Map();
    numbers.set(track, own);
    const key = channel * 128 + program;
    if (!own.has(key)) own.set(key, count++);
    return own.get(key);
  };
}

/**
 * Reads a file.
 * @param {Uint8Array} bytes
 * @returns {Score}
 */
export function read(bytes) {
  const reader = new Reader(bytes);
  if (bytes.length < 14 || reader.text(4) !== 'MThd') {
    throw new InputError('it is not a MIDI file');
  }
  const size = reader.number(4);
  const end = reader.at + size;
  const format = reader.number(2);
  reader.number(2); // How many tracks it says that it has.
  const division = reader.number(2);
  checkDivision(division);
  reader.at = end;
  const tracks = readTracks(reader);
  if (!tracks.length) throw new InputError('it has no track');
  // Patterns of format 2 stand in a row.
  const songs = format === 2 ? tracks.map((track) => [track]) : [tracks];
  const numberOf = instrumentNumbers();
  /** @type {Score} */
  const whole = {notes: [], names: new Map(), tempos: [], signatures: []};
  let begin = 0;
  for (const song of songs) {
    const read = scoreOf(song, division, begin, numberOf);
    // One by one: there may be too many patterns to copy all each time, and
    // too many notes for the arguments of one call.
    for (const note of read.notes) whole.notes.push(note);
    for (const [number, name] of read.names) whole.names.set(number, name);
    for (const tempo of read.tempos) whole.tempos.push(tempo);
    for (const sign of read.signatures) whole.signatures.push(sign);
    begin = read.end;
  }
  return whole;
}
