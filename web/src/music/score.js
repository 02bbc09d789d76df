// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// A piece of music as a file has it, as types.

/**
 * @typedef {object} Note
 * @property {number} pitch
 * @property {number} start In seconds.
 * @property {number} end
 * @property {boolean} isDrum
 * @property {number} velocity
 * @property {number} program Of General MIDI, from 0.
 * @property {number} instrument Notes of one number are one player's.
 */

/** @typedef {{time: number, qpm: number}} Tempo From a time in seconds on. */
/**
 * @typedef {{time: number, numerator: number, denominator: number}} Signature
 *   From a time in seconds on.
 */

/**
 * @typedef {object} Score
 * @property {Note[]} notes
 * @property {Map<number, string>} names Of tracks, by their instruments.
 * @property {Tempo[]} tempos
 * @property {Signature[]} signatures
 */

/**
 * @typedef {object} FrameNote A note of a roll.
 * @property {number} part Which part of the converter it is of.
 * @property {number} pitch
 * @property {number} startFrame
 * @property {number} endFrame Not included.
 * @property {number} velocity
 */

export {};
