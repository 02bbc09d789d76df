// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The bytes of a standard MIDI file -> notes.
//
// This follows what note_seq makes of a file, through pretty_midi, so that a
// file gives the page the windows it gives the commands: tempi are those of the
// first track, a note-off ends every note of its key that began on an earlier
// tick, and a note that is never ended is none.

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

  /** @param {Reader} reader */
  readEvent(reader) {
    this.tick += reader.variable();
    const first = reader.byte();
    if (first === META) {
      this.#readMeta(reader);
    } else if (first >= 0x80) {
      this.status = first;
      if (first === 0xf0 || first === 0xf7) reader.skip(reader.variable());
      else this.#readMessage(reader, reader.byte.bind(reader));
    } else {
      // Without a status byte, the last one holds: this is its first datum.
      this.#readMessage(reader, () => first);
    }
  }

  /** @param {Reader} reader */
  #readMeta(reader) {
    const type = reader.byte();
    const size = reader.variable();
    if (type === TEMPO && size === 3) {
      this.tempi.push({tick: this.tick, microseconds: reader.number(3)});
    } else {
      reader.skip(size);
    }
  }

  /**
   * @param {Reader} reader
   * @param {() => number} readFirst
   */
  #readMessage(reader, readFirst) {
    const kind = this.status >> 4;
    const size = DATA_BYTES.get(kind);
    if (!size) throw new InputError('the MIDI file is broken');
    const pitch = readFirst();
    const velocity = size === 2 ? reader.byte() : 0;
    if (pitch > 127 || velocity > 127) {
      throw new InputError('the MIDI file is broken');
    }
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
    const key = channel * 128 + pitch;
    const end = this.tick;
    const began = this.open.get(key) ?? [];
    const ended = began.filter((start) => start !== end);
    const isDrum = channel === DRUM_CHANNEL;
    for (const start of ended) this.notes.push({pitch, start, end, isDrum});
    const kept = began.filter((start) => start === end);
    if (ended.length && kept.length) this.open.set(key, kept);
    else this.open.delete(key);
  }
}

/** @param {Reader} reader */
function readTrack(reader) {
  if (reader.text(4) !== 'MTrk') {
    throw new InputError('the MIDI file is broken');
  }
  const end = reader.number(4) + reader.at;
  const track = new Track();
  while (reader.at < end) track.readEvent(reader);
  return track;
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
  reader.number(2); // The format: tracks are read alike in all.
  const numTracks = reader.number(2);
  const ticksPerQuarter = reader.number(2);
  if (ticksPerQuarter === 0 || ticksPerQuarter > 0x7fff) {
    throw new InputError(
      'its MIDI times are in film frames, not in beats, which is not read',
    );
  }
  reader.at = end;
  const tracks = Array.from({length: numTracks}, () => readTrack(reader));
  if (tracks.some(({tick}) => tick > MAX_TICK)) {
    throw new InputError('the MIDI file is broken: it would last for days');
  }
  if (!tracks.length) throw new InputError('it has no track');
  const seconds = clockOf(tracks[0].tempi, ticksPerQuarter);
  return tracks.flatMap(({notes}) =>
    notes.map((note) => ({
      ...note,
      start: seconds(note.start),
      end: seconds(note.end),
    })),
  );
}
