# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What an activated environment does when Magenta is imported.

`FILE` is the text of the one file that `python -m magenta_vrae activate` puts
among the environment's packages. Python runs its last line whenever it starts,
so that line does no more than leave a finder that waits for two of Magenta's
modules, and holds all it needs: were it to import this package, every program
would pay for that, and those that never load Magenta would be given another
Keras. When Magenta is uninstalled, or this package, it does nothing.

What happens when one of the two modules comes is said by `load`.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any
from typing import Callable

import magenta_vrae

# The last of these to load is the package of MusicVAE, with all its modules.
_FINDER = """
class MagentaVraeFinder:
  @staticmethod
  def find_spec(name, path=None, target=None):
    if name not in ('magenta', 'magenta.models.music_vae'):
      return None
    for finder in sys.meta_path:
      if finder is not MagentaVraeFinder and hasattr(finder, 'find_spec'):
        spec = finder.find_spec(name, path, target)
        if spec is not None:
          break
    else:
      return None
    execute = getattr(spec.loader, 'exec_module', None)
    if execute is None:
      return spec
    def exec_module(module):
      try:
        from magenta_vrae import start_up
      except Exception:
        return execute(module)
      start_up.load(module, execute)
    try:
      spec.loader.exec_module = exec_module
    except AttributeError:
      pass
    return spec

names = [getattr(finder, '__name__', '') for finder in sys.meta_path]
if 'MagentaVraeFinder' not in names:
  sys.meta_path.insert(0, MagentaVraeFinder)
"""

FILE = f"""\
# magenta-vrae {magenta_vrae.__version__}
# Lets Magenta's music_vae_train and music_vae_generate know the configs of
# magenta_vrae and run on today's TensorFlow. When Python starts this only
# leaves a finder that waits for Magenta to be imported.
# To undo it: python -m magenta_vrae deactivate
import sys; exec({_FINDER!r}, {{'sys': sys}})
"""


def load(module: ModuleType, execute: Callable[[ModuleType], None]) -> None:
  """Loads one of the two modules, and does what Magenta needs around it.

  Before `magenta`: TensorFlow is told to use tf-keras, which importing this
  package has done. After `magenta.models.music_vae`: what host.py mends is
  mended, and MusicVAE's `CONFIG_MAP` has our configs from when it is first
  asked for.

  Args:
    module: The module, not yet executed.
    execute: The function of its loader that executes it.

  Raises:
    ImportError: If this program has used `tf.layers` with Keras 3 before.
      Whatever else the module raises when it is executed.
  """
  try:
    execute(module)
  except AttributeError as e:
    if magenta_vrae.KERAS_3 in str(e):
      raise ImportError(
        f'Magenta cannot be imported: {e} {magenta_vrae.HOW_TO_GET_TF_KERAS}'
      ) from e
    raise
  if module.__name__ == 'magenta':
    return
  # If it is there, it is host.py itself that loads MusicVAE.
  if 'magenta_vrae.host' not in sys.modules:
    _or_say_why_not(lambda: importlib.import_module('magenta_vrae.host'))
  _or_say_why_not(lambda: _register_when_asked(module.configs))


def _register_when_asked(configs: Any) -> None:
  """Has `CONFIG_MAP` filled by the first who takes it from its module.

  Not now: where a module of this package is what loads MusicVAE, it is not
  complete yet, and neither are our configs.

  Args:
    configs: MusicVAE's module of that name, loaded.
  """
  names = vars(configs)
  config_map = names.pop('CONFIG_MAP')

  def getattr_once(name: str) -> Any:
    if name != 'CONFIG_MAP':
      raise AttributeError(
        f'module {configs.__name__!r} has no attribute {name!r}'
      )
    configs.CONFIG_MAP = config_map
    names.pop('__getattr__', None)
    names.pop('__all__', None)
    _or_say_why_not(lambda: magenta_vrae.register())
    return config_map

  # `import *` takes what stands in the module, or what is listed here.
  configs.__all__ = [
    name for name in [*names, 'CONFIG_MAP'] if not name.startswith('_')
  ]
  configs.__getattr__ = getattr_once


def _or_say_why_not(action: Callable[[], Any]) -> None:
  """Magenta works without us, so what fails here must not end the program."""
  try:
    action()
  except Exception as e:
    print(
      f"magenta_vrae: its configs are not in MusicVAE's: {e}; "
      '`python -m magenta_vrae deactivate` removes it from this environment',
      file=sys.stderr,
    )
