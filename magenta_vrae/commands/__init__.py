# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The commands. Each module is one, thin, in the manner of Magenta's own."""

import os
import warnings

# TensorFlow's start-up notices and pydub's search for ffmpeg are no news to who
# runs a command. Both are said while the commands' modules are imported.
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '2')
warnings.filterwarnings('ignore', module='pydub')
