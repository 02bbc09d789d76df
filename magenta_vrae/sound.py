# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""NoteSequences made audible: WAV files."""

from __future__ import annotations

import note_seq
import numpy as np

SAMPLE_RATE = 44100


def has_fluidsynth() -> bool:
  """Whether FluidSynth, and Python's way to it, are installed."""
  try:
    import fluidsynth
  except (ImportError, OSError):
    return False
  return hasattr(fluidsynth, 'Synth')


def write_wav(
  note_sequence: note_seq.NoteSequence,
  path: str,
  soundfont: str | None = None,
) -> None:
  """Renders a piece into a WAV file of 16 bits, mono, 44.1 kHz.

  With FluidSynth where it is installed (the extra "sound", and the system's
  libfluidsynth), else with a sine wave for each note that is no drum.

  Args:
    note_sequence: The piece.
    path: The file to write.
    soundfont: (Optional) A .sf2 file for FluidSynth; pretty_midi's small one
      by default.
  """
  fluid = has_fluidsynth()
  if not any(fluid or not note.is_drum for note in note_sequence.notes):
    # Both would give another length, and one of them no numbers, as it scales
    # by the loudest sample.
    samples = np.zeros(round(note_sequence.total_time * SAMPLE_RATE))
  elif fluid:
    samples = note_seq.fluidsynth(note_sequence, SAMPLE_RATE, soundfont)
  else:
    samples = note_seq.synthesize(note_sequence, SAMPLE_RATE)
  from note_seq import audio_io  # It loads librosa.

  with open(path, 'wb') as file:
    file.write(audio_io.samples_to_wav_data(samples, SAMPLE_RATE))
