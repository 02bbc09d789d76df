# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The commands. Each module is one, thin, in the manner of Magenta's own."""

from magenta_vrae.commands import quiet_start  # noqa: F401
