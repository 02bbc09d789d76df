// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// `vrae`, for the browser's console and the tests: what the page computes with,
// and what it shows. It is the page's one global name.

import {sigm} from '../model/matrix.js';
import {Emission} from '../music/emission.js';
import {read} from '../music/midi_read.js';
import {Piece} from '../music/piece.js';

/** @import {HeatFacts, Point} from '../given/facts.js' */
/** @import {MapCanvas} from '../draw/map_canvas.js' */
/** @import {Change} from '../map/change.js' */
/** @import {MarkColors} from '../map/mark_colors.js' */
/** @import {Projection} from '../map/projection.js' */
/** @import {Song} from '../map/songs.js' */
/** @import {View} from '../map/view.js' */
/** @import {Decoding} from '../decoding/decoding.js' */
/** @import {Model} from '../model/model.js' */
/** @import {Converter} from '../music/converter.js' */
/** @import {Stretch} from '../music/piece.js' */
/** @import {Recorder} from '../sound/recorder.js' */
/** @import {NowPlaying} from './now_playing.js' */

/**
 * @param {object} parts
 * @param {Model} parts.model
 * @param {Converter} parts.converter
 * @param {Projection} parts.projection
 * @param {Emission} parts.emission
 * @param {View} parts.view
 * @param {HeatFacts} parts.heat
 * @param {Song[]} parts.songs
 * @param {NowPlaying} parts.now
 * @param {Change} parts.change
 * @param {MarkColors} parts.colors
 * @param {MapCanvas} parts.mapCanvas
 * @param {Decoding} parts.decoding
 * @param {Recorder} parts.recorder
 */
export function showToConsole(parts) {
  const {model, converter, projection, emission, view, heat, songs, now} =
    parts;
  const {change, colors, mapCanvas, decoding, recorder} = parts;
  const {depth, framesPerSecond} = converter;
  /**
   * @param {{z: number[], frames: number}[]} spans
   * @param {Emission} how
   */
  const decoded = (spans, how) => {
    /** @type {Stretch[]} */
    const stretches = spans.map(({z, frames}) => {
      return {z: Float64Array.from(z), frames, point: [0, 0]};
    });
    const piece = new Piece('path', '', stretches, depth, framesPerSecond);
    piece.decodeSome(model, how, Number.POSITIVE_INFINITY);
    return piece;
  };
  const vrae = {
    ...{model, converter, projection, emission, songs, decoding, recorder},
    player: now.player,
    midi: {read},
    map: {
      view,
      heat,
      change,
      colors,
      canvas: mapCanvas,
      toMap: (/** @type {Point} */ at) => view.toMap(at),
    },
    get piece() {
      return now.piece;
    },
    /** What is seen and heard: the piece, or the song's own notes. */
    get shown() {
      return now.shown;
    },
    /**
     * The outputs of `frames` frames of z, as one row after another.
     * @param {number[]} z
     * @param {number} frames
     */
    decode(z, frames) {
      return Array.from(decoded([{z, frames}], emission).logits, sigm);
    },
    /**
     * The notes that given random numbers draw, as one row after another.
     * @param {{z: number[], frames: number}[]} spans
     * @param {number[]} draws From 0 to below 1, likewise.
     */
    play(spans, draws) {
      const chance = (
        /** @type {number} */ _,
        /** @type {number} */ t,
        /** @type {number} */ column,
      ) => draws[t * depth + column];
      const {threshold} = emission;
      const given = {sampling: 'bernoulli', threshold};
      return [...decoded(spans, new Emission(given, chance)).roll];
    },
  };
  Object.assign(window, {vrae});
}
