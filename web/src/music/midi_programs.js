// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Which program a channel of a MIDI file has when: as its track says, or else
// another. Some files choose all instruments in the first track; others use a
// channel in several tracks, each with a program of its own.

/** @typedef {{tick: number, channel: number, program: number}} ProgramChange */
/** @typedef {{programs: ProgramChange[]}} Track */

export class Programs {
  /** @type {Map<Track, Map<number, ProgramChange[]>>} */
  #own;

  /** @param {Track[]} tracks Those that sound together. */
  constructor(tracks) {
    this.#own = new Map(
      tracks.map((track) => [track, byChannel(track.programs)]),
    );
    this.all = byChannel(tracks.flatMap(({programs}) => programs));
  }

  /**
   * @param {Track} track
   * @param {number} channel
   * @param {number} tick
   */
  at(track, channel, tick) {
    const own = this.#own.get(track)?.get(channel);
    const changes = own ?? this.all.get(channel) ?? [];
    // The last that is not later, by halves: there may be as many as notes.
    let low = 0;
    let high = changes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (changes[middle].tick <= tick) low = middle + 1;
      else high = middle;
    }
    return changes[low - 1]?.program ?? 0;
  }
}

/**
 * The changes of each channel, by time.
 * @param {ProgramChange[]} changes
 */
function byChannel(changes) {
  /** @type {Map<number, ProgramChange[]>} */
  const of = new Map();
  for (const change of [...changes].sort((a, b) => a.tick - b.tick)) {
    const own = of.get(change.channel);
    if (own) own.push(change);
    else of.set(change.channel, [change]);
  }
  return of;
}
