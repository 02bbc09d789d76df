// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Pitches and times in words.

const NOTE_NAMES = 'C C♯ D D♯ E F F♯ G G♯ A A♯ B'.split(' ');

/** @param {number} pitch Of MIDI, or between two. */
export function noteName(pitch) {
  const whole = Math.round(pitch);
  return `${NOTE_NAMES[whole % 12]}${Math.floor(whole / 12) - 1}`;
}

/** @param {number} number Of windows. */
export const countOf = (number) =>
  `${number.toLocaleString('en')} ${number === 1 ? 'window' : 'windows'}`;

/**
 * @param {string} text
 * @param {number} length At most.
 */
export function shortened(text, length) {
  const first = firstOf(text, length);
  return first === text ? text : `${firstOf(text, length - 1)}…`;
}

// Firefox has it since version 125; before, what is one sign may be cut in two.
const letters = Intl.Segmenter && new Intl.Segmenter();

/** @param {string} text */
function* signsOf(text) {
  if (!letters) yield* text;
  else for (const {segment} of letters.segment(text)) yield segment;
}

/**
 * The first letters of a text. What a reader sees as one, such as an emoji or a
 * letter with its accents, is not cut.
 * @param {string} text
 * @param {number} count
 */
export function firstOf(text, count) {
  if (text.length <= count) return text;
  let end = 0;
  let left = count;
  for (const sign of signsOf(text)) {
    if (!left--) break;
    end += sign.length;
  }
  return text.slice(0, end);
}

/** @param {number} seconds */
export const secondsOf = (seconds) => `${seconds.toFixed(1)} s`;

/** @param {number} seconds Into a piece. */
export function clockOf(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** Frames of the model's music as times. */
export class Times {
  /**
   * @param {number} framesPerSecond
   * @param {number} framesPerBeat 0 of frames by the clock.
   */
  constructor(framesPerSecond, framesPerBeat = 0) {
    this.framesPerSecond = framesPerSecond;
    this.framesPerBeat = framesPerBeat;
  }

  /** @param {number} frames */
  seconds(frames) {
    return secondsOf(frames / this.framesPerSecond);
  }

  /**
   * How long a window of any piece is: by the beat, its seconds differ.
   * @param {number} frames
   */
  window(frames) {
    if (!this.framesPerBeat) return this.seconds(frames);
    const beats = Number((frames / this.framesPerBeat).toFixed(2));
    return `${beats} ${beats === 1 ? 'beat' : 'beats'}`;
  }
}
