# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What a run leaves on disk: settings, checkpoints, bundles.

Nothing is imported here: a process that reads a stranger's checkpoint starts
with this package.
"""
