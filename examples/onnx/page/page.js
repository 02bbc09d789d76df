// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The page: a button plays, the roll shows, a link downloads.

import {Music} from './music.js';
import {midiFile, Voices} from './notes.js';
import {Sound} from './sound.js';

const COLORS = ['#3b6fd8', '#d8743b', '#2f9e6e', '#a64fc0', '#c9a227'];
const VISIBLE_FRAMES = 200;
const element = (id) => document.getElementById(id);
const show = (text) => {
  element('status').textContent = text;
};

const music = await Music.load('model').catch((error) => {
  show(`The model is not here: ${error.message}. README.md says how it comes.`);
  throw error;
});
const {meta} = music;
const frames = []; // All that was made.
let sound = null; // From when it first plays.
let isPlaying = false;

element('name').textContent = meta.config;
element('temperature').value = meta.sampling.temperature;
element('temperature').oninput = () => {
  element('degrees').value = element('temperature').value;
};
element('temperature').oninput();
element('play').onclick = () => (isPlaying ? pause() : play());
element('play').disabled = false;
meta.groups.forEach(({name}, g) => {
  const span = document.createElement('span');
  span.style.setProperty('--color', COLORS[g % COLORS.length]);
  span.textContent = name;
  element('groups').append(span);
});
show('Ready.');

function play() {
  isPlaying = true;
  element('play').textContent = 'Pause';
  show('Playing: each half window is made while others sound.');
  if (sound) sound.audio.resume();
  else compose();
}

function pause() {
  isPlaying = false;
  element('play').textContent = 'Play on';
  show('Paused.');
  sound.audio.suspend(); // Its clock stops, and all that waits for it.
}

/** Makes music a little ahead of what sounds, for ever. */
async function compose() {
  sound = new Sound();
  const seconds = 1 / meta.frames_per_second;
  const ahead = 2 * meta.half_window_frames * seconds;
  const voices = new Voices(meta);
  let begin = null; // When the first frame sounds.
  for (;;) {
    const rows = await music.next(Number(element('temperature').value));
    if (begin === null) {
      begin = sound.now + 0.1;
      setInterval(() => draw((sound.now - begin) / seconds), 40);
    }
    for (const x of rows) {
      put(voices.at(x), begin + frames.length * seconds);
      frames.push(x);
    }
    offer();
    while (begin + frames.length * seconds - sound.now > ahead) {
      await new Promise((done) => setTimeout(done, 100));
    }
  }
}

/** Has notes end and begin at a time. */
function put({ends, begins}, time) {
  for (const {group, pitch} of ends) sound.end(`${group} ${pitch}`, time);
  for (const {group, pitch, velocity} of begins) {
    if (meta.groups[group].is_drums) sound.hit(pitch, velocity, time);
    else sound.begin(`${group} ${pitch}`, pitch, velocity, time);
  }
}

/** The link with all that was made. */
function offer() {
  const link = element('download');
  if (link.href) URL.revokeObjectURL(link.href);
  const type = 'audio/midi';
  link.href = URL.createObjectURL(new Blob([midiFile(meta, frames)], {type}));
}

/** The roll around a frame, which is marked. */
function draw(now) {
  const canvas = element('roll');
  const paper = canvas.getContext('2d');
  const pitches = meta.groups.flatMap((group) => group.pitches);
  const [low, high] = [Math.min(...pitches), Math.max(...pitches)];
  const [w, h] = [canvas.width / VISIBLE_FRAMES, canvas.height / (high - low + 1)];
  const from = Math.max(0, Math.floor(now) - VISIBLE_FRAMES / 2);
  paper.clearRect(0, 0, canvas.width, canvas.height);
  meta.groups.forEach((group, g) => {
    paper.fillStyle = COLORS[g % COLORS.length];
    const {pitches, first_column, first_onset_column} = group;
    frames.slice(from, from + VISIBLE_FRAMES).forEach((x, t) => {
      pitches.forEach((pitch, i) => {
        const strikes = first_onset_column !== null && x[first_onset_column + i];
        if (!x[first_column + i] && !strikes) return;
        // A gap before a note that is struck, so that repeated ones show.
        const gap = strikes || group.is_drums ? w / 4 : 0;
        paper.fillRect(t * w + gap, (high - pitch) * h, w - gap, h * 0.9);
      });
    });
  });
  paper.fillStyle = '#e33';
  paper.fillRect((now - from) * w, 0, 2, canvas.height);
}

// For who looks into it, and for tests/examples_page_test.py.
window.vrae = {music, frames};
