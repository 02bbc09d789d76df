// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The button that records, and the list of what was recorded.

import {clockOf} from '../music/words.js';
import {makeDraggable} from './drag_out.js';
import {button, part} from './find.js';
import {rowOf, showRows, smallButton} from './rows.js';

/** @import {Piece} from '../music/piece.js' */
/** @import {Recorder} from '../sound/recorder.js' */
/** @import {History} from './history.js' */
/** @import {Message} from './message.js' */
/** @import {NowPlaying} from './now_playing.js' */
/** @import {Save} from './save.js' */

export class Takes {
  /** @type {Piece[]} */
  list = [];

  /**
   * @param {object} parts
   * @param {Recorder} parts.recorder
   * @param {NowPlaying} parts.now
   * @param {Save} parts.save
   * @param {History} parts.history
   * @param {Message} parts.message
   */
  constructor(parts) {
    this.parts = parts;
    parts.recorder.onFull = () => this.#stop();
    button('record').addEventListener('click', () => {
      if (parts.recorder.isOn) this.#stop();
      else this.#start();
    });
  }

  #start() {
    const {recorder, now} = this.parts;
    recorder.start();
    this.#showState();
    if (!now.player.isPlaying) now.toggle();
  }

  #stop() {
    const {recorder, now, message} = this.parts;
    now.stop();
    const piece = recorder.stop();
    this.#showState();
    if (!piece) {
      message.say('Nothing sounded, so nothing was recorded.');
      return;
    }
    this.#put([...this.list, piece]);
  }

  #showState() {
    const {isOn} = this.parts.recorder;
    button('record').setAttribute('aria-pressed', String(isOn));
  }

  /** @param {Piece[]} list */
  #put(list) {
    const before = this.list;
    this.#show(list);
    this.parts.history.did(() => this.#show(before));
  }

  /** @param {Piece[]} list */
  #show(list) {
    this.list = list;
    const rows = list.map((take) => this.#rowOf(take));
    showRows(part('takes'), rows, button('record'));
  }

  /** @param {Piece} take */
  #rowOf(take) {
    const {now, save} = this.parts;
    const {title} = take;
    const midi = smallButton('MIDI', `Save ${title} as MIDI`, () =>
      save.midi(take),
    );
    makeDraggable(midi, () => take, save);
    const length = clockOf(take.clock.seconds(take.frames));
    return rowOf('●', `${title} · ${length}`, [
      smallButton('Play', `Play ${title}`, () => now.show(take, {play: true})),
      midi,
      smallButton('WAV', `Save ${title} as WAV`, () => save.wav(take)),
      smallButton('✕', `Remove ${title}`, () =>
        this.#put(this.list.filter((other) => other !== take)),
      ),
    ]);
  }
}
