// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The switch between the model's music and the song's.

import {choices, part} from './find.js';

/** @import {Songs} from '../map/songs.js' */
/** @import {NowPlaying} from './now_playing.js' */

export class SideSwitch {
  #now;
  #songs;

  /**
   * @param {NowPlaying} now
   * @param {Songs} songs
   */
  constructor(now, songs) {
    this.#now = now;
    this.#songs = songs;
    for (const choice of choices('side')) {
      choice.addEventListener('change', () => {
        now.compare(choice.value === 'original');
      });
    }
  }

  /** Another piece is shown. */
  show() {
    const {isOriginal, original} = this.#now;
    part('sides').hidden = !this.#songs.list.some(({notes}) => notes);
    for (const choice of choices('side')) {
      choice.checked = (choice.value === 'original') === isOriginal;
      if (choice.value !== 'original') continue;
      choice.disabled = !original;
      choice.title = original
        ? "The song's own notes, from here on"
        : 'Only near a window of a song, and on a walk along one';
    }
  }
}
