# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What the commands say, measure and draw of a band and its music."""

from __future__ import annotations

import json

import note_seq
import numpy as np
import pytest
from conftest import run_command
from conftest import run_training

from magenta_vrae.data import examples
from magenta_vrae.data.band import BandRoll
from magenta_vrae.data.music_fit import MusicFit
from magenta_vrae.data.pitch_rolls import PianoRoll
from magenta_vrae.errors import InputError

GROUPS = ('bass:33@36-47', 'chords:0@60-71', 'drums@35-38')
BAND = BandRoll(GROUPS)


def piece_of(*rows, name=''):
  """A piece of (pitch, start, end, program) rows; program 'drum' is a drum."""
  piece = note_seq.NoteSequence(filename=name)
  for pitch, start, end, program in rows:
    is_drum = program == 'drum'
    piece.notes.add(
      pitch=pitch,
      start_time=start,
      end_time=end,
      velocity=80,
      program=0 if is_drum else program,
      instrument=9 if is_drum else program,
      is_drum=is_drum,
    )
  piece.total_time = max((row[2] for row in rows), default=0.0)
  return piece


def fit_of(*pieces, converter=BAND):
  fit = MusicFit(converter)
  for piece in pieces:
    fit.add(piece)
  return fit


class TestFit:
  def test_what_is_left_out_group_by_group(self):
    fit = fit_of(
      piece_of((40, 0, 1, 33), (20, 0, 1, 33), (60, 0, 1, 0)),
      # Two of four bass notes lack a column; a flute is of no group.
      piece_of((41, 0, 1, 33), (47, 1, 2, 33), (80, 0, 1, 73), (61, 0, 1, 0)),
    )
    assert fit.coverage == (5, 2)
    assert fit.lines() == [
      'notes left out, as their group has no column for them: bass 25.0%, '
      'chords 0.0%, drums 0.0%; as they are of no group: 14.3% of all',
      'no piece has a note of drums',
    ]

  def test_drums_that_no_group_holds(self):
    pitched = BandRoll(GROUPS[:2])
    fit = fit_of(
      piece_of((40, 0, 1, 33), (60, 0, 1, 0), (36, 0, 1, 'drum')),
      converter=pitched,
    )
    assert fit.lines() == [
      'notes left out, as their group has no column for them: bass 0.0%, '
      'chords 0.0%; as they are of no group: 33.3% of all (33.3% are drums)'
    ]

  def test_pieces_that_name_no_programs(self):
    alike = [
      piece_of((40, 0, 1, 0), (62, 0, 1, 0), name=f'{i}.mid') for i in range(5)
    ]
    named = piece_of((40, 0, 1, 33), (62, 0, 1, 0), name='named.mid')
    assert fit_of(*alike[:1], named).lines()[-1] == (
      '1 of 2 pieces names no programs, so register and polyphony split it '
      'into groups: 0.mid'
    )
    assert fit_of(named, *alike).lines()[-1] == (
      '5 of 6 pieces name no programs, so register and polyphony split them '
      'into groups: 0.mid, 1.mid, 2.mid and 2 more'
    )

  def test_pieces_that_do_not_follow_their_beats(self):
    # At 120 a minute frames are 1/8 s apart.
    free = piece_of(
      (60, 0.05, 1, 0), (61, 0.3, 1, 0), (62, 0.5, 1, 0), name='free.mid'
    )
    half = piece_of((60, 0.05, 1, 0), (61, 0.5, 1, 0), name='half.mid')
    by_beat = PianoRoll(frames_per_beat=4)
    assert fit_of(free, half, converter=by_beat).lines() == [
      '1 of 2 pieces does not follow its beats, as over half of the notes are '
      'off the grid: free.mid (67%)'
    ]
    assert fit_of(free, half, converter=PianoRoll()).lines() == []

  def test_counts_go_through_json_and_add_up(self):
    one = piece_of((40, 0.05, 1, 0), (60, 0.05, 1, 0), name='a.mid')
    two = piece_of((40, 0, 1, 33), (36, 0, 1, 'drum'), name='b.mid')
    whole = fit_of(one, two)
    added = MusicFit(BAND, json.loads(json.dumps(fit_of(one).as_dict())))
    added.merge(fit_of(two))
    assert added.as_dict() == whole.as_dict()
    assert added.lines() == whole.lines()

  @pytest.mark.parametrize(
    'rows, words',
    [
      ([], 'it has no notes'),
      (
        [(36, 0, 1, 'drum')],
        'only drum notes, and the groups bass and chords hold none; .*drums@',
      ),
      (
        [(60, 0, 1, 73), (60, 0, 1, 74)],
        'none of its 2 notes is of a program that bass and chords have',
      ),
      (
        [(90, 0, 1, 33), (20, 0, 1, 0)],
        r'none of its 2 notes is at a pitch .*\(bass 36 to 47, chords 60 to 71',
      ),
    ],
  )
  def test_why_there_is_no_window(self, rows, words):
    converter = BandRoll(GROUPS[:2])
    fit = fit_of(piece_of(*rows), converter=converter)
    error = examples.why_no_window('songs', converter, fit.coverage, fit)
    with pytest.raises(InputError, match=f"'songs' has no note.*{words}"):
      raise error
    assert '\n' not in str(error)


def band_piece(seed):
  """Eight bars: roots, triads and a beat; the beat is denser in odd pieces."""
  rng = np.random.RandomState(seed)
  rows = []
  for beat in range(32):
    t = beat / 2
    root = int(rng.choice([0, 2, 4]))
    rows.append((36 + root, t, t + 0.5, 33))
    rows += [(60 + root + k, t, t + 0.5, 0) for k in (0, 3, 7)]
    for hit in range(1 + 3 * (seed % 2)):
      rows.append((36, t + hit / 8, t + hit / 8 + 0.1, 'drum'))
  return piece_of(*rows)


class TestCommands:
  """A small band is trained for a few steps, and asked for all there is."""

  @pytest.fixture(scope='class')
  def work(self, tmp_path_factory):
    work = tmp_path_factory.mktemp('band')
    (work / 'songs').mkdir()
    for seed in range(4):
      note_seq.note_sequence_to_midi_file(
        band_piece(seed), str(work / 'songs' / f'{seed}.mid')
      )
    # A piece of one program, played freely.
    free = piece_of(*((62, 0.06 + i, 0.9 + i, 0) for i in range(12)))
    note_seq.note_sequence_to_midi_file(free, str(work / 'songs' / 'free.mid'))
    return work

  @pytest.fixture(scope='class')
  def run(self, work):
    """The finished training, and its folder."""
    result = run_training(
      '--config=vrae_band',
      f'--run_dir={work / "run"}',
      f'--examples_path={work / "songs"}',
      f'--converter=groups=[{",".join(GROUPS)}],window_frames=16,hop_frames=4',
      '--hparams=recurrence=uncompiled,'
      'batch_size=8,enc_rnn_size=[8],dec_rnn_size=[8],'
      'ar_rnn_size=[8],nade_size=8,z_size=3',
      '--num_steps=3',
      '--seed=1',
    )
    assert result.returncode == 0, result.stderr
    return result, work / 'run'

  def test_training_says_how_the_music_fits(self, run):
    lines = run[0].stdout.splitlines()
    left_out = next(line for line in lines if line.startswith('notes left out'))
    assert 'bass 0.0%, chords 0.0%, drums 0.0%' in left_out
    assert any(
      line.startswith('1 of 5 pieces names no programs') and 'free.mid' in line
      for line in lines
    )
    assert any(
      line.startswith('1 of 5 pieces does not follow its beats')
      and line.endswith('free.mid (100%)')
      for line in lines
    )

  @pytest.mark.long
  def test_likeness_and_rolls_group_by_group(self, run, work):
    folder = work / 'plots'
    result = run_command(
      'vrae_plot',
      f'--run_dir={run[1]}',
      f'--examples_path={work / "songs"}',
      f'--output_dir={folder}',
      '--figures=reconstructions,interpolation,likeness',
      '--num_windows=10',
      '--num_seeds=1',
    )
    assert result.returncode == 0, result.stderr
    names = ['reconstructions.png', 'interpolation.png', 'likeness.png']
    names += [f'likeness_{group}.png' for group in ('bass', 'chords', 'drums')]
    names += ['likeness.txt', 'likeness.json', 'blind_test.png']
    names += ['blind_test_answers.txt']
    paths = [str(folder / name) for name in names]
    lines = result.stdout.splitlines()
    assert [line for line in lines if line in paths] == paths
    for name in names:
      if name.endswith('.png'):
        assert (folder / name).read_bytes().startswith(b'\x89PNG')
    kinds = json.loads((folder / 'likeness.json').read_text())['kinds']
    assert kinds['real']['bass in chords']['mean'] == 1.0
    assert 0 <= kinds['drawn']['drums.C2ST']['mean'] <= 1
    report = (folder / 'likeness.txt').read_text(encoding='utf-8').splitlines()
    headings = [
      line for line in report if line in ('the whole band', 'bass', 'drums')
    ]
    assert headings == ['the whole band', 'bass', 'drums']
    agreement = next(ln for ln in report if ln.startswith('  bass in chords'))
    assert '100.0%' in agreement
    assert sum(line.startswith('  C2ST') for line in report) == 4

  def attribute(self, run, work, name):
    return run_command(
      'vrae_generate',
      f'--run_dir={run[1]}',
      f'--output_dir={work / "denser"}',
      '--mode=attribute',
      f'--attribute={name}',
      f'--examples_path={work / "songs"}',
      '--strengths=-1,1',
      '--num_outputs=1',
    )

  def test_an_attribute_of_a_group(self, run, work):
    result = self.attribute(run, work, 'drums.density')
    assert result.returncode == 0, result.stderr
    assert len(list((work / 'denser').glob('*.mid'))) == 2

  def test_an_unknown_group_is_one_line(self, run, work):
    result = self.attribute(run, work, 'drum.density')
    assert result.returncode == 1
    (line,) = result.stderr.strip().splitlines()
    assert "unknown group 'drum'" in line and 'did you mean drums?' in line

  def test_a_dataset_says_it_when_asked(self, work, tmp_path):
    result = run_command(
      'vrae_create_dataset',
      f'--input_dir={work / "songs"}',
      f'--output_file={tmp_path / "songs.tfrecord"}',
      '--verbose',
    )
    assert result.returncode == 0, result.stderr
    lines = [line.strip() for line in result.stdout.splitlines()]
    start = lines.index('a band of the default groups, by the beat:')
    assert lines[start + 1].startswith('notes left out')
    # One part that plays one note at a time is the melody.
    assert 'melody 0.0%' in lines[start + 1]
    assert 'free.mid' in lines[start + 2]
