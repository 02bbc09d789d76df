# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: F401, F811 - fixtures are imported, and are arguments' names.
"""The page of a band's model in a real browser: groups, sounds, files."""

from __future__ import annotations

import pathlib
import re
import time
from typing import Any
from typing import NamedTuple

import mido
import note_seq
import numpy as np
import pytest
import small_models
from explorer_test import browser
from explorer_test import chromium
from explorer_test import midi_file
from explorer_test import needs_browser
from explorer_test import write_dataset

from magenta_vrae import catalogue
from magenta_vrae import files
from magenta_vrae.explorer import facts as facts_lib
from magenta_vrae.explorer import gather
from magenta_vrae.explorer import heat as heat_lib
from magenta_vrae.explorer import output_measures
from magenta_vrae.explorer import page
from magenta_vrae.inference import evaluation
from magenta_vrae.reading import music_files

GROUPS = ['bass', 'chords', 'melody', 'drums']
QPM = 100


def band_song(qpm, bars=12, second_qpm=None):
  """Four chords, over and over, by four players; maybe with another tempo."""
  song = note_seq.NoteSequence()
  song.tempos.add(qpm=qpm, time=0)
  beat = 60 / qpm
  changes_at = 4 * bars // 2
  if second_qpm:
    song.tempos.add(qpm=second_qpm, time=changes_at * beat)

  def seconds(beats):
    if not second_qpm or beats <= changes_at:
      return beats * beat
    return changes_at * beat + (beats - changes_at) * 60 / second_qpm

  def add(start, length, pitch, program, velocity, is_drum=False):
    song.notes.add(
      start_time=seconds(start),
      end_time=seconds(start + length),
      pitch=pitch,
      program=program,
      velocity=velocity,
      is_drum=is_drum,
      instrument=9 if is_drum else program % 9,
    )

  for bar in range(bars):
    root = (0, 9, 5, 7)[bar % 4]
    for b in range(4):
      at = 4 * bar + b
      add(at, 0.5, 36 + root % 12, 33, 100)
      add(at + 0.5, 0.5, 36 + root % 12, 33, 60)
      add(at, 0.25, 36 if b % 2 == 0 else 38, 0, 110, True)
      add(at, 0.25, 42, 0, 70, True)
      add(at + 0.5, 0.25, 46 if b == 3 else 42, 0, 50, True)
      add(at, 0.75, 72 + (root + (0, 4, 7, 4)[b]) % 12, 80, 90)
    for pitch in (0, 4, 7):
      add(4 * bar, 2, 55 + (root + pitch) % 12, 4, 64)
      add(4 * bar + 2, 2, 55 + (root + pitch) % 12, 4, 64)
  add(0, 1, 49, 0, 100, True)
  song.total_time = seconds(4 * bars)
  return song


class Made(NamedTuple):
  path: pathlib.Path
  config: Any
  checkpoint: str
  dataset: str


@pytest.fixture(scope='module')
def made(tmp_path_factory):
  """The page of a small band of random weights, on a coarse map."""
  work = tmp_path_factory.mktemp('band')
  dataset, run_dir = work / 'songs.tfrecord', work / 'run'
  write_dataset(
    dataset,
    {
      'Steady.mid': band_song(120),
      'Slower.mid': band_song(150, second_qpm=75),
    },
  )
  run_dir.mkdir()
  hparams = (
    'enc_rnn_size=[18],dec_rnn_size=[22],ar_rnn_size=[24],nade_size=16,'
    'z_size=4,bar_frames=8'
  )
  converter = f'velocity_levels=4,qpm={QPM},window_frames=32,align=bar'
  config, checkpoint = small_models.save(
    run_dir, dataset, 'vrae_band', hparams, converter
  )
  with pytest.MonkeyPatch.context() as patch:
    patch.setattr(heat_lib, '_MOST_CELLS', 150)
    exploration = gather.explore(config, checkpoint, str(dataset))
  files.write_text(str(work / 'band.html'), page.render(exploration, 'Band')[0])
  return Made(work / 'band.html', config, checkpoint, str(dataset))


@pytest.fixture
def band(made, browser):
  """The browser with the page, in which every group plays."""
  browser.open(made.path)
  # Every group, again and again, at two levels of loudness.
  browser.js(
    'const {piece, converter} = vrae;'
    'piece.roll.fill(0);'
    'for (const part of converter.parts) {'
    '  for (let t = part.number; t < piece.frames; t += 4) {'
    '    const row = part.isDrums ? (t % 8 < 4 ? 1 : 7) : 12;'
    '    const length = part.isDrums ? 1 : 3;'
    '    const start = Math.min(t, piece.frames - length);'
    '    part.fill(piece.roll, [{pitch: part.pitches[row],'
    '      start, end: start + length}]);'
    '    if (t % 8 < 4) piece.roll[start * piece.depth + part.loudness] = 1;'
    '  }'
    '}'
    'piece.version++;'
  )
  return browser


def hear(browser):
  """Counts, from now on, the blocks in which each group's channel sounds."""
  browser.js(
    'window.heard = vrae.player.channels.map(() => 0);'
    'const ears = vrae.player.channels.map((channel) => {'
    '  const ear = new AnalyserNode(channel.context, {fftSize: 2048});'
    '  channel.connect(ear);'
    '  return ear;'
    '});'
    'const block = new Float32Array(2048);'
    'clearInterval(window.listening);'
    'window.listening = setInterval(() => {'
    '  ears.forEach((ear, i) => {'
    '    ear.getFloatTimeDomainData(block);'
    '    if (block.some((x) => Math.abs(x) > 1e-3)) window.heard[i]++;'
    '  });'
    '}, 20)'
  )


def press(browser, label):
  button = browser.driver.find_element(
    'css selector', f'[aria-label="{label}"]'
  )
  before = button.get_attribute('aria-pressed')
  button.send_keys(' ')
  after = button.get_attribute('aria-pressed')
  assert {before, after} == {'true', 'false'}


def groups_heard(browser, at_least):
  """Waits until these groups sounded often; returns all that did since."""
  browser.wait(
    'vrae.player.channels.every(({gain}, i) =>'
    ' Math.abs(gain.value - vrae.player.mix.levelOf(i)) < 1e-3)'
  )
  # What rang in the channels before is over.
  frame = browser.get('vrae.player.frame')
  browser.wait(f'Math.abs(vrae.player.frame - {frame}) > 6')
  browser.js('window.heard = window.heard.map(() => 0)')
  indices = [GROUPS.index(name) for name in at_least]
  browser.wait(f'{indices}.every((i) => window.heard[i] > 8)')
  counts = browser.get('window.heard')
  return [name for name, count in zip(GROUPS, counts) if count]


@needs_browser
class TestPlaying:
  def test_each_group_sounds_and_can_be_silenced(self, band):
    band.hurry()
    band.element('loop').click()
    band.element('play').click()
    band.wait('vrae.player.isPlaying')
    hear(band)
    assert groups_heard(band, GROUPS) == GROUPS
    press(band, 'Mute bass')
    rest = ['chords', 'melody', 'drums']
    assert groups_heard(band, rest) == rest
    press(band, 'Solo bass')  # A group that is muted stays so.
    press(band, 'Solo drums')
    assert groups_heard(band, ['drums']) == ['drums']
    press(band, 'Mute bass')
    assert groups_heard(band, ['bass', 'drums']) == ['bass', 'drums']
    press(band, 'Solo bass')
    press(band, 'Solo drums')
    assert groups_heard(band, GROUPS) == GROUPS
    slider = band.driver.find_element(
      'css selector', '[aria-label="Volume of melody"]'
    )
    slider.send_keys('\ue011')  # Home.
    assert slider.get_attribute('aria-valuetext') == '0%'
    rest = ['bass', 'chords', 'drums']
    assert groups_heard(band, rest) == rest

  def test_loud_notes_are_louder(self, band):
    """The same music, at the lowest level of loudness and at the highest."""
    peaks = []
    band.hurry()
    band.element('loop').click()
    for level in (0, 1):
      band.js(
        'const {piece, converter} = vrae;'
        'for (const part of converter.parts) {'
        '  for (let t = 0; t < piece.frames; t++) {'
        '    const at = t * piece.depth + part.loudness;'
        f'    piece.roll.fill({level}, at, at + 3);'
        '  }'
        '}'
      )
      band.element('play').click()
      band.wait('vrae.player.isPlaying')
      peaks.append(
        band.driver.execute_async_script(
          'const done = arguments[0];'
          'const ears = vrae.player.channels.map((channel) => {'
          '  const ear = new AnalyserNode(channel.context, {fftSize: 2048});'
          '  channel.connect(ear);'
          '  return ear;'
          '});'
          'const peaks = ears.map(() => 0);'
          'const block = new Float32Array(2048);'
          'let left = 80;'  # At this tempo, all of the piece.
          'const timer = setInterval(() => {'
          '  ears.forEach((ear, i) => {'
          '    ear.getFloatTimeDomainData(block);'
          '    peaks[i] = Math.max(peaks[i], ...block);'
          '  });'
          '  if (!left--) { clearInterval(timer); done(peaks); }'
          '}, 20);'
        )
      )
      band.element('play').click()
    quiet, loud = np.array(peaks)
    assert (quiet > 0).all() and (loud > 3 * quiet).all(), peaks

  def test_a_silenced_group_fades_in_the_roll(self, band):
    band.js('window.before = document.getElementById("roll").toDataURL()')
    press(band, 'Mute chords')
    band.wait('document.getElementById("roll").toDataURL() !== before')

  def test_controls_have_names_and_their_order(self, made, browser):
    browser.open(made.path)
    labels = browser.get(
      '[...document.querySelectorAll("#mixer button, #mixer input")]'
      '.map((e) => e.getAttribute("aria-label"))'
    )
    assert labels == [
      f'{what} {name}'
      for name in GROUPS
      for what in ('Mute', 'Solo', 'Volume of')
    ]
    names = browser.get(
      '[...document.querySelectorAll("#mixer b")].map((e) => e.textContent)'
    )
    assert names == GROUPS
    assert 'windows of 8 beats' in browser.element('subtitle').text

  def test_fits_a_phone(self, made, browser):
    browser.open(made.path, width=390, height=844, is_phone=True)
    assert browser.get('document.documentElement.scrollWidth') == 390


@needs_browser
class TestTimes:
  def test_of_songs_are_their_own(self, made, browser):
    browser.open(made.path)
    songs = browser.get(
      'vrae.songs.map(({title, starts, begins, ends}) =>'
      ' ({title, starts, begins, ends}))'
    )
    assert [song['title'] for song in songs] == ['Steady', 'Slower']
    for song, (first, second) in zip(songs, ((120, 120), (150, 75))):
      starts = np.array(song['starts'])
      assert (starts % 16 == 0).all() and len(starts) == 11
      early = np.minimum(starts, 96) / 4 * 60 / first
      late = np.maximum(starts - 96, 0) / 4 * 60 / second
      np.testing.assert_allclose(song['begins'], early + late, atol=1e-4)
    # 24 beats at 150 and 24 at 75 are 28.8 s.
    assert songs[1]['ends'][-1] == pytest.approx(28.8, abs=1e-4)
    details = browser.driver.find_elements('css selector', '#songs small')
    assert [d.text for d in details] == [
      '11 windows · 0:24',
      '11 windows · 0:28',
    ]

  def test_a_point_is_at_qpm_and_a_walk_at_the_songs_tempo(
    self,
    made,
    browser,
  ):
    browser.open(made.path)
    assert browser.get('vrae.piece.clock.seconds(32)') == pytest.approx(
      8 * 60 / QPM
    )
    browser.driver.find_element(
      'css selector', '[aria-label="Walk along Slower"]'
    ).click()
    browser.wait('vrae.player.isPlaying')
    stages = browser.get('vrae.piece.clock.stages')
    assert [stage['frame'] for stage in stages] == [0, 96]
    rates = [stage['rate'] for stage in stages]
    np.testing.assert_allclose(rates, [10.0, 5.0], rtol=1e-4)
    browser.element('play').click()


def downloaded(browser):
  for old in browser.downloads.iterdir():
    old.unlink()
  browser.wait('vrae.piece.isWhole')
  browser.element('download').click()
  end = time.time() + 20
  while time.time() < end:
    for path in browser.downloads.glob('*.mid'):
      if path.stat().st_size:
        return path
    time.sleep(0.05)
  raise AssertionError('nothing was downloaded')


@needs_browser
class TestFiles:
  def test_a_download_has_a_track_for_each_group(self, made, band):
    path = downloaded(band)
    file = mido.MidiFile(str(path))
    assert file.type == 1 and file.ticks_per_beat == 480
    head, *tracks = file.tracks
    tempos = [m.tempo for m in head if m.type == 'set_tempo']
    assert tempos == [round(60e6 / QPM)]
    metres = [m for m in head if m.type == 'time_signature']
    assert [(m.numerator, m.denominator) for m in metres] == [(2, 4)]
    found = []
    for track in tracks:
      (name,) = [m.name for m in track if m.type == 'track_name']
      (program,) = [m.program for m in track if m.type == 'program_change']
      notes = [m for m in track if m.type in ('note_on', 'note_off')]
      (channel,) = {m.channel for m in notes}
      found.append((name, program, channel))
      ticks = np.cumsum([m.time for m in track])
      # Sixteenths, and none is rounded.
      assert (ticks % 120 == 0).all() and ticks[-1] == 8 * 480
    assert found == [
      ('bass', 33, 0),
      ('chords', 0, 1),
      ('melody', 80, 2),
      ('drums', 0, 9),
    ]
    converter = made.config.data_converter
    piece = band.piece()
    expected = converter.from_roll(piece['roll'])
    (again,) = music_files.read(str(path))
    rows = [
      sorted(
        (n.pitch, n.is_drum, n.velocity, round(n.start_time, 5), n.program)
        for n in sequence.notes
      )
      for sequence in (again, expected)
    ]
    assert rows[0] == rows[1] and len(rows[0]) > 20

  def test_a_dropped_file_is_encoded_as_in_python(
    self,
    made,
    browser,
    tmp_path,
  ):
    browser.open(made.path)
    song = band_song(93, bars=8, second_qpm=131)
    song.notes.add(
      pitch=60,
      start_time=0,
      end_time=1,
      velocity=9,
      program=127,
      instrument=20,
    )
    path = midi_file(tmp_path / 'Mine.mid', song)
    browser.drop(path)
    browser.wait(
      'document.getElementById("message-text").textContent'
      '.includes("is on the map")'
    )
    (again,) = music_files.read(str(path))
    converter = made.config.data_converter
    converter.set_mode('infer')
    starts, windows = converter.windows(again)
    assert len(starts) == 7
    mu = evaluation.window_bounds(
      made.config, made.checkpoint, np.array(windows)
    ).mu
    mine = browser.js(
      'const {starts, begins, means} = vrae.songs[2];'
      'return [starts, begins, [...means]]'
    )
    assert mine[0] == starts.tolist()
    np.testing.assert_allclose(mine[1], converter.grid.seconds(starts, again))
    np.testing.assert_allclose(np.reshape(mine[2], mu.shape), mu, atol=1e-4)

  def test_a_file_of_no_group(self, made, browser, tmp_path):
    browser.open(made.path)
    song = note_seq.NoteSequence()
    for instrument, program in enumerate((127, 126)):
      song.notes.add(
        pitch=60,
        start_time=0,
        end_time=1,
        velocity=80,
        program=program,
        instrument=instrument,
      )
    browser.drop(midi_file(tmp_path / 'odd.mid', song))
    assert 'bass, chords, melody, drums' in browser.message()


def test_facts_and_heat_of_a_band(made, monkeypatch):
  converter = made.config.data_converter
  facts = facts_lib.of_converter(converter)
  assert facts['kind'] == 'band' and facts['qpm'] == QPM
  assert [part['name'] for part in facts['parts']] == GROUPS
  assert [part['program'] for part in facts['parts']] == [33, 0, 80, 0]
  for part, own in zip(facts['parts'], converter.parts):
    assert part['first'] == own.columns.start
    assert part['loudness'] == own.loudness.start
  monkeypatch.setattr(heat_lib, '_MOST_CELLS', 150)
  exploration = gather.explore(made.config, made.checkpoint, made.dataset)
  assert exploration.facts['heat']['units'] == [
    'notes at a time',
    'mean pitch',
    'new notes a second',
    'hits a second',
    'different drums',
  ]
  heat = exploration.arrays['heat']
  mean_pitch = heat[1]
  assert (mean_pitch > 23).all() and (mean_pitch < 95).all()
  # Of a roll that is known: two notes sound all the time, a drum every beat.
  quantities = dict(output_measures.quantities(converter))
  p = np.zeros([1, 8, converter.depth])
  bass, chords, _, drums = (part.columns.start for part in converter.parts)
  p[0, :, [bass, chords]] = 1
  p[0, ::4, drums + 1] = 1
  values = {name: measure(p)[0] for name, measure in quantities.items()}
  assert values == pytest.approx(
    {
      'notes at a time': 2,
      'mean pitch': (23 + 35) / 2,
      'new notes a second': 2 / 8 * 4 * QPM / 60,
      'hits a second': QPM / 60,
      'different drums': 1,
    }
  )


# What people see who lack one kind of cone, wholly: Viénot, Brettel and Mollon
# (1999) of the red and green ones, in linear RGB.
BLIND = {
  'protan': [
    [0.11238, 0.88762, 0],
    [0.11238, 0.88762, 0],
    [0.00401, -0.00401, 1],
  ],
  'deutan': [
    [0.29275, 0.70725, 0],
    [0.29275, 0.70725, 0],
    [-0.02234, 0.02234, 1],
  ],
}


def lab(linear):
  """CIELAB of linear RGB."""
  xyz = np.array(linear) @ np.array(
    [
      [0.4124, 0.2126, 0.0193],
      [0.3576, 0.7152, 0.1192],
      [0.1805, 0.0722, 0.9505],
    ]
  )
  ratio = np.maximum(xyz / [0.9505, 1.0, 1.089], 1e-6)
  x, y, z = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
  return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def linear_rgb(text):
  value = np.array([int(text[i : i + 2], 16) for i in (1, 3, 5)]) / 255
  return np.where(
    value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4
  )


@pytest.mark.parametrize('theme', ['light', 'dark'])
def test_colours_of_groups_are_told_apart(theme):
  css = page._part('page.css')
  light, dark = css.split("[data-theme='dark'] {")
  block = {'light': light, 'dark': dark}[theme]
  colors = re.findall(r'--(?:part-\d|kit): (#[0-9a-f]{6});', block)
  assert len(colors) == 7
  (card,) = re.findall(r'--card: (#[0-9a-f]{6});', block)
  seen = {'all cones': np.eye(3), **BLIND}
  for name, matrix in seen.items():
    labs = [
      lab(np.clip(np.array(matrix) @ linear_rgb(c), 0, 1))
      for c in [*colors, card]
    ]
    for i, a in enumerate(labs):
      for j, b in enumerate(labs[:i]):
        distance = np.linalg.norm(a - b)
        assert distance > 15, (name, i, j, distance)


def test_the_catalogue_has_a_band():
  assert (
    facts_lib.kind_of(catalogue.PRESETS['vrae_band'].data_converter) == 'band'
  )
