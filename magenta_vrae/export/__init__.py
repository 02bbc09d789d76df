# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A trained model in the formats of other runtimes: ONNX, SavedModel, LiteRT.

functions.py says once what is computed; a format says how it writes an addition
or a loop (operations.py). So all formats give the same numbers.
"""
