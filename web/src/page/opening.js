// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The music that the page opens with: it sounds. Drums are struck rarely, and of
// some models of theirs no hit is likelier than not.

import {sigm} from '../model/matrix.js';

/** @import {Point} from '../given/facts.js' */
/** @import {Heat} from '../map/heat.js' */
/** @import {Homes} from '../map/home.js' */
/** @import {Song} from '../map/songs.js' */
/** @import {Walks} from '../map/walks.js' */
/** @import {Model} from '../model/model.js' */
/** @import {Emission} from '../music/emission.js' */
/** @import {Piece} from '../music/piece.js' */

const TRIED = 6; // Points; each is a window to decode.
const LEAST_THRESHOLD = 0.05;

/**
 * A piece that sounds, of the fullest point on.
 * @param {object} parts
 * @param {Song[]} parts.songs
 * @param {Homes} parts.homes
 * @param {Heat} parts.heat
 * @param {Walks} parts.walks
 * @param {Model} parts.model
 * @param {Emission} parts.emission
 * @param {boolean} parts.isDrums
 * @returns {{piece: Piece, threshold: number | null}} Of drums, with the
 *   threshold at which the first one sounds, if none does at the present one.
 */
export function opening(parts) {
  const {songs, homes, heat, walks, model, emission, isDrums} = parts;
  /** @type {(point: Point) => number} */
  const full = (point) => heat.valueAt(point, 0) ?? 0;
  const points = songs
    .map((song) => homes.of(song))
    .sort((a, b) => full(b) - full(a))
    .slice(0, TRIED);
  const pieces = points.map((point) => walks.point(point));
  for (const piece of pieces) {
    piece.decodeSome(model, emission, Number.POSITIVE_INFINITY);
    if (piece.roll.includes(1)) return {piece, threshold: null};
  }
  const [piece] = pieces;
  if (!isDrums || emission.sampling !== 'threshold')
    return {piece, threshold: null};
  // As many cells are to sound as the decoder expects.
  const outputs = Array.from(piece.logits, sigm).sort((a, b) => b - a);
  const expected = outputs.reduce((sum, p) => sum + p, 0);
  const last = outputs[Math.min(Math.ceil(expected), outputs.length) - 1] ?? 0;
  const threshold = Math.floor(100 * last) / 100;
  return {piece, threshold: Math.max(threshold, LEAST_THRESHOLD)};
}
