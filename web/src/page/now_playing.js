// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The piece that is shown and heard: decoded bit by bit, named, played.

import {secondsOf} from '../music/words.js';
import {Player} from '../sound/player.js';
import {button, canvas, input, part} from './find.js';

/** @import {Converter} from '../music/converter.js' */
/** @import {Emission} from '../music/emission.js' */
/** @import {Model} from '../model/model.js' */
/** @import {Piece} from '../music/piece.js' */
/** @import {Mix} from '../sound/mix.js' */
/** @import {Redraw} from './redraw.js' */

const SLICE_MILLISECONDS = 12; // Of decoding, between two drawings.

export class NowPlaying {
  /** @type {Piece | null} */
  piece = null;
  /** @type {(() => Piece) | null} What is shown once the piece is decoded. */
  #waiting = null;

  /**
   * @param {object} parts
   * @param {Model} parts.model
   * @param {Converter} parts.converter
   * @param {Mix} parts.mix
   * @param {Emission} parts.emission
   * @param {Redraw} parts.redraw
   */
  constructor({model, converter, mix, emission, redraw}) {
    this.model = model;
    this.converter = converter;
    this.emission = emission;
    this.redraw = redraw;
    this.player = new Player(converter, mix, () => this.#showPlaying());
    button('play').addEventListener('click', () => this.#toggle());
    const loop = input('loop');
    loop.addEventListener('change', () => {
      this.player.loop = loop.checked;
    });
  }

  /**
   * Shows a piece, and decodes it bit by bit.
   * @param {Piece} piece
   * @param {{play?: boolean}} how
   */
  show(piece, {play = false} = {}) {
    this.piece = piece;
    this.#waiting = null;
    piece.decodeSome(this.model, this.emission, SLICE_MILLISECONDS);
    if (play) this.player.play(piece);
    else this.player.stop();
    this.#showPlaying();
    this.#showPiece(piece);
    this.#decodeSoon(piece);
  }

  /**
   * Shows a piece as soon as the present one is decoded; of many, the last.
   * @param {() => Piece} make
   */
  showSoon(make) {
    if (this.piece && !this.piece.isWhole) this.#waiting = make;
    else this.show(make());
  }

  /** Shows nothing soon. */
  showNothingSoon() {
    this.#waiting = null;
  }

  /** @param {Piece} piece */
  #decodeSoon(piece) {
    if (!piece.isWhole) setTimeout(() => this.#decodeOn(piece), 0);
  }

  /** @param {Piece} piece */
  #decodeOn(piece) {
    if (piece !== this.piece || piece.isWhole) return;
    piece.decodeSome(this.model, this.emission, SLICE_MILLISECONDS);
    if (piece.isWhole && this.#waiting) {
      this.show(this.#waiting());
      return;
    }
    if (piece.isWhole) this.#showPiece(piece);
    this.redraw.ask('roll');
    this.#decodeSoon(piece);
  }

  /** The emission has changed. */
  emitAnew() {
    const {piece} = this;
    if (!piece) return;
    piece.emit(this.model, this.emission);
    if (piece.isWhole) this.#showPiece(piece);
    this.#decodeSoon(piece);
    this.redraw.ask('roll');
  }

  /** @param {number} frame */
  playFrom(frame) {
    if (!this.piece) return;
    this.player.play(this.piece, frame);
    this.#showPlaying();
  }

  stop() {
    this.player.stop();
    this.#showPlaying();
  }

  #toggle() {
    if (this.player.isPlaying) this.stop();
    else this.playFrom(0);
  }

  /** @param {Piece} piece */
  #showPiece(piece) {
    button('play').disabled = false;
    button('download').disabled = !piece.isWhole;
    part('now-title').textContent = piece.title;
    let state = 'decoding';
    if (piece.isWhole) {
      const notes = this.converter.toNotes(piece.roll, piece.frames).length;
      state = `${notes} ${this.converter.isDrums ? 'hits' : 'notes'}`;
    }
    const length = secondsOf(piece.clock.seconds(piece.frames));
    canvas('roll').setAttribute(
      'aria-label',
      `Piano roll: ${piece.title}, ${length}, ${state}`,
    );
    this.showTime();
    this.redraw.ask('roll');
  }

  showTime() {
    const {piece, player} = this;
    if (!piece) return;
    const {frame} = player;
    const length = secondsOf(piece.clock.seconds(piece.frames));
    const heard = player.piece ?? piece;
    const at =
      frame === null ? '' : `${secondsOf(heard.clock.seconds(frame))} of `;
    const percent = Math.floor((100 * piece.decoded) / piece.frames);
    const todo = piece.isWhole ? '' : ` · decoding, ${percent}%`;
    part('now-time').textContent = `${at}${length}${todo}`;
  }

  #showPlaying() {
    const {isPlaying} = this.player;
    const play = button('play');
    play.classList.toggle('playing', isPlaying);
    play.setAttribute('aria-label', isPlaying ? 'Stop' : 'Play');
    this.showTime();
    this.redraw.ask('overlay', 'roll');
  }
}
