# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The flags of Magenta's commands, known before Magenta is loaded.

`vrae_train`, `vrae_generate` and `vrae_create_dataset` have all flags of
`music_vae_train`, `music_vae_generate` and `convert_dir_to_note_sequences`.
Those scripts define them where they import TensorFlow, which takes longer than
a command needs to say that a file is missing. So the definitions stand here
once more, in Magenta 2.1.4's words, and a test holds them to the real ones.
`load` loads the real one when it is to run.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any
from typing import Callable
from typing import NamedTuple

from absl import flags


class Definition(NamedTuple):
  """A flag as Magenta defines it.

  Attributes:
    kind: 'string', 'integer', 'float' or 'boolean'.
    name: Its name.
    default: The default.
    words: Its help.
  """

  kind: str
  name: str
  default: Any
  words: str


_LOG = Definition(
  'string',
  'log',
  'INFO',
  'The threshold for what messages will be logged: DEBUG, INFO, WARN, ERROR, '
  'or FATAL.',
)

DEFINITIONS = {
  'music_vae_train': (
    Definition('string', 'master', '', 'The TensorFlow master to use.'),
    Definition(
      'string',
      'examples_path',
      None,
      'Path to a TFRecord file of NoteSequence examples. Overrides the config.',
    ),
    Definition(
      'string',
      'tfds_name',
      None,
      'TensorFlow Datasets dataset name to use. Overrides the config.',
    ),
    Definition(
      'string',
      'run_dir',
      None,
      'Path where checkpoints and summary events will be located during '
      'training and evaluation. Separate subdirectories `train` and `eval` '
      'will be created within this directory.',
    ),
    Definition(
      'integer',
      'num_steps',
      200000,
      'Number of training steps or `None` for infinite.',
    ),
    Definition(
      'integer',
      'eval_num_batches',
      None,
      'Number of batches to use during evaluation or `None` for all batches in '
      'the data source.',
    ),
    Definition(
      'integer',
      'checkpoints_to_keep',
      100,
      'Maximum number of checkpoints to keep in `train` mode or 0 for '
      'infinite.',
    ),
    Definition(
      'integer',
      'keep_checkpoint_every_n_hours',
      1,
      'In addition to checkpoints_to_keep, keep a checkpoint every N hours.',
    ),
    Definition(
      'string', 'mode', 'train', 'Which mode to use (`train` or `eval`).'
    ),
    Definition('string', 'config', '', 'The name of the config to use.'),
    Definition(
      'string',
      'hparams',
      '',
      'A comma-separated list of `name=value` hyperparameter values to merge '
      'with those in the config.',
    ),
    Definition(
      'boolean',
      'cache_dataset',
      True,
      'Whether to cache the dataset in memory for improved training speed. May '
      'cause memory errors for very large datasets.',
    ),
    Definition('integer', 'task', 0, 'The task number for this worker.'),
    Definition(
      'integer', 'num_ps_tasks', 0, 'The number of parameter server tasks.'
    ),
    Definition(
      'integer', 'num_sync_workers', 0, 'The number of synchronized workers.'
    ),
    Definition(
      'string', 'eval_dir_suffix', '', 'Suffix to add to eval output directory.'
    ),
    _LOG,
  ),
  'music_vae_generate': (
    Definition(
      'string',
      'run_dir',
      None,
      'Path to the directory where the latest checkpoint will be loaded from.',
    ),
    Definition(
      'string',
      'checkpoint_file',
      None,
      'Path to the checkpoint file. run_dir will take priority over this flag.',
    ),
    Definition(
      'string',
      'output_dir',
      '/tmp/music_vae/generated',
      'The directory where MIDI files will be saved to.',
    ),
    Definition('string', 'config', None, 'The name of the config to use.'),
    Definition(
      'string',
      'mode',
      'sample',
      'Generate mode (either `sample` or `interpolate`).',
    ),
    Definition(
      'string',
      'input_midi_1',
      None,
      'Path of start MIDI file for interpolation.',
    ),
    Definition(
      'string', 'input_midi_2', None, 'Path of end MIDI file for interpolation.'
    ),
    Definition(
      'integer',
      'num_outputs',
      5,
      'In `sample` mode, the number of samples to produce. In `interpolate` '
      'mode, the number of steps (including the endpoints).',
    ),
    Definition(
      'integer',
      'max_batch_size',
      8,
      'The maximum batch size to use. Decrease if you are seeing an OOM.',
    ),
    Definition(
      'float', 'temperature', 0.5, 'The randomness of the decoding process.'
    ),
    _LOG,
  ),
  'convert_dir_to_note_sequences': (
    Definition(
      'string', 'input_dir', None, 'Directory containing files to convert.'
    ),
    Definition(
      'string',
      'output_file',
      None,
      'Path to output TFRecord file. Will be overwritten if it already exists.',
    ),
    Definition(
      'boolean',
      'recursive',
      False,
      'Whether or not to recurse into subdirectories.',
    ),
    _LOG._replace(words=_LOG.words.replace('logged:', 'logged')),
  ),
}

_DEFINE: dict[str, Callable[..., Any]] = {
  'string': flags.DEFINE_string,
  'integer': flags.DEFINE_integer,
  'float': flags.DEFINE_float,
  'boolean': flags.DEFINE_bool,
}


def define(script: str) -> None:
  """Defines the flags of one of Magenta's scripts.

  Args:
    script: A key of `DEFINITIONS`.
  """
  for kind, name, default, words in DEFINITIONS[script]:
    # Magenta's own takes its place when the script is loaded.
    _DEFINE[kind](name, default, words, allow_override=True)


def set_values(**values: Any) -> None:
  """Gives flags other values, for Magenta's scripts to see.

  Args:
    **values: The values by the flags' names.
  """
  for name, value in values.items():
    flags.FLAGS[name].value = value


def load(script: str) -> ModuleType:
  """Loads one of Magenta's scripts, which then sees the values given here.

  Args:
    script: A key of `DEFINITIONS`, whose flags are defined and parsed.

  Returns:
    The script's module.
  """
  given = {d.name: flags.FLAGS[d.name] for d in DEFINITIONS[script]}
  module = importlib.import_module(f'magenta.models.music_vae.{script}')
  for name, mine in given.items():
    magentas = flags.FLAGS[name]
    magentas.value = mine.value
    magentas.present = mine.present
    magentas.using_default_value = mine.using_default_value
  return module
