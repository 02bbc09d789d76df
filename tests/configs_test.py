# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The catalogue: every config builds and trains, every flagfile resolves."""

from __future__ import annotations

import copy
import pathlib
import shlex

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from graph_sessions import quick_session

import magenta_vrae
from magenta_vrae import InputError
from magenta_vrae import configs
from magenta_vrae.host import configs as magenta_configs

FLAGFILES = sorted((pathlib.Path(__file__).parent.parent / 'configs').iterdir())


# What XLA makes of one of them is tested always, and of the others at length:
# it compiles for seconds. So is the one without XLA.
@pytest.mark.parametrize(
  'name, recurrence',
  [
    pytest.param(
      name,
      recurrence,
      marks=()
      if (recurrence == 'auto') == (name == 'vrae_2d')
      else pytest.mark.long,
    )
    for recurrence in ('uncompiled', 'auto')
    for name in configs.CONFIG_MAP
  ],
)
def test_every_config_builds_trains_and_samples(name, recurrence):
  config = configs.get_config(name, f'batch_size=4,recurrence={recurrence}')
  converter, hparams = config.data_converter, config.hparams
  assert hparams.max_seq_len == converter.window_frames
  T, depth = converter.window_frames, converter.output_depth
  model = config.model
  model.build(hparams, depth, is_training=True)
  x = tf.cast(tf.random_uniform([4, T, depth], seed=1) < 0.1, tf.float32)
  optimizer = model.train(x, x, tf.fill([4], T))
  train = optimizer.minimize(model.loss, model.global_step)
  samples, _ = model.sample(4, max_length=60, z=tf.zeros([4, hparams.z_size]))
  with quick_session() as session:
    session.run(tf.global_variables_initializer())
    losses = [session.run([model.loss, train])[0] for _ in range(4)]
    assert np.isfinite(losses).all() and losses[-1] != losses[0]
    assert session.run(samples).shape == (4, 60, depth)


def test_the_papers_sizes():
  for name, z_size, T, hop in (
    ('vrae_2d', 2, 50, 50),
    ('vrae_20d', 20, 40, 20),
  ):
    config = configs.CONFIG_MAP[name]
    assert config.hparams.z_size == z_size
    assert config.hparams.enc_rnn_size == config.hparams.dec_rnn_size == [500]
    assert config.hparams.cell == 'tanh'
    assert config.hparams.feedback == 'output'
    assert config.hparams.objective == 'bound'
    assert config.hparams.max_beta == 1.0 and config.hparams.beta_rate == 0.0
    assert config.data_converter.window_frames == T
    assert config.data_converter.hop_frames == hop


@pytest.mark.parametrize('path', FLAGFILES, ids=lambda path: path.name)
def test_every_flagfile_resolves(path):
  lines = [line.strip() for line in path.read_text().splitlines()]
  flags = dict(
    shlex.split(line)[0][2:].split('=', 1)
    for line in lines
    if line and not line.startswith('#')
  )
  known = {'config', 'hparams', 'converter', 'num_steps'}
  assert set(flags) <= known
  config = configs.get_config(
    flags['config'], flags.get('hparams', ''), flags.get('converter', '')
  )
  assert config.hparams.z_size > 0
  assert int(flags['num_steps']) > 0


def test_register_is_idempotent_and_overwrites_nothing(monkeypatch):
  mine = object()
  monkeypatch.setattr(
    magenta_configs, 'CONFIG_MAP', {'vrae_2d': mine, 'stock': mine}
  )
  magenta_vrae.register()
  first = dict(magenta_configs.CONFIG_MAP)
  assert first['vrae_2d'] is mine and first['stock'] is mine
  assert first['vrae_20d'] is configs.CONFIG_MAP['vrae_20d']
  magenta_vrae.register()
  assert magenta_configs.CONFIG_MAP == first


class TestGetConfig:
  def test_overrides_leave_the_catalogue_alone(self):
    before = copy.deepcopy(configs.CONFIG_MAP['vrae_2d'].hparams.values())
    config = configs.get_config(
      'vrae_2d', 'z_size=7,enc_rnn_size=[9]', 'hop_frames=1,pitches=[60,61]'
    )
    assert config.hparams.z_size == 7 and config.hparams.enc_rnn_size == [9]
    assert config.data_converter.hop_frames == 1
    assert config.data_converter.pitches == (60, 61)
    assert configs.CONFIG_MAP['vrae_2d'].hparams.values() == before
    assert configs.CONFIG_MAP['vrae_2d'].data_converter.hop_frames == 50

  def test_window_length_moves_max_seq_len(self):
    config = configs.get_config('vrae_2d', '', 'window_frames=12')
    assert config.hparams.max_seq_len == 12
    config = configs.get_config('vrae_2d', 'max_seq_len=9', 'window_frames=12')
    assert config.hparams.max_seq_len == 9

  def test_stock_configs_are_there(self):
    config = configs.get_config('cat-mel_2bar_small', 'batch_size=3')
    assert config.hparams.batch_size == 3

  @pytest.mark.parametrize(
    'arguments, says',
    [
      (('vrae2d',), 'vrae_2d'),
      (('cat-mel_2bar_smal',), 'cat-mel_2bar_small'),
      (('nothing like it',), 'known are'),
      (('vrae_2d', 'zsize=3'), 'z_size'),
      (('vrae_2d', 'z_size=many'), 'z_size'),
      (('vrae_2d', '', 'hop=3'), 'hop_frames'),
      (('vrae_2d', '', 'hop_frames=a'), 'hop_frames'),
      (('vrae_2d', '', 'pitches=[200]'), '200'),
      (('cat-mel_2bar_small', '', 'hop_frames=1'), 'takes no settings'),
    ],
  )
  def test_mistakes_are_named_in_one_line(self, arguments, says):
    with pytest.raises(InputError) as error:
      configs.get_config(*arguments)
    assert says in str(error.value)
    assert '\n' not in str(error.value)


def test_only_a_ladder_of_semitones_is_transposed():
  whole = configs.get_config('vrae_music', '', 'pitches=[40,41,42]')
  assert whole.hparams.transpose == 2
  gaps = 'pitches=[40,42,43]'
  assert configs.get_config('vrae_music', '', gaps).hparams.transpose == 0
  with pytest.raises(InputError, match='transpose is 3.*semitone'):
    configs.get_config('vrae_music', 'transpose=3', gaps)
  # A plain roll's columns follow its setting of onsets.
  assert whole.hparams.pitch_blocks == [3, 3]
  without = configs.get_config('vrae_music', '', 'onsets=false')
  assert without.hparams.pitch_blocks == [49]
