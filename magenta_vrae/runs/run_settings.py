# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What a run folder remembers: the settings that belong to its checkpoints.

`vrae_train` writes them beside its checkpoints, as `settings.json`:

  config       The name in the catalogue.
  hparams      Every hyperparameter, by name.
  converter    The data converter's settings, and its class. Magenta's own
               converters have none: null.
  dataset      What the run is trained on: examples_path, pieces, windows, and
               a fingerprint of the pieces. Null for a TFDS dataset.
  earlier_datasets  (Optional) What it was trained on before, a list.
  seed         Of --seed, or null.
  warm_start   (Optional) Whose weights it began with, as --warm_start said.
  personalize  (Optional) Over whose latent space its own lies, as --personalize
               said.
  versions     Of Python and of the packages that matter.

Every other command takes its config from there.
"""

from __future__ import annotations

import contextlib
import copy
import importlib.metadata
import json
import math
import os
import platform
import sys
from typing import Any
from typing import Collection
from typing import Dict
from typing import Mapping

import numpy as np

import magenta_vrae
from magenta_vrae import catalogue
from magenta_vrae import files
from magenta_vrae.catalogue import HParams
from magenta_vrae.data.rolls import RollConverter
from magenta_vrae.errors import InputError
from magenta_vrae.plural import plural
from magenta_vrae.runs import setting_kinds

FILE_NAME = 'settings.json'
METRICS_FILE_NAME = 'metrics.json'

# Hyperparameters that say how to compute and not what: they may change. The
# batch size is another one where nothing is trained.
HOW_TO_COMPUTE = frozenset({'recurrence', 'precision'})
NOT_OF_THE_MODEL = HOW_TO_COMPUTE | {'batch_size'}

Settings = Dict[str, Any]

# Of what kinds its parts are; `converter` and `dataset` may be null.
_KINDS: Settings = {
  'config': '',
  'hparams': {},
  'converter': {},
  'dataset': {},
  'earlier_datasets': [],
  'seed': 0,
  'versions': {},
}
_MAY_BE_NULL = ('converter', 'dataset', 'seed')


def settings_of(
  name: str,
  config: Any,
  dataset: dict[str, Any] | None = None,
  seed: int | None = None,
) -> Settings:
  """The settings of a run, as `save` writes them.

  Args:
    name: The config's name in the catalogue.
    config: The `Config` that is trained.
    dataset: (Optional) A dict that says what it is trained on.
    seed: (Optional) An integer.

  Returns:
    A dict that JSON can hold.
  """
  converter = config.data_converter
  return {
    'config': name,
    'hparams': config.hparams.values(),
    'converter': (
      {'class': converter.converter_class, **converter.settings()}
      if isinstance(converter, RollConverter)
      else None
    ),
    'dataset': dataset,
    'seed': seed,
    'versions': {
      'python': platform.python_version(),
      'magenta_vrae': magenta_vrae.__version__,
      **versions(),
    },
  }


def versions() -> dict[str, str]:
  """Versions of the packages under this one, as installed, by name."""
  found = {}
  for name in (
    'tensorflow',
    'magenta',
    'note-seq',
    'numpy',
    'tensorflow-probability',
  ):
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
      found[name] = importlib.metadata.version(name)
  # It is also there under other names, as tensorflow-cpu.
  if 'tensorflow' in sys.modules:
    found['tensorflow'] = sys.modules['tensorflow'].__version__
  return found


def save(run_dir: str, settings: Settings) -> None:
  """Writes a run's settings, whole or not at all.

  Raises:
    InputError: If the folder cannot be made or written.
  """
  _write(os.path.join(run_dir, FILE_NAME), settings)


def _write(path: str, content: dict[str, Any]) -> None:
  """Writes JSON, whole or not at all."""
  text = json.dumps(content, indent=2, default=_plain)
  files.write_text(path, text + '\n')


def _plain(value: object) -> Any:
  """What JSON holds in place of a NumPy value."""
  if isinstance(value, np.generic):
    return value.item()
  raise TypeError(f'{type(value).__name__} {value!r} is no setting')


def load(run_dir: str) -> Settings | None:
  """Reads a run's settings; None if there are none.

  Raises:
    InputError: If the file is there and cannot be understood.
  """
  path = os.path.join(run_dir, FILE_NAME)
  try:
    with open(path, encoding='utf-8') as file:
      settings = json.load(file)
    reason = _fault(settings)
    if not reason:
      return settings
  except (FileNotFoundError, NotADirectoryError):
    return None
  # RecursionError is of brackets within brackets.
  except (OSError, ValueError, RecursionError) as e:
    reason = str(e)
  raise InputError(
    f"{path!r} is not a run's settings: {reason}; fix or remove it, and give "
    '--config, --hparams and --converter'
  )


def _fault(settings: Any) -> str:
  """What is wrong with the parts of settings; empty if nothing is."""
  if not isinstance(settings, dict):
    return 'it is no JSON object'
  if not {'config', 'hparams', 'converter'} <= set(settings):
    return 'it names no config, hparams and converter'
  given = {
    name: value
    for name, value in settings.items()
    if value is not None or name not in _MAY_BE_NULL
  }
  try:
    setting_kinds.check(given, _KINDS)
  except InputError as e:
    return str(e)
  return ''


def find_config(
  run_dir: str | None,
  name: str = '',
  hparams: str = '',
  converter: str = '',
  may_differ: Collection[str] = NOT_OF_THE_MODEL,
  shown_as: str | None = None,
  new_as: str | None = None,
  default: str = '',
) -> tuple[str, Any]:
  """The config of a run: that of its settings, or where it has none the flags'.

  Args:
    run_dir: The run's folder; None, or a folder that need not exist, for flags
      alone.
    name: --config, or empty.
    hparams: --hparams, or empty.
    converter: --converter, or empty.
    may_differ: Hyperparameters that the flags may change all the same.
    shown_as: What to call the folder in errors; itself by default.
    new_as: (Optional) The folder of another run, whose config a run that has
      none, and no `name`, begins with; hparams and converter may change it.
    default: (Optional) The name that a new run without any has.

  Returns:
    The config's name, and a `Preset` of this package's, or a `Config` of
    Magenta's or of whoever added it; it shares nothing with the catalogue.

  Raises:
    InputError: If a flag contradicts the run's settings, if neither names a
      config, or as `catalogue.overridden`.
  """
  settings = load(run_dir) if run_dir else None
  shown = shown_as or run_dir or ''
  if settings:
    trained_as = settings['config']
    if name and name != trained_as:
      raise InputError(
        f'--config={name} contradicts {shown!r}, which was trained as '
        f'{trained_as}; leave the flag out, or give another folder'
      )
    config = _restored(settings, shown)
    asked = catalogue.overridden(config, hparams, converter)
    _refuse_other_model(config, asked, may_differ, shown)
    return trained_as, asked
  begins_as = load(new_as) if new_as else None
  if new_as and begins_as and name in ('', begins_as['config']):
    name, config = begins_as['config'], _restored(begins_as, new_as)
  elif name or default:
    name = name or default
    config = _by_name(name)
  else:
    held = f': {shown!r} holds no {FILE_NAME} to take it from' * bool(shown)
    raise InputError(f'--config is required{held}')
  return name, catalogue.overridden(config, hparams, converter)


def _refuse_other_model(
  trained: Any, asked: Any, may_differ: Collection[str], run_dir: str
) -> None:
  """Raises InputError if flags would make another model of a trained one."""
  if isinstance(trained.data_converter, RollConverter):
    _refuse_difference(
      'converter',
      trained.data_converter.settings(),
      asked.data_converter.settings(),
      run_dir,
    )
  _refuse_difference(
    'hparams',
    trained.hparams.values(),
    {
      name: value
      for name, value in asked.hparams.values().items()
      if name not in may_differ
    },
    run_dir,
  )


def _by_name(name: str) -> Any:
  """A `Preset` of the catalogue, or a MusicVAE `Config`; not to be changed.

  Raises:
    InputError: If neither has that name.
  """
  if name in catalogue.PRESETS:
    return catalogue.PRESETS[name]
  added = 'magenta_vrae.configs' in sys.modules  # Where programs add theirs.
  if name in catalogue.MAGENTA_CONFIGS or added:
    from magenta_vrae import configs  # It loads TensorFlow and Magenta.

    known = configs.all_configs()
    if name in known:
      return known[name]
  raise catalogue.unknown(
    name, {*catalogue.PRESETS, *catalogue.MAGENTA_CONFIGS}
  )


def _restored(settings: Settings, run_dir: str) -> Any:
  """The `Config` that settings tell of."""
  config = copy.deepcopy(_by_name(settings['config']))
  converter = dict(settings['converter'] or {})
  made_by = converter.pop('class', None)
  own = getattr(config.data_converter, 'converter_class', None)
  try:
    if made_by:
      if made_by != own:
        raise InputError(f'its converter is {made_by}, the config has {own}')
      setting_kinds.check(converter, config.data_converter.settings())
      config = config._replace(
        data_converter=config.data_converter.replace(**converter)
      )
    # What a run of an earlier version does not name was not there yet: for
    # that, an hparam's default stands, whatever the config has by now.
    defaults = catalogue.defaults()
    hparams = {
      name: defaults.get(name, value)
      for name, value in config.hparams.values().items()
    }
    # The defaults say which numbers need not be whole.
    setting_kinds.check(settings['hparams'], {**hparams, **defaults})
    hparams.update(settings['hparams'])
    return config._replace(hparams=HParams(**hparams))
  except (InputError, TypeError, ValueError) as e:
    raise InputError(
      f"{os.path.join(run_dir, FILE_NAME)!r} does not fit this version's "
      f'config {settings["config"]!r}: {e}'
    ) from e


def find_seed(
  run_dir: str, seed: int | None = None, may_differ: bool = False
) -> int | None:
  """The seed of a run: that of its settings, or where it has none the flag's.

  Args:
    run_dir: The run's folder, which need not exist.
    seed: --seed, or None.
    may_differ: Whether the flag goes before the settings.

  Returns:
    An integer, or None.

  Raises:
    InputError: If the flag contradicts the settings.
  """
  settings = load(run_dir)
  if settings is None or (may_differ and seed is not None):
    return seed
  trained_with = settings.get('seed')
  if seed is not None and seed != trained_with:
    raise InputError(
      f'--seed={seed} contradicts {run_dir!r}, which was trained with '
      + ('no seed' if trained_with is None else f'--seed={trained_with}')
      + '; leave the flag out, or give another folder'
    )
  return trained_with


def continued(
  run_dir: str, settings: Settings, other_dataset: bool = False
) -> Settings:
  """The settings with which a run begins or goes on.

  Args:
    run_dir: The run's folder, which need not exist. Nothing is written.
    settings: Those of a run that begins now, as of `settings_of`.
    other_dataset: Whether an old run may go on with another dataset, which its
      settings then name, too.

  Returns:
    A dict: `settings` for a new run, an old one's own otherwise.

  Raises:
    InputError: If the run was trained on another dataset and may not change,
      or as `load`.
  """
  old = load(run_dir)
  if old is None:
    return settings
  was, now = old.get('dataset') or {}, settings['dataset'] or {}
  if was.get('fingerprint') == now.get('fingerprint'):
    return old
  # Settings from before there were fingerprints cannot be held against any.
  if 'fingerprint' in was and not other_dataset:
    raise InputError(
      f'{_named(now)} is not what {run_dir!r} was trained on, {_named(was)}; '
      'give that, another folder, or --other_dataset to go on with this one'
    )
  earlier = old.get('earlier_datasets', []) + [was] * bool(was)
  return {**old, 'dataset': now, 'earlier_datasets': earlier}


def _named(dataset: dict[str, Any]) -> str:
  """A dataset in words."""
  if not dataset:
    return 'a TFDS dataset'
  return (
    f'{dataset["examples_path"]!r} ({plural(dataset["pieces"], "piece")}, '
    f'fingerprint {dataset["fingerprint"][:12]})'
  )


def save_metrics(
  eval_dir: str,
  step: int,
  checkpoint_path: str,
  dataset: dict[str, Any] | None,
  metrics: Mapping[str, float],
) -> dict[str, Any]:
  """Writes an evaluation's outcome beside its summaries, as `metrics.json`.

  Args:
    eval_dir: Where it goes.
    step: The checkpoint's step.
    checkpoint_path: The checkpoint.
    dataset: A dict that says what was evaluated on, or None.
    metrics: A dict from name to float.

  Returns:
    What was written, a dict that any JSON reader takes: a figure that is no
    finite number is None.

  Raises:
    InputError: If it cannot be written.
  """
  outcome = {
    'step': step,
    'checkpoint': checkpoint_path,
    'dataset': dataset,
    'metrics': {
      name: value if math.isfinite(value) else None
      for name, value in sorted(metrics.items())
    },
  }
  _write(os.path.join(eval_dir, METRICS_FILE_NAME), outcome)
  return outcome


def load_metrics(eval_dir: str, step: int) -> dict[str, Any] | None:
  """What `save_metrics` wrote; None if there is nothing of that step."""
  path = os.path.join(eval_dir, METRICS_FILE_NAME)
  try:
    with open(path, encoding='utf-8') as file:
      outcome = json.load(file)
    return outcome if outcome['step'] == step else None
  except FileNotFoundError:
    return None
  except (OSError, ValueError, TypeError, KeyError) as e:
    raise InputError(
      f"{path!r} holds no evaluation's figures ({e}); remove it"
    ) from e


def _refuse_difference(
  flag: str,
  trained: Mapping[str, Any],
  asked: Mapping[str, Any],
  run_dir: str,
) -> None:
  """Raises InputError if two dicts of settings disagree on what matters."""
  for name, value in asked.items():
    if trained.get(name) != value:
      raise InputError(
        f'--{flag} says {name}={value}, but {run_dir!r} was trained with '
        f'{name}={trained.get(name)}; leave it out, or give another folder'
      )
