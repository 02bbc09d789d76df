# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Scores: MusicXML, **kern and MEI, put right and played."""
