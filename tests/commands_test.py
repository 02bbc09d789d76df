# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The real console scripts, from music files to music files."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys

import note_seq
import psutil
import pytest
import tensorflow.compat.v1 as tf
from broken_music import NOTE
from broken_music import midi
from conftest import CORPUS
from conftest import run_command
from conftest import run_script
from conftest import run_training
from conftest import run_with_tensorflow

from magenta_vrae.data import examples

# Small enough to train in seconds; the path through the commands is the same.
# XLA compiles for seconds, which the paper's flag files show.
SMALL = (
  '--hparams=batch_size=8,enc_rnn_size=[16],dec_rnn_size=[16],'
  'recurrence=uncompiled'
)

FLAGFILES = sorted((pathlib.Path(__file__).parent.parent / 'configs').iterdir())

ABC_TUNE = """X:1
T:A scale
M:4/4
L:1/4
K:C
CDEF|GABc|cBAG|FEDC|
"""


@pytest.fixture(scope='module')
def work(tmp_path_factory):
  """A folder with songs/ of every kind, some bad, and two short MIDI files."""
  work = tmp_path_factory.mktemp('work')
  songs = work / 'songs'
  (songs / 'inner').mkdir(parents=True)
  shutil.copy(CORPUS / 'joplin/maple_leaf_rag.mxl', songs / 'rag.mxl')
  shutil.copy(CORPUS / 'schubert/Lindenbaum.xml', songs / 'song.xml')
  (songs / 'scale.abc').write_text(ABC_TUNE)
  rag = note_seq.musicxml_file_to_sequence_proto(str(songs / 'rag.mxl'))
  note_seq.note_sequence_to_midi_file(rag, str(songs / 'inner/rag.mid'))
  (songs / 'cut.mid').write_bytes((songs / 'inner/rag.mid').read_bytes()[:100])
  (songs / 'empty.mid').write_bytes(b'')
  note_seq.note_sequence_to_midi_file(
    note_seq.NoteSequence(ticks_per_quarter=220), str(songs / 'silent.mid')
  )
  (songs / 'readme.txt').write_text('no music')
  for name, start in (('a.mid', 0), ('b.mid', 40)):
    window = note_seq.extract_subsequence(rag, start, start + 2.5)
    note_seq.note_sequence_to_midi_file(window, str(work / name))
  return work


@pytest.fixture(scope='module')
def dataset(work):
  result = run_command(
    'vrae_create_dataset',
    f'--input_dir={work}/songs',
    f'--output_file={work}/songs.tfrecord',
  )
  return result, work / 'songs.tfrecord'


@pytest.fixture(scope='module')
def trained(work, dataset):
  """vrae_train for 12 steps, and on to 20, which needs no config."""
  results = [
    run_training(
      f'--run_dir={work}/run',
      f'--examples_path={dataset[1]}',
      f'--num_steps={steps}',
      *settings,
    )
    for steps, settings in ((12, ['--config=vrae_2d', SMALL]), (20, []))
  ]
  return results, work / 'run'


def one_line(result, *says):
  """Asserts that a command failed with one clear line."""
  assert result.returncode == 1, result.stderr
  (line,) = result.stderr.strip().splitlines()
  for words in says:
    assert words in line, line
  assert 'Traceback' not in result.stderr


class TestCreateDataset:
  def test_good_files_arrive_and_bad_ones_are_named(self, dataset):
    result, path = dataset
    assert result.returncode == 3, result.stderr
    lines = result.stderr.splitlines()
    for name in ('cut.mid', 'empty.mid', 'silent.mid'):
      (line,) = [line for line in lines if name in line]
      assert line.startswith('skipped')
    pieces = list(examples.read_examples(str(path)))
    assert {piece.filename for piece in pieces} == {
      'inner/rag.mid',
      'rag.mxl',
      'scale.abc',
      'song.xml',
    }
    assert all(piece.collection_name == 'songs' for piece in pieces)
    assert len({piece.id for piece in pieces}) == 4
    assert '4 pieces from 4 of 7 files, 3 skipped' in result.stdout
    assert 'readme.txt' not in result.stderr
    assert not list(path.parent.glob('*.partial'))
    assert not list(path.parent.glob('.*'))

  def test_says_how_much_is_kept_in_few_lines(self, dataset):
    first, second, last = dataset[0].stdout.splitlines()
    pieces = list(examples.read_examples(str(dataset[1])))
    pitches = [note.pitch for piece in pieces for note in piece.notes]
    share = sum(36 <= pitch <= 84 for pitch in pitches) / len(pitches)
    assert f'{share:.1%} of {len(pitches)} notes are from C2 to C6' in first
    assert second == 'drums: no notes'
    minutes = sum(piece.total_time for piece in pieces) / 60
    assert f'{len(pitches)} notes, {minutes:.1f} minutes' in last

  def test_verbose_prints_how_often_each_pitch_occurs(self, work, tmp_path):
    result = run_command(
      'vrae_create_dataset',
      f'--input_dir={work}/songs/inner',
      f'--output_file={tmp_path}/out.tfrecord',
      '--verbose',
    )
    assert result.returncode == 0, result.stderr
    assert '1581 pitched notes\noctave      C     C#' in result.stdout
    assert 'in 36-84, the default:' in result.stdout
    assert 'the best 49 in a row:' in result.stdout
    assert 'the 49 most used:' in result.stdout

  def test_is_what_magenta_writes(self, work, tmp_path):
    """The same music as Magenta's own command, of a MIDI file that is sound."""
    songs = work / 'songs' / 'inner'
    records = []
    for command in ('vrae_create_dataset', 'convert_dir_to_note_sequences'):
      path = tmp_path / command
      result = run_command(
        command, f'--input_dir={songs}', f'--output_file={path}'
      )
      assert result.returncode == 0, result.stderr
      (record,) = tf.python_io.tf_record_iterator(str(path))
      records.append(note_seq.NoteSequence.FromString(record))
    ours, theirs = records
    for name in ('id', 'filename', 'collection_name', 'ticks_per_quarter'):
      assert getattr(ours, name) == getattr(theirs, name)

    def notes(sequence):
      return sorted(
        (n.pitch, round(n.start_time, 6), round(n.end_time, 6), n.velocity)
        + (n.program, n.is_drum)
        for n in sequence.notes
      )

    assert notes(ours) == notes(theirs)
    assert ours.total_time == pytest.approx(theirs.total_time)

  def test_flags_are_magentas(self, tmp_path):
    """Name, kind, default and words of the flags that we define ourselves."""
    program = tmp_path / 'program.py'
    program.write_text("""
import importlib, json, sys
from absl import flags
module = importlib.import_module(sys.argv[1])
names = ('input_dir', 'output_file', 'recursive', 'log')
found = [flags.FLAGS[name] for name in names]
print(json.dumps([[f.name, f.flag_type(), f.help] for f in found]))
print(json.dumps([f.default for f in found]))
""")
    definitions = []
    for module in (
      'magenta_vrae.commands.vrae_create_dataset',
      'magenta.scripts.convert_dir_to_note_sequences',
    ):
      result = run_script(program, module)
      assert result.returncode == 0, result.stderr
      definitions.append(result.stdout.splitlines())
    assert definitions[0][0] == definitions[1][0]
    ours, theirs = (json.loads(defaults) for _, defaults in definitions)
    assert theirs == [None, None, False, 'INFO']
    # docs/commands.md tells of these.
    assert ours == [None, None, True, 'ERROR']

  def test_reads_music_without_tensorflow(self):
    program = (
      'import sys; from magenta_vrae.data import dask_engine, shards; '
      'assert shards.write_all and dask_engine.write_all; '
      'print([m for m in ("tensorflow", "magenta.common") if m in sys.modules])'
    )
    result = subprocess.run(
      [sys.executable, '-c', program], capture_output=True, text=True
    )
    assert (result.stdout, result.returncode) == ('[]\n', 0), result.stderr

  def test_an_interrupt_ends_all_at_once(self, tmp_path):
    songs = tmp_path / 'songs'
    songs.mkdir()
    (songs / 'a.mid').write_bytes(midi(NOTE * 5))
    for name in 'bcdefgh':
      # Each takes long to parse.
      (songs / f'{name}.mid').write_bytes(midi(NOTE * 190000))
    (tmp_path / 'out.tfrecord').write_bytes(b'old')
    command = subprocess.Popen(
      [
        pathlib.Path(sys.executable).parent / 'vrae_create_dataset',
        f'--input_dir={songs}',
        f'--output_file={tmp_path}/out.tfrecord',
      ],
      stderr=subprocess.PIPE,
      text=True,
    )
    assert 'a.mid: 5 notes' in command.stderr.readline()
    parsers = psutil.Process(command.pid).children()
    command.send_signal(signal.SIGINT)
    rest = command.stderr.read().strip().splitlines()
    assert rest[-1] == 'vrae_create_dataset: interrupted'
    # A piece that was read just before is named; none is called bad.
    assert not [line for line in rest if 'skipped' in line or 'Trace' in line]
    assert command.wait() == 130
    assert parsers and not any(parser.is_running() for parser in parsers)
    assert (tmp_path / 'out.tfrecord').read_bytes() == b'old'
    assert {path.name for path in tmp_path.iterdir()} == {
      'songs',
      'out.tfrecord',
    }

  def test_a_name_that_is_no_utf8_is_read_and_shown(self, tmp_path):
    songs = os.fsencode(tmp_path / 'songs')
    os.mkdir(songs)
    for name in (b'\xe4.mid', b'\xf6.mid', b'z\n\x1b[2J.mid'):
      with open(os.path.join(songs, name), 'wb') as file:
        file.write(midi(NOTE) if name != b'\xf6.mid' else b'bad')
    result = run_command(
      'vrae_create_dataset',
      f'--input_dir={tmp_path}/songs',
      f'--output_file={tmp_path}/out.tfrecord',
    )
    assert result.returncode == 3, result.stderr
    # Where the machine is busy, how far it is comes between them.
    lines = [s for s in result.stderr.splitlines() if 'mid: ' in s]
    assert r'skipped  \xf6.mid: it is not a MIDI' in lines[2]
    assert lines[0].startswith(r'read     z\n\x1b[2J.mid: 1 note, ')
    assert lines[1].startswith(r'read     \xe4.mid: 1 note, ')
    pieces = list(examples.read_examples(f'{tmp_path}/out.tfrecord'))
    names = [piece.filename for piece in pieces]
    assert names == ['z\n\x1b[2J.mid', r'\xe4.mid']
    assert len({piece.id for piece in pieces}) == 2

  @pytest.mark.parametrize(
    'flags, says',
    [
      ('--output_file={work}/songs', 'is a folder'),
      ('--output_file={work}/a.mid/out', "a.mid' is a file"),
      ('--output_file=/dev/null', 'not a regular file'),
      ('--output_file={work}/a.mid/out --num_shards=2', "a.mid' is a file"),
      ('--output_file={work}/out --limits=note=5', "'note' in --limits"),
      ('--output_file={work}/out --log=LOUD', '--log=LOUD'),
      ('--output_file={work}/out --num_shards=0', 'num_shards'),
    ],
  )
  def test_bad_flags_cost_no_reading(self, work, flags, says):
    before = sorted(work.iterdir())
    result = run_command(
      'vrae_create_dataset',
      f'--input_dir={work}/songs',
      *flags.replace('{work}', str(work)).split(),
    )
    assert result.returncode == 1
    assert says in result.stderr and 'Traceback' not in result.stderr
    assert 'read  ' not in result.stderr
    assert sorted(work.iterdir()) == before

  def test_folder_without_music(self, tmp_path):
    (tmp_path / 'readme.txt').write_text('no music')
    result = run_command(
      'vrae_create_dataset',
      f'--input_dir={tmp_path}',
      f'--output_file={tmp_path}/out.tfrecord',
    )
    one_line(result, 'no music in', '.mid')
    assert not (tmp_path / 'out.tfrecord').exists()

  def test_only_bad_files_leave_the_old_output(self, tmp_path):
    (tmp_path / 'bad.mid').write_bytes(b'bad')
    (tmp_path / 'out.tfrecord').write_bytes(b'old')
    result = run_command(
      'vrae_create_dataset',
      f'--input_dir={tmp_path}',
      f'--output_file={tmp_path}/out.tfrecord',
    )
    assert result.returncode == 1
    assert 'could be read' in result.stderr.splitlines()[-1]
    assert (tmp_path / 'out.tfrecord').read_bytes() == b'old'


class TestTrain:
  def test_trains_and_resumes(self, trained):
    (first, second), run_dir = trained
    for result in (first, second):
      assert result.returncode == 0, result.stderr
    assert 'step 12/12' in first.stderr
    assert 'step 20/20' in second.stderr
    assert 'bound/step -' in second.stderr
    checkpoint = tf.train.latest_checkpoint(str(run_dir / 'train'))
    assert checkpoint.endswith('model.ckpt-20')
    names = {name for name, _ in tf.train.list_variables(checkpoint)}
    assert {
      'encoder/W_enc',
      'encoder/W_in',
      'encoder/b_enc',
      'encoder/W_mu',
      'encoder/b_mu',
      'encoder/W_sigma',
      'encoder/b_sigma',
      'decoder/W_z',
      'decoder/b_z',
      'decoder/W_dec',
      'decoder/W_x',
      'decoder/b_dec',
      'decoder/W_out',
      'decoder/b_out',
    } <= names

  def test_a_finished_run_is_left_alone(self, trained, dataset, work):
    """The same command again; it used to train one step more."""
    before = sorted((work / 'run/train').iterdir())
    result = run_training(
      f'--run_dir={work}/run',
      f'--examples_path={dataset[1]}',
      '--num_steps=20',
    )
    assert result.returncode == 0, result.stderr
    assert 'already done' in result.stdout and 'step 20 of 20' in result.stdout
    assert sorted((work / 'run/train').iterdir()) == before

  def test_trains_on_a_folder_of_music(self, work, tmp_path):
    result = run_training(
      '--config=vrae_2d',
      f'--run_dir={tmp_path}/run',
      f'--examples_path={work}/songs/inner',
      '--num_steps=2',
      SMALL,
    )
    assert result.returncode == 0, result.stderr
    assert '1 piece' in result.stdout
    settings = json.loads((tmp_path / 'run/settings.json').read_text())
    assert settings['dataset']['examples_path'] == f'{work}/songs/inner'

  @pytest.mark.parametrize(
    ('config', 'says'),
    [('vrae_drums_20d', 'no drum notes'), ('vrae_2d', 'only drum notes')],
  )
  def test_music_of_the_other_kind_is_named(self, work, tmp_path, config, says):
    piece = note_seq.NoteSequence(ticks_per_quarter=220)
    is_drum = config == 'vrae_2d'
    for i in range(40):
      piece.notes.add(
        pitch=40, velocity=80, start_time=i, end_time=i + 1, is_drum=is_drum
      )
    piece.total_time = 40.0
    note_seq.note_sequence_to_midi_file(piece, str(tmp_path / 'a.mid'))
    result = run_training(
      f'--config={config}',
      f'--run_dir={tmp_path}/run',
      f'--examples_path={tmp_path}/a.mid',
    )
    assert result.returncode == 1
    assert says in result.stderr.splitlines()[-1]
    assert not (tmp_path / 'run').exists()

  def test_summaries(self, trained):
    _, run_dir = trained
    tags = set()
    for path in (run_dir / 'train').glob('events*'):
      for event in tf.train.summary_iterator(str(path)):
        tags |= {value.tag for value in event.summary.value}
    assert {
      'bound/per_time_step',
      'bound/reconstruction_per_time_step',
      'bound/kl',
      'metrics/precision',
      'metrics/recall',
      'metrics/f1',
      'loss',
      'losses/r_loss',
      'losses/kl_loss',
      'learning_rate',
    } <= tags

  def test_reports_what_the_converter_drops(self, trained):
    (first, _), _ = trained
    assert '4 pieces' in first.stdout
    assert 'without a column' in first.stdout

  def test_evaluates_once(self, trained, dataset, work):
    result = run_training(
      '--config=vrae_2d',
      '--mode=eval',
      '--eval_once',
      f'--run_dir={work}/run',
      f'--examples_path={dataset[1]}',
      SMALL,
    )
    assert result.returncode == 0, result.stderr
    metrics = dict(
      line.split() for line in result.stdout.splitlines() if '/' in line[:20]
    )
    bound = float(metrics['bound/per_time_step'])
    kl = float(metrics['bound/kl'])
    rebuilt = float(metrics['bound/reconstruction_per_time_step']) - kl / 50
    assert bound == pytest.approx(rebuilt, abs=1e-3)
    assert {'metrics/precision', 'metrics/recall', 'metrics/f1'} <= set(metrics)

  @pytest.mark.parametrize(
    'path',
    [
      FLAGFILES[0],
      *(pytest.param(p, marks=pytest.mark.long) for p in FLAGFILES[1:]),
    ],
    ids=lambda path: path.name,
  )
  def test_the_papers_flagfiles_run(self, dataset, tmp_path, path):
    result = run_training(
      f'--flagfile={path}',
      f'--run_dir={tmp_path}/run',
      f'--examples_path={dataset[1]}',
      '--num_steps=2',
    )
    assert result.returncode == 0, result.stderr
    checkpoint = tf.train.latest_checkpoint(f'{tmp_path}/run/train')
    shapes = dict(tf.train.list_variables(checkpoint))
    assert shapes['encoder/W_enc'] == shapes['decoder/W_dec'] == [500, 500]
    assert shapes['decoder/W_out'] == [500, 49]

  def test_resuming_with_another_size_is_refused(self, trained, dataset, work):
    result = run_training(
      '--config=vrae_2d',
      f'--run_dir={work}/run',
      f'--examples_path={dataset[1]}',
      '--num_steps=30',
      '--hparams=batch_size=8,enc_rnn_size=[17],dec_rnn_size=[16]',
    )
    one_line(result, 'enc_rnn_size=[17]', 'enc_rnn_size=[16]')

  def test_stock_config_trains_and_samples(self, dataset, work):
    """Which ends the process on TF 2.18 to 2.21 without our mending."""
    small = '--hparams=batch_size=2,enc_rnn_size=[8],dec_rnn_size=[8],z_size=4'
    result = run_training(
      '--config=cat-mel_2bar_small',
      f'--run_dir={work}/stock',
      f'--examples_path={dataset[1]}',
      '--num_steps=3',
      small,
    )
    assert result.returncode == 0, result.stderr
    assert 'step 3/3' in result.stderr and 'loss' in result.stderr
    result = run_with_tensorflow(
      'vrae_generate',
      '--config=cat-mel_2bar_small',
      f'--run_dir={work}/stock',
      f'--output_dir={work}/stock_out',
      '--num_outputs=2',
      small,
    )
    assert result.returncode == 0, result.stderr
    assert len(list((work / 'stock_out').glob('*.mid'))) == 2

  @pytest.mark.parametrize(
    'flags, says',
    [
      ({'config': 'vrae_20'}, ['vrae_20d']),
      (
        {'examples_path': 'nowhere.tfrecord'},
        ['nowhere', 'vrae_create_dataset'],
      ),
      ({'examples_path': '{empty}'}, ['no NoteSequence']),
      ({'examples_path': '{broken}'}, ['not a whole TFRecord']),
      ({'hparams': 'batch_size=5000'}, ['5000', 'batch_size', 'windows']),
      (
        {'hparams': 'batch_size=0'},
        ['batch_size is 0; give a number from 1 to 1000000'],
      ),
      (
        {
          'hparams': 'batch_size=8,learning_rate_schedule=linear,'
          'schedule_steps=0'
        },
        ['schedule_steps is 0; give a number, 1 or more'],
      ),
      ({'run_dir': ''}, ['--run_dir is required']),
      ({'mode': 'eval', 'eval_once': 'true'}, ['no checkpoint']),
    ],
  )
  def test_bad_input(self, dataset, tmp_path, flags, says):
    empty, broken = tmp_path / 'empty.tfrecord', tmp_path / 'broken.tfrecord'
    empty.write_bytes(b'')
    broken.write_bytes(dataset[1].read_bytes()[:500])
    flags = {
      'config': 'vrae_2d',
      'run_dir': f'{tmp_path}/run',
      'examples_path': dataset[1],
      'hparams': 'batch_size=8',
      **flags,
    }
    arguments = [f'--{name}={value}' for name, value in flags.items()]
    arguments = [
      a.replace('{empty}', str(empty)).replace('{broken}', str(broken))
      for a in arguments
    ]
    one_line(run_training(*arguments), *says)
    assert not (tmp_path / 'run').exists()


class TestGenerate:
  def test_denoises_whole_pieces(self, trained, work):
    result = run_command(
      'vrae_generate',
      f'--run_dir={work}/run',
      f'--output_dir={work}/denoised',
      '--mode=denoise',
      f'--input_midis={work}/a.mid',
      '--threshold=0',
    )
    assert result.returncode == 0, result.stderr
    (path,) = (work / 'denoised').glob('denoise_a_vrae_2d_seed*.mid')
    made = note_seq.midi_file_to_note_sequence(str(path))
    # Every pitch for as long as the piece lasts.
    assert len(made.notes) == 49
    assert made.total_time == pytest.approx(2.5, abs=0.06)

  @pytest.mark.parametrize('by_sets', [False, True], ids=['measured', 'sets'])
  def test_attributes(self, trained, dataset, work, tmp_path, by_sets):
    """Seeded, strength 0 is what sample makes."""
    flags = (
      [f'--without={work}/songs', f'--with={dataset[1]}']
      if by_sets
      else ['--attribute=pitch', f'--examples_path={work}/songs']
    )
    shared = [f'--run_dir={work}/run', '--seed=4', '--threshold=0.2']
    for arguments in (
      ['--mode=sample', f'--output_dir={tmp_path}/a', '--num_outputs=2'],
      [
        '--mode=attribute',
        f'--output_dir={tmp_path}/b',
        '--num_outputs=2',
        '--strengths=-5,0,5',
        *flags,
      ],
    ):
      result = run_command('vrae_generate', *shared, *arguments)
      assert result.returncode == 0, result.stderr
    samples = sorted((tmp_path / 'a').glob('*.mid'))
    what = f'to_{dataset[1].stem}' if by_sets else 'pitch'
    names = f'attribute_{what}_vrae_2d_seed4_*of6.mid'
    moved = sorted((tmp_path / 'b').glob(names))
    assert (len(samples), len(moved)) == (2, 6)
    for sample, still in zip(samples, moved[1::3]):
      assert sample.read_bytes() == still.read_bytes()

  @pytest.mark.parametrize(
    'arguments, says',
    [
      ([], ['--attribute and --examples_path', '--without and --with']),
      (['--attribute=pitch'], ['--examples_path is required']),
      (
        ['--attribute=pitch', '--examples_path={songs}', '--strengths=1,much'],
        ['--strengths=1,much'],
      ),
      (['--without={songs}', '--with=nowhere'], ['nowhere']),
    ],
    ids=['none', 'no music', 'strengths', 'nowhere'],
  )
  def test_attributes_bad_input(self, trained, work, tmp_path, arguments, says):
    result = run_command(
      'vrae_generate',
      f'--run_dir={work}/run',
      f'--output_dir={tmp_path}/out',
      '--mode=attribute',
      *(a.replace('{songs}', str(work / 'songs')) for a in arguments),
    )
    assert result.returncode == 1
    for words in says:
      assert words in result.stderr.splitlines()[-1], result.stderr
    assert not (tmp_path / 'out').exists()

  def generate(self, work, *arguments, config='vrae_2d'):
    return run_command(
      'vrae_generate',
      f'--config={config}',
      SMALL,
      f'--output_dir={work}/out',
      *arguments,
    )

  def test_samples(self, trained, work):
    result = run_command(
      'vrae_generate',
      f'--run_dir={work}/run',
      f'--output_dir={work}/out',
      '--num_outputs=3',
    )
    assert result.returncode == 0, result.stderr
    files = list((work / 'out').glob('sample_vrae_2d_seed*of3.mid'))
    assert len(files) == 3
    for file in files:
      note_seq.midi_file_to_note_sequence(str(file))

  def test_a_seed_repeats_and_wav_sounds(self, trained, work, tmp_path):
    made = []
    for name in ('one', 'two'):
      result = run_command(
        'vrae_generate',
        f'--run_dir={work}/run',
        f'--output_dir={tmp_path}/{name}',
        '--num_outputs=2',
        '--seed=5',
        '--sampling=bernoulli',
        '--wav',
      )
      assert result.returncode == 0, result.stderr
      assert len(list((tmp_path / name).glob('*.wav'))) == 2
      files = sorted((tmp_path / name).glob('*.mid'))
      made.append([file.read_bytes() for file in files])
    assert made[0] == made[1]
    assert made[0][0] != made[0][1]

  @pytest.mark.parametrize(
    'arguments, num_frames',
    [
      (['--num_frames=1000'], 1000),
      (
        ['--input_midis={work}/a.mid,{songs}/rag.mxl@12.5', '--num_frames=130'],
        130,
      ),
      (['--mode=reconstruct', '--input_midis={work}/a.mid'], 50),
    ],
  )
  def test_medleys_and_reconstructions(
    self, trained, work, tmp_path, arguments, num_frames
  ):
    arguments = [
      a.replace('{work}', str(work)).replace('{songs}', f'{work}/songs')
      for a in arguments
    ]
    result = run_command(
      'vrae_generate',
      f'--run_dir={work}/run',
      f'--output_dir={tmp_path}',
      '--mode=medley',
      '--sampling=bernoulli',
      *arguments,
    )
    assert result.returncode == 0, result.stderr
    (file,) = tmp_path.glob('*.mid')
    piece = note_seq.midi_file_to_note_sequence(str(file))
    # A model of a few steps draws notes in every frame to the last.
    assert piece.total_time == pytest.approx(num_frames / 20, abs=0.01)

  @pytest.mark.parametrize('second', ['b.mid', 'a.mid'])
  def test_interpolates(self, trained, work, second, tmp_path):
    """Also from a song to itself, where Magenta's slerp divides by zero."""
    result = run_command(
      'vrae_generate',
      '--config=vrae_2d',
      SMALL,
      f'--run_dir={work}/run',
      f'--output_dir={tmp_path}',
      '--mode=interpolate',
      f'--input_midi_1={work}/a.mid',
      f'--input_midi_2={work}/{second}',
      '--num_outputs=4',
    )
    assert result.returncode == 0, result.stderr
    assert 'RuntimeWarning' not in result.stderr
    to = f'a_to_{second[0]}'
    assert len(list(tmp_path.glob(f'morph_{to}_vrae_2d_seed*_?of4.mid'))) == 4
    assert len(list(tmp_path.glob(f'morph_{to}_vrae_2d_seed*_all.mid'))) == 1

  @pytest.mark.parametrize('config', ['vrae_20d', 'vrae_2d_gru'])
  def test_a_checkpoint_of_another_config_is_refused(
    self, trained, work, config, tmp_path
  ):
    result = self.generate(tmp_path, f'--run_dir={work}/run', config=config)
    one_line(result, config, 'trained as vrae_2d')
    result = self.generate(
      tmp_path,
      f'--checkpoint_file={work}/run/train/model.ckpt-20',
      config=config,
    )
    one_line(result, 'sized [', 'the config makes it', 'hparams')

  @pytest.mark.parametrize(
    'arguments, says',
    [
      (['--run_dir=nowhere'], ['no checkpoint', 'nowhere']),
      (['--checkpoint_file=nowhere.ckpt'], ['no checkpoint', 'nowhere.ckpt']),
      ([], ['--run_dir', '--checkpoint_file']),
      (
        ['--config=', '--checkpoint_file={run}/train/model.ckpt-20'],
        ['--config is required'],
      ),
      (['--run_dir={run}', '--mode=compose'], ['compose', 'interpolate']),
      (['--run_dir={run}', '--mode=interpolate'], ['--input_midi_1', 'medley']),
      (['--run_dir={run}', '--mode=reconstruct'], ['--input_midis']),
      (['--run_dir={run}', '--num_frames=2000000'], ['24 hours', '1728000']),
      (['--run_dir={run}', '--seconds=1e308'], ['24 hours', '1728000']),
      (['--run_dir={run}', '--seconds=inf'], ['--seconds=inf', 'finite']),
      (['--run_dir={run}', f'--bars={10**400}'], ['--bars is beyond']),
      (
        [
          '--run_dir={run}',
          '--mode=medley',
          '--input_midis={songs}/rag.mxl@200',
        ],
        ['rag.mxl@200', 'outside the piece'],
      ),
      (
        [
          '--run_dir={run}',
          '--mode=interpolate',
          '--input_midi_1={songs}/x.mid',
          '--input_midi_2={songs}/x.mid',
        ],
        ['input_midi_1', 'does not exist'],
      ),
      (
        [
          '--run_dir={run}',
          '--mode=interpolate',
          '--input_midi_1={songs}/silent.mid',
          '--input_midi_2={songs}/silent.mid',
        ],
        ['input_midi_1', 'no notes'],
      ),
    ],
  )
  def test_bad_input(self, trained, work, arguments, says, tmp_path):
    arguments = [
      a.replace('{run}', f'{work}/run').replace('{songs}', f'{work}/songs')
      for a in arguments
    ]
    one_line(self.generate(tmp_path, *arguments), *says)
    assert not list(pathlib.Path(tmp_path).iterdir())


class TestPlot:
  def plot(self, work, dataset, output_dir, *arguments):
    return run_command(
      'vrae_plot',
      f'--run_dir={work}/run',
      f'--examples_path={dataset[1]}',
      f'--output_dir={output_dir}',
      *arguments,
    )

  def test_draws_all_figures(self, trained, dataset, work, tmp_path):
    result = self.plot(work, dataset, tmp_path / 'plots', '--grid_size=3')
    assert result.returncode == 0, result.stderr
    names = {path.name for path in (tmp_path / 'plots').iterdir()}
    assert names == {
      'bound.png',
      'latent.png',
      'reconstructions.png',
      'interpolation.png',
      'plane.png',
    }

  def test_bad_input(self, trained, dataset, work, tmp_path):
    result = self.plot(work, dataset, tmp_path / 'plots', '--figures=plan')
    one_line(result, "['plan']", 'latent')
    assert not (tmp_path / 'plots').exists()
    result = self.plot(tmp_path, dataset, tmp_path / 'plots')
    one_line(result, '--config', 'settings.json')
