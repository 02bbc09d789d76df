// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The messages of MIDI that the page sends and understands.

export const CLOCK = 0xf8; // 24 to a quarter.
export const START = 0xfa;
export const CONTINUE = 0xfb;
export const STOP = 0xfc;
export const CLOCKS_PER_BEAT = 24;

const ALL_SOUND_OFF = 120;
const ALL_NOTES_OFF = 123;

/**
 * @param {number} channel From 0, as everywhere here.
 * @param {number} pitch
 * @param {number} velocity
 */
export const noteOn = (channel, pitch, velocity) => [
  0x90 | channel,
  pitch,
  Math.min(Math.max(Math.round(velocity), 1), 127),
];

/**
 * @param {number} channel
 * @param {number} pitch
 */
export const noteOff = (channel, pitch) => [0x80 | channel, pitch, 0];

/**
 * What silences a channel.
 * @param {number} channel
 */
export const silence = (channel) =>
  [ALL_NOTES_OFF, ALL_SOUND_OFF].map((number) => [0xb0 | channel, number, 0]);

/**
 * @typedef {{kind: 'control', channel: number, number: number, value: number} |
 *   {kind: 'key', channel: number, number: number}} Hand What a hand did: moved
 *   a controller, or pressed a key.
 */

/**
 * @param {ArrayLike<number>} data
 * @returns {Hand | null}
 */
export function handOf({0: status, 1: number, 2: value}) {
  const channel = status & 0x0f;
  const type = status & 0xf0;
  if (type === 0xb0) return {kind: 'control', channel, number, value};
  if (type === 0x90 && value > 0) return {kind: 'key', channel, number};
  return null;
}
