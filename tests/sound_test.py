# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""What is heard in a WAV file is what the piece says."""

from __future__ import annotations

import os

import numpy as np
import pytest
from scipy.io import wavfile

from magenta_vrae import sound
from magenta_vrae.errors import InputError

LOUDEST = 10 ** (-1 / 20)


@pytest.fixture(params=['waves', 'FluidSynth'], autouse=True)
def synthesizer(request, monkeypatch):
  """Each test with both, where FluidSynth is installed."""
  if request.param == 'waves':
    monkeypatch.setattr(sound, 'has_fluidsynth', lambda: False)
  elif not sound.has_fluidsynth():
    pytest.skip('FluidSynth is not installed')
  return request.param


def heard(piece, tmp_path):
  """The samples of a piece as shares of full scale, sized `[n, 2]`."""
  path = str(tmp_path / 'a.wav')
  sound.write_wav(piece, path)
  rate, samples = wavfile.read(path)
  assert rate == 44100 and samples.dtype == np.int16
  assert samples.ndim == 2 and samples.shape[1] == 2
  return samples / 32767


def seconds(number):
  return round(number * 44100)


def test_a_soundfont_is_there_by_default():
  with open(sound._own_soundfont(), 'rb') as file:
    head = file.read(12)
  assert head[:4] + head[8:] == b'RIFFsfbk'


def test_wav_sounds_at_the_pitch_and_time(score, tmp_path):
  samples = heard(score((69, 1.0, 2.0)), tmp_path)
  assert abs(samples[: seconds(0.99)]).max() == 0
  for side in samples[seconds(1) : seconds(2)].T:
    strongest = np.argmax(np.abs(np.fft.rfft(side)))  # In steps of 1 Hz.
    # The A of 440 Hz, or an overtone of it.
    assert strongest % 440 in (0, 1, 2, 438, 439)


@pytest.mark.parametrize('num_notes', [1, 60])
@pytest.mark.parametrize('velocity', [1, 127])
def test_it_is_as_loud_as_it_can_be(score, tmp_path, num_notes, velocity):
  piece = score(*((30 + i, 0.0, 0.5) for i in range(num_notes)))
  for note in piece.notes:
    note.velocity = velocity
  samples = heard(piece, tmp_path)
  assert abs(samples).max() == pytest.approx(LOUDEST, abs=1e-3)
  # Nothing is cut off at the top, where a sine wave is for 3% of the time.
  assert np.mean(abs(samples) > 0.999 * LOUDEST) < 0.05


def test_the_last_note_fades_and_the_file_ends(score, tmp_path):
  samples = heard(score((60, 0.0, 1.0)), tmp_path)
  assert seconds(1.05) < len(samples) <= seconds(6.1)
  release = samples[seconds(1) :]
  assert abs(release[: seconds(0.02)]).max() > 0.05
  assert abs(release[-20:]).max() < 0.01


def test_silence_at_the_end_is_kept(score, tmp_path):
  piece = score((60, 0.0, 0.5))
  piece.total_time = 8.0
  assert len(heard(piece, tmp_path)) == seconds(8)


@pytest.mark.filterwarnings('error')
@pytest.mark.parametrize('total_time', [0.0, 1.5])
def test_a_piece_without_notes_is_silence(score, tmp_path, total_time):
  piece = score()
  piece.total_time = total_time
  samples = heard(piece, tmp_path)
  assert len(samples) == seconds(total_time)
  assert not samples.any()


def test_drums_are_heard(score, tmp_path):
  samples = heard(score((38, 0.5, 0.55), is_drum=True), tmp_path)
  assert not samples[: seconds(0.49)].any()
  assert abs(samples[seconds(0.5) : seconds(0.6)]).max() > 0.5


def test_every_instrument_is_heard(score, tmp_path, synthesizer):
  piece = score(
    *((60, i, i + 0.5) for i in range(4)), (38, 4.0, 4.1), (60, 5.0, 5.5)
  )
  for number, note in enumerate(piece.notes):
    note.instrument, note.program = number, 8 * number
  piece.notes[4].is_drum = True
  piece.notes[4].program = 0
  samples = heard(piece, tmp_path)
  parts = [samples[seconds(i) : seconds(i + 0.4)] for i in range(6)]
  assert all(abs(part).max() > 0.05 for part in parts)
  if synthesizer == 'FluidSynth':
    assert np.abs(parts[0] - parts[3]).max() > 0.05
    assert (samples[:, 0] != samples[:, 1]).any()


def test_a_key_held_twice_sounds_until_it_is_let_go_twice(score, tmp_path):
  samples = heard(score((69, 0.0, 2.0), (69, 0.5, 1.0)), tmp_path)
  assert abs(samples[seconds(1.7) : seconds(1.9)]).max() > 0.01


def test_what_is_too_long_is_refused(score, tmp_path):
  piece = score((60, 0.0, 1.0))
  piece.total_time = 7 * 3600.0
  with pytest.raises(InputError, match='25200 s is too long.* 6 hours'):
    sound.write_wav(piece, str(tmp_path / 'a.wav'))
  assert os.listdir(tmp_path) == []


def test_soundfonts_are_checked(score, tmp_path, synthesizer):
  path = tmp_path / 'a.sf2'
  path.write_bytes(b'RIFF')
  if synthesizer == 'waves':
    with pytest.raises(InputError, match='needs FluidSynth'):
      sound.check_soundfont(str(path))
    return
  with pytest.raises(InputError, match='a.sf2.* is no SoundFont'):
    sound.check_soundfont(str(path))
  with pytest.raises(InputError, match='is no SoundFont'):
    sound.write_wav(score((60, 0, 1)), str(tmp_path / 'a.wav'), str(path))
  with pytest.raises(InputError, match='b.sf2.*No such file'):
    sound.check_soundfont(str(tmp_path / 'b.sf2'))
  assert os.listdir(tmp_path) == ['a.sf2']
