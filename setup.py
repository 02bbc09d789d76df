# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Packaging of magenta-vrae.

Without extras the package makes music and cannot train: it needs neither
TensorFlow nor Magenta. The extra "train" is what MusicVAE imports, unpinned.
Magenta itself is in no extra: its 2.1.4 pins releases that only Python 3.8 can
install, so pip could resolve nothing newer beside it. What needs it says how to
get it. BUILD.md tells the whole story.
"""

import pathlib
import re

import setuptools

here = pathlib.Path(__file__).parent
version = re.search(
  r"__version__ = '([^']+)'", (here / 'magenta_vrae/__init__.py').read_text()
).group(1)
commands = [
  'vrae_create_dataset',
  'vrae_train',
  'vrae_generate',
  'vrae_encode',
  'vrae_export',
  'vrae_plot',
  'vrae_explore',
  'vrae_serve',
]
# What Magenta's MusicVAE imports.
train = [
  'etils<1.14 ; python_version >= "3.10" and python_version < "3.11"',
  'note-seq>=0.0.3',
  'six',
  'tensorflow>=2.9',
  'tensorflow-datasets',
  'tensorflow-probability>=0.17',
  'tf-keras ; python_version >= "3.10"',
  'tf-slim>=1.1',
  # pydub, under note-seq, needs audioop, which left Python in 3.13.
  'audioop-lts ; python_version >= "3.13"',
]
plots = ['matplotlib', 'scikit-learn']
# Reads MusicXML right, **kern and MEI; docs/reading.md.
scores = ['music21']
# vrae_serve; docs/serve.md.
serve = ['python-osc']

setuptools.setup(
  name='magenta-vrae',
  version=version,
  description='Variational Recurrent Auto-Encoders for Google Magenta',
  long_description=(here / 'README.md').read_text(encoding='utf-8'),
  long_description_content_type='text/markdown',
  author='The magenta-vrae Authors',
  license='Apache-2.0',
  keywords='magenta midi music generation variational autoencoder vrae',
  project_urls={
    'Paper': 'https://arxiv.org/abs/1412.6581',
    'Magenta': 'https://github.com/magenta/magenta',
  },
  classifiers=[
    'Development Status :: 4 - Beta',
    'Environment :: Console',
    'Intended Audience :: End Users/Desktop',
    'Intended Audience :: Science/Research',
    'Operating System :: POSIX',
    'Programming Language :: Python :: 3',
    *(
      f'Programming Language :: Python :: 3.{minor}'
      for minor in (8, 10, 11, 12, 13)
    ),
    'Topic :: Multimedia :: Sound/Audio :: MIDI',
    'Topic :: Scientific/Engineering :: Artificial Intelligence',
    'Typing :: Typed',
  ],
  packages=setuptools.find_packages(include=['magenta_vrae', 'magenta_vrae.*']),
  package_data={
    'magenta_vrae': [
      'py.typed',
      'ready_made/models.json',
      'ready_made/*.tar.gz',
    ],
    'magenta_vrae.explorer': ['assets/*.html', 'assets/*.css', 'assets/*.js'],
  },
  python_requires='>=3.8',
  install_requires=[
    'absl-py',
    # MusicVAE names np.bool, which numpy 1.24 to 1.26 lack.
    'numpy>=2 ; python_version >= "3.10"',
    'numpy>=1.21,<1.24 ; python_version < "3.10"',
    'google-crc32c',
    'mido',
    # The newest of these two that tensorflow-datasets can use on 3.10; older
    # pips search for many minutes before they find that out.
    'protobuf<=6.32 ; python_version >= "3.10" and python_version < "3.11"',
    'protobuf ; python_version < "3.10" or python_version >= "3.11"',
    'tqdm',
  ],
  extras_require={
    'train': train,
    'plots': plots,
    'scores': scores,
    'demo': [*train, *scores, *plots],
    'dask': ['distributed'],
    # With the system's libfluidsynth: WAV files of instruments.
    # pretty-midi has a small soundfont.
    'sound': ['pretty-midi', 'pyfluidsynth'],
    # vrae_serve: OSC, and the system's MIDI ports as well.
    'serve': serve,
    'midi': [*serve, 'python-rtmidi'],
    # vrae_export --format=onnx.
    'onnx': ['onnx'],
    # vrae_export --format=weights.
    'weights': ['safetensors'],
    'test': [
      'ai-edge-litert ; python_version >= "3.10"',
      'distributed',
      'import-linter',
      'ipykernel',
      'markdown-it-py',
      'mir_eval',
      'nbclient',
      'nbformat',
      'onnx ; python_version >= "3.10"',
      'onnxruntime ; python_version >= "3.10"',
      'psutil',
      'pytest',
      'pytest-xdist',
      'safetensors',
      'selenium',
      *train,
      *plots,
      *scores,
      *serve,
    ],
  },
  entry_points={
    'console_scripts': [
      f'{name} = magenta_vrae.commands.{name}:console_entry_point'
      for name in commands
    ],
  },
)
