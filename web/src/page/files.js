// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Files of the reader: chosen or dropped, read and encoded one after another.
// Their windows appear on the map as they are encoded.

import {InputError} from '../errors.js';
import {notesOfRoll} from '../music/song_notes.js';
import {takeIn} from '../music/taken_in.js';
import {countOf} from '../music/words.js';
import {button, input, part} from './find.js';

/** @import {Place, Song, Songs} from '../map/songs.js' */
/** @import {Model} from '../model/model.js' */
/** @import {Converter} from '../music/converter.js' */
/** @import {Highlight} from './highlight.js' */
/** @import {Message} from './message.js' */
/** @import {Motion} from './motion.js' */
/** @import {Redraw} from './redraw.js' */
/** @import {SongList} from './song_list.js' */

const LARGEST_FILE = 20e6; // Bytes; MIDI files are a hundredth of it.
const SLICE_MILLISECONDS = 12; // Of encoding, between two drawings.
const MOST_REASONS = 3; // That are said at once.

/** @typedef {{name: string, reason: string}} Refused A file. */

/**
 * Why a file was not added, whatever went wrong: the next one is to be read.
 * @param {unknown} error
 */
function reasonOf(error) {
  if (error instanceof InputError) return error.message;
  // Of a folder, or of a file that has gone.
  if (error instanceof DOMException) return 'it cannot be read';
  console.error(error);
  return 'the page failed to read it';
}

export class Files {
  #reading = Promise.resolve();

  /**
   * @param {object} parts
   * @param {Model} parts.model
   * @param {Converter} parts.converter
   * @param {Songs} parts.songs
   * @param {SongList} parts.songList
   * @param {Highlight} parts.highlight
   * @param {Message} parts.message
   * @param {Motion} parts.motion
   * @param {Redraw} parts.redraw
   */
  constructor(parts) {
    this.parts = parts;
    const file = input('file');
    button('add').addEventListener('click', () => file.click());
    file.addEventListener('change', () => {
      this.add([...(file.files ?? [])]);
      file.value = '';
    });
    this.#listenToDrops();
  }

  #listenToDrops() {
    const veil = part('veil');
    /** @param {DragEvent} event */
    const holdsFiles = ({dataTransfer}) =>
      dataTransfer?.types.includes('Files');
    document.addEventListener('dragover', (event) => {
      if (!holdsFiles(event) || !event.dataTransfer) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
      veil.hidden = false;
    });
    document.addEventListener('dragleave', (event) => {
      if (!event.relatedTarget) veil.hidden = true;
    });
    document.addEventListener('drop', (event) => {
      veil.hidden = true;
      if (!holdsFiles(event) || !event.dataTransfer) return;
      event.preventDefault();
      this.add([...event.dataTransfer.files]);
    });
  }

  /**
   * Adds one after another.
   * @param {File[]} files
   */
  add(files) {
    /** @type {Refused[]} */
    const refused = [];
    const explain = () => this.#explain(refused, files.length);
    for (const file of files) {
      this.#reading = this.#reading
        .then(() => this.#add(file))
        .catch((error) => {
          refused.push({name: file.name, reason: reasonOf(error)});
          explain();
        });
    }
    // What was said of the last ones hides what was said before.
    if (files.length > 1) this.#reading = this.#reading.then(explain);
    return this.#reading;
  }

  /**
   * Says which files were not added, if any were not.
   * @param {Refused[]} refused
   * @param {number} of So many files.
   */
  #explain(refused, of) {
    const [{name, reason} = {name: '', reason: ''}] = refused;
    if (!refused.length) return;
    let text = `${name} was not added: ${reason}.`;
    if (of > 1) {
      const told = refused
        .slice(0, MOST_REASONS)
        .map((file) => `${file.name} (${file.reason})`);
      const others = refused.length - told.length;
      if (others) told.push(`and ${others} more`);
      text = `${refused.length} of ${of} files were not added: ${told.join(', ')}.`;
    }
    this.parts.message.say(text);
  }

  /** @param {File} file */
  async #add(file) {
    const {converter, songs, songList, highlight, message, motion} = this.parts;
    const title = file.name.replace(/\.midi?$/i, '');
    if (file.size > LARGEST_FILE) {
      throw new InputError('it is larger than any MIDI file');
    }
    const bytes = new Uint8Array(await file.arrayBuffer());
    const {roll, windows, shareOutside} = takeIn(bytes, converter);
    const notes = notesOfRoll(roll, converter.depth);
    const song = songs.open(title, windows.length, notes);
    songList.add(song);
    songList.reveal(song);
    highlight.set(song);
    await this.#encode(song, roll, windows);
    songList.describe(song);
    motion.showAll();
    const without = shareOutside
      ? ` ${Math.round(100 * shareOutside)}% of its notes are ` +
        `${converter.isBand ? 'instruments or ' : ''}` +
        'pitches that the model does not know, and left out.'
      : '';
    message.say(
      `${title} is on the map: ${countOf(windows.length)}.${without}`,
    );
  }

  /**
   * @param {Song} song
   * @param {Uint8Array} roll
   * @param {Place[]} windows
   */
  async #encode(song, roll, windows) {
    const {model, converter, songs, message, redraw} = this.parts;
    const waiting = [...windows].reverse();
    let nextDraw = 0;
    while (waiting.length) {
      const until = performance.now() + SLICE_MILLISECONDS;
      while (waiting.length && performance.now() < until) {
        const place = waiting.pop();
        if (!place) break;
        const mean = model.encode(roll, place.start, converter.windowFrames);
        songs.addWindow(song, place, mean);
      }
      const done = windows.length - waiting.length;
      const {length} = windows;
      message.say(`Reading ${song.name}: ${done} of ${length} windows`, true);
      if (performance.now() > nextDraw) {
        redraw.ask('map');
        nextDraw = performance.now() + 300 + songs.count / 30;
      }
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  }
}
