# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Flags that a mode of vrae_generate would ignore, and each piece's tempo."""

from __future__ import annotations

import os

import mido
import pytest
from conftest import run_without_tensorflow


@pytest.fixture(scope='module')
def work(tmp_path_factory):
  """A folder with a slow piece, a fast one, and things that are no pieces."""
  work = tmp_path_factory.mktemp('work')
  for name, qpm in (('slow.mid', 60), ('fast.mid', 240)):
    track = mido.MidiTrack(
      [
        mido.MetaMessage('track_name', name='melody'),
        mido.MetaMessage('set_tempo', tempo=mido.bpm2tempo(qpm)),
        mido.Message('program_change', program=80),
      ]
    )
    for i in range(32):
      note = 60 + i % 12
      track.append(mido.Message('note_on', note=note, velocity=77))
      track.append(mido.Message('note_off', note=note, time=480))
    file = mido.MidiFile(ticks_per_beat=480)
    file.tracks.append(track)
    file.save(work / name)
  (work / 'folder').mkdir()
  os.mkfifo(work / 'pipe.mid')
  return work


def generate(work, model, *flags):
  return run_without_tensorflow(
    'vrae_generate', f'--model={model}', *flags, cwd=work
  )


SLOW = '--input_midis=slow.mid'


@pytest.mark.parametrize(
  ('flags', 'says'),
  [
    (['--mode=reconstruct', SLOW, '--seconds=3'],
     '--seconds=3, but mode reconstruct makes whole pieces'),
    (['--mode=reconstruct', SLOW, '--num_frames=3'], '--num_frames=3, but'),
    (['--mode=denoise', SLOW, '--bars=3', '--faults=wrong=0.1'],
     '--bars=3, but mode denoise makes whole pieces'),
    (['--mode=reconstruct', SLOW + '@0:05'],
     "--input_midis='slow.mid@0:05' has a time, but"),
    (['--mode=reconstruct', '--input_midi_1=slow.mid@99:00'], 'has a time'),
    (['--mode=reconstruct', SLOW, '--num_outputs=3'],
     '--num_outputs=3, but mode reconstruct makes one output of each piece'),
    (['--mode=medley', SLOW, '--num_outputs=3'],
     '--num_outputs=3, but mode medley makes one output of all pieces'),
    (['--mode=attribute', SLOW, '--num_outputs=3', '--attribute=density',
      '--examples_path=slow.mid'], '--num_outputs=3, but mode attribute'),
    (['--attribute=density'], '--attribute is for --mode=attribute'),
    (['--strengths=1'], '--strengths is for --mode=attribute, not sample'),
    (['--mode=medley', '--with=slow.mid'], '--with is for --mode=attribute'),
    (['--mode=continue', SLOW + '@32.1'],
     '32.1 s lies behind its end, at 32.0 s; leave the time out'),
    (['--mode=continue', '--input_midis=folder'], "'folder' is a folder"),
    (['--mode=continue', '--input_midis=pipe.mid'], 'is not a regular file'),
    (['--mode=accompany', SLOW, '--keep=melody'],
     '--keep=melody cannot be used: this model has no groups'),
  ],
)  # fmt: skip
def test_what_a_mode_does_not_take_is_refused(work, flags, says):
  before = sorted(os.listdir(work))
  result = generate(work, 'tunes', *flags)
  assert result.returncode == 1
  (line,) = result.stderr.strip().splitlines()
  assert says in line
  assert sorted(os.listdir(work)) == before


@pytest.mark.parametrize(
  ('flags', 'says'),
  [
    (['--mode=accompany', SLOW, '--keep=meldy'],
     "--keep=meldy cannot be used: 'meldy' is no group; the groups are bass"),
    (['--mode=denoise', SLOW], 'trained without faults'),
  ],
)  # fmt: skip
def test_what_a_band_cannot_do(work, flags, says):
  result = generate(work, 'games', *flags)
  assert result.returncode == 1
  assert says in result.stderr.splitlines()[-1]
  assert not (work / 'out').exists()


@pytest.mark.parametrize(
  ('flags', 'beats'),
  [
    (['--mode=reconstruct', '--num_outputs=1'], (32, 32)),
    (['--mode=continue', '--bars=1'], (36, 36)),
    # Seconds are those of the music that they lengthen.
    (['--mode=continue', '--seconds=4'], (36, 48)),
    (['--mode=accompany', '--keep=melody', '--seconds=4'], (4, 16)),
  ],
)
def test_each_piece_has_its_own_tempo(work, tmp_path, flags, beats):
  result = generate(
    work, 'games', '--input_midis=slow.mid,fast.mid', '--seed=1',
    f'--output_dir={tmp_path}', *flags,
  )  # fmt: skip
  assert result.returncode == 0, result.stderr
  for name, qpm, length in zip(('slow', 'fast'), (60, 240), beats):
    (path,) = tmp_path.glob(f'*_{name}_games_seed1.mid')
    file = mido.MidiFile(path)
    tempos = [m.tempo for t in file.tracks for m in t if m.type == 'set_tempo']
    assert tempos == [mido.bpm2tempo(qpm)]
    assert {
      sum(m.time for m in t) / file.ticks_per_beat for t in file.tracks
    } == {length}


def test_advice_names_the_flag_that_made_it_so(work, tmp_path):
  flags = ['--num_outputs=1', '--seed=1', f'--output_dir={tmp_path}']
  result = generate(
    work, 'tunes', '--sampling=threshold', '--threshold=0', *flags
  )
  assert result.returncode == 0
  assert 'or leave out --threshold=0' in result.stderr


def test_a_vector_that_leads_nowhere_is_told_of(work, tmp_path):
  result = generate(
    work, 'tunes', '--mode=attribute', '--with=slow.mid', '--without=slow.mid',
    f'--output_dir={tmp_path}',
  )  # fmt: skip
  assert result.returncode == 0
  assert 'are the same music to the model, so nothing moves' in result.stderr
