# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""vrae_band through the real commands: songs of a band to music of a band."""

from __future__ import annotations

import json

import mido
import note_seq
import numpy as np
import pytest
from conftest import run_command
from conftest import run_training
from conftest import save_random_model

from magenta_vrae import midi_file
from magenta_vrae.data.band import BandRoll

SMALL = (
  '--hparams=batch_size=8,enc_rnn_size=[16],dec_rnn_size=[16],'
  'ar_rnn_size=[16],nade_size=40,z_size=4,transpose=2'
)
SIXTEENTH = 60 / 96 / 4


def song(seed, num_bars=24):
  """A song at 96 a minute in 3/4: walking bass, chords, a tune, drums."""
  rng = np.random.RandomState(seed)
  piece = note_seq.NoteSequence(ticks_per_quarter=480)
  piece.tempos.add(qpm=96)
  piece.time_signatures.add(numerator=3, denominator=4)

  def add(pitch, start, length, program, is_drum=False):
    piece.notes.add(
      pitch=int(pitch), start_time=start * SIXTEENTH,
      end_time=(start + length) * SIXTEENTH, velocity=90, program=program,
      is_drum=is_drum, instrument=9 if is_drum else program % 9,
    )  # fmt: skip

  for bar in range(num_bars):
    root, at = rng.choice([0, 5, 7]), 12 * bar
    for third in (0, 4, 7):
      add(60 + root + third, at, 12, 0)
    for beat in range(3):
      add(36 + root, at + 4 * beat, 4, 33)
      add(rng.choice([72, 74, 76, 79]), at + 4 * beat, 2, 73)
      add(36 if beat == 0 else 42, at + 4 * beat, 1, 0, is_drum=True)
  piece.total_time = 12 * num_bars * SIXTEENTH
  return piece


@pytest.fixture(scope='module')
def songs(tmp_path_factory):
  folder = tmp_path_factory.mktemp('songs')
  for seed, name in enumerate('ab'):
    midi_file.write(song(seed), str(folder / f'{name}.mid'))
  return folder


@pytest.fixture(scope='module')
def run(tmp_path_factory, songs):
  run_dir = tmp_path_factory.mktemp('run')
  result = run_training(
    '--config=vrae_band', f'--run_dir={run_dir}', f'--examples_path={songs}',
    '--num_steps=20', '--seed=1', '--converter=align=bar', SMALL,
  )  # fmt: skip
  assert result.returncode == 0, result.stderr
  return run_dir, result.stdout


def generate(run, tmp_path, *arguments):
  result = run_command(
    'vrae_generate', f'--run_dir={run[0]}', f'--output_dir={tmp_path}',
    '--seed=5', *arguments,
  )  # fmt: skip
  assert result.returncode == 0, result.stderr
  return [mido.MidiFile(str(path)) for path in sorted(tmp_path.glob('*.mid'))]


def tracks(file):
  return [track.name for track in file.tracks[1:]]


def onsets(file):
  """Every tick at which a note begins."""
  found = []
  for track in file.tracks:
    now = 0
    for message in track:
      now += message.time
      if message.type == 'note_on' and message.velocity:
        found.append(now)
  return found


def length(file):
  return {sum(message.time for message in track) for track in file.tracks}


def test_a_run_takes_the_tempo_of_its_music(run):
  assert 'at 96 quarter notes a minute' in run[1]
  settings = json.loads((run[0] / 'settings.json').read_text())
  assert settings['converter']['class'] == 'BandRollConverter'
  assert settings['converter']['qpm'] == pytest.approx(96)
  assert settings['hparams']['pitch_blocks'] == [32, 32, 48, 48, 48, 48]


def test_samples_are_bars_of_a_band_on_the_grid(run, tmp_path):
  (one, two) = generate(run, tmp_path, '--num_outputs=2', '--bars=8')
  for file in (one, two):
    assert set(tracks(file)) <= {'bass', 'chords', 'melody', 'drums'}
    ticks_per_frame = file.ticks_per_beat // 4
    assert all(tick % ticks_per_frame == 0 for tick in onsets(file))
    # Every track ends with the eighth bar of 4/4.
    assert length(file) == {8 * 4 * file.ticks_per_beat}
    (tempo,) = [m for m in file.tracks[0] if m.type == 'set_tempo']
    assert mido.tempo2bpm(tempo.tempo) == pytest.approx(96, abs=0.01)


def test_music_of_a_piece_has_its_metre_and_tempo(run, songs, tmp_path):
  arguments = ['--mode=continue', f'--input_midis={songs / "a.mid"}@0:10']
  (file,) = generate(run, tmp_path, *arguments, '--bars=4')
  messages = {m.type: m for m in file.tracks[0]}
  assert messages['time_signature'].numerator == 3
  # 10 s at 96 a minute are 16 beats; 4 bars of 3/4 follow, and a bar ends.
  assert length(file) == {30 * file.ticks_per_beat}
  (slow,) = generate(run, tmp_path / 'slow', *arguments, '--bars=4', '--qpm=48')
  (tempo,) = [m for m in slow.tracks[0] if m.type == 'set_tempo']
  assert mido.tempo2bpm(tempo.tempo) == pytest.approx(48, abs=0.01)
  assert onsets(slow) == onsets(file)


def test_accompany_keeps_what_it_is_told(run, songs, tmp_path):
  piece = songs / 'b.mid'
  generate(
    run, tmp_path, '--mode=accompany', f'--input_midis={piece}',
    '--keep=melody,drums',
  )  # fmt: skip
  (path,) = tmp_path.glob('accompany_b_*.mid')
  made, given = (
    BandRoll().to_roll(note_seq.midi_file_to_note_sequence(str(p)))
    for p in (path, piece)
  )
  frames = min(len(made), len(given))
  programs = {
    n.program
    for n in note_seq.midi_file_to_note_sequence(str(path)).notes
    if not n.is_drum
  }
  # The tune's flute stays a flute.
  assert 73 in programs and programs <= {0, 33, 73}
  for part in BandRoll().parts:
    same = np.array_equal(
      made[:frames, part.columns], given[:frames, part.columns]
    )
    assert same == (part.group.name in ('melody', 'drums'))


@pytest.mark.parametrize(
  'arguments, words',
  [
    (['--mode=accompany', '--input_midis=a.mid'], '--keep'),
    (['--keep=bass'], 'for --mode=accompany'),
    (['--bars=2', '--seconds=3'], 'one of --seconds and --bars'),
  ],
)
def test_flags_that_do_not_go_together(run, songs, arguments, words):
  result = run_command(
    'vrae_generate', f'--run_dir={run[0]}', *arguments, cwd=songs
  )
  assert result.returncode == 1
  assert words in result.stderr and result.stderr.count('\n') == 1


def test_the_clock_has_no_bars(tmp_path):
  path = tmp_path / 'model.ckpt-3'

  hparams = 'enc_rnn_size=[4],dec_rnn_size=[4]'
  save_random_model(hparams, str(path))
  for flag in ('--bars=2', '--qpm=90'):
    result = run_command(
      'vrae_generate', f'--checkpoint_file={path}', '--config=vrae_2d',
      f'--hparams={hparams}', flag, f'--output_dir={tmp_path / "out"}',
    )  # fmt: skip
    assert result.returncode == 1 and 'frames_per_beat=4' in result.stderr
  assert not (tmp_path / 'out').exists()
