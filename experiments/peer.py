# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Trains Magenta's own polyphonic networks on the data of experiment 2.

  .venv/bin/python experiments/peer.py --run_dir=runs/peer \
      --examples_path=data/games.tfrecord --num_steps=3000

This is vrae_train with one more config, `nade_20d`, and all of its flags:
MusicVAE's BidirectionalLstmEncoder and MultiLabelRnnNadeDecoder at Magenta's
default sizes, between our posterior and bound, on our piano rolls. Its decoder
is told every frame before the one that it predicts, and the notes of that frame
below the one at hand.
"""

from __future__ import annotations

# Before TensorFlow: it holds back the notices with which TensorFlow starts.
from magenta_vrae.commands import tensorflow_start  # noqa: F401

# isort: split
from magenta_vrae import configs
from magenta_vrae import host
from magenta_vrae.data.converters import PianoRollConverter
from magenta_vrae.model.vrae import VRAE
from magenta_vrae.model.vrae import get_default_hparams

NAME = 'nade_20d'


def config():
  """Magenta's encoder and decoder under our converter, as a `Config`."""
  lstm = host.lstm_models
  return host.configs.Config(
    model=VRAE(
      lstm.BidirectionalLstmEncoder(), lstm.MultiLabelRnnNadeDecoder()
    ),
    hparams=host.merge_hparams(
      host.merge_hparams(get_default_hparams(), lstm.get_default_hparams()),
      host.HParams(
        max_seq_len=40,
        batch_size=32,
        z_size=20,
        nade_num_hidden=128,
        learning_rate=1e-3,
        min_learning_rate=5e-6,
        learning_rate_schedule='linear',
        beta_rate=0.999,
        max_beta=1.0,
        free_bits=0.0,
        clip_mode='global_norm',
        grad_clip=1.0,
      ),
    ),
    data_converter=PianoRollConverter(window_frames=40, hop_frames=20),
  )


def register():
  """Adds it to the catalogue, for this process."""
  configs.CONFIG_MAP[NAME] = config()


if __name__ == '__main__':
  import sys

  from magenta_vrae.commands import vrae_train

  register()
  if not any(argument.startswith('--config') for argument in sys.argv):
    sys.argv.append(f'--config={NAME}')
  vrae_train.console_entry_point()
