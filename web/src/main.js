// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The page of vrae_explore. Read in this order:
//
//   given/   what Python put into the page: facts.js has its types
//   model/   the VRAE's equations: matrix, cells, decoder, encoder; and the
//            decoder that hears what it plays: autoregressive, nade, endless
//   music/   rolls, pieces, MIDI files
//   map/     latent vectors on a plane, what is in view, ways over it
//   sound/   pieces made audible
//   draw/    canvases: the map, what moves on it, the piano roll
//   page/    the page's parts and the reader's hands; modes.js is the heart
//
// Imports run from each to those above it. What draws, plays and listens to
// hands needs a browser; tests/ runs the rest in Node. This file puts all of it
// together.

import {MapCanvas} from './draw/map_canvas.js';
import {Markers} from './draw/markers.js';
import {load} from './given/given.js';
import {Change} from './map/change.js';
import {Heat} from './map/heat.js';
import {Homes} from './map/home.js';
import {MarkColors} from './map/mark_colors.js';
import {Projection} from './map/projection.js';
import {shortNames} from './map/short_names.js';
import {Songs} from './map/songs.js';
import {View} from './map/view.js';
import {Walks} from './map/walks.js';
import {Wander} from './map/wander.js';
import {Model} from './model/model.js';
import {Converter} from './music/converter.js';
import {Emission, uniform} from './music/emission.js';
import {Times} from './music/words.js';
import {showAbout} from './page/about.js';
import {ChangePanel} from './page/change_panel.js';
import {showToConsole} from './page/console.js';
import {offerDownload} from './page/download.js';
import {Files} from './page/files.js';
import {canvas, part} from './page/find.js';
import {FirstVisit} from './page/first_visit.js';
import {Highlight} from './page/highlight.js';
import {handWords} from './page/hints.js';
import {Kept} from './page/kept.js';
import {keepControls} from './page/kept_controls.js';
import {Keyboard} from './page/keyboard.js';
import {Legend} from './page/legend.js';
import {MarkLegend} from './page/mark_legend.js';
import {Message} from './page/message.js';
import {showMixer} from './page/mixer.js';
import {Modes} from './page/modes.js';
import {Motion} from './page/motion.js';
import {NowPlaying} from './page/now_playing.js';
import {Pointer} from './page/pointer.js';
import {Redraw} from './page/redraw.js';
import {Screen} from './page/screen.js';
import {Scrub} from './page/scrub.js';
import {Settings} from './page/settings.js';
import {SongList} from './page/song_list.js';
import {Tag} from './page/tag.js';
import {Themes} from './page/themes.js';
import {Mix} from './sound/mix.js';

/** @import {Given} from './given/given.js' */
/** @import {Place} from './map/songs.js' */

/** @param {Given} given */
function start({facts, floats, integers, bytes}) {
  const {zSize, depth} = facts.model;
  const model = new Model(facts.model, floats);
  const converter = new Converter(facts.converter, depth);
  const emission = new Emission(facts.model);
  const times = new Times(converter.framesPerSecond, converter.framesPerBeat);
  const mix = new Mix(converter.parts.length);

  const means = floats.means.values;
  const projection = new Projection(facts.projection, means, zSize);
  const places = placesOf(integers.starts.values, floats.spans.values);
  const songs = songsOf(facts.songs, projection, means, places);
  const heat = new Heat(facts.heat, floats.heat.values);
  const homes = new Homes(songs.list, facts.heat.view.size);
  const colors = new MarkColors(facts.attributes, bytes.levels, songs);
  const view = new View(facts.heat);

  const redraw = new Redraw();
  const kept = new Kept(`${location.pathname} ${facts.name}`);
  window.addEventListener('pagehide', () => kept.write());
  const themes = new Themes(kept);
  const markers = new Markers();
  const {windowFrames} = converter;
  const settings = new Settings(emission, times, windowFrames);
  const walks = new Walks({
    ...{songs, projection, converter, view, settings},
    halfWindow: model.halfWindow,
    wander: floats.codes
      ? new Wander(floats.codes, integers.follows.values)
      : null,
    chance: (step) => uniform(emission.draw, step, -1),
  });
  const mapCanvas = new MapCanvas({
    ...{view, heat, songs, colors, homes, markers},
    ...{land: canvas('map'), marks: canvas('marks'), names: canvas('names')},
    above: [part('zoom'), part('legend')],
  });

  const hasTouch = matchMedia('(pointer: coarse)').matches;
  const words = handWords(hasTouch);
  const legend = new Legend(heat, redraw);
  new MarkLegend(colors, redraw);
  const highlight = new Highlight(mapCanvas, redraw);
  const tag = new Tag({view, walks, legend, hasTouch});
  const now = new NowPlaying({model, converter, mix, emission, redraw});
  const {directions} = floats;
  const width = Math.max(...facts.heat.view.size);
  const change = new Change(projection, directions.values, width);
  const modes = new Modes({
    ...{walks, change, now, tag, highlight, times, words, redraw},
  });
  new ChangePanel(facts.attributes, change, modes, redraw);
  const motion = new Motion({view, songs, mapCanvas, redraw});
  const scrub = new Scrub({view, walks, now, highlight});
  new Pointer(part('overlay'), {view, modes, motion, now, scrub});
  new Keyboard(part('overlay'), {view, modes, motion, tag});
  settings.listen({
    onWalk: () => modes.remake(),
    onEmission: () => {
      // Another throw of the dice is another way as well.
      if (now.piece?.kind === 'wander') modes.remake();
      else now.emitAnew();
    },
    onVolume: (volume) => {
      now.player.volume = volume;
    },
  });

  const songList = new SongList({
    ...{markers, themes, modes, highlight, redraw},
  });
  for (const song of songs.list) songList.add(song);
  themes.onChange = () => {
    songList.drawMarkers();
    redraw.ask('map', 'roll');
  };
  const message = new Message(() => highlight.set(null));
  new Files({
    ...{model, converter, songs, songList, highlight, message, motion, redraw},
  });
  offerDownload(now, converter);
  mix.onChange = () => {
    now.player.mixAnew();
    redraw.ask('roll');
  };
  if (converter.isBand) showMixer(converter.parts, mix);
  showAbout(facts, times);
  showSubtitle(songs, facts.name, times.window(windowFrames));
  part('wander').hidden = !walks.wander;
  modes.set('listen');
  const firstVisit = new FirstVisit({kept, view, modes, now});
  new Screen({
    ...{view, songs, converter, mix, mapCanvas, now, modes, settings, themes},
    ...{redraw, kept, firstVisit},
  });
  keepControls(kept);
  part('loading').remove();

  // There is music from the start: press Play.
  requestAnimationFrame(() => {
    if (now.piece) return;
    const fullest = songs.list
      .map((song) => homes.of(song))
      .reduce((a, b) =>
        (heat.valueAt(a, 0) ?? 0) >= (heat.valueAt(b, 0) ?? 0) ? a : b,
      );
    modes.begin(fullest);
    now.show(walks.point(fullest));
  });
  showToConsole({
    ...{
      model,
      converter,
      projection,
      emission,
      view,
      now,
      change,
      colors,
      mapCanvas,
    },
    heat: facts.heat,
    songs: songs.list,
  });
}

/**
 * Where windows are in their songs.
 * @param {Int32Array} starts
 * @param {Float32Array} spans When they begin and end, in turn.
 * @returns {Place[]}
 */
const placesOf = (starts, spans) =>
  Array.from(starts, (start, i) => {
    return {start, begin: spans[2 * i], end: spans[2 * i + 1]};
  });

/**
 * The songs that came with the page.
 * @param {{title: string, windows: number}[]} given
 * @param {Projection} projection
 * @param {Float32Array} means Of all of their windows.
 * @param {Place[]} places Likewise.
 */
function songsOf(given, projection, means, places) {
  const {zSize} = projection;
  const songs = new Songs(projection, zSize);
  let from = 0;
  for (const {title, windows} of given) {
    const to = from + windows;
    const own = means.subarray(from * zSize, to * zSize);
    songs.add(title, own, places.slice(from, to));
    from = to;
  }
  const names = shortNames(given.map(({title}) => title));
  songs.list.forEach((song, i) => {
    song.name = names[i];
  });
  return songs;
}

/**
 * @param {Songs} songs
 * @param {string} model
 * @param {string} length Of a window.
 */
function showSubtitle({list, count}, model, length) {
  part('subtitle').textContent =
    `${list.length} ${list.length === 1 ? 'song' : 'songs'} · ` +
    `${count.toLocaleString('en')} windows of ${length} · ${model}`;
}

load()
  .then(start)
  .catch((error) => {
    part('loading').textContent =
      typeof DecompressionStream === 'undefined'
        ? 'This browser is too old for the page; one of 2023 or later opens it.'
        : 'The page is damaged; make it anew with vrae_explore.';
    throw error;
  });
