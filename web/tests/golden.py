# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Writes golden.json: what Python makes of small inputs, for tests in Node.

  python web/tests/golden.py

The model's equations are those of tests/oracle.py, which holds the graph to
them as well. The rest is the package itself.
`make web` runs it; tests/page_test.py fails where the file is out of date.
"""

from __future__ import annotations

import base64
import io
import json
import pathlib
import sys

import mido
import note_seq
import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
PATH = HERE / 'golden.json'
sys.path.insert(0, str(HERE.parent.parent / 'tests'))

import broken_music
import oracle

from magenta_vrae import catalogue
from magenta_vrae.data import band
from magenta_vrae.data import instrument_groups
from magenta_vrae.data import pitch_rolls
from magenta_vrae.errors import InputError
from magenta_vrae.explorer import facts
from magenta_vrae.explorer import packing
from magenta_vrae.explorer import projection
from magenta_vrae.inference import emission
from magenta_vrae.inference import endless
from magenta_vrae.inference import prior as prior_lib
from magenta_vrae.inference import walk
from magenta_vrae.inference.numpy_autoregressive import NumpyAutoregressive
from magenta_vrae.inference.numpy_vrae import NumpyVrae
from magenta_vrae.model import masks
from magenta_vrae.reading.midi import events as midi_events
from magenta_vrae.reading.midi import notes as midi_notes

GATES = {'tanh': 1, 'gru': 3, 'lstm': 4}
# Between them, each thing that changes what is decoded or encoded.
MODELS = {
  'tanh': {'cell': 'tanh'},
  'gru': {'cell': 'gru', 'z_every_step': True},
  'lstm': {'cell': 'lstm', 'reverse': True, 'fed': True, 'K': 2},
}
# Of decoders that hear what they play: with and without notes drawn jointly.
AUTOREGRESSIVE = {
  'joint': {'cell': 'gru', 'z_every_step': True, 'K': 2, 'nade_size': 7},
  'apart': {'cell': 'lstm'},
}
THRESHOLD = 0.45
# Of MIDI files: no ticks to a quarter or to a film frame, and rates that no
# film has.
REFUSED_DIVISIONS = (
  *(0x0000, 0xE800, 0xE700, 0xE300, 0xE200, 0x8000),
  *(0xFF28, 0xE928, 0xE628, 0xE428, 0xE128, 0x8028, 0xC450),
)
TEMPO = 433333  # Microseconds for a quarter.


def numbers(array):
  """An array as lists, short in a file and far within float32."""
  return np.round(np.asarray(array, np.float64), 10).tolist()


def weights_of(random, cell, z_every_step, K, H=5, D=4, Z=3):
  G = GATES[cell] * H
  shapes = {
    'encoder/W_in': [K * D, G],
    'encoder/W_enc': [H, G],
    'encoder/b_enc': [G],
    'encoder/W_mu': [H, Z],
    'encoder/b_mu': [Z],
    'decoder/W_z': [Z, H * oracle.STATE_PER_UNIT[cell]],
    'decoder/b_z': [H * oracle.STATE_PER_UNIT[cell]],
    'decoder/W_dec': [H, G],
    'decoder/W_x': [K * D, G],
    'decoder/b_dec': [G],
    'decoder/W_out': [H, K * D],
    'decoder/b_out': [K * D],
  }
  if z_every_step:
    shapes['decoder/W_zx'] = [Z, G]
  return {
    name: random.normal(size=shape).round(2) for name, shape in shapes.items()
  }


def emitted_frames(weights, z, T, **how):
  """Outputs of a decoder that hears the frames it emits."""
  D = 4
  frames = np.zeros([T, D])
  # Each round adds a step that has heard the right frames.
  for _ in range(T):
    heard = np.concatenate([np.zeros([1, D]), frames[:-1]])
    outputs = oracle.decode(weights, z, T, x_fed=heard, **how)
    frames = (outputs >= THRESHOLD).astype(float)
  return outputs


def model_case(seed, cell, z_every_step=False, reverse=False, fed=False, K=1):
  random = np.random.RandomState(seed)
  weights = weights_of(random, cell, z_every_step, K)
  # As the page has them: float32.
  p = {name: np.float32(w).astype(float) for name, w in weights.items()}
  # The oracle's weights of the posterior's deviation are asked for, not used.
  p.update(
    {'encoder/W_sigma': np.zeros([5, 3]), 'encoder/b_sigma': np.zeros(3)}
  )
  z, T = random.normal(size=3).round(2), 9
  how = {'cell': cell, 'K': K}
  decode = emitted_frames if fed else oracle.decode
  roll = (random.uniform(size=[12, 4]) < 0.4).astype(int)
  windows = {}
  for start in (2, 8):  # The second goes on past the roll's end.
    window = np.zeros([7, 4])
    window[: len(roll[start : start + 7])] = roll[start : start + 7]
    window = window[::-1] if reverse else window
    windows[start] = numbers(oracle.encode(p, window, **how)[0])
  return {
    'facts': {
      'cell': cell,
      'zSize': 3,
      'depth': 4,
      'framesPerStep': K,
      'feedback': 'teacher' if fed else 'output',
      'autoregressive': False,
      'windowFrames': 7,
      'reverseInput': reverse,
      'sampling': 'threshold',
      'threshold': THRESHOLD,
    },
    'weights': {
      name: {'shape': list(w.shape), 'values': w.ravel().tolist()}
      for name, w in weights.items()
    },
    'z': z.tolist(),
    'outputs': numbers(decode(p, z, T, **how)),
    'roll': roll.tolist(),
    'windowFrames': 7,
    'means': windows,
  }


def autoregressive_weights(random, cell, nade_size, H=6, D=4, Z=3):
  G, S = GATES[cell] * H, oracle.STATE_PER_UNIT[cell] * H
  shapes = {
    'ar_W_z': [Z, S],
    'ar_b_z': [S],
    'ar_W_dec': [H, G],
    'ar_W_x': [D, G],
    'ar_W_free': [D, G],
    'ar_W_zx': [Z, G],
    'ar_b_dec': [G],
    'ar_W_out': [H, D],
    'ar_b_out': [D],
    'ar_c_free': [D],
    'ar_c_x': [D],
  }
  if nade_size:
    shapes.update(
      {
        'nade_W_h': [H, nade_size],
        'nade_W_x': [D, nade_size],
        'nade_W_d': [D, nade_size],
        'nade_b': [nade_size],
        'nade_W_out': [nade_size, D],
        'nade_A_x': [D, D],
        'nade_A_d': [D, D],
      }
    )
  return {
    f'decoder/{name}': random.normal(scale=0.6, size=shape).round(2)
    for name, shape in shapes.items()
  }


def played_frames(p, z, draws, **how):
  """What the oracle plays with given random numbers."""
  frames = np.zeros(draws.shape)
  # Each round settles a column more at least, the first frame's first.
  for _ in range(draws.size + 1):
    outputs = oracle.autoregressive(p, z, frames, **how)
    frames = (draws < outputs).astype(float)
  logits, least = (np.log(v) - np.log1p(-v) for v in (outputs, draws))
  assert np.abs(logits - least).min() > 1e-4, 'choose another seed'
  return frames


class SmallModel:
  """What endless.py asks of a model."""

  def __init__(self, config, weights):
    self.data_converter = config.data_converter
    depth = self.data_converter.depth
    self._vrae = NumpyVrae(config.hparams, depth, weights)
    self.autoregressive = NumpyAutoregressive(config.hparams, depth, weights)

  def free_logits(self, z, num_frames):
    return self._vrae.logits(z, num_frames)[0]


class GivenDraws:
  """Random numbers that are known, of one frame after another."""

  def __init__(self, draws):
    self._draws, self._num_drawn = draws, 0

  def random_sample(self, shape):
    first, self._num_drawn = self._num_drawn, self._num_drawn + shape[0]
    return self._draws[first : self._num_drawn].reshape(shape)


def autoregressive_case(seed, cell, z_every_step=False, K=1, nade_size=0):
  random = np.random.RandomState(seed)
  facts = model_case(seed, cell, z_every_step, K=K)['facts']
  weights = weights_of(random, cell, z_every_step, K)
  weights.update(autoregressive_weights(random, cell, nade_size))
  # Many frames of weights that leave much to chance, so that each matters.
  z, T = random.normal(size=[3, 3]).round(2), 24
  draws = random.uniform(size=[2 * T + T // 2, 4]).round(3)
  p = {name: np.float32(w) for name, w in weights.items()}
  config = catalogue.overridden(
    catalogue.PRESETS['vrae_2d'],
    f'cell={cell},z_every_step={z_every_step},frames_per_step={K},z_size=3,'
    f'dec_rnn_size=[5],ar_rnn_size=[6],nade_size={nade_size}',
    f'pitches=[60,62,64,65],window_frames={T}',
  )
  model, way = SmallModel(config, p), z[:, np.newaxis]
  medley = endless.compose(
    model,
    way,
    len(draws) - T,
    emission.Emission('bernoulli', THRESHOLD, 1.0, GivenDraws(draws[T:])),
  )
  facts.update(autoregressive=True, windowFrames=T, sampling='bernoulli')
  exact = {name: w.astype(float) for name, w in p.items()}
  # Float32 products of small sums differ from machine to machine.
  faded = endless.faded(SmallModel(config, exact), way)
  return {
    'facts': facts,
    'weights': {
      name: {'shape': list(w.shape), 'values': w.ravel().tolist()}
      for name, w in masks.masked(weights).items()
    },
    'z': z.tolist(),
    'draws': draws.tolist(),
    # A window of the first z.
    'outputs': numbers(oracle.decode(exact, z[0], T, cell=cell, K=K)),
    'played': played_frames(exact, z[0], draws[:T], cell=cell, K=K)
    .astype(int)
    .tolist(),
    # Each z in turn, from one half window to the next.
    'medley': medley[0].astype(int).tolist(),
    'medleyLogits': numbers(np.concatenate([free[0] for _, free in faded])),
  }


class Nth:
  """In place of random numbers: always moves, to the n-th of a choice."""

  def __init__(self, n):
    self._n = n

  def random_sample(self, size):
    return np.zeros(size)

  def choice(self, among):
    return among[self._n]


def wander_case(num_codes):
  random = np.random.RandomState(num_codes)
  codes = random.normal(size=[num_codes, 3]).round(2) * [1, 5, 0.1]
  follows = random.uniform(size=num_codes) < 0.8
  follows[0] = False
  prior = prior_lib.Prior(
    weights=np.array([0.25, 0.75]),
    means=random.normal(size=[2, 3]),
    factors=np.stack([2 * np.eye(3), np.diag([1.0, 6.0, 0.5])]),
    codes=codes,
    follows=follows,
    step=0,
  )
  z = random.normal(size=3).round(2)
  num_nearest = min(4, int(follows.sum()))
  after = [
    walk.Walk(prior, 1.0, Nth(n)).next(z[np.newaxis])[0]
    for n in range(num_nearest)
  ]
  return {
    'codes': numbers(codes),
    'follows': follows.astype(int).tolist(),
    'deviations': numbers(prior.deviations()),
    'z': z.tolist(),
    # All that may come next, in no order.
    'after': sorted(numbers(after)),
  }


def projection_case(z_size):
  random = np.random.RandomState(z_size)
  means = np.float32(random.normal(size=[14, z_size]).round(2)) + 1
  plane = projection.Projection(means)
  low, high = plane.points.min(axis=0), plane.points.max(axis=0)
  points = np.round(random.uniform(low - 1, high + 1, size=[8, 2]), 3)
  points = np.concatenate([points, plane.points[:2]])
  return {
    'facts': {
      'kind': plane.kind,
      'mean': plane.mean.tolist(),
      'basis': plane.basis.tolist(),
      'share': plane.share,
      'reach': plane.reach,
      'numLenders': projection.NUM_LENDERS,
    },
    'means': numbers(means),
    'points': numbers(plane.points),
    'from': numbers(points),
    'latents': numbers(plane.from_map(points)),
  }


def random_piece(random, pitches, programs=(0,), instruments=1):
  """Notes of these programs, of so many players each, and drums."""
  sequence = note_seq.NoteSequence()
  for _ in range(7 * len(pitches)):
    start = round(random.choice([random.uniform(0, 5), random.randint(5)]), 3)
    program = random.randint(len(programs))
    sequence.notes.add(
      pitch=int(random.choice(pitches)),
      start_time=start,
      end_time=round(start + random.exponential(0.4), 3),
      velocity=int(random.randint(1, 128)),
      program=programs[program],
      instrument=int(instruments * program + random.randint(instruments)),
    )
  return sequence


def with_drums(sequence, random, share):
  """The same piece, so many of its notes hits."""
  for note in sequence.notes:
    note.is_drum = bool(random.rand() < share)
  return sequence


def with_tempos(sequence):
  for time, qpm in ((0.0, 97.3), (1.7, 131.1), (3.2, 60.0)):
    sequence.tempos.add(time=time, qpm=qpm)
  for time, numerator in ((0.0, 3), (1.7, 2)):
    sequence.time_signatures.add(time=time, numerator=numerator, denominator=4)
  return sequence


def score_facts(sequence):
  """A piece as the page has it."""
  return {
    'notes': [
      [
        n.pitch,
        n.start_time,
        n.end_time,
        n.is_drum,
        n.velocity,
        n.program,
        n.instrument,
      ]
      for n in sequence.notes
    ],
    'names': [[i.instrument, i.name] for i in sequence.instrument_infos],
    'tempos': [[t.time, t.qpm] for t in sequence.tempos],
    'signatures': [
      [s.time, s.numerator, s.denominator] for s in sequence.time_signatures
    ],
  }


def roll_case(converter, sequence, random):
  converter.set_mode('infer')
  roll = converter.to_roll(sequence)
  starts, _ = converter.windows(sequence)
  fps = converter.frames_per_second
  emitted = random.uniform(size=[12, converter.depth]) < 0.4
  made = converter.from_roll(emitted)
  part_of = {info.instrument: i for i, info in enumerate(made.instrument_infos)}
  return {
    'facts': facts.of_converter(converter),
    **score_facts(sequence),
    'roll': [''.join(row) for row in roll.astype(int).astype(str)],
    'starts': starts.tolist(),
    'begins': converter.grid.seconds(starts, sequence).tolist(),
    'coverage': list(converter.coverage(sequence)),
    # What a decoder emits may be no roll that notes would make.
    'emitted': emitted.astype(int).tolist(),
    'notesOfEmitted': sorted(
      [
        part_of.get(n.instrument, 0),
        n.pitch,
        round(n.start_time * fps),
        round(n.end_time * fps),
        n.velocity,
      ]
      for n in made.notes
    ),
  }


def roll_cases():
  random = np.random.RandomState(1)
  pitches = [62, 60, 61, 64, 65]  # In no order.
  shared = {'frames_per_second': 8, 'window_frames': 10}

  def piece(drums):
    few = random_piece(random, range(59, 66))
    return with_drums(few, random, drums)

  return {
    'piano': roll_case(
      pitch_rolls.PianoRoll(pitches, hop_frames=5, **shared), piece(0.1), random
    ),
    'onsets': roll_case(
      pitch_rolls.PianoRoll(
        pitches,
        hop_frames=1,
        keep_silent_windows=False,
        max_windows_per_song=9,
        onsets=True,
        **shared,
      ),
      piece(0.1),
      random,
    ),
    'drums': roll_case(
      pitch_rolls.DrumRoll(pitches, keep_silent_windows=False, **shared),
      piece(0.8),
      random,
    ),
    'beats': roll_case(
      pitch_rolls.PianoRoll(
        pitches, window_frames=8, hop_frames=7, frames_per_beat=4, align='beat'
      ),
      with_tempos(piece(0.1)),
      random,
    ),
    **band_cases(random),
  }


GROUPS = (
  'drums@38-46',
  'tune:80@56-66',
  'bass:33+32@38-45',
  'chords:0-7+24@44-60',
)


def band_cases(random):
  """By program, by players, and of one player; with and without loudness."""
  keys = range(36, 70)

  def piece(programs, instruments):
    piece = random_piece(random, keys, programs, instruments)
    return with_drums(piece, random, 0.2)

  named = with_tempos(piece((33, 32, 0, 24, 80, 127, 5), 1))
  # The last plays chords where the bass is; 127 is of no group.
  ranges = {33: (37, 46), 32: (38, 45), 80: (55, 69), 5: (36, 47)}
  for note in named.notes:
    if not note.is_drum:
      note.pitch = random.randint(*ranges.get(note.program, (42, 63)))
  # Three players of one program, two of whom play one note at a time.
  players = with_drums(random_piece(random, keys, (0,), 2), random, 0.2)
  for i in range(12):
    for instrument, pitch in ((7, 57 + i % 9), (5, 40 + i % 5)):
      players.notes.add(
        pitch=pitch,
        start_time=0.4 * i,
        end_time=0.4 * (i + 1),
        velocity=40 + i,
        instrument=instrument,
      )
  return {
    'bandByProgram': roll_case(
      band.BandRoll(GROUPS, 5, window_frames=8, hop_frames=1, align='bar'),
      named,
      random,
    ),
    'bandOfPlayers': roll_case(
      band.BandRoll(
        GROUPS, window_frames=8, hop_frames=5, frames_per_beat=3, qpm=101.5
      ),
      players,
      random,
    ),
    'bandOfOnePlayer': roll_case(
      band.BandRoll(
        GROUPS, 2, frames_per_beat=0, frames_per_second=8, window_frames=10
      ),
      piece((5,), 1),
      random,
    ),
    'twoVoices': roll_case(
      band.BandRoll(GROUPS[1:3], window_frames=8), piece((5,), 1), random
    ),
  }


CHOIR = (
  'soprano:52@55-84',
  'alto:52@50-79',
  'tenor:52@44-73',
  'bass:52@33-67',
)
QUARTET = (
  'violin_1:40@55-97',
  'violin_2:40@55-92',
  'viola:41@48-84',
  'cello:42@36-74',
)
# Two of one height, and more than one that a program belongs to.
AMBIGUOUS = (
  'drums@35-50',
  'a_1:0-7@50-60',
  'b:4-9@40-70',
  'c:0@60-80',
)


def voices(chords, programs=(52,), names=(), players=None):
  """Chords of half a second, a player for each of their notes, or players."""
  piece = note_seq.NoteSequence()
  for t, chord in enumerate(chords):
    for i, pitch in enumerate(chord):
      instrument = i % players if players else i
      piece.notes.add(
        pitch=pitch,
        start_time=t / 2,
        end_time=(t + 1) / 2,
        velocity=80,
        program=programs[instrument % len(programs)],
        instrument=instrument,
      )
  for instrument, name in enumerate(names):
    if name:
      piece.instrument_infos.add(instrument=instrument, name=name)
  return piece


def group_case(texts, piece):
  converter = band.BandRoll(texts, window_frames=8)
  groups = [part.group for part in converter.parts]
  return {
    'parts': facts.of_converter(converter)['parts'],
    **score_facts(piece),
    'groups': instrument_groups.assign(piece, groups).groups.tolist(),
  }


def choir_cases(random):
  """Voices of one program, named or not, and of one or two players."""
  names = ('Soprano', 'ALTO.', 'Tenor ', 'B a s s')
  chords = [(72, 67, 60, 48), (74, 65, 58, 50), (71, 67, 62, 43)]
  # The alto above the soprano, and the bass above the tenor.
  crossing = [(60, 69, 48, 55), (62, 71, 50, 57)]
  scattered = [tuple(random.randint(40, 80, size=4)) for _ in range(6)]
  piano = [(48, 55, 64, 72), (47, 55, 59, 62, 67, 74), (50, 65), (60,)]
  pieces = {
    'named': voices(chords, names=names),
    'unnamed': voices([chord[::-1] for chord in chords]),
    'crossing': voices(crossing, names=names),
    'crossingUnnamed': voices(crossing),
    'someNamed': voices(scattered, names=('', 'Alto', 'Bass', 'x')),
    'oneUnnamed': voices(chords, names=(*names[:3], 'Basso')),
    'allNamedAndMore': voices(
      [(*chord, 57, 64) for chord in chords], names=names
    ),
    'namedFarOff': voices([(36, 67, 60, 84)] * 3, names=names),
    'namedAlike': voices(chords, names=('Alto',) * 4),
    'nameWithoutNotes': voices(chords, names=('', '', '', '', 'Bass')),
    'accents': voices(chords, names=('Sopranó', '\ufeffALTO', 'Ⅳ')),
    'piano': voices(piano, (0,), players=1),
    'pianoNamed': voices(piano, (0,), ('Tenor',), players=1),
    'twoHands': voices(scattered, (0,), players=2),
  }
  return {
    **{name: group_case(CHOIR, piece) for name, piece in pieces.items()},
    'pianoThreeVoices': group_case(CHOIR[1:], pieces['piano']),
  }


def quartet_cases():
  """Programs that two groups share, beside others."""
  names = ('Violin 1', 'violin-2', 'Viola', 'Violoncello')
  chords = [(76, 62, 60, 48), (62, 77, 55, 43)]
  programs = (40, 40, 41, 42)
  pieces = {
    'quartet': voices(chords, programs),
    'quartetNamed': voices(chords, programs, names),
    'quartetOfOneProgram': voices(chords, (48,), names),
  }
  return {name: group_case(QUARTET, piece) for name, piece in pieces.items()}


def mixed_piece(random):
  """A piece of many programs, some of its tracks with a name."""
  piece = random_piece(random, range(40, 72, 5), (0, 4, 7, 9, 20), 2)
  for instrument in random.permutation(11)[:4].tolist():
    name = str(random.choice(['A1', 'b', 'C!', 'd', 'drums', 'other']))
    piece.instrument_infos.add(instrument=instrument, name=name)
  return with_drums(piece, random, 0.1)


def group_cases():
  random = np.random.RandomState(3)
  choir = choir_cases(random)
  pieces = {
    'default': random_piece(random, range(30, 80, 7), (0, 33, 81, 110, 120), 2),
    'defaultOfOneProgram': with_drums(
      random_piece(random, range(30, 80, 9), (5,), 4), random, 0.2
    ),
    'defaultNamed': voices(
      [(72, 67, 60, 48)] * 2, (5,), ('Melody', 'Drums', '', 'Bass')
    ),
  }
  return {
    **choir,
    **quartet_cases(),
    **{
      name: group_case(instrument_groups.DEFAULT, piece)
      for name, piece in pieces.items()
    },
    **{
      f'mixed{i}': group_case(AMBIGUOUS, mixed_piece(random)) for i in range(4)
    },
  }


def wild_file():
  """Tempo changes, overlaps, ends that are missing, drums, two tracks."""
  random = np.random.RandomState(0)
  file = mido.MidiFile(ticks_per_beat=96)
  tempi, notes = mido.MidiTrack(), mido.MidiTrack()
  file.tracks += [tempi, notes]
  for _ in range(30):
    tempo = int(random.randint(200000, 900000))
    time = int(random.randint(0, 40))
    tempi.append(mido.MetaMessage('set_tempo', tempo=tempo, time=time))
  notes.append(mido.Message('sysex', data=[1, 2, 3], time=0))
  for i in range(160):
    notes.append(
      mido.Message(
        random.choice(['note_on', 'note_off']),
        channel=int(random.choice([0, 3, 9])),
        note=int(random.randint(60, 66)),
        velocity=int(random.choice([0, 1, 100])),
        time=int(random.choice([0, 0, 3, 6, 12])),
      )
    )
    if i % 20 == 0:
      notes.append(mido.Message('program_change', program=5, time=1))
  data = io.BytesIO()
  file.save(file=data)
  return data.getvalue()


def terse_file():
  """Running status: a status byte holds until there is another.

  Key 67 is ended on the tick on which it begins. Then it begins twice, the
  second time on the tick of the first end. Of the tempo, other formulas than
  ours give other last bits.
  """
  events = [0, 0xFF, 0x51, 3, *TEMPO.to_bytes(3, 'big')]
  events += [0, 0x90, 60, 90, 24, 64, 90, 24, 60, 0, 48, 64, 0, 0, 0x99, 36, 99]
  events += [12, 36, 0, 0, 0x90, 67, 90, 0, 67, 0, 12, 67, 80, 12, 67, 80]
  events += [0, 67, 0, 12, 67, 0, 0, 0xFF, 0x2F, 0]
  head = b'MThd' + bytes([0, 0, 0, 6, 0, 0, 0, 1, 0, 48])
  return head + b'MTrk' + bytes([0, 0, 0, len(events)]) + bytes(events)


def strange_file():
  """As programs write files: what is counted and said in headers is wrong.

  Three tracks, one of them counted, a chunk of another kind, a track that is
  said to be longer than it is, tempi on two tracks, a tempo of 0, a velocity
  over 127, a note of no length, and rubbish at the end.
  """

  def chunk(name, data, size=None):
    return (
      name + (len(data) if size is None else size).to_bytes(4, 'big') + data
    )

  end = b'\x00\xff\x2f\x00'
  note = b'\x00\x90\x3c\x40\x30\x80\x3c\x40'
  tempo = b'\x10\xff\x51\x03\x0f\x42\x40'
  tracks = [
    chunk(b'MTrk', b'\x00\xff\x51\x03\x00\x00\x00' + note + end),
    chunk(b'XFIH', b'abc'),
    chunk(b'MTrk', tempo + note + end, size=40),
    chunk(b'MTrk', b'\x00\x90\x40\xf0\x00\x80\x40\x00' + note + end),
  ]
  head = b'MThd' + bytes([0, 0, 0, 6, 0, 1, 0, 1, 0, 48])
  return head + b''.join(tracks) + b'\x00end'


def band_file():
  """A first track that chooses programs, for channels that others play.

  One of these has a program of its own, and changes it. Two tracks share a
  channel, and time signatures stand on two tracks.
  """
  file = mido.MidiFile(ticks_per_beat=96)
  first, bass, keys, drums = (file.add_track() for _ in range(4))
  for channel, program in ((0, 33), (1, 4), (9, 8)):
    first.append(
      mido.Message('program_change', channel=channel, program=program)
    )
  first.append(mido.MetaMessage('set_tempo', tempo=TEMPO))
  first.append(mido.MetaMessage('time_signature', numerator=3, denominator=8))
  first.append(
    mido.Message('program_change', channel=0, program=34, time=4 * 96)
  )
  first.append(mido.MetaMessage('set_tempo', tempo=612345, time=7))

  def play(track, channel, pitches, time):
    for i, pitch in enumerate(pitches):
      for kind in ('note_on', 'note_off'):
        track.append(
          mido.Message(
            kind, channel=channel, note=pitch, velocity=50 + i, time=time
          )
        )

  play(bass, 0, range(36, 44), 48)
  keys.append(mido.Message('program_change', channel=1, program=80, time=96))
  play(keys, 1, range(60, 66), 40)
  keys.append(mido.Message('program_change', channel=1, program=0))
  play(keys, 1, [72, 71], 40)
  play(drums, 9, [36, 42] * 6, 24)
  drums.append(mido.MetaMessage('time_signature', numerator=2, denominator=4))
  play(drums, 1, [50, 52], 24)
  data = io.BytesIO()
  file.save(file=data)
  return data.getvalue()


def named_track(names, *messages):
  """A track with names, the events between them; notes are of 24 ticks."""
  track = mido.MidiTrack()
  for name in names:
    data = name.encode() if isinstance(name, str) else name
    # mido writes each letter of Latin-1 as its byte.
    track.append(mido.MetaMessage('track_name', name=data.decode('latin-1')))
  for kind, channel, number in messages:
    if kind == 'note':
      on = {'channel': channel, 'note': number}
      track.append(mido.Message('note_on', velocity=70, **on))
      track.append(mido.Message('note_off', time=24, **on))
    elif kind == 'note_on':
      track.append(mido.Message(kind, channel=channel, note=number, time=6))
    elif kind == 'program_change':
      track.append(mido.Message(kind, channel=channel, program=number))
    elif kind == 'control_change':
      track.append(mido.Message(kind, channel=channel, control=number))
    else:
      track.append(mido.Message(kind, channel=channel, pitch=number))
  return track


def bytes_of(form, *tracks):
  file = mido.MidiFile(type=form, ticks_per_beat=48)
  file.tracks += tracks
  data = io.BytesIO()
  file.save(file=data)
  return data.getvalue()


def named_file():
  """Names of all kinds, of tracks that share a channel or have no note."""
  note, change = ('note', 0, 60), ('program_change', 0, 7)
  return bytes_of(
    1,
    named_track(['the piece']),
    named_track(['Violin 1', 'second name'], note, change, ('note', 3, 62)),
    named_track(['Violín 2'], note, ('note', 0, 64)),
    named_track(['', 'never'], note),
    named_track([], ('note', 9, 36), note),
    named_track([b'\xef\xbb\xbfb\xfcrd'], ('note', 2, 50)),
    named_track(['begun'], ('note_on', 4, 61)),
    named_track(['controlled'], ('control_change', 5, 7)),
    named_track(['bent'], ('pitchwheel', 6, 99)),
    named_track(['chosen'], ('program_change', 7, 3)),
  )


def one_track_file():
  """A name for all channels of a file of one track."""
  notes = [('note', channel, 60 + channel) for channel in (0, 1, 9, 1)]
  return bytes_of(0, named_track(['Tenor'], ('program_change', 1, 5), *notes))


def patterns_file():
  """Patterns, one after the other, each with a name."""
  note = ('note', 0, 60)
  return bytes_of(2, named_track(['one'], note), named_track(['two'], note))


def film_file(rate, ticks, form=1):
  """Times in film frames; tempos and a metre that change nothing of them."""

  def tempo(microseconds):
    return b'\xff\x51\x03' + microseconds.to_bytes(3, 'big')

  later = broken_music.number(1000)
  note = broken_music.NOTE
  return broken_music.midi(
    b'\x00' + tempo(TEMPO) + later + tempo(250000) + note,
    b'\x00\xff\x58\x04\x03\x02\x18\x08'
    + note
    + later
    + note
    + b'\x07'
    + note[1:],
    # A note of no length, and one that lasts an hour or more.
    b'\x05\x90\x3e\x51\x00\x80\x3e\x00\x03\x90\x40\x52'
    + broken_music.number(9_999_991)
    + b'\x80\x40\x00',
    division=(256 - rate) << 8 | ticks,
    form=form,
  )


def refused_case(division):
  """What is said of a file whose header makes no time."""
  data = broken_music.midi(broken_music.NOTE, division=division)
  try:
    midi_events.read(data)
  except InputError as e:
    return {
      'file': base64.b64encode(data).decode(),
      'message': str(e),
    }
  raise AssertionError(f'{division} is read')


def midi_case(data):
  (sequence,) = midi_notes.notes_of(midi_events.read(data)).sequences
  assert sequence.notes
  facts = score_facts(sequence)
  numbers_of = {}
  for note in facts['notes']:
    # Of instruments, only which are the same means anything.
    note[-1] = numbers_of.setdefault(note[-1], len(numbers_of))
  for named in facts['names']:
    named[0] = numbers_of.setdefault(named[0], len(numbers_of))
  return {
    'file': base64.b64encode(data).decode(),
    **facts,
    'tracks': data.count(b'MTrk'),
  }


def storage_case():
  arrays = {
    'floats': np.float32([[1.5, -2.25, 3e-20], [0, -0.0, 7e30]]),
    'integers': np.int32([0, 1, -1, 123456789]),
    'halves': np.float16([1, -0.333, 6e-8, 65504, -1e-5]),
    'levels': np.uint8([[0, 255], [7, 128]]),
    'begins': np.float32([[0, 0.4], [0.1, 0.5], [-3, 9e9], [1e-30, 2]]),
    'starts': np.int32([-5, 8, 2**31 - 1, -(2**31)]),
  }
  means = np.array([[-1.0, 5.0], [0.5, 5.0], [0.731, 5.0]])
  manifest, block = packing.pack(
    {**arrays, 'means': packing.in_bytes(means, 256)}, ('begins', 'starts')
  )
  return {
    'manifest': manifest,
    'block': base64.b64encode(block).decode(),
    'values': {
      name: array.ravel().astype(float).tolist()
      for name, array in {**arrays, 'means': means}.items()
    },
  }


def golden():
  """Everything, as a dict that JSON can hold."""
  return json.loads(
    json.dumps(
      {
        'models': {
          name: model_case(seed, **how)
          for seed, (name, how) in enumerate(MODELS.items())
        },
        'autoregressive': {
          name: autoregressive_case(seed, **how)
          for seed, (name, how) in enumerate(AUTOREGRESSIVE.items())
        },
        'wanders': {'many': wander_case(40), 'few': wander_case(6)},
        'projections': {
          'plane': projection_case(2),
          'line': projection_case(1),
          'pca': projection_case(5),
        },
        'rolls': roll_cases(),
        'groups': group_cases(),
        'midi': {
          'wild': midi_case(wild_file()),
          'terse': midi_case(terse_file()),
          'strange': midi_case(strange_file()),
          'band': midi_case(band_file()),
          'names': midi_case(named_file()),
          'oneTrack': midi_case(one_track_file()),
          'patterns': midi_case(patterns_file()),
          'film24': midi_case(film_file(24, 80)),
          'film25': midi_case(film_file(25, 40)),
          'film29': midi_case(film_file(29, 100)),
          'film30': midi_case(film_file(30, 255)),
          'filmOfOneTick': midi_case(film_file(29, 1)),
          'filmPatterns': midi_case(film_file(29, 4, form=2)),
        },
        'midiRefused': {
          f'{division:#06x}': refused_case(division)
          for division in REFUSED_DIVISIONS
        },
        'storage': storage_case(),
      }
    )
  )


def main():
  # A line for each case, so that a change shows what has changed.
  groups = [
    f'{json.dumps(group)}: {{\n'
    + ',\n'.join(
      f'{json.dumps(name)}: {json.dumps(case, separators=(",", ":"))}'
      for name, case in cases.items()
    )
    + '\n}'
    for group, cases in golden().items()
  ]
  PATH.write_text('{\n' + ',\n'.join(groups) + '\n}\n')


if __name__ == '__main__':
  main()
