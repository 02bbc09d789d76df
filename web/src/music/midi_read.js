// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The bytes of a standard MIDI file -> notes.
//
// This follows magenta_vrae/reading/midi, so that a file gives the page the
// windows it gives the commands: tempi of any track count for all, counts and
// lengths in headers are hints, of overlapping notes of a key the first one ends
// first, a note that ends where it begins lasts a frame, and a note that is never
// ended is none.

import {InputError} from '../errors.js';
import {DRUM_CHANNEL, Reader} from './midi_bytes.js';
import {clockOf} from './midi_clock.js';

/** @import {Note} from './converter.js' */
/** @import {Tempo} from './midi_clock.js' */

const MAX_TICK = 1e7; // Of a later one, the file is taken to be broken.

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
const META = 0xff;
const TEMPO = 0x51;
const END_OF_TRACK = 0x2f;
/** Seconds that a note lasts which ends where it begins. */
const SHORTEST = 0.05;

/** One track, event by event: its notes and tempi by tick. */
class Track {
  constructor() {
    /** @type {Note[]} */
    this.notes = [];
    /** @type {Tempo[]} */
    this.tempi = [];
    this.tick = 0;
    this.status = 0;
    /** @type {Map<number, number[]>} Ticks of note-ons by channel and key. */
    this.open = new Map();
  }

  /**
   * Reads an event.
   * @param {Reader} reader
   * @returns {boolean} Whether the track goes on.
   */
  readEvent(reader) {
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
    } else if (type !== END_OF_TRACK) {
      reader.skip(size);
    }
    return type !== END_OF_TRACK;
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
    if (kind === NOTE_ON && velocity > 0) this.#start(channel, pitch);
    else if (kind === NOTE_ON || kind === NOTE_OFF) this.#end(channel, pitch);
  }

  /**
   * @param {number} channel
   * @param {number} pitch
   */
  #start(channel, pitch) {
    const key = channel * 128 + pitch;
    const ticks = this.open.get(key);
    if (ticks) ticks.push(this.tick);
    else this.open.set(key, [this.tick]);
  }

  /**
   * @param {number} channel
   * @param {number} pitch
   */
  #end(channel, pitch) {
    const start = this.open.get(channel * 128 + pitch)?.shift();
    if (start === undefined) return;
    const isDrum = channel === DRUM_CHANNEL;
    this.notes.push({pitch, start, end: this.tick, isDrum});
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
 */
function readTrack(reader, size) {
  const end = reader.at + size;
  const track = new Track();
  while (!(reader.at === end && isChunkOrEnd(reader, end))) {
    if (!track.readEvent(reader)) break;
  }
  const next = String.fromCharCode(
    ...reader.bytes.subarray(reader.at, reader.at + 4),
  );
  if (reader.at < end && isChunkOrEnd(reader, end) && next !== 'MTrk') {
    reader.at = end;
  }
  if (track.tick > MAX_TICK) {
    throw new InputError('the MIDI file is broken: it would last for days');
  }
  return track;
}

/**
 * Reads all tracks from a place on; other chunks are passed over.
 * @param {Reader} reader
 */
function readTracks(reader) {
  const {bytes} = reader;
  /** @type {Track[]} */
  const tracks = [];
  while (reader.at + 8 <= bytes.length) {
    const begin = reader.at;
    const isChunk = isChunkOrEnd(reader, begin);
    const name = reader.text(4);
    const size = reader.number(4);
    if (name === 'MTrk') {
      tracks.push(readTrack(reader, size));
      continue;
    }
    reader.at += size;
    if (!isChunk || reader.at > bytes.length) {
      // Its length is wrong, or it is no chunk: on to the next track.
      let at = begin + 4;
      while (at < bytes.length && !startsTrack(bytes, at)) at++;
      reader.at = at;
    }
  }
  return tracks;
}

/**
 * @param {Uint8Array} bytes
 * @param {number} at
 */
const startsTrack = (bytes, at) =>
  String.fromCharCode(...bytes.subarray(at, at + 4)) === 'MTrk';

/**
 * The notes of tracks that sound together, in seconds.
 * @param {Track[]} tracks
 * @param {number} ticksPerQuarter
 * @param {number} begin Seconds before them.
 */
function notesOf(tracks, ticksPerQuarter, begin) {
  const tempi = tracks.flatMap((track) => track.tempi);
  tempi.sort((a, b) => a.tick - b.tick);
  const seconds = clockOf(tempi, ticksPerQuarter);
  const notes = tracks.flatMap((track) =>
    track.notes.map((note) => {
      const start = begin + seconds(note.start);
      const isShort = note.end === note.start;
      const end = isShort ? start + SHORTEST : begin + seconds(note.end);
      return {...note, start, end};
    }),
  );
  const last = Math.max(...tracks.map(({tick}) => tick));
  return {notes, end: begin + seconds(last)};
}

/**
 * Reads a file.
 * @param {Uint8Array} bytes
 * @returns {Note[]}
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
  const ticksPerQuarter = reader.number(2);
  if (ticksPerQuarter === 0 || ticksPerQuarter > 0x7fff) {
    throw new InputError(
      'its MIDI times are in film frames, not in beats, which is not read',
    );
  }
  reader.at = end;
  const tracks = readTracks(reader);
  if (!tracks.length) throw new InputError('it has no track');
  // Patterns of format 2 stand in a row.
  const songs = format === 2 ? tracks.map((track) => [track]) : [tracks];
  /** @type {Note[]} */
  const notes = [];
  let begin = 0;
  for (const song of songs) {
    const read = notesOf(song, ticksPerQuarter, begin);
    notes.push(...read.notes);
    begin = read.end;
  }
  return notes;
}
