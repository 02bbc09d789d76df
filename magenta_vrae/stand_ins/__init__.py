# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What Magenta and note_seq give to making music, and what stands in for it.

Neither can be installed without what training needs: TensorFlow, SciPy, librosa
and some fifty more. Where they are installed, their own classes are used.

This can go when both can be installed for inference alone.
"""
