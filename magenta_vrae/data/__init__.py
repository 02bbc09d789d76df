# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Music as data: NoteSequences, rolls, windows, and their files."""
