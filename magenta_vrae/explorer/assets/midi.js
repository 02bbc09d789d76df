// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Standard MIDI files: bytes -> notes, and notes -> bytes.
//
// Reading follows what note_seq makes of a file, through pretty_midi, so that a
// file gives the page the windows it gives the commands: tempi are those of the
// first track, a note-off ends every note of its key that began on an earlier
// tick, and a note that is never ended is none.

/** Something the user gave cannot be used; the message says why. */
class InputError extends Error {}

const midi = (() => {
  const DRUM_CHANNEL = 9;
  const MAX_TICK = 1e7; // Of a later one, the file is taken to be broken.
  const TICKS_PER_QUARTER = 480;
  const MICROSECONDS_PER_QUARTER = 500000; // 120 quarters a minute.
  const DATA_BYTES = {8: 2, 9: 2, 10: 2, 11: 2, 12: 1, 13: 1, 14: 2};

  class Reader {
    constructor(bytes) {
      this.bytes = bytes;
      this.at = 0;
    }

    byte() {
      if (this.at >= this.bytes.length) {
        throw new InputError('the MIDI file ends too early');
      }
      return this.bytes[this.at++];
    }

    number(size) {
      let value = 0;
      for (let i = 0; i < size; i++) value = value * 256 + this.byte();
      return value;
    }

    text(size) {
      let value = '';
      for (let i = 0; i < size; i++) value += String.fromCharCode(this.byte());
      return value;
    }

    /** A number in bytes of seven bits, the last without its top bit. */
    variable() {
      let value = 0;
      for (;;) {
        const byte = this.byte();
        value = value * 128 + (byte & 0x7f);
        if (byte < 0x80) return value;
      }
    }

    skip(size) {
      if (this.at + size > this.bytes.length) {
        throw new InputError('the MIDI file ends too early');
      }
      this.at += size;
    }
  }

  /** The notes and tempi of one track, by tick. */
  function readTrack(reader, end) {
    const notes = [];
    const tempi = [];
    const open = new Map(); // Ticks of note-ons by channel and key.
    let tick = 0;
    let status = 0;
    while (reader.at < end) {
      tick += reader.variable();
      let first = reader.byte();
      let running = null;
      if (first < 0x80) {
        if (!status) throw new InputError('the MIDI file is broken');
        running = first;
        first = status;
      } else if (first !== 0xff) {
        status = first;
      }
      if (first === 0xff) {
        const type = reader.byte();
        const size = reader.variable();
        if (type === 0x51 && size === 3) {
          tempi.push({tick, microseconds: reader.number(3)});
        } else {
          reader.skip(size);
        }
        continue;
      }
      if (first === 0xf0 || first === 0xf7) {
        reader.skip(reader.variable());
        continue;
      }
      const kind = first >> 4;
      if (!(kind in DATA_BYTES))
        throw new InputError('the MIDI file is broken');
      const pitch = running === null ? reader.byte() : running;
      const velocity = DATA_BYTES[kind] === 2 ? reader.byte() : 0;
      if (pitch > 127 || velocity > 127) {
        throw new InputError('the MIDI file is broken');
      }
      const channel = first & 0x0f;
      const key = channel * 128 + pitch;
      if (kind === 9 && velocity > 0) {
        if (!open.has(key)) open.set(key, []);
        open.get(key).push(tick);
      } else if (kind === 8 || kind === 9) {
        const began = open.get(key) || [];
        const ended = began.filter((start) => start !== tick);
        for (const start of ended) {
          notes.push({
            pitch,
            start,
            end: tick,
            isDrum: channel === DRUM_CHANNEL,
          });
        }
        const kept = began.filter((start) => start === tick);
        if (ended.length && kept.length) open.set(key, kept);
        else open.delete(key);
      }
    }
    return {notes, tempi, lastTick: tick};
  }

  /** A function from ticks to seconds. */
  function clock(tempi, ticksPerQuarter) {
    // Written out as pretty_midi computes it, to the last bit: a sum that is
    // off by that much can fall to the other side of half a frame.
    const scaleOf = (microseconds) =>
      60 / ((6e7 / microseconds) * ticksPerQuarter);
    const parts = [{tick: 0, seconds: 0, scale: 60 / (120 * ticksPerQuarter)}];
    for (const {tick, microseconds} of tempi) {
      const scale = scaleOf(microseconds);
      const last = parts[parts.length - 1];
      if (tick === 0) {
        parts.splice(0, parts.length, {tick: 0, seconds: 0, scale});
      } else if (scale !== last.scale) {
        const seconds = last.seconds + last.scale * (tick - last.tick);
        parts.push({tick, seconds, scale});
      }
    }
    return (tick) => {
      let low = 0;
      let high = parts.length;
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (parts[middle].tick <= tick) low = middle;
        else high = middle;
      }
      const part = parts[low];
      return part.seconds + part.scale * (tick - part.tick);
    };
  }

  /**
   * Reads a file.
   * @param bytes A Uint8Array.
   * @return Notes, {pitch, start, end, isDrum} with seconds.
   */
  function read(bytes) {
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
    const tracks = [];
    for (let i = 0; i < numTracks; i++) {
      if (reader.text(4) !== 'MTrk') {
        throw new InputError('the MIDI file is broken');
      }
      const length = reader.number(4);
      if (reader.at + length > bytes.length) {
        throw new InputError('the MIDI file ends too early');
      }
      tracks.push(readTrack(reader, reader.at + length));
    }
    if (tracks.some(({lastTick}) => lastTick > MAX_TICK)) {
      throw new InputError('the MIDI file is broken: it would last for days');
    }
    if (!tracks.length) throw new InputError('it has no track');
    const seconds = clock(tracks[0].tempi, ticksPerQuarter);
    return tracks.flatMap(({notes}) =>
      notes.map((note) => ({
        ...note,
        start: seconds(note.start),
        end: seconds(note.end),
      })),
    );
  }

  function variableBytes(value) {
    const bytes = [value & 0x7f];
    for (let rest = value >> 7; rest; rest >>= 7) {
      bytes.unshift((rest & 0x7f) | 0x80);
    }
    return bytes;
  }

  const numberBytes = (value, size) =>
    Array.from(
      {length: size},
      (_, i) => (value >> (8 * (size - 1 - i))) & 0xff,
    );

  const textBytes = (text) => Array.from(text, (c) => c.charCodeAt(0));

  /**
   * Writes a file of one track.
   * @param notes {pitch, startFrame, endFrame}.
   * @param frames How long the music is, with the silence at its end.
   * @return A Uint8Array.
   */
  function write(notes, frames, {framesPerSecond, velocity, isDrums}) {
    const ticksPerSecond = (TICKS_PER_QUARTER * 1e6) / MICROSECONDS_PER_QUARTER;
    const tickOf = (frame) =>
      Math.round((frame * ticksPerSecond) / framesPerSecond);
    const channel = isDrums ? DRUM_CHANNEL : 0;
    const events = notes.flatMap(({pitch, startFrame, endFrame}) => [
      {
        tick: tickOf(startFrame),
        order: 1,
        bytes: [0x90 | channel, pitch, velocity],
      },
      {tick: tickOf(endFrame), order: 0, bytes: [0x80 | channel, pitch, 0]},
    ]);
    // Notes end before others begin on the same tick.
    events.sort((a, b) => a.tick - b.tick || a.order - b.order);
    const track = [
      0,
      0xff,
      0x51,
      3,
      ...numberBytes(MICROSECONDS_PER_QUARTER, 3),
    ];
    let tick = 0;
    for (const event of events) {
      track.push(...variableBytes(event.tick - tick), ...event.bytes);
      tick = event.tick;
    }
    track.push(
      ...variableBytes(Math.max(0, tickOf(frames) - tick)),
      0xff,
      0x2f,
      0,
    );
    return Uint8Array.from([
      ...textBytes('MThd'),
      ...numberBytes(6, 4),
      ...numberBytes(0, 2),
      ...numberBytes(1, 2),
      ...numberBytes(TICKS_PER_QUARTER, 2),
      ...textBytes('MTrk'),
      ...numberBytes(track.length, 4),
      ...track,
    ]);
  }

  return {read, write};
})();
