// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Who is told what is played, a little ahead of time: the loudspeaker, MIDI, a
// recording. Times are seconds of the sound's clock.

/** @import {Part} from '../music/part.js' */
/** @import {Piece} from '../music/piece.js' */

/**
 * @typedef {object} Strike A note that begins.
 * @property {Part} part
 * @property {number} pitch
 * @property {number} velocity
 * @property {number} time
 */

/** @typedef {Omit<Strike, 'velocity'>} Lift A note that ends. */

/**
 * @typedef {object} Step A frame.
 * @property {Piece | null} piece None where the music waits.
 * @property {number} frame
 * @property {number} time
 * @property {number} seconds How long it is.
 * @property {number} beat Where it is, in beats since the music began,
 * @property {number} beats and how long.
 */

/**
 * @typedef {object} Sink Takes what it has a use for.
 * @property {(strike: Strike) => void} [strike]
 * @property {(lift: Lift) => void} [lift]
 * @property {(step: Step) => void} [step]
 * @property {(time: number, beat: number) => void} [begin] Music begins.
 * @property {(now: number, time: number) => void} [end] It ends: now, where
 *   nothing was sent ahead, and else once that is over, at `time`.
 */

export {};
