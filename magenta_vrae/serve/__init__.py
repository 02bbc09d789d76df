# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A model that is played by other programs, over OSC and MIDI."""
