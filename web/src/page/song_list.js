// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The list of songs: their marks, their names, and what to do with them. Of very
// many, the first are listed, and the search finds the others.

import {contextOf} from '../draw/canvas.js';
import {matching} from '../map/search.js';
import {clockOf, countOf} from '../music/words.js';
import {input, part} from './find.js';

/** @import {Markers} from '../draw/markers.js' */
/** @import {Song} from '../map/songs.js' */
/** @import {Highlight} from './highlight.js' */
/** @import {Modes} from './modes.js' */
/** @import {Redraw} from './redraw.js' */
/** @import {Themes} from './themes.js' */

const MOST_ROWS = 150;
const MARKER_PIXELS = 20;
const MARKER_RADIUS = 6;

const PLAY_ICON = '<path class="full" d="M6 3.5v13l10.5-6.5z"/>';
const EYE_ICON =
  '<path d="M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5z"/>' +
  '<circle class="open" cx="10" cy="10" r="2.3"/>' +
  '<path class="shut" d="M4 16 16 4"/>';

/**
 * @typedef {object} Row
 * @property {HTMLElement} element
 * @property {HTMLCanvasElement} marker
 * @property {HTMLElement} detail
 */

export class SongList {
  /** @type {Map<Song, Row>} Those that were made. */
  #rows = new Map();
  /** @type {Song[]} */
  #songs = [];

  /**
   * @param {object} parts
   * @param {Markers} parts.markers
   * @param {Themes} parts.themes
   * @param {Modes} parts.modes
   * @param {Highlight} parts.highlight
   * @param {Redraw} parts.redraw
   */
  constructor(parts) {
    this.parts = parts;
    const search = input('search');
    search.addEventListener('input', () => this.#find(search.value));
    search.addEventListener('keydown', (event) => {
      const [first] = matching(this.#songs, search.value);
      // Who composes a letter of Japanese, say, ends it by Enter.
      if (event.key !== 'Enter' || event.isComposing) return;
      if (!search.value.trim() || !first) return;
      parts.modes.walkAlong(first);
    });
  }

  /**
   * Adds a song.
   * @param {Song} song
   */
  add(song) {
    this.#songs.push(song);
    if (this.#songs.length <= MOST_ROWS || song.isDropped) {
      part('songs').append(this.#rowOf(song).element);
    }
    this.#say(this.#songs, '');
    return song;
  }

  /**
   * Brings a song's row into sight.
   * @param {Song} song
   */
  reveal(song) {
    const {element} = this.#rowOf(song);
    if (!element.isConnected) {
      input('search').value = '';
      this.#find('');
    }
    element.scrollIntoView({block: 'nearest'});
  }

  /** @param {string} query */
  #find(query) {
    const found = matching(this.#songs, query);
    const listed = found.filter((song, i) => i < MOST_ROWS || song.isDropped);
    part('songs').replaceChildren(
      ...listed.map((song) => this.#rowOf(song).element),
    );
    this.#say(found, query);
    this.parts.highlight.find(query.trim() ? found : []);
  }

  /**
   * Says how many songs were found, where that is not plain to see.
   * @param {Song[]} found
   * @param {string} query
   */
  #say(found, query) {
    const total = this.#songs.length;
    let text = '';
    if (query.trim()) {
      text = found.length
        ? `${found.length} of ${total} songs. Enter plays the first.`
        : 'No song is called so.';
    } else if (total > MOST_ROWS) {
      text = `The first ${MOST_ROWS} of ${total.toLocaleString('en')} songs.`;
    }
    part('found').hidden = !text;
    part('found').textContent = text;
  }

  /** @param {Song} song */
  #rowOf(song) {
    const made = this.#rows.get(song);
    if (made) return made;
    const row = this.#make(song);
    this.#rows.set(song, row);
    this.describe(song);
    this.#drawMarker(song, row.marker);
    return row;
  }

  /**
   * @param {Song} song
   * @returns {Row}
   */
  #make(song) {
    const marker = document.createElement('canvas');
    marker.setAttribute('aria-hidden', 'true');
    const title = document.createElement('b');
    title.textContent = song.name;
    title.title = song.title;
    title.dir = 'auto'; // Of Hebrew and Arabic, the beginning stays in sight.
    const detail = document.createElement('small');
    const name = document.createElement('div');
    name.className = 'name';
    name.append(title, detail);
    const row = document.createElement('li');
    row.className = 'row';
    row.append(marker, name, this.#walkButton(song), this.#eye(song, row));
    const {highlight} = this.parts;
    for (const event of ['pointerenter', 'focusin']) {
      row.addEventListener(event, () => highlight.set(song));
    }
    for (const event of ['pointerleave', 'focusout']) {
      row.addEventListener(event, () => highlight.set(null));
    }
    return {element: row, marker, detail};
  }

  /** @param {Song} song */
  #walkButton(song) {
    const walk = iconButton(PLAY_ICON, `Walk along ${song.title}`);
    walk.title = 'Walk along this song';
    walk.addEventListener('click', () => this.parts.modes.walkAlong(song));
    return walk;
  }

  /**
   * @param {Song} song
   * @param {HTMLElement} row
   */
  #eye(song, row) {
    const eye = iconButton(EYE_ICON, `Show ${song.title}`);
    eye.classList.add('eye');
    eye.setAttribute('aria-pressed', 'true');
    eye.title = 'Show or hide';
    eye.addEventListener('click', () => {
      song.shown = !song.shown;
      row.classList.toggle('off', !song.shown);
      eye.setAttribute('aria-pressed', String(song.shown));
      this.parts.redraw.ask('map');
    });
    return eye;
  }

  /**
   * Says how many windows a song has.
   * @param {Song} song
   */
  describe(song) {
    const {starts, ends, isDropped} = song;
    const length = clockOf(ends.at(-1) ?? 0);
    const row = this.#rows.get(song);
    if (!row) return;
    const whose = isDropped ? ' · yours' : '';
    row.detail.textContent = `${countOf(starts.length)} · ${length}${whose}`;
  }

  /** Draws all marks anew: the theme has changed. */
  drawMarkers() {
    for (const [song, {marker}] of this.#rows) this.#drawMarker(song, marker);
  }

  /**
   * @param {Song} song
   * @param {HTMLCanvasElement} canvas
   */
  #drawMarker(song, canvas) {
    const ratio = window.devicePixelRatio || 1;
    const {markers, themes} = this.parts;
    const {image} = markers.of(song, themes.current, MARKER_RADIUS, ratio);
    canvas.width = canvas.height = MARKER_PIXELS * ratio;
    const edge = (canvas.width - image.width) / 2;
    contextOf(canvas).drawImage(image, edge, edge);
  }
}

/**
 * @param {string} shapes Of SVG, of ours alone.
 * @param {string} label
 */
function iconButton(shapes, label) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'button icon';
  const svg = 'svg viewBox="0 0 20 20" aria-hidden="true"';
  button.innerHTML = `<${svg}>${shapes}</svg>`;
  button.setAttribute('aria-label', label);
  return button;
}
