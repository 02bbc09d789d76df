# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""note_seq, Magenta and others, imported part by part.

`import note_seq` loads all of it: plots for notebooks (bokeh, a second), audio
(scipy, librosa), every encoding. `import magenta` loads TensorFlow, and
MusicVAE loads TensorFlow Datasets, which only --tfds_name needs, and TF-Slim,
whose losses load scikit-learn (another second). What reads, writes, decodes and
trains needs a few of their modules.

`install` puts each package into `sys.modules` with its own name, path and spec,
and does not run its `__init__`. A name of the package is then imported from the
submodule that `__init__` would have taken it from, when it is first asked for.
A package that is loaded already, or not installed, is left alone.

This can go when these packages import their parts lazily (PEP 562).
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import sys
import types
from typing import Any

PACKAGES = ('note_seq', 'magenta', 'tensorflow_datasets', 'tf_slim')


class LazyPackage(types.ModuleType):
  """A package whose names are imported one by one.

  Args:
    spec: The package's spec.
  """

  _names: dict[str, str]  # Each name and the module that has it.
  _is_whole: bool  # Whether `__init__` could give no other names.

  def __init__(self, spec: importlib.machinery.ModuleSpec) -> None:
    super().__init__(spec.name)
    self.__spec__ = spec
    self.__loader__ = spec.loader
    self.__package__ = spec.name
    self.__file__ = spec.origin
    self.__path__ = list(spec.submodule_search_locations or [])

  def __getattr__(self, name: str) -> Any:
    unknown = AttributeError(
      f'module {self.__name__!r} has no attribute {name!r}'
    )
    if name.startswith('__') and name not in ('__all__', '__version__'):
      raise unknown
    if '_names' not in self.__dict__:
      tree = _init_of(self)
      self._names = _names_of_init(self, tree)
      # One that only imports defines no other names; tools ask for many.
      self._is_whole = _only_imports(tree)
    names = self._names
    if name == '__all__':  # `import *` takes these.
      return [public for public in names if not public.startswith('_')]
    if name in names:
      value = _imported_from(names[name], name)
    elif name == self.__name__ and self._is_whole:
      value = self  # `import note_seq.audio_io`, in note_seq itself.
    else:
      try:
        value = importlib.import_module(f'{self.__name__}.{name}')
      except ModuleNotFoundError as e:
        if e.name != f'{self.__name__}.{name}':
          raise
        # No import of `__init__` says it, so `__init__` itself has to.
        if self._is_whole:
          raise unknown from None
        self._is_whole = True
        self.__loader__.exec_module(self)  # type: ignore[union-attr]
        return getattr(self, name)
    setattr(self, name, value)
    return value

  def __setattr__(self, name: str, value: Any) -> None:
    """Sets an attribute, unless `__init__` would set another in its place.

    Python sets a submodule that was imported as an attribute of its package.
    tf_slim then imports the name `training` from `tf_slim.training`, and has
    that module by this name.
    """
    own = f'{self.__name__}.{name}'
    is_submodule = getattr(value, '__name__', None) == own
    if not is_submodule or not _imports_from_namesake(self, own):
      super().__setattr__(name, value)

  def __dir__(self) -> list[str]:
    return sorted({*self.__dict__, *self.__all__})


def install() -> None:
  """Makes those of `PACKAGES` lazy that are installed and not yet loaded."""
  for name in PACKAGES:
    if name in sys.modules:
      continue
    spec = importlib.util.find_spec(name)
    if spec is not None and spec.origin:
      sys.modules[name] = LazyPackage(spec)


def _imported_from(module: str, name: str) -> Any:
  """What `from module import name` gives: an attribute or a submodule."""
  try:
    return getattr(importlib.import_module(module), name)
  except AttributeError:
    return importlib.import_module(f'{module}.{name}')


def _init_of(package: LazyPackage) -> ast.Module:
  with open(str(package.__file__), encoding='utf-8') as file:
    return ast.parse(file.read())


def _imports_from_namesake(package: LazyPackage, submodule: str) -> bool:
  """Whether `__init__` imports from a submodule what has its name."""
  name = submodule.rpartition('.')[2]
  return any(
    isinstance(node, ast.ImportFrom)
    and node.module == submodule
    and any((alias.asname or alias.name) == name for alias in node.names)
    for node in _init_of(package).body
  )


def _only_imports(tree: ast.Module) -> bool:
  """Whether a module does nothing but import, after its docstring."""
  kinds = (ast.Import, ast.ImportFrom, ast.Expr)
  return all(isinstance(node, kinds) for node in tree.body)


def _names_of_init(
  package: types.ModuleType, tree: ast.Module
) -> dict[str, str]:
  """What a package's `__init__` imports: each name with its module."""
  names = {}
  for node in tree.body:
    if not isinstance(node, ast.ImportFrom) or node.module is None:
      continue
    module = f'{package.__name__}.{node.module}' if node.level else node.module
    for alias in node.names:
      if alias.name != '*':
        names[alias.asname or alias.name] = module
        continue
      for public in vars(importlib.import_module(module)):
        if not public.startswith('_'):
          names[public] = module
  return names
