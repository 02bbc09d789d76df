// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The piece that is shown and heard: decoded bit by bit, named, played. Beside
// it, where it is of a song, the song's own notes.

import {originalOf} from '../map/original.js';
import {LivePiece} from '../music/live_piece.js';
import {secondsOf} from '../music/words.js';
import {button, canvas, input, part} from './find.js';

/** @import {Decoding} from '../decoding/decoding.js' */
/** @import {Steering} from '../decoding/live.js' */
/** @import {Converter} from '../music/converter.js' */
/** @import {Emission} from '../music/emission.js' */
/** @import {Piece} from '../music/piece.js' */
/** @import {Player} from '../sound/player.js' */
/** @import {Redraw} from './redraw.js' */

export class NowPlaying {
  /** @type {Piece | null} */
  piece = null;
  /** @type {Piece | null} The same frames of the song. */
  original = null;
  isOriginal = false;
  /** Called when another piece is shown, or none is to be steered. */
  onShow = () => {};
  /** @type {(() => Piece) | null} What is shown once the piece is decoded. */
  #waiting = null;
  #timeShown = '';

  /**
   * @param {object} parts
   * @param {Decoding} parts.decoding
   * @param {Converter} parts.converter
   * @param {Emission} parts.emission
   * @param {Player} parts.player
   * @param {Redraw} parts.redraw
   */
  constructor({decoding, converter, emission, player, redraw}) {
    this.decoding = decoding;
    this.converter = converter;
    this.emission = emission;
    this.player = player;
    this.redraw = redraw;
    decoding.onFrames = (piece) => this.#took(piece);
    player.onChange = () => {
      this.#dropOthers();
      this.showPlaying();
    };
    player.onNeed = (piece, until) => decoding.goOn(piece, until);
    button('play').addEventListener('click', () => this.toggle());
    const loop = input('loop');
    loop.addEventListener('change', () => {
      player.loop = loop.checked;
    });
  }

  /** What is seen and heard: the model's, or the song's. */
  get shown() {
    return (this.isOriginal && this.original) || this.piece;
  }

  /**
   * Shows a piece, and has it decoded.
   * @param {Piece} piece
   * @param {{play?: boolean, over?: boolean}} how Whether to play it, or to go
   *   over to it at the next beat if there is music.
   */
  show(piece, {play = false, over = false} = {}) {
    this.piece = piece;
    this.#waiting = null;
    this.original = originalOf(piece, this.converter);
    this.isOriginal &&= this.original !== null;
    if (piece instanceof LivePiece) this.#beginLive(piece, play);
    else this.decoding.begin(piece);
    if (over && this.player.isPlaying) {
      this.player.goOver(this.shown ?? piece);
    } else if (play) this.player.play(this.shown ?? piece);
    else this.player.stop();
    this.#dropOthers();
    this.showPlaying();
    this.#showPiece(piece);
    this.onShow();
  }

  /** What is neither shown nor heard any more is not decoded on. */
  #dropOthers() {
    this.decoding.keepOnly([this.piece, this.player.piece]);
  }

  /**
   * @param {LivePiece} piece
   * @param {boolean} play
   */
  #beginLive(piece, play) {
    const {beatFrames} = this.player.tempo;
    this.decoding.beginLive(piece, beatFrames);
    // What is made already cannot be steered; a still page shows something.
    const {windowFrames} = this.converter;
    this.decoding.goOn(piece, play ? Math.ceil(beatFrames) : windowFrames);
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

  /** @param {Piece} piece That has more frames now. */
  #took(piece) {
    if (piece !== this.piece) return;
    if (piece.isWhole && this.#waiting) {
      this.show(this.#waiting());
      return;
    }
    if (piece.isWhole) this.#showPiece(piece);
    this.redraw.ask('roll');
  }

  /** Whether music without an end plays, which can be steered. */
  get isLive() {
    return Boolean(this.piece?.isEndless) && this.player.isPlaying;
  }

  /**
   * Endless music goes on otherwise from the next beat on.
   * @param {Steering} change
   */
  steer(change) {
    if (this.piece) this.decoding.steer(this.piece, change);
  }

  /** The emission has changed: this is heard at the next beat. */
  emitAnew() {
    const {piece, emission} = this;
    if (!piece || piece.kind === 'take') return;
    if (piece.isEndless) {
      this.steer({emission: emission.settings});
    } else if (emission.isHeard) {
      // The frames are part of what was decoded.
      this.show(piece.again(), {over: true});
    } else {
      piece.emit(emission);
      if (piece.isWhole) this.#showPiece(piece);
      this.redraw.ask('roll');
    }
  }

  /**
   * The model's music or the song's, in the middle of it.
   * @param {boolean} isOriginal
   */
  compare(isOriginal) {
    this.isOriginal = isOriginal && this.original !== null;
    const {shown, player} = this;
    if (!shown) return;
    if (player.isPlaying) player.goOver(shown, 'none');
    this.#showPiece(shown);
    this.onShow();
  }

  /** @param {number} frame */
  playFrom(frame) {
    const {shown} = this;
    if (!shown) return;
    this.player.play(shown, frame);
    this.showPlaying();
  }

  stop() {
    this.player.stop();
    this.showPlaying();
  }

  toggle() {
    if (this.player.isPlaying) this.stop();
    else this.playFrom(this.player.loop ? (this.player.range?.from ?? 0) : 0);
  }

  /** @param {Piece} piece */
  #showPiece(piece) {
    const shown = this.shown ?? piece;
    button('play').disabled = false;
    for (const id of ['download', 'wav']) button(id).disabled = !shown.isWhole;
    part('now-title').textContent = shown.title;
    let state = 'decoding';
    if (shown.isEndless) state = 'without an end';
    else if (shown.isWhole) {
      const notes = this.converter.toNotes(shown.roll, shown.frames).length;
      state = `${notes} ${this.converter.isDrums ? 'hits' : 'notes'}`;
    }
    const length = secondsOf(shown.clock.seconds(shown.frames));
    canvas('roll').setAttribute(
      'aria-label',
      `Piano roll: ${shown.title}, ${shown.isEndless ? '' : `${length}, `}${state}`,
    );
    this.showTime();
    this.redraw.ask('roll');
  }

  showTime() {
    if (!this.shown) return;
    const time = this.#timeOf(this.shown);
    // Of words that are written anew the page is laid out anew.
    if (time === this.#timeShown) return;
    this.#timeShown = time;
    part('now-time').textContent = time;
  }

  /** @param {Piece} shown */
  #timeOf(shown) {
    const {player} = this;
    if (player.isWaiting) return 'waits for the MIDI clock to start';
    const {frame} = player;
    const heard = player.heard ?? shown;
    const at = frame === null ? '' : secondsOf(heard.clock.seconds(frame));
    if (shown.isEndless) return at || 'goes on without an end';
    const length = secondsOf(shown.clock.seconds(shown.frames));
    const percent = Math.floor((100 * shown.decoded) / shown.frames);
    const todo = shown.isWhole ? '' : ` · decoding, ${percent}%`;
    return `${at && `${at} of `}${length}${todo}`;
  }

  showPlaying() {
    const {isPlaying} = this.player;
    const play = button('play');
    play.classList.toggle('playing', isPlaying);
    play.setAttribute('aria-label', isPlaying ? 'Stop' : 'Play');
    this.showTime();
    this.redraw.ask('overlay', 'roll');
  }
}
