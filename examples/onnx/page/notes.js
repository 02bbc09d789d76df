// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Frame after frame, which notes end and which begin; and a MIDI file of them.

export class Voices {
  constructor(meta) {
    this.meta = meta;
    this.sounding = meta.groups.map(({pitches}) => pitches.map(() => false));
  }

  /** What happens at a frame: first what ends, then what begins. */
  at(x) {
    const ends = [];
    const begins = [];
    this.meta.groups.forEach((group, g) => {
      const {pitches, first_column, first_onset_column, is_drums} = group;
      pitches.forEach((pitch, i) => {
        const onset = first_onset_column === null ? 0 : x[first_onset_column + i];
        const sounds = Boolean(x[first_column + i] || onset);
        const before = this.sounding[g][i];
        const starts = sounds && (!before || is_drums || onset > 0);
        const event = {group: g, pitch, velocity: this.velocity(group, x)};
        if (before && (!sounds || starts)) ends.push(event);
        if (starts) begins.push(event);
        this.sounding[g][i] = sounds;
      });
    });
    return {ends, begins};
  }

  velocity({first_loudness_column: first}, x) {
    const {velocity, velocity_levels: levels} = this.meta;
    if (first === null) return velocity;
    let level = 0;
    while (level < levels - 1 && x[first + level]) level++;
    return Math.floor(((level + 0.5) * 128) / levels);
  }
}

const bigEndian = (number, bytes) =>
  Array.from({length: bytes}, (_, i) => (number >> (8 * (bytes - 1 - i))) & 255);

/** Seven bits to a byte, the highest first. */
const variable = (number) =>
  number < 128
    ? [number]
    : [...variable(number >> 7).map((byte) => byte | 128), number & 127];

const chunk = (name, bytes) => [
  ...new TextEncoder().encode(name), ...bigEndian(bytes.length, 4), ...bytes,
];

/** The bytes of a MIDI file; drums are on channel 10. */
export function midiFile(meta, frames) {
  const ticks = (480 * meta.qpm) / 60 / meta.frames_per_second;
  const pitched = meta.groups.filter(({is_drums}) => !is_drums);
  const channels = meta.groups.map((group) => {
    const number = pitched.indexOf(group) % 15;
    return group.is_drums ? 9 : number + (number > 8);
  });
  const tracks = meta.groups.map(({name, program}, g) => ({
    now: 0,
    bytes: [
      0, 255, 3, ...variable(name.length), ...new TextEncoder().encode(name),
      0, 0xc0 | channels[g], program,
    ],
  }));
  const voices = new Voices(meta);
  // A frame of silence at the end, where all notes end.
  for (const [t, x] of [...frames, new Float32Array(meta.depth)].entries()) {
    const tick = Math.round(t * ticks);
    const {ends, begins} = voices.at(x);
    const put = ({group, pitch}, status, velocity) => {
      const track = tracks[group];
      track.bytes.push(
        ...variable(tick - track.now), status | channels[group], pitch, velocity,
      );
      track.now = tick;
    };
    for (const event of ends) put(event, 0x80, 0);
    for (const event of begins) put(event, 0x90, event.velocity);
  }
  const end = [0, 255, 0x2f, 0];
  const tempo = bigEndian(Math.round(6e7 / meta.qpm), 3);
  return Uint8Array.from([
    ...chunk('MThd', [0, 1, ...bigEndian(tracks.length + 1, 2), 1, 0xe0]),
    ...chunk('MTrk', [0, 255, 0x51, 3, ...tempo, ...end]),
    ...tracks.flatMap(({bytes}) => chunk('MTrk', [...bytes, ...end])),
  ]);
}
