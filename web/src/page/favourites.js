// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Points of the map that the reader keeps, with a star on the map and a row in
// the list.

import {button, part} from './find.js';
import {rowOf, showRows, smallButton} from './rows.js';

/** @import {Point} from '../given/facts.js' */
/** @import {Changed} from '../map/change.js' */
/** @import {Walks} from '../map/walks.js' */
/** @import {History} from './history.js' */
/** @import {Modes} from './modes.js' */
/** @import {NowPlaying} from './now_playing.js' */
/** @import {Redraw} from './redraw.js' */

/**
 * @typedef {object} Favourite
 * @property {string} name
 * @property {Point} point Where its star is.
 * @property {number} draw The throw of the dice.
 * @property {Changed} [changed] What sliders have made of it, if they have.
 */

export class Favourites {
  /** @type {Favourite[]} */
  list = [];
  /** Called when there are others. */
  onChange = () => {};

  /**
   * @param {object} parts
   * @param {Walks} parts.walks
   * @param {Modes} parts.modes
   * @param {NowPlaying} parts.now
   * @param {History} parts.history
   * @param {Redraw} parts.redraw
   * @param {(draw: number) => void} parts.throwDice Sets the throw.
   */
  constructor(parts) {
    this.parts = parts;
    button('favour').addEventListener('click', () => this.#addHere());
  }

  /** Keeps the point that is heard, or shown. */
  #addHere() {
    const {now, walks} = this.parts;
    const {piece, player, emission} = now;
    if (!piece) return;
    const heard = player.heard ?? piece;
    const point = heard.pointAt(Math.floor(player.frame ?? 0));
    const changed =
      heard.kind === 'point' ? heard.stretches[0].changed : undefined;
    const name = changed
      ? `${walks.placeName(changed.from)}, changed`
      : walks.placeName(point);
    const {draw} = emission;
    this.#put([...this.list, {name, point, draw, ...(changed && {changed})}]);
  }

  /** @param {Favourite[]} list */
  #put(list) {
    const before = this.list;
    this.show(list);
    this.parts.history.did(() => this.show(before));
  }

  /** @param {Favourite[]} list */
  show(list) {
    this.list = list;
    const rows = list.map((favourite) => this.#rowOf(favourite));
    showRows(part('favourites'), rows, button('favour'));
    this.parts.redraw.ask('overlay');
    this.onChange();
  }

  /** @param {Favourite} favourite */
  #rowOf(favourite) {
    const {modes, throwDice} = this.parts;
    const {name, point, draw, changed} = favourite;
    return rowOf('★', name, [
      smallButton('Play', `Play ${name}`, () => {
        throwDice(draw);
        modes.listenTo(changed?.from ?? point, changed);
      }),
      smallButton('✕', `Remove ${name}`, () =>
        this.#put(this.list.filter((other) => other !== favourite)),
      ),
    ]);
  }
}
