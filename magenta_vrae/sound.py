# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""NoteSequences made audible: WAV files."""

from __future__ import annotations

import collections
import ctypes
import importlib.util
import os
import wave
from typing import Any

import numpy as np

from magenta_vrae import files
from magenta_vrae.errors import InputError
from magenta_vrae.stand_ins.note_sequence import NoteSequence

SAMPLE_RATE = 44100
# The file's size in bytes, four to a sample, has 32 bits.
_LONGEST_HOURS = 6
_LOUDEST = 10 ** (-1 / 20) * 32767  # -1 dB of full scale.
_BLOCK = 2**20  # Samples that are scaled at a time.

_CHANNELS = 256  # FluidSynth's.
_TAIL_STEP = round(0.1 * SAMPLE_RATE)
_LONGEST_TAIL = 5 * SAMPLE_RATE
# Of the loudest sample: what is below (-60 dB) counts as silence.
_FADED = 0.001

_ATTACK, _RELEASE = 0.005, 0.1  # Of a sine wave, in seconds.
_BURST = 0.15  # The length of a drum's noise, in seconds.


def has_fluidsynth() -> bool:
  """Whether FluidSynth, and Python's way to it, are installed."""
  try:
    import fluidsynth
  except (ImportError, OSError):
    return False
  return hasattr(fluidsynth, 'Synth')


def check_soundfont(path: str) -> None:
  """Refuses what FluidSynth cannot play.

  Raises:
    InputError: If the file is no SoundFont, or there is no FluidSynth.
  """
  if not has_fluidsynth():
    raise InputError(
      'a soundfont needs FluidSynth, which is not found; install it and '
      "pip install 'magenta-vrae[sound]', or give no soundfont"
    )
  try:
    with open(path, 'rb') as file:
      head = file.read(12)
  except OSError as e:
    raise InputError(f'cannot read {path!r}: {e.strerror or e}') from e
  if head[:4] != b'RIFF' or head[8:] != b'sfbk':
    raise InputError(f'{path!r} is no SoundFont; give a .sf2 file')


def check_length(note_sequence: NoteSequence) -> None:
  """Raises InputError if a piece is too long for a WAV file."""
  seconds = _end(note_sequence)
  if seconds > _LONGEST_HOURS * 3600:
    raise InputError(
      f'a piece of {seconds:.0f} s is too long for a WAV file; it can hold '
      f'{_LONGEST_HOURS} hours'
    )


def write_wav(
  note_sequence: NoteSequence,
  path: str,
  soundfont: str | None = None,
) -> None:
  """Renders a piece into a WAV file of 16 bits, stereo, 44.1 kHz.

  With FluidSynth where it is installed (the extra "sound", and the system's
  libfluidsynth), else with a sine wave for each pitched note and a burst of
  noise for each drum. The loudest sample is 1 dB below full scale. The file
  lasts for the piece's `total_time`, or until its last note has faded away.

  Args:
    note_sequence: The piece.
    path: The file to write.
    soundfont: (Optional) A .sf2 file for FluidSynth; pretty_midi's small one
      by default. Without pretty_midi there is none, and waves are made.

  Raises:
    InputError: If the piece is too long, the soundfont cannot be used, or the
      file cannot be written.
  """
  check_length(note_sequence)
  if not note_sequence.notes:
    samples = np.zeros([_sample(note_sequence.total_time), 2], np.int16)
  elif has_fluidsynth() and (soundfont or _own_soundfont()):
    samples = _instruments(note_sequence, soundfont or _own_soundfont())
  else:
    samples = _waves(note_sequence)
  peak = _peak(samples)
  scale = _LOUDEST / peak if peak else 0.0
  with files.whole(path) as partial:
    with wave.open(partial, 'wb') as file:
      file.setnchannels(2)
      file.setsampwidth(2)
      file.setframerate(SAMPLE_RATE)
      for at in range(0, len(samples), _BLOCK):
        block = np.rint(samples[at : at + _BLOCK] * scale)
        file.writeframes(block.astype('<i2').tobytes())


def _end(note_sequence: NoteSequence) -> float:
  """When a piece and all its notes have ended, in seconds."""
  ends = [note.end_time for note in note_sequence.notes]
  return max([note_sequence.total_time, *ends])


def _sample(seconds: float) -> int:
  return max(0, round(seconds * SAMPLE_RATE))


def _peak(samples: np.ndarray) -> float:
  """The loudest sample."""
  return max(float(samples.max(initial=0.0)), -float(samples.min(initial=0.0)))


def _instruments(note_sequence: NoteSequence, soundfont: str) -> np.ndarray:
  """What FluidSynth plays, of any loudness, sized `[num_samples, 2]`."""
  import fluidsynth

  synth = fluidsynth.Synth(samplerate=SAMPLE_RATE, channels=_CHANNELS)
  try:
    font = _load(synth, soundfont)
    events = _keys(note_sequence, synth, font)
    # No sample is made before something sounds.
    now = events[0][0]
    pieces = [np.zeros([now, 2], np.float32)]
    held: collections.Counter[tuple[int, int]] = collections.Counter()
    for sample, is_on, channel, pitch, velocity in events:
      if sample > now:
        pieces.append(_heard(synth, sample - now))
        now = sample
      held[channel, pitch] += 1 if is_on else -1
      if is_on:
        synth.noteon(channel, pitch, velocity)
      elif not held[channel, pitch]:
        synth.noteoff(channel, pitch)
    pieces += _tail(synth, max(map(_peak, pieces)))
  finally:
    synth.delete()
  samples = np.concatenate(pieces)
  missing = _sample(note_sequence.total_time) - len(samples)
  return np.pad(samples, [(0, max(0, missing)), (0, 0)])


def _own_soundfont() -> str:
  """pretty_midi's, which is found without its import; empty if it is not."""
  spec = importlib.util.find_spec('pretty_midi')
  if spec is None or not spec.origin:
    return ''
  return os.path.join(os.path.dirname(spec.origin), 'TimGM6mb.sf2')


def _load(synth: Any, soundfont: str) -> int:
  """Loads a soundfont; returns its number."""
  check_soundfont(soundfont)
  font = synth.sfload(soundfont)
  if font < 0:
    raise InputError(f'FluidSynth cannot read {soundfont!r}; give another file')
  return font


def _keys(
  note_sequence: NoteSequence, synth: Any, font: int
) -> list[tuple[int, bool, int, int, int]]:
  """Chooses instruments, and tells when which key is pressed or let go.

  Returns:
    Samples, whether it is pressed, channels, pitches and velocities, by time;
    of one sample, keys are let go first.
  """
  channels: dict[tuple[int, bool, int], int] = {}
  events = []
  for note in note_sequence.notes:
    instrument = note.instrument, note.is_drum, note.program
    if instrument not in channels:
      channel = len(channels) % _CHANNELS
      channels[instrument] = channel
      bank = 128 if note.is_drum else 0
      # A soundfont need not have every program.
      if synth.program_select(channel, font, bank, note.program) < 0:
        synth.program_select(channel, font, bank, 0)
    channel = channels[instrument]
    start = _sample(note.start_time)
    end = max(_sample(note.end_time), start + 1)
    events.append((start, True, channel, note.pitch, note.velocity or 64))
    events.append((end, False, channel, note.pitch, 0))
  return sorted(events)


def _heard(synth: Any, num_samples: int) -> np.ndarray:
  """The next samples, sized `[num_samples, 2]`.

  In floating point: pyfluidsynth's own `get_samples` rounds to 16 bits, which
  cuts off what is loud, and leaves little but noise of what is soft.
  """
  import fluidsynth

  # Each side has its place, its first sample and the step to the next one.
  places = [
    (f'{side}_{what}', kind, 1)
    for side in ('left', 'right')
    for what, kind in (
      ('samples', ctypes.c_void_p),
      ('first', ctypes.c_int),
      ('step', ctypes.c_int),
    )
  ]
  write = fluidsynth.cfunc(
    'fluid_synth_write_float',
    ctypes.c_int,
    ('synth', ctypes.c_void_p, 1),
    ('num_samples', ctypes.c_int, 1),
    *places,
  )
  samples = np.zeros([num_samples, 2], np.float32)
  at = samples.ctypes.data
  write(synth.synth, num_samples, at, 0, 2, at, 1, 2)
  return samples


def _tail(synth: Any, peak: float) -> list[np.ndarray]:
  """What is heard after the last key is let go, until it has faded away."""
  pieces = []
  for _ in range(_LONGEST_TAIL // _TAIL_STEP):
    pieces.append(_heard(synth, _TAIL_STEP))
    if _peak(pieces[-1]) <= _FADED * peak:
      break
  return pieces


def _waves(note_sequence: NoteSequence) -> np.ndarray:
  """Sine waves, and bursts of noise for drums, sized `[num_samples, 2]`."""
  end = max(
    note.start_time + _BURST if note.is_drum else note.end_time + _RELEASE
    for note in note_sequence.notes
  )
  num_samples = _sample(max(end, note_sequence.total_time))
  mono = np.zeros([num_samples], np.float32)
  decay = np.linspace(1.0, 0.0, _sample(_BURST)) ** 3
  # The same for each drum and each call.
  burst = np.random.RandomState(0).uniform(-1.0, 1.0, len(decay)) * decay
  for note in note_sequence.notes:
    heard = burst if note.is_drum else _sine(note)
    start = _sample(note.start_time)
    heard = heard[: num_samples - start]
    mono[start : start + len(heard)] += heard * (note.velocity or 64) / 127.0
  return np.stack([mono, mono], axis=1)


def _sine(note: NoteSequence.Note) -> np.ndarray:
  """The wave of a note, which swells and fades so that it does not click."""
  seconds = max(0.0, note.end_time - note.start_time)
  times = np.arange(_sample(seconds + _RELEASE)) / SAMPLE_RATE
  hertz = 440.0 * 2.0 ** ((note.pitch - 69) / 12.0)
  loudness = np.interp(
    times,
    [0.0, _ATTACK, max(seconds, 2 * _ATTACK), seconds + _RELEASE],
    [0.0, 1.0, 1.0, 0.0],
  )
  return np.sin(2.0 * np.pi * hertz * times) * loudness
