// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The page's address keeps what is shown and set: copy it, and the page opens
// there with the same music.

import {button} from './find.js';
import {stateOf, textOf} from './link_text.js';

/** @import {Songs} from '../map/songs.js' */
/** @import {Favourite, Favourites} from './favourites.js' */
/** @import {LoopRange} from './loop_range.js' */
/** @import {Message} from './message.js' */
/** @import {Modes} from './modes.js' */
/** @import {NowPlaying} from './now_playing.js' */
/** @import {Settings} from './settings.js' */
/** @import {TempoPanel} from './tempo_panel.js' */
/** @import {KeptPoint, State} from './link_text.js' */

const STILL_MILLISECONDS = 400; // Browsers allow few changes of an address.

export class Link {
  #last = '';
  /** The address as it was last read or written. */
  #address = location.hash;
  #isRead = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #waiting;

  /**
   * @param {object} parts
   * @param {Songs} parts.songs
   * @param {Modes} parts.modes
   * @param {NowPlaying} parts.now
   * @param {Settings} parts.settings
   * @param {Favourites} parts.favourites
   * @param {LoopRange} parts.loopRange
   * @param {TempoPanel} parts.tempoPanel
   * @param {Message} parts.message
   */
  constructor(parts) {
    this.parts = parts;
    addEventListener('hashchange', () => this.open());
    button('copy-link').addEventListener('click', () => this.#copy());
  }

  /** What is so has changed. Until the address was read, it stays. */
  changed() {
    if (!this.#isRead) return;
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => this.write(), STILL_MILLISECONDS);
  }

  /** @returns {State} */
  #state() {
    const {modes, now, settings, favourites} = this.parts;
    const {player} = now;
    const {range, tempo} = player;
    const {numbers, choices} = settings.state;
    const last = Number.MAX_SAFE_INTEGER;
    return {
      ...modes.state,
      numbers: {...numbers, tempo: tempo.qpm ?? 0},
      choices,
      loop: range && [range.from, Math.min(range.to, last)],
      favourites: favourites.list.map(textedOf),
    };
  }

  /** Writes the address. */
  write() {
    clearTimeout(this.#waiting);
    // Somebody has given another address: its event is still to come.
    if (location.hash !== this.#address) return;
    this.#last = textOf(this.#state());
    try {
      history.replaceState(null, '', `#${this.#last}`);
    } catch {
      // A page inside another may not; the button says the address all the same.
    }
    this.#address = location.hash;
  }

  async #copy() {
    const {message} = this.parts;
    this.write();
    const url = new URL(location.href);
    url.hash = textOf(this.#state());
    try {
      await navigator.clipboard.writeText(url.href);
      message.say('The link is copied. It opens the page at this music.');
    } catch {
      message.say('Copy the address of this page: it is the link.');
    }
  }

  /**
   * Goes where the address says.
   * @returns Whether it says anything.
   */
  open() {
    this.#isRead = true;
    this.#address = location.hash;
    const text = this.#address.slice(1);
    if (!text || text === this.#last) return false;
    const {message, songs, modes, settings} = this.parts;
    const {favourites, loopRange, tempoPanel} = this.parts;
    const state = stateOf(text);
    if (!state) {
      message.say('The link is damaged, or of another page, and was not used.');
      return false;
    }
    const {kind, song} = state;
    if (kind === 'song' && !songs.list.some(({title}) => title === song)) {
      // A reader's own file is gone after a reload; all else is still of use.
      message.say(
        `The walk of the link is along ${song || 'a song'}, which is not on ` +
          'this page. If it is a file of yours, add it again.',
      );
    }
    this.#last = text;
    settings.restore(state);
    tempoPanel.set(state.numbers.tempo || null);
    favourites.show(state.favourites.map(favouriteOf));
    const isShown = modes.restore(state);
    const {loop} = state;
    loopRange.set(loop && rangeOf(loop));
    return isShown;
  }
}

/**
 * @param {[number, number]} loop That may be any numbers.
 */
function rangeOf([first, last]) {
  const from = Math.max(Math.round(first), 0);
  return {from, to: Math.max(Math.round(last), from + 1)};
}

/**
 * @param {Favourite} favourite
 * @returns {KeptPoint}
 */
function textedOf({name, point, draw, changed}) {
  if (!changed) return [name, ...point, draw];
  const {from, attributes, beyond} = changed;
  return [name, ...point, draw, from, attributes, beyond];
}

/**
 * @param {KeptPoint} kept
 * @returns {Favourite}
 */
function favouriteOf([name, x, y, draw, from, attributes, beyond]) {
  /** @type {Favourite} */
  const favourite = {name, point: [x, y], draw};
  if (!from || !attributes || !beyond) return favourite;
  return {...favourite, changed: {from, attributes, beyond}};
}
