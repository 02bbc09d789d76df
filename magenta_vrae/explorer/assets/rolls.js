// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Notes <-> roll, as magenta_vrae/data.py has it. A note is {pitch, start, end,
// isDrum} with seconds; a roll zeros and ones, [frames][depth].

const LONGEST_SECONDS = 24 * 60 * 60;

class Converter {
  constructor(facts, depth) {
    Object.assign(this, facts);
    this.depth = depth;
    this.isDrums = this.kind === 'drums';
    this.column = new Map(this.pitches.map((pitch, i) => [pitch, i]));
  }

  frame(seconds) {
    return Math.floor(seconds * this.framesPerSecond + 0.5);
  }

  /** Whether a note is of the kind that the roll holds, and has a column. */
  holds(note) {
    return note.isDrum === this.isDrums && this.column.has(note.pitch);
  }

  /** @return {roll, frames} */
  toRoll(notes) {
    const ours = notes
      .filter((note) => this.holds(note))
      .map((note) => {
        const start = Math.max(this.frame(note.start), 0);
        const end = Math.max(this.frame(note.end), start + 1);
        const column = this.column.get(note.pitch);
        return {column, start, end: this.isDrums ? start + 1 : end};
      });
    const frames = ours.reduce((latest, {end}) => Math.max(latest, end), 0);
    if (frames > LONGEST_SECONDS * this.framesPerSecond) {
      throw new InputError('it lasts over 24 hours');
    }
    const roll = new Uint8Array(frames * this.depth);
    for (const {column, start, end} of ours) {
      for (let t = start; t < end; t++) roll[t * this.depth + column] = 1;
      if (this.onsets) {
        roll[start * this.depth + this.pitches.length + column] = 1;
      }
    }
    return {roll, frames};
  }

  /** First frames of the windows of a roll; [] of a roll without a note. */
  windowStarts(roll, frames) {
    const T = this.windowFrames;
    const starts = [];
    if (!roll.includes(1)) return starts;
    const last = Math.max(0, frames - T);
    for (let start = 0; start <= last; start += this.hopFrames) {
      if (this.maxWindows && starts.length === this.maxWindows) break;
      const window = roll.subarray(
        start * this.depth,
        (start + T) * this.depth,
      );
      if (this.keepSilentWindows || window.includes(1)) starts.push(start);
    }
    return starts;
  }

  /**
   * What each column does at a frame.
   * @return {sounds, begins}
   */
  at(roll, t, column) {
    const P = this.pitches.length;
    const is = (frame, c) => frame >= 0 && roll[frame * this.depth + c] === 1;
    if (this.isDrums) return {sounds: is(t, column), begins: is(t, column)};
    if (!this.onsets) {
      const sounds = is(t, column);
      return {sounds, begins: sounds && !is(t - 1, column)};
    }
    const struck = is(t, P + column);
    const sounds = is(t, column) || struck;
    const before = is(t - 1, column) || is(t - 1, P + column);
    return {sounds, begins: struck || (sounds && !before)};
  }

  /** The notes of a roll: {pitch, startFrame, endFrame}, by start. */
  toNotes(roll, frames) {
    const notes = [];
    this.pitches.forEach((pitch, column) => {
      let open = null;
      for (let t = 0; t <= frames; t++) {
        const {sounds, begins} =
          t < frames
            ? this.at(roll, t, column)
            : {sounds: false, begins: false};
        if (open && (!sounds || begins)) {
          open.endFrame = t;
          open = null;
        }
        if (begins) {
          open = {pitch, startFrame: t, endFrame: t + 1};
          notes.push(open);
        }
      }
    });
    return notes.sort((a, b) => a.startFrame - b.startFrame);
  }
}
