// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Has pieces decoded by a worker, so that the map moves on meanwhile. The worker
// runs the page's own script once more; see main.js.

import {Service} from './service.js';

/** @import {ModelFacts, Weights} from '../given/facts.js' */
/** @import {Emission} from '../music/emission.js' */
/** @import {LivePiece} from '../music/live_piece.js' */
/** @import {Piece} from '../music/piece.js' */
/** @import {Steering} from './live.js' */
/** @import {Codes, Frames, Message} from './service.js' */

export class Decoding {
  /** Called when frames of a piece have come. */
  onFrames = (/** @type {Piece} */ _) => {};
  /**
   * Who decodes, 'page' where there is no worker; null until that is known.
   * @type {'worker' | 'page' | null}
   */
  by = null;
  #lastId = 0;
  /** @type {Map<number, Piece>} */
  #pieces = new Map();
  /** @type {Map<Piece, number>} */
  #ids = new Map();
  /** @type {Map<Piece, number>} How far endless music was asked for. */
  #asked = new Map();
  /** @type {Message[]} All that is to be done, for one who takes over. */
  #open = [];
  /** @type {(message: Message) => void} */
  #post;

  /**
   * @param {{facts: ModelFacts, weights: Weights, codes: Codes | null}} model
   * @param {Emission} emission
   * @param {string | null} script What a worker is to run.
   */
  constructor(model, emission, script) {
    this.emission = emission;
    this.#open.push({kind: 'model', ...model});
    this.#post = (message) => this.#open.push(message); // Until one is there.
    const worker = script ? workerOf(script) : null;
    if (!worker) {
      this.#decodeHere();
      return;
    }
    worker.onmessage = ({data}) => {
      if (data !== 'ready') this.#take(data);
      else this.#begin('worker', (message) => worker.postMessage(message));
    };
    worker.onerror = (event) => {
      // It never began: browsers differ in what a file from disk may do.
      event.preventDefault();
      if (!this.by) this.#decodeHere();
    };
  }

  #decodeHere() {
    const service = new Service(
      (frames) => this.#take(frames),
      (run) => setTimeout(run, 0),
    );
    this.#begin('page', (message) => service.take(message));
  }

  /**
   * @param {'worker' | 'page'} by
   * @param {(message: Message) => void} post
   */
  #begin(by, post) {
    this.by = by;
    this.#post = post;
    for (const message of this.#open.splice(0)) post(message);
  }

  /** @param {Frames} frames */
  #take(frames) {
    const piece = this.#pieces.get(frames.id);
    if (!piece) return;
    piece.take(frames, this.emission);
    if (piece.isWhole && !piece.isEndless) this.#forget(piece);
    this.onFrames(piece);
  }

  /** @param {Piece} piece */
  #newId(piece) {
    this.drop(piece);
    const id = ++this.#lastId;
    this.#pieces.set(id, piece);
    this.#ids.set(piece, id);
    return id;
  }

  /**
   * Decodes a piece from its beginning.
   * @param {Piece} piece
   */
  begin(piece) {
    if (piece.isWhole) return;
    this.#post({
      ...{kind: 'decode', id: this.#newId(piece)},
      emission: this.emission.settings,
      spans: piece.stretches.map(({z, frames}) => ({z: [...z], frames})),
    });
  }

  /**
   * Begins music without an end, which goes on as far as it is asked for.
   * @param {LivePiece} piece
   * @param {number} beatFrames
   */
  beginLive(piece, beatFrames) {
    const {wanders} = piece;
    const z = [...piece.stretches[0].z];
    const {settings: emission} = this.emission;
    const id = this.#newId(piece);
    this.#post({
      ...{kind: 'live', id, beatFrames, start: {z, wanders, emission}},
    });
  }

  /**
   * @param {Piece} piece Without an end.
   * @param {number} until A frame.
   */
  goOn(piece, until) {
    const id = this.#ids.get(piece);
    if (!id || until <= (this.#asked.get(piece) ?? 0)) return;
    this.#asked.set(piece, until);
    this.#post({kind: 'more', id, until});
  }

  /**
   * @param {Piece} piece Without an end.
   * @param {Steering} change
   */
  steer(piece, change) {
    const id = this.#ids.get(piece);
    if (id) this.#post({kind: 'steer', id, change});
  }

  /**
   * A piece is of no more use.
   * @param {Piece} piece
   */
  drop(piece) {
    const id = this.#ids.get(piece);
    if (!id) return;
    this.#forget(piece);
    this.#post({kind: 'drop', id});
  }

  /**
   * All other pieces are of no more use.
   * @param {(Piece | null)[]} pieces
   */
  keepOnly(pieces) {
    for (const piece of [...this.#ids.keys()]) {
      if (!pieces.includes(piece)) this.drop(piece);
    }
  }

  /** How many pieces are decoded, or can go on. */
  get count() {
    return this.#ids.size;
  }

  /** @param {Piece} piece */
  #forget(piece) {
    const id = this.#ids.get(piece);
    if (id) this.#pieces.delete(id);
    this.#ids.delete(piece);
    this.#asked.delete(piece);
  }
}

/** @param {string} script */
function workerOf(script) {
  const url = URL.createObjectURL(new Blob([script]));
  try {
    return new Worker(url);
  } catch {
    return null;
  } finally {
    // A worker has read it by the time that it runs; see the specification.
    setTimeout(() => URL.revokeObjectURL(url), 60000);
  }
}
