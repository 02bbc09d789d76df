// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The page of vrae_explore. Read in this order:
//
//   given/   what Python put into the page: facts.js has its types
//   model/   the VRAE's equations: matrix, cells, decoder, encoder; and the
//            decoder that hears what it plays: autoregressive, nade, endless
//   music/   rolls, pieces, MIDI files
//   map/     latent vectors on a plane, what is in view, ways over it
//   decoding/  who decodes: a worker
//   sound/   pieces made audible
//   midi/    pieces sent to other programs and devices, and what these say
//   draw/    canvases: the map, what moves on it, the piano roll
//   page/    the page's parts and the reader's hands; modes.js is the heart
//
// The page runs this script once more as a worker, which decodes.
//
// Imports run from each to those above it. What draws, plays and listens to
// hands needs a browser; tests/ runs the rest in Node. This file puts all of it
// together.

import {Decoding} from './decoding/decoding.js';
import {serve} from './decoding/service.js';
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
import {ClockOut} from './midi/clock_out.js';
import {Hands} from './midi/hands.js';
import {MidiOut} from './midi/midi_out.js';
import {Model} from './model/model.js';
import {Converter} from './music/converter.js';
import {Emission} from './music/emission.js';
import {notesOfBits} from './music/song_notes.js';
import {Times} from './music/words.js';
import {showAbout} from './page/about.js';
import {ChangePanel} from './page/change_panel.js';
import {showToConsole} from './page/console.js';
import {makeDraggable} from './page/drag_out.js';
import {Favourites} from './page/favourites.js';
import {Files} from './page/files.js';
import {button, canvas, part} from './page/find.js';
import {FirstVisit} from './page/first_visit.js';
import {Highlight} from './page/highlight.js';
import {handWords} from './page/hints.js';
import {History} from './page/history.js';
import {Kept} from './page/kept.js';
import {keepControls} from './page/kept_controls.js';
import {Keyboard} from './page/keyboard.js';
import {Legend} from './page/legend.js';
import {Link} from './page/link.js';
import {LoopRange} from './page/loop_range.js';
import {MarkLegend} from './page/mark_legend.js';
import {Message} from './page/message.js';
import {MidiPanel} from './page/midi_panel.js';
import {showMixer} from './page/mixer.js';
import {Modes} from './page/modes.js';
import {Motion} from './page/motion.js';
import {NowPlaying} from './page/now_playing.js';
import {opening} from './page/opening.js';
import {Pointer} from './page/pointer.js';
import {Redraw} from './page/redraw.js';
import {Save} from './page/save.js';
import {Screen} from './page/screen.js';
import {Scrub} from './page/scrub.js';
import {Settings} from './page/settings.js';
import {SideSwitch} from './page/side_switch.js';
import {SongList} from './page/song_list.js';
import {listenToSpaceBar} from './page/space_bar.js';
import {Tag} from './page/tag.js';
import {Takes} from './page/takes.js';
import {TempoPanel} from './page/tempo_panel.js';
import {Themes} from './page/themes.js';
import {Mix} from './sound/mix.js';
import {Player} from './sound/player.js';
import {Recorder} from './sound/recorder.js';
import {beatOf, Tempo} from './sound/tempo.js';
import {warmUp} from './sound/warm_up.js';

/** @import {Facts, Weights} from './given/facts.js' */
/** @import {Given} from './given/given.js' */
/** @import {Place} from './map/songs.js' */
/** @import {Piece} from './music/piece.js' */

/**
 * @param {Given} given
 * @param {string | null} script This one, for a worker.
 */
function start({facts, floats, integers, bytes}, script) {
  const {zSize, depth} = facts.model;
  const model = new Model(facts.model, floats);
  const converter = new Converter(facts.converter, depth);
  const emission = new Emission(facts.model);
  emission.isHeard = model.hearsFrames;
  if (!model.hearsFrames && facts.converter.kind === 'piano') {
    // Else what is drawn frame by frame is dust.
    emission.hold = Math.max(1, Math.round(beatOf(converter)));
  }
  const times = new Times(converter.framesPerSecond, converter.framesPerBeat);
  const mix = new Mix(converter.parts.length);

  const means = floats.means.values;
  const projection = new Projection(facts.projection, means, zSize);
  const places = placesOf(integers.starts.values, floats.spans.values);
  const songs = songsOf(facts, projection, means, places, bytes.notes);
  const heat = new Heat(facts.heat, floats.heat.values);
  const homes = new Homes(songs.list, facts.heat.view.size);
  const colors = new MarkColors(facts.attributes, bytes.levels, songs);
  const view = new View(facts.heat);

  const redraw = new Redraw();
  const kept = new Kept(`${location.pathname} ${facts.name}`);
  const themes = new Themes(kept);
  const markers = new Markers();
  const {windowFrames} = converter;
  const goesOn = model.halfWindow > 0;
  const settings = new Settings(emission, times, windowFrames, goesOn);
  const codes = floats.codes
    ? {
        codes: floats.codes,
        follows: integers.follows.values,
        deviations: floats.deviations.values,
      }
    : null;
  const walks = new Walks({
    ...{songs, projection, converter, view, settings},
    halfWindow: model.halfWindow,
    canWander: codes !== null,
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
  const history = new History();
  const message = new Message(() => highlight.set(null));
  const player = new Player(converter, mix, new Tempo(converter));
  const weights = {facts: facts.model, weights: decoderOf(floats), codes};
  const decoding = new Decoding(weights, emission, script);
  const now = new NowPlaying({
    ...{decoding, converter, emission, player, redraw},
  });
  const {directions} = floats;
  const width = Math.max(...facts.heat.view.size);
  const change = new Change(projection, directions.values, width);
  const modes = new Modes({
    ...{walks, change, now, tag, highlight, times, words, history, redraw},
  });
  new ChangePanel(facts.attributes, change, modes, redraw);
  const motion = new Motion({view, songs, mapCanvas, redraw});
  const scrub = new Scrub({view, walks, modes, highlight});
  new Pointer(part('overlay'), {view, modes, motion, now, scrub});
  new Keyboard(part('overlay'), {view, modes, motion, tag});
  listenToSpaceBar(() => now.toggle());

  const songList = new SongList({
    ...{markers, themes, modes, highlight, redraw},
  });
  for (const song of songs.list) songList.add(song);
  themes.onChange = () => {
    songList.drawMarkers();
    redraw.ask('map', 'roll');
  };
  new Files({
    ...{model, converter, songs, songList, highlight, message, motion, redraw},
  });
  mix.onChange = () => {
    player.mixAnew();
    redraw.ask('roll');
  };
  if (converter.isBand) showMixer(converter.parts, mix);

  const tempoPanel = new TempoPanel(player);
  const {tempo} = player;
  const save = new Save({converter, mix, tempo, settings, message});
  const shown = () => (now.shown?.isWhole ? now.shown : null);
  offerFiles(save, shown);
  const recorder = new Recorder(converter, () => {});
  new Takes({recorder, now, save, history, message});
  const favourites = new Favourites({
    ...{walks, modes, now, history, redraw},
    throwDice: (draw) => settings.throwDice(draw),
  });
  const loopRange = new LoopRange(player, now, redraw);
  const side = new SideSwitch(now, songs);
  const link = new Link({
    ...{songs, modes, now, settings, favourites, loopRange, tempoPanel},
    message,
  });
  connectMidi({
    ...{converter, mix, player, recorder, tempoPanel, now, modes, view, kept},
  });

  showAbout(facts, times);
  showSubtitle(songs, facts.name, times.window(windowFrames));
  part('wander').hidden = !walks.canWander;
  modes.set('listen');
  const firstVisit = new FirstVisit({kept, view, modes, now});
  new Screen({
    ...{view, songs, converter, mix, mapCanvas, now, modes, settings, themes},
    ...{favourites, loopRange, redraw, kept, firstVisit},
  });
  settings.listen({
    onWalk: () => modes.remake(),
    onRoam: () => modes.roam(),
    onEmission: () => {
      now.emitAnew();
      link.changed();
    },
    onVolume: (volume) => {
      player.volume = volume;
    },
  });
  keepControls(kept);
  part('loading').remove();
  warmUp(converter.parts);

  // There is music from the start: press Play.
  requestAnimationFrame(() => {
    now.onShow = () => side.show();
    if (!now.piece && !link.open()) {
      const {piece, threshold} = opening({
        ...{songs: songs.list, homes, heat, walks, model, emission},
        isDrums: converter.isDrums,
      });
      if (threshold !== null) settings.setThreshold(threshold);
      modes.begin(piece.stretches[0].point);
      now.show(piece);
    }
    side.show();
    for (const each of [favourites, loopRange, tempoPanel, modes]) {
      each.onChange = () => link.changed();
    }
  });
  showToConsole({
    ...{model, converter, projection, emission, view, now, decoding, recorder},
    ...{change, colors, mapCanvas},
    heat: facts.heat,
    songs: songs.list,
  });
}

/**
 * The files that can be saved of what is heard.
 * @param {Save} save
 * @param {() => Piece | null} shown
 */
function offerFiles(save, shown) {
  button('download').addEventListener('click', () => {
    const piece = shown();
    if (piece) save.midi(piece);
  });
  button('wav').addEventListener('click', () => {
    const piece = shown();
    if (piece) save.wav(piece);
  });
  makeDraggable(button('download'), shown, save);
}

/**
 * All that MIDI is for.
 * @param {object} parts
 * @param {Converter} parts.converter
 * @param {Mix} parts.mix
 * @param {Player} parts.player
 * @param {Recorder} parts.recorder
 * @param {TempoPanel} parts.tempoPanel
 * @param {NowPlaying} parts.now
 * @param {Modes} parts.modes
 * @param {View} parts.view
 * @param {Kept} parts.kept
 */
function connectMidi(parts) {
  const {converter, mix, player, recorder, tempoPanel, kept} = parts;
  const {now, modes, view} = parts;
  const out = new MidiOut(converter.parts, mix, player.clocks);
  const clockOut = new ClockOut(player.clocks);
  player.sinks = [out, clockOut, recorder];
  const hands = new Hands({
    onMove: ({across, up}) => {
      const {width, height} = view;
      modes.move(view.toMap([across * width, (1 - up) * height]));
    },
    onKey: () => now.toggle(),
    onLearn: () => panel.showHands(),
  });
  const panel = new MidiPanel({
    parts: converter.parts,
    ...{out, clockOut, hands, player, tempoPanel},
    kept,
  });
  panel.onStart = () => {
    if (!player.isPlaying) now.playFrom(0);
    player.clockStarted();
  };
  panel.onStop = () => now.stop();
}

/**
 * The weights that a worker needs.
 * @param {Weights} floats
 */
const decoderOf = (floats) =>
  Object.fromEntries(
    Object.entries(floats).filter(([name]) => /^(de|en)coder\//.test(name)),
  );

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
 * @param {Facts} facts
 * @param {Projection} projection
 * @param {Float32Array} means Of all of their windows.
 * @param {Place[]} places Likewise.
 * @param {Uint8Array | undefined} bits Of their notes, if the page has them.
 */
function songsOf({songs: given, model}, projection, means, places, bits) {
  const {zSize} = projection;
  const {depth} = model;
  const songs = new Songs(projection, zSize);
  let from = 0;
  let first = 0; // Frame, of all songs' notes.
  for (const {title, windows, frames} of given) {
    const to = from + windows;
    const own = means.subarray(from * zSize, to * zSize);
    const notes =
      bits && frames ? notesOfBits(bits, {first, frames, depth}) : null;
    songs.add(title, own, places.slice(from, to), notes);
    from = to;
    first += frames ?? 0;
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

// A worker has no document; it decodes for the page that made it.
if (typeof document === 'undefined') {
  serve();
} else {
  const script = document.currentScript?.textContent ?? null;
  load()
    .then((given) => start(given, script))
    .catch((error) => {
      part('loading').textContent =
        typeof DecompressionStream === 'undefined'
          ? 'This browser is too old for the page; one of 2023 or later opens it.'
          : 'The page is damaged; make it anew with vrae_explore.';
      throw error;
    });
}
