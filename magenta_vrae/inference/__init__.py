# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What a trained model is asked: posteriors, outputs, music, figures."""
