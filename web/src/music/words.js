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
export const shortened = (text, length) =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text;

/** Frames as times. */
export class Times {
  /** @param {number} framesPerSecond */
  constructor(framesPerSecond) {
    this.framesPerSecond = framesPerSecond;
  }

  /** @param {number} frames */
  seconds(frames) {
    return `${(frames / this.framesPerSecond).toFixed(1)} s`;
  }

  /** @param {number} frame */
  clock(frame) {
    const whole = Math.floor(frame / this.framesPerSecond);
    return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
  }
}
