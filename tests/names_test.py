# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Names of files and folders as people give them, in every flag."""

from __future__ import annotations

import csv
import os
import sys

import pytest
from broken_music import NOTE
from broken_music import midi
from conftest import run_command
from conftest import run_training

from magenta_vrae.commands import path_list
from magenta_vrae.data import records
from magenta_vrae.errors import InputError

ODD = 'so[n]gs, *?@1:30'
SONG = midi(NOTE * 200)
SMALL = (
  'recurrence=uncompiled,enc_rnn_size=[8],dec_rnn_size=[8],max_seq_len=10,'
  'batch_size=4'
)


@pytest.fixture(scope='module')
def work(tmp_path_factory):
  """A folder with music of odd names, and a dataset and a run of it."""
  work = tmp_path_factory.mktemp('o[d]d, *?')
  (work / ODD).mkdir()
  for name in ('a,b[c]*@d.mid', '-x.mid', 'p,q.mid'):
    (work / ODD / name).write_bytes(SONG)
  if sys.platform == 'linux':
    with open(os.fsencode(work / ODD) + b'/n\xe9.mid', 'wb') as file:
      file.write(SONG)
  result = run_command(
    'vrae_create_dataset',
    f'--input_dir={ODD}',
    '--output_file=d[a]ta, *?@.tfrecord',
    '--report=t[a]ble,.csv',
    cwd=work,
  )
  assert result.returncode == 0, result.stderr
  for steps in (2, 3):
    result = run_training(
      '--config=vrae_2d',
      f'--hparams={SMALL}',
      '--run_dir=r[u]n, *?@',
      '--examples_path=d[a]ta, *?@.tfrecord',
      f'--num_steps={steps}',
      cwd=work,
    )
    assert result.returncode == 0, result.stderr
    assert f'step {steps}/{steps}' in result.stderr
  return work


def test_every_file_is_in_the_table(work):
  with open(work / 't[a]ble,.csv', encoding='utf-8', newline='') as file:
    rows = list(csv.DictReader(file))
  names = ['-x.mid', 'a,b[c]*@d.mid', 'p,q.mid']
  assert [row['file'] for row in rows][:2] == names[:2]
  assert {row['outcome'] for row in rows} == {'read'}
  assert {row['notes'] for row in rows} == {'200'}
  if sys.platform == 'linux':
    assert 'n\\xe9.mid' in {row['file'] for row in rows}


def test_evaluation(work):
  result = run_training(
    '--run_dir=r[u]n, *?@',
    '--examples_path=d[a]ta, *?@.tfrecord',
    '--mode=eval',
    '--eval_once',
    cwd=work,
  )
  assert result.returncode == 0 and 'step 3' in result.stdout, result.stderr


@pytest.mark.long
def test_warm_start(work):
  result = run_training(
    '--run_dir=w[s]',
    '--warm_start=r[u]n, *?@',
    f'--examples_path={ODD}',
    '--num_steps=1',
    cwd=work,
  )
  assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
  'command, arguments, written',
  [
    ('vrae_generate', ['--output_dir=o[u]t, *', '--num_outputs=2'], 'o[u]t, *'),
    (
      'vrae_generate',
      [
        '--output_dir=m[e]dley',
        '--mode=medley',
        f'--input_midis={ODD}/a,b[c]*@d.mid,{ODD}/p,q.mid@0:01,{ODD}/-x.mid',
      ],
      'm[e]dley',
    ),
    (
      'vrae_encode',
      [f'--examples_path={ODD}', '--output=f[e],*.npz,g.csv'],
      'f[e],*.npz',
    ),
    (
      'vrae_encode',
      [f'--examples_path={ODD}', '--output=g.csv,h,.npz'],
      'g.csv',
    ),
    ('vrae_export', ['--output=b[u],*.tar.gz'], 'b[u],*.tar.gz'),
    (
      'vrae_explore',
      ['--examples_path=d[a]ta, *?@.tfrecord', '--output=e[x],*.html'],
      'e[x],*.html',
    ),
  ],
)
def test_commands(work, command, arguments, written):
  result = run_command(command, '--run_dir=r[u]n, *?@', *arguments, cwd=work)
  assert result.returncode == 0, result.stderr
  assert (work / written).exists()


def test_a_pattern_of_shards_is_read_as_it_is_printed(work):
  result = run_command(
    'vrae_create_dataset',
    f'--input_dir={ODD}',
    '--output_file=s[h]ards, *.tfrecord',
    '--num_shards=2',
    cwd=work,
  )
  assert result.returncode == 0, result.stderr
  pattern = 's[h]ards, *.tfrecord-?????-of-00002'
  assert pattern in result.stdout
  folder = str(work)
  found = records.files_of(os.path.join(folder, pattern))
  assert [path[-14:] for path in found] == ['00000-of-00002', '00001-of-00002']


def test_what_exists_is_no_pattern(tmp_path):
  (tmp_path / 'a[1]').touch()
  (tmp_path / 'a1').touch()
  assert records.files_of(str(tmp_path / 'a[1]')) == [str(tmp_path / 'a[1]')]
  assert records.files_of(str(tmp_path / 'a*1')) == [str(tmp_path / 'a1')]
  with pytest.raises(InputError, match='no file matches'):
    records.files_of(str(tmp_path / 'b[1]'))


@pytest.mark.parametrize(
  'text, paths',
  [
    ('a,b', ['a', 'b']),
    ('a, b', ['a', 'b']),
    ('x,y', ['x,y']),
    ('a,x,y,b', ['a', 'x,y', 'b']),
    ('x,y,x,y', ['x,y', 'x,y']),
    ('', []),
    ('a,,b', ['a', 'b']),
  ],
)
def test_commas(text, paths):
  assert path_list.split(text, lambda t: t == 'x,y') == paths
