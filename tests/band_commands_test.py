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
from graph_sessions import save_random_model

import magenta_vrae
from magenta_vrae import midi_file
from magenta_vrae.data.band import BandRoll
from magenta_vrae.inference.generation import Generator
from magenta_vrae.runs import run_settings

SMALL = (
  '--hparams=recurrence=uncompiled,'
  'batch_size=8,enc_rnn_size=[16],dec_rnn_size=[16],'
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
    '--num_steps=20', '--seed=1', SMALL,
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


def test_a_run_takes_tempo_and_metre_of_its_music(run):
  assert 'at 96 quarter notes a minute' in run[1]
  assert 'most bars of the music have 12 frames, so windows have 48' in run[1]
  settings = json.loads((run[0] / 'settings.json').read_text())
  assert settings['converter']['class'] == 'BandRollConverter'
  assert settings['converter']['qpm'] == pytest.approx(96)
  assert settings['converter']['window_frames'] == 48
  assert settings['hparams']['bar_frames'] == 12
  assert settings['hparams']['pitch_blocks'] == [32, 32, 48, 48, 48, 48]


def test_magentas_trained_model_knows_tempo_and_metre(run):
  model = magenta_vrae.load_trained_model(str(run[0]))
  for piece in model.sample(2, length=48):
    (metre,), (tempo,) = piece.time_signatures, piece.tempos
    assert (metre.numerator, metre.denominator, metre.time) == (3, 4, 0)
    assert tempo.qpm == pytest.approx(96)


def test_samples_are_bars_of_a_band_on_the_grid(run, tmp_path):
  (one, two) = generate(run, tmp_path, '--num_outputs=2', '--bars=8')
  for file in (one, two):
    assert set(tracks(file)) <= {'bass', 'chords', 'melody', 'drums'}
    ticks_per_frame = file.ticks_per_beat // 4
    assert all(tick % ticks_per_frame == 0 for tick in onsets(file))
    # Every track ends with the eighth bar of 3/4, the metre of the songs.
    assert length(file) == {8 * 3 * file.ticks_per_beat}
    (metre,) = [m for m in file.tracks[0] if m.type == 'time_signature']
    assert (metre.numerator, metre.denominator) == (3, 4)
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


class TestMetres:
  """A song that goes from 3/4 to 5/8 and on to 4/4, through files and back."""

  @pytest.fixture(scope='class')
  def changing(self, tmp_path_factory):
    piece = song(3)
    # 4 bars are 12 beats; 4 bars of 5/8 are 10, and 50 beats of 4/4 are left.
    for beat, top, bottom in ((12, 5, 8), (22, 4, 4)):
      time = beat * 4 * SIXTEENTH
      piece.time_signatures.add(numerator=top, denominator=bottom, time=time)
    path = tmp_path_factory.mktemp('changing') / 'c.mid'
    midi_file.write(piece, str(path))
    return path

  def signatures(self, file):
    """Beat, numerator and denominator of each."""
    found, now = [], 0
    for message in file.tracks[0]:
      now += message.time
      if message.type == 'time_signature':
        beat = now / file.ticks_per_beat
        found.append((beat, message.numerator, message.denominator))
    return found

  def test_accompany_begins_on_a_bar_line_and_follows(
    self, run, changing, tmp_path
  ):
    # Beat 9.4 is nearest to the bar line of beat 9.
    start = 9.4 * 4 * SIXTEENTH
    (file,) = generate(
      run, tmp_path, '--mode=accompany', f'--input_midis={changing}@{start}',
      '--keep=melody,drums', '--bars=7',
    )  # fmt: skip
    assert self.signatures(file) == [(0, 3, 4), (3, 5, 8), (13, 4, 4)]
    # One bar of 3/4, four of 5/8, two of 4/4.
    assert length(file) == {21 * file.ticks_per_beat}

  def test_continue_goes_on_in_the_metre_where_it_leaves(
    self, run, changing, tmp_path
  ):
    # Beat 18 is within the third bar of 5/8, which ends with beat 19.5.
    piece = f'{changing}@{18 * 4 * SIXTEENTH}'
    (file,) = generate(
      run, tmp_path, '--mode=continue', f'--input_midis={piece}', '--bars=2'
    )
    assert self.signatures(file) == [(0, 3, 4), (12, 5, 8)]
    assert length(file) == {24.5 * file.ticks_per_beat}

  def test_what_is_no_whole_bars_ends_on_a_bar_line(
    self, run, changing, tmp_path
  ):
    (file,) = generate(
      run, tmp_path, '--mode=accompany', f'--input_midis={changing}',
      '--keep=drums', '--num_frames=71',
    )  # fmt: skip
    # 17.75 beats: the third bar of 5/8.
    assert self.signatures(file) == [(0, 3, 4), (12, 5, 8)]
    assert length(file) == {19.5 * file.ticks_per_beat}


def test_each_piece_has_its_own_metre_and_instruments(run, songs, tmp_path):
  other = song(4)
  other.time_signatures[0].numerator = 2
  for note in other.notes:
    note.program = {33: 34, 73: 74, 0: 4}[note.program]
  midi_file.write(other, str(tmp_path / 'other.mid'))
  files = generate(
    run, tmp_path / 'out', '--mode=accompany', '--keep=melody', '--bars=2',
    f'--input_midis={songs / "a.mid"},{tmp_path / "other.mid"}',
  )  # fmt: skip
  programs = [
    {m.program for t in f.tracks for m in t if m.type == 'program_change'}
    for f in files
  ]
  assert programs[0] <= {0, 33, 73} and programs[1] <= {0, 4, 34, 74}
  assert 73 in programs[0] and 74 in programs[1]
  assert [length(f) for f in files] == [
    {beats * f.ticks_per_beat} for beats, f in zip((6, 4), files)
  ]


def test_what_is_kept_is_the_piece_s_own(run, tmp_path):
  """Off the grid, with its velocities and lengths, tick for tick."""
  piece = song(5)
  rng = np.random.RandomState(0)
  for note in piece.notes:
    note.start_time += rng.uniform(0, 0.4) * SIXTEENTH
    note.end_time -= rng.uniform(0, 0.4) * SIXTEENTH
    note.velocity = rng.randint(1, 128)
  path = tmp_path / 'own.mid'
  midi_file.write(piece, str(path))
  (made,) = generate(
    run, tmp_path / 'out', '--mode=accompany', f'--input_midis={path}',
    '--keep=melody,drums', '--qpm=200',
  )  # fmt: skip

  def kept(file):
    """Place in beats, pitch and velocity of the tune and the drums."""
    found = []
    for track in file.tracks[1:]:
      now = 0
      is_tune = any(getattr(m, 'program', None) == 73 for m in track)
      for message in track:
        now += message.time
        if message.type in ('note_on', 'note_off') and (
          is_tune or message.channel == 9
        ):
          row = (now / file.ticks_per_beat, message.note, message.velocity)
          found.append((is_tune, *row))
    return sorted(found)

  assert kept(made) == kept(mido.MidiFile(str(path)))
  assert len(kept(made)) == 2 * 2 * 24 * 3


def test_encode_gives_what_the_generator_does(run, songs, tmp_path):
  output = tmp_path / 'z.npz'
  result = run_command(
    'vrae_encode', f'--run_dir={run[0]}', f'--examples_path={songs}',
    f'--output={output}', '--hop_frames=24',
  )  # fmt: skip
  assert result.returncode == 0, result.stderr
  _, config = run_settings.find_config(str(run[0]))
  # Windows begin with every second bar of 3/4, 12 frames long.
  starts = np.arange(0, 24 * 12 - 48 + 1, 24)
  found = np.load(output)
  assert found['mu'].shape == found['sigma'].shape == (2 * len(starts), 4)
  np.testing.assert_allclose(
    found['start_time'], np.tile(starts * SIXTEENTH, 2), atol=1e-4
  )
  generator = Generator(config, str(run[0] / 'train' / 'model.ckpt-20'))
  windows = []
  for name in ('a.mid', 'b.mid'):
    piece = note_seq.midi_file_to_note_sequence(str(songs / name))
    roll = config.data_converter.to_roll(piece)
    windows += [roll[start : start + 48] for start in starts]
  np.testing.assert_allclose(
    found['mu'], generator.encode(windows), rtol=1e-4, atol=1e-6
  )


@pytest.mark.parametrize(
  'mode',
  [
    ['--mode=sample', '--num_outputs=2', '--bars=8'],
    ['--mode=accompany', '--keep=drums', '--bars=4', '--input_midis={a}@0:05'],
  ],
)
def test_a_bundle_makes_what_the_run_makes(run, songs, tmp_path, mode):
  bundle = tmp_path / 'band.tar.gz'
  result = run_command(
    'vrae_export', f'--run_dir={run[0]}', f'--output={bundle}'
  )
  assert result.returncode == 0, result.stderr
  arguments = [word.format(a=songs / 'a.mid') for word in mode]
  contents = []
  for model in (f'--run_dir={run[0]}', f'--checkpoint_file={bundle}'):
    folder = tmp_path / str(len(contents))
    result = run_command(
      'vrae_generate', model, f'--output_dir={folder}', '--seed=5', *arguments
    )
    assert result.returncode == 0, result.stderr
    contents.append({p.name: p.read_bytes() for p in folder.iterdir()})
  assert contents[0] and contents[0] == contents[1]


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
