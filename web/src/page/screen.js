// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What is drawn where: map, overlay and roll, of what is so at the moment.

import {Overlay} from '../draw/overlay.js';
import {RollCanvas} from '../draw/roll_canvas.js';
import {canvas, part} from './find.js';

/** @import {MapCanvas} from '../draw/map_canvas.js' */
/** @import {Theme} from '../draw/theme.js' */
/** @import {Songs} from '../map/songs.js' */
/** @import {View} from '../map/view.js' */
/** @import {Converter} from '../music/converter.js' */
/** @import {Mix} from '../sound/mix.js' */
/** @import {Favourites} from './favourites.js' */
/** @import {FirstVisit} from './first_visit.js' */
/** @import {Kept} from './kept.js' */
/** @import {LoopRange} from './loop_range.js' */
/** @import {Modes} from './modes.js' */
/** @import {NowPlaying} from './now_playing.js' */
/** @import {Part, Redraw} from './redraw.js' */
/** @import {Settings} from './settings.js' */
/** @import {Themes} from './themes.js' */

export class Screen {
  /**
   * @param {object} parts
   * @param {View} parts.view
   * @param {Songs} parts.songs
   * @param {Converter} parts.converter
   * @param {MapCanvas} parts.mapCanvas
   * @param {Mix} parts.mix
   * @param {NowPlaying} parts.now
   * @param {Modes} parts.modes
   * @param {Settings} parts.settings
   * @param {Themes} parts.themes
   * @param {Favourites} parts.favourites
   * @param {LoopRange} parts.loopRange
   * @param {Redraw} parts.redraw
   * @param {Kept} parts.kept
   * @param {FirstVisit} parts.firstVisit
   */
  constructor(parts) {
    this.parts = parts;
    const {view, converter, mix, redraw, kept} = parts;
    this.overlay = new Overlay(canvas('moving'), view);
    this.roll = new RollCanvas(canvas('roll'), converter, mix);
    redraw.draw = (stale) => this.#draw(stale);
    const {glMarks} = parts.mapCanvas;
    if (glMarks) glMarks.onLost = () => redraw.ask('map');
    new ResizeObserver(() => this.#fit()).observe(part('stage'));
    new ResizeObserver(() => redraw.ask('roll')).observe(canvas('roll'));
    parts.loopRange.listenTo(this.roll);
    this.#fit();
    view.restore(kept.get('view'));
  }

  /** The map's box has another size. */
  #fit() {
    const {view, songs, redraw} = this.parts;
    const wasWhole = view.isWhole;
    view.resize(part('stage').getBoundingClientRect());
    view.reserved = part('legend').offsetHeight + 12;
    if (wasWhole) view.fit(songs.droppedPoints());
    redraw.ask('map', 'roll');
  }

  /** @param {Set<Part>} stale */
  #draw(stale) {
    const {mapCanvas, now, themes, redraw} = this.parts;
    const theme = themes.current;
    if (stale.has('move') && !stale.has('map')) this.#follow(stale, theme);
    if (stale.has('map')) {
      mapCanvas.draw(theme);
      // To write it at each step of a move would take from the next picture.
      if (!mapCanvas.isMoving) this.#keepView();
    }
    if (stale.has('map') || stale.has('overlay')) {
      this.overlay.draw(this.#moving(), theme);
      this.parts.firstVisit.follow();
    }
    if (stale.has('roll')) this.#drawRoll(theme);
    if (now.player.isPlaying) {
      now.showTime();
      redraw.ask('overlay', 'roll');
    }
  }

  /**
   * Moves the pictures of map and overlay, or has them drawn.
   * @param {Set<Part>} stale
   * @param {Theme} theme
   */
  #follow(stale, theme) {
    const {mapCanvas, redraw} = this.parts;
    if (!mapCanvas.follow(theme)) {
      stale.add('map');
      return;
    }
    if (mapCanvas.isDrawing) redraw.ask('move');
    if (!mapCanvas.isMoving) this.#keepView();
    if (!stale.has('overlay')) this.overlay.moved.follow();
    this.parts.firstVisit.follow();
  }

  /** All of the map is no view to come back to: the screen may be another. */
  #keepView() {
    const {view, kept} = this.parts;
    const place = view.isWhole ? null : view.place;
    if (JSON.stringify(place) === JSON.stringify(kept.get('view') ?? null)) {
      return;
    }
    kept.set('view', place);
  }

  /** @param {Theme} theme */
  #drawRoll(theme) {
    const {shown, player} = this.parts.now;
    // The next piece may be shown while the last is still heard.
    const frame = player.heard === shown ? player.frame : null;
    const {range, loop} = player;
    this.roll.draw(shown, frame, theme, loop ? range : null);
  }

  #moving() {
    const {modes, now, settings, favourites} = this.parts;
    const {piece, player} = now;
    const {frame} = player;
    const stretch = piece?.kind === 'point' ? piece.stretches[0] : null;
    const isChanged = stretch?.off !== undefined;
    return {
      cursor: modes.cursor,
      path: modes.path,
      steps: modes.mode === 'blend' ? settings.steps : 0,
      isDrawing: modes.isDrawing,
      favourites: favourites.list.map(({point}) => point),
      playing: frame === null ? null : (player.heard?.pointAt(frame) ?? null),
      shown: stretch?.point ?? null,
      from: isChanged ? modes.change.from : null,
      isOff: (stretch?.off ?? 0) > 0,
    };
  }
}
