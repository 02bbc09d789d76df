# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Frames of zeros and ones to a MIDI file, by what the metadata say of them."""

import itertools

import mido
import numpy as np


def notes(roll, group, meta):
  """First frame, end frame, pitch and velocity of a group's notes."""
  P, onset = len(group['pitches']), group['first_onset_column']
  sounds = roll[:, group['first_column'] :][:, :P] > 0.5
  # A drum is struck in each frame where it sounds.
  strikes = sounds if group['is_drums'] else np.zeros_like(sounds)
  if onset is not None:
    strikes = roll[:, onset : onset + P] > 0.5
    sounds = sounds | strikes
  begins = strikes | (sounds & ~np.pad(sounds, [(1, 0), (0, 0)])[:-1])
  stops = np.pad(~sounds | begins, [(0, 1), (0, 0)], constant_values=True)
  velocity, levels = meta['velocity'], meta['velocity_levels']
  for start, column in np.argwhere(begins):
    end = start + 1 + np.argmax(stops[start + 1 :, column])
    if levels:
      loud = roll[start, group['first_loudness_column'] :][: levels - 1] > 0.5
      velocity = int((np.cumprod(loud).sum() + 0.5) * 128 / levels)
    yield start, end, group['pitches'][column], velocity


def track(roll, group, meta, channel, ticks):
  """A group's track; `ticks` are those of a frame."""
  events = []
  for start, end, pitch, velocity in notes(roll, group, meta):
    on = {'note': pitch, 'velocity': velocity}
    events += [
      (round(start * ticks), 'note_on', on),
      (round(end * ticks), 'note_off', {'note': pitch, 'velocity': 0}),
    ]
  made, now = mido.MidiTrack(), 0
  made.append(mido.MetaMessage('track_name', name=group['name']))
  program = {'program': group['program'], 'channel': channel}
  made.append(mido.Message('program_change', **program))
  # Of one tick, notes end before others begin.
  for tick, kind, what in sorted(events, key=lambda event: event[:2]):
    made.append(mido.Message(kind, time=tick - now, channel=channel, **what))
    now = tick
  return made


def write(roll, meta, path):
  """Writes a MIDI file of a roll, `[T, D]`; drums are on channel 10."""
  file = mido.MidiFile(type=1, ticks_per_beat=480)
  tempo = mido.MetaMessage('set_tempo', tempo=mido.bpm2tempo(meta['qpm']))
  file.tracks.append(mido.MidiTrack([tempo]))
  ticks = 480 * meta['qpm'] / 60 / meta['frames_per_second']
  pitched = (c for c in itertools.cycle(range(16)) if c != 9)
  for group in meta['groups']:
    channel = 9 if group['is_drums'] else next(pitched)
    file.tracks.append(track(roll, group, meta, channel, ticks))
  file.save(path)
