# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The likeliest notes of a piece that is heard with faults."""

from __future__ import annotations

import copy
import re

import note_seq
import numpy as np
import pytest
import random_weights
from conftest import run_command

from magenta_vrae import midi_file
from magenta_vrae.inference import denoising
from magenta_vrae.inference.denoising import Note
from magenta_vrae.inference.denoising import Notes
from magenta_vrae.inference.generation import Generator
from magenta_vrae.inference.numpy_model import RestoredVrae
from magenta_vrae.model.faults import Rates
from magenta_vrae.stand_ins.note_sequence import NoteSequence

T, P = 20, 6
HPARAMS = (
  'cell=gru,enc_rnn_size=[6],dec_rnn_size=[5],ar_rnn_size=[7],nade_size=9,'
  'frames_per_step=5,z_size=2'
)
PITCHES = 'pitches=[60,61,62,63,64,65],window_frames=10'
RATES = Rates(missing=0.2, wrong=0.1, jitter_frames=1)


@pytest.fixture(
  scope='module', params=[True, False], ids=['onsets', 'no onsets']
)
def made(request, tmp_path_factory):
  """A config and a checkpoint of it, with and without onsets."""
  path = str(tmp_path_factory.mktemp('model') / 'model.ckpt-1')
  converter = f'{PITCHES},onsets={str(request.param).lower()}'
  return random_weights.save(path, 'vrae_music', HPARAMS, converter), path


@pytest.fixture
def model(made):
  return RestoredVrae(*made)


def piece(model, *notes):
  has_onsets = model.data_converter.depth > P
  found = Notes(*np.zeros([2, T, P], bool), has_onsets)
  for note in notes:
    found.add(Note(*note))
  return found


def z_of(roll):
  """The same z at every half window, whatever is heard."""
  del roll
  return np.tile(np.float32([0.7, -0.4]), [4, 1])


def log_p(model, roll):
  """Of a whole piece, each frame told those before it, by the definition."""
  z = np.repeat(z_of(None)[:1, np.newaxis], T, axis=1)
  windows = model.free_logits(z_of(None)[:1], 10)[0]
  # Neighbours that are alike but half a window apart, faded into each other.
  share = ((np.arange(5) + 0.5) / 5)[:, np.newaxis]
  half = (1 - share) * windows[5:] + share * windows[:5]
  free = np.concatenate([windows[:5], *[half] * 3])[np.newaxis]
  decoder = model.autoregressive
  prepared = decoder.prepare(free.astype(np.float32), z)
  _, logits = decoder.tell(decoder.begin(z[:, 0]), prepared, roll[np.newaxis])
  return -np.logaddexp(0, np.where(roll, -logits[0], logits[0])).sum()


def test_notes_of_a_roll_and_back(made):
  """Struck again at once, a note is another one; with onsets it stays so."""
  config, _ = made
  roll = np.zeros([T, config.data_converter.depth], bool)
  roll[3:9, 2] = roll[0:2, 5] = roll[19, 0] = True
  if roll.shape[1] > P:
    roll[[3, 6], P + 2] = roll[0, P + 5] = roll[19, P] = True
  parts = config.data_converter.sounding_and_struck(roll)
  notes = Notes(*parts, has_onsets=roll.shape[1] > P)
  expected = {Note(0, 2, 5), Note(19, 20, 0)}
  expected |= (
    {Note(3, 6, 2), Note(6, 9, 2)} if roll.shape[1] > P else {Note(3, 9, 2)}
  )
  assert set(notes.all) == expected
  np.testing.assert_array_equal(notes.roll(), roll)
  for note in list(notes.all):
    notes.remove(note)
  assert not notes.roll().any()


def test_stretches_add_up_to_the_whole(model):
  notes = piece(model, (2, 6, 1), (4, 9, 3), (4, 5, 3), (12, 20, 0))
  judge = denoising._Judge(model, z_of(None), notes)
  total = 0.0
  for begin, end in ((0, 1), (1, 7), (7, 12), (12, 20)):
    judge.go_to(begin)
    one, _ = judge.log_p([notes.roll(begin, end)] * 2)
    total += one
  assert total == pytest.approx(log_p(model, notes.roll()), abs=1e-3)


def test_a_note_goes_where_it_is_likeliest(model):
  """Against all its places, by the whole piece's likelihood."""
  others = [(1, 3, 0), (15, 18, 4)]
  heard = Note(8, 11, 3)
  scores = {}
  for off in range(-2, 3):
    for late in (-1, 0, 1):
      moved = heard.moved(late, off)
      assert moved[:3] == (8 + late, 11 + late, 3 + off)
      share = 0.9 if off == 0 else 0.025
      roll = piece(model, *others, moved).roll()
      scores[moved] = log_p(model, roll) + np.log(share)
  notes = piece(model, *others, heard)
  rates = RATES._replace(missing=0.0)
  judge = denoising._Judge(model, z_of(None), notes)
  # The others stay: what is asked is where this one goes.
  for note in notes.all[:]:
    if note != heard:
      notes.all.remove(note)
  denoising._move(judge, notes, rates)
  assert notes.all == [max(scores, key=scores.get)]


@pytest.mark.parametrize('wrong', [0.0, 0.1])
def test_one_after_the_other(model, monkeypatch, wrong):
  """As by the whole piece's likelihood, also where some have no room."""
  monkeypatch.setattr(denoising, '_AFTERWARDS', T)
  crowd = [(2, 5, 0), (5, 7, 0), (5, 7, 4), (5, 6, 2), (9, 12, 4), (12, 14, 4)]
  notes, expected = piece(model, *crowd), piece(model, *crowd)
  rates = Rates(0.0, wrong, 1)
  for note in sorted(expected.all):
    expected.remove(note)
    scores = {}
    for off in range(-2, 3) if wrong else [0]:
      for late in (-1, 0, 1):
        moved = note.moved(late, off)
        if moved == note or expected.has_room(moved):
          roll = expected.roll_with(moved, 0, T)
          share = wrong / 4 if off else 1 - wrong
          scores[moved] = log_p(model, roll) + np.log(share)
    expected.add(max(scores, key=scores.get))
  denoising._move(denoising._Judge(model, z_of(None), notes), notes, rates)
  assert sorted(notes.all) == sorted(expected.all)
  assert sorted(notes.all) != sorted(piece(model, *crowd).all)


def test_a_note_that_nobody_heard(model):
  """It comes where it raises log p by more than being missed costs."""
  notes = piece(model, (1, 3, 0), (8, 10, 2))
  before = log_p(model, notes.roll())
  where = [(t, column) for t in range(T - 1) for column in range(P)]
  rates = Rates(0.45, 0.0, 0)
  judge = denoising._Judge(model, z_of(None), notes)
  denoising._add(judge, notes, where, rates)
  added = notes.all[2:]
  gain = log_p(model, notes.roll()) - before + len(added) * np.log(0.45)
  assert added and gain > 0.0
  # Where it cannot be missing, nothing comes.
  notes = piece(model, (1, 3, 0), (8, 10, 2))
  judge = denoising._Judge(model, z_of(None), notes)
  denoising._add(judge, notes, where, Rates(1e-300, 0.0, 0))
  assert len(notes.all) == 2


def test_a_pitch_that_the_music_never_has(made):
  """The generator moves it to one that the music has."""
  config, path = copy.deepcopy(made)
  config.hparams.corrupt_wrong = 0.1
  generator = Generator(config, path)
  decoder = generator._model.autoregressive
  never = np.zeros(config.data_converter.depth, np.float32)
  never[3::P] = -50.0
  decoder._w['b_out'] = decoder._w['b_out'] + never
  depth = config.data_converter.depth
  roll = np.zeros([T, depth], bool)
  roll[5:9, 3] = roll[12:14, 1] = True
  if depth > P:
    roll[5, P + 3] = roll[12, P + 1] = True
  made = generator.denoise_roll(roll)
  assert made.shape == roll.shape
  assert not made[:, 3].any()
  # The note is there still, a column or two off, and as long.
  moved = made[5:9, [1, 2, 4, 5]].all(axis=0)
  assert moved.sum() == 1
  assert made[:, :P].sum() == roll[:, :P].sum()


def test_silence_and_no_faults(made):
  config, path = copy.deepcopy(made)
  config.hparams.corrupt_wrong = 0.1
  generator = Generator(config, path)
  depth = config.data_converter.depth
  silent = np.zeros([T, depth], bool)
  assert not generator.denoise_roll(silent).any()


def test_a_crowd(model):
  """Notes that leave each other no room stay in order, and none is lost."""
  crowd = [(t, t + 2, c) for t in range(0, 18, 2) for c in range(P)]
  notes = piece(model, *crowd, (18, 20, 3))
  made = denoising.denoise(model, notes, z_of, RATES)
  assert made.shape == notes.roll().shape
  assert len(notes.all) >= len(crowd) + 1


class TestCommand:
  """`vrae_generate --mode=denoise`, with a model that comes along."""

  @pytest.fixture(scope='class')
  def tune(self, tmp_path_factory):
    """A scale in eighths, two of whose notes are a semitone off."""
    sequence = NoteSequence()
    sequence.tempos.add(qpm=120)
    scale = [62, 64, 66, 67, 69, 71, 73, 74] * 4
    for i, pitch in enumerate([*scale, *scale[::-1]]):
      sequence.notes.add(
        pitch=pitch + (i in (13, 42)),
        velocity=80,
        start_time=i * 0.25,
        end_time=i * 0.25 + 0.25,
      )
    sequence.total_time = 16.0
    path = tmp_path_factory.mktemp('tune') / 'tune.mid'
    midi_file.write(sequence, str(path))
    return path

  def run(self, tune, folder, *arguments):
    return run_command(
      'vrae_generate',
      '--model=tunes',
      f'--input_midis={tune}',
      f'--output_dir={folder}',
      *arguments,
    )

  def test_corrects_a_file(self, tune, tmp_path):
    result = self.run(
      tune, tmp_path, '--mode=denoise', '--faults=wrong=0.1', '--seed=1'
    )
    assert result.returncode == 0, result.stderr
    (path,) = tmp_path.iterdir()
    heard, made = (
      [
        note.pitch
        for note in sorted(
          note_seq.midi_file_to_note_sequence(str(p)).notes,
          key=lambda note: note.start_time,
        )
      ]
      for p in (tune, path)
    )
    assert [
      i for i, pair in enumerate(zip(heard, made)) if len(set(pair)) > 1
    ] == [
      13,
      42,
    ]
    assert (made[13], made[42]) == (71, 71)

  @pytest.mark.parametrize(
    'arguments, says',
    [
      (['--mode=denoise'], 'trained without faults.*--faults=missing=0.2'),
      (['--mode=denoise', '--faults=wrong=2'], 'wrong is 2.0; give a share'),
      (['--mode=denoise', '--faults=late=1'], "'late' in 'late=1' is no fault"),
      (
        ['--mode=denoise', '--faults=wrong=0.1,wrong=0.2'],
        "'wrong' in .* comes twice",
      ),
      (['--mode=denoise', '--faults=wrong=much'], "wrong is 'much'"),
      (
        ['--mode=denoise', '--faults=jitter_frames=-1'],
        'jitter_frames is -1; give 0 frames or more',
      ),
      (['--mode=denoise', '--faults=wrong=0'], '--faults=wrong=0 has none'),
      (
        ['--mode=denoise', '--faults=jitter_frames=1000000000'],
        'jitter_frames is 1000000000; mode denoise takes 16 at most',
      ),
      (['--faults=wrong=0.1', '--mode=reconstruct'], 'is for --mode=denoise'),
    ],
  )
  def test_bad_input(self, tune, tmp_path, arguments, says):
    result = self.run(tune, tmp_path / 'out', *arguments)
    assert result.returncode != 0
    (line,) = result.stderr.strip().splitlines()
    assert re.search(says, line), line
    assert not (tmp_path / 'out').exists()
