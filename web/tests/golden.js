// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What Python makes of small inputs, see golden.py.

import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';

/** @import {ArrayFacts, ConverterFacts} from '../src/given/facts.js' */
/** @import {ModelFacts, PartFacts} from '../src/given/facts.js' */
/** @import {Point, ProjectionFacts, Weights} from '../src/given/facts.js' */
/** @import {Score} from '../src/music/score.js' */

/**
 * @typedef {object} GoldenScore
 * @property {[number, number, number, boolean, number, number, number][]} notes
 *   Pitch, start, end, whether it is a drum, velocity, program, instrument.
 * @property {[number, string][]} names Instruments, and names of tracks.
 * @property {[number, number][]} tempos Time and quarters a minute.
 * @property {[number, number, number][]} signatures
 */

/**
 * @typedef {object} Golden
 * @property {Record<string, {facts: ModelFacts, weights: Weights, z: number[],
 *   outputs: number[][], roll: number[][], windowFrames: number,
 *   means: Record<string, number[]>}>} models
 * @property {Record<string, {facts: ModelFacts, weights: Weights,
 *   z: number[][], draws: number[][], outputs: number[][],
 *   played: number[][], medley: number[][],
 *   medleyLogits: number[][]}>} autoregressive
 * @property {Record<string, {codes: number[][], follows: number[], deviations: number[],
 *   z: number[], after: number[][]}>} wanders
 * @property {Record<string, {facts: ProjectionFacts, means: number[][],
 *   points: Point[], from: Point[], latents: number[][]}>} projections
 * @property {Record<string, GoldenScore & {facts: ConverterFacts,
 *   roll: string[], starts: number[], begins: number[], coverage: number[],
 *   emitted: number[][], notesOfEmitted: number[][]}>} rolls
 * @property {Record<string, GoldenScore & {parts: PartFacts[],
 *   groups: number[]}>} groups
 * @property {Record<string, GoldenScore & {file: string, tracks: number}>} midi
 * @property {Record<string, {file: string, message: string}>} midiRefused
 * @property {{manifest: ArrayFacts[], block: string,
 *   values: Record<string, number[]>}} storage
 */

/** @type {Golden} */
export const golden = JSON.parse(
  readFileSync(new URL('golden.json', import.meta.url), 'utf8'),
);

/**
 * Weights as the page holds them.
 * @param {Weights} weights
 * @returns {Weights}
 */
export const float32 = (weights) =>
  Object.fromEntries(
    Object.entries(weights).map(([name, {shape, values}]) => [
      name,
      {shape, values: Float32Array.from(values)},
    ]),
  );

/**
 * A piece as the page has it.
 * @param {GoldenScore} given
 * @returns {Score}
 */
export const scoreOf = ({notes, names, tempos, signatures}) => ({
  notes: notes.map(([pitch, start, end, isDrum, ...rest]) => {
    const [velocity, program, instrument] = rest;
    return {pitch, start, end, isDrum, velocity, program, instrument};
  }),
  names: new Map(names),
  tempos: tempos.map(([time, qpm]) => ({time, qpm})),
  signatures: signatures.map(([time, numerator, denominator]) => {
    return {time, numerator, denominator};
  }),
});

/** @param {string} text */
export const fromBase64 = (text) => new Uint8Array(Buffer.from(text, 'base64'));

/**
 * Asserts that numbers are those expected.
 * @param {ArrayLike<number>} actual
 * @param {ArrayLike<number>} expected
 * @param {number} tolerance
 */
export function assertClose(actual, expected, tolerance) {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(actual[i] - expected[i]);
    const what = `number ${i} is ${actual[i]}, not ${expected[i]}`;
    assert.ok(error <= tolerance, what);
  }
}
