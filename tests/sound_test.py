# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What is heard in a WAV file is what the piece says."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.io import wavfile

from magenta_vrae import sound


@pytest.mark.parametrize('fluidsynth', [False, True])
def test_wav_sounds_at_the_pitch_and_time(
  score, tmp_path, monkeypatch, fluidsynth
):
  if fluidsynth and not sound.has_fluidsynth():
    pytest.skip('FluidSynth is not installed')
  monkeypatch.setattr(sound, 'has_fluidsynth', lambda: fluidsynth)
  path = str(tmp_path / 'a.wav')
  sound.write_wav(score((69, 1.0, 2.0)), path)
  rate, samples = wavfile.read(path)
  assert rate == 44100 and samples.dtype == np.int16
  assert abs(samples[: rate // 2]).max() == 0
  heard = samples[rate : 2 * rate].astype(float)
  strongest = np.argmax(np.abs(np.fft.rfft(heard)))  # In steps of 1 Hz.
  # The A of 440 Hz, or an overtone of it.
  assert strongest % 440 in (0, 1, 2, 438, 439)


@pytest.mark.filterwarnings('error')
@pytest.mark.parametrize('notes', [(), ((36, 0.0, 1.5),)])
def test_what_does_not_sound_is_silence(score, tmp_path, monkeypatch, notes):
  """A piece without notes, and drums, for which there is no sine wave."""
  monkeypatch.setattr(sound, 'has_fluidsynth', lambda: False)
  piece = score(*notes, is_drum=True)
  piece.total_time = 1.5
  path = str(tmp_path / 'a.wav')
  sound.write_wav(piece, path)
  rate, samples = wavfile.read(path)
  assert len(samples) == 1.5 * rate
  assert not samples.any()
