# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The notes that were meant, where some given ones are wrong, late or missing.

A model that hears what it plays knows how likely a whole piece is. With y what
is heard, and faults that come to each note by itself (model/faults.py), the
likeliest piece is

    argmax_x  log p(x | z) + log p(y | x)

    log p(y | x) = sum over notes of x that are heard:
                     log((1 - missing) p(pitch off by d) / (2 J + 1))
                 + sum over notes of x that are not heard:  log missing

where p(off by d) is 1 - wrong for d = 0, and wrong / 4 for one or two columns
up or down. It is looked for note by note (iterated conditional modes: Besag
1986, "On the statistical analysis of dirty pictures"). Each note that is heard
goes where the sum is largest, all others given; then notes that nobody heard
are added where they raise it. A change is judged by the frames from it on until
a little after the note ends, as the recurrence that is told the frames forgets
it soon. z is that of the piece as it stands, anew for each sweep.

Notes that are out of time are unlike music, and the model takes their pitches
for wrong. So they are brought into time before pitches are judged, and put back
in the end: which of them were early the model finds out no better than by
chance (docs/results.md).
"""

from __future__ import annotations

from typing import Callable
from typing import Iterator
from typing import NamedTuple
from typing import Sequence

import numpy as np

from magenta_vrae.errors import InputError
from magenta_vrae.inference import endless
from magenta_vrae.inference.numpy_autoregressive import NumpyAutoregressive
from magenta_vrae.inference.numpy_autoregressive import Playing
from magenta_vrae.inference.numpy_autoregressive import Prepared
from magenta_vrae.inference.numpy_model import RestoredVrae
from magenta_vrae.model.faults import WRONG_BY
from magenta_vrae.model.faults import Rates

# How often all pitches are gone through.
_SWEEPS = 2
# How much the model's word counts where notes may be early or late. Of 0.3, 0.5
# and 1, this left most notes of held-out songs right.
_TRUST_OUT_OF_TIME = 0.5
# Frames behind a note by which a change is judged, and frames of it at most.
_AFTERWARDS, _MOST_JUDGED = 8, 64
# Where notes may be further off in time, that stretch does not have them all.
MOST_JITTER_FRAMES = 16
# A note that is not heard is looked for where the model gives it these odds, of
# so many a frame at most, as long as notes of the piece are.
_LEAST_LOGIT, _MOST_PER_FRAME = -2.0, 3
_LENGTHS = (10, 30, 50, 70, 90)  # Percentiles.


class Note(NamedTuple):
  """A note on a roll: its frames and its column.

  Attributes:
    begin: Its first frame.
    end: The frame behind its last one.
    column: From 0 on.
    moved_by: Frames by which it begins later than it was heard.
  """

  begin: int
  end: int
  column: int
  moved_by: int = 0

  def moved(self, late: int, off: int) -> Note:
    """The note some frames later and some columns up."""
    return Note(
      self.begin + late,
      self.end + late,
      self.column + off,
      self.moved_by + late,
    )


class Notes:
  """The notes of a piece, and its roll.

  Args:
    sounding: True where a note sounds, sized `[T, P]`.
    struck: True where one begins, of the same size.
    has_onsets: Whether the roll has a second half of what is struck.
  """

  def __init__(
    self, sounding: np.ndarray, struck: np.ndarray, has_onsets: bool
  ) -> None:
    self._has_onsets = has_onsets
    # How many notes sound in each cell, and how many begin there.
    self._sounding: np.ndarray = np.zeros(sounding.shape, np.int32)
    self._struck: np.ndarray = np.zeros(sounding.shape, np.int32)
    self.all: list[Note] = []
    for note in _notes(sounding, struck):
      self.add(note)

  @property
  def num_frames(self) -> int:
    return len(self._sounding)

  @property
  def sounding(self) -> np.ndarray:
    """True where a note sounds, sized `[T, P]`."""
    return self._sounding > 0

  def add(self, note: Note) -> None:
    self.all.append(note)
    self._count(note, 1)

  def remove(self, note: Note) -> None:
    self.all.remove(note)
    self._count(note, -1)

  def _count(self, note: Note, number: int) -> None:
    self._sounding[note.begin : note.end, note.column] += number
    self._struck[note.begin, note.column] += number

  def has_room(self, note: Note) -> bool:
    """Whether a note is on the roll and meets no other of its column."""
    begin, end, column, _ = note
    if begin < 0 or end > self.num_frames:
      return False
    if not 0 <= column < self._sounding.shape[1]:
      return False
    around = self._sounding[max(begin - 1, 0) : end + 1, column]
    return not around.any()

  def roll(self, begin: int = 0, end: int | None = None) -> np.ndarray:
    """Zeros and ones, sized `[end - begin, depth]`."""
    parts = [self._sounding[begin:end] > 0]
    if self._has_onsets:
      parts.append(self._struck[begin:end] > 0)
    return np.concatenate(parts, axis=1)

  def roll_with(self, note: Note, begin: int, end: int) -> np.ndarray:
    """The same with one note more."""
    self._count(note, 1)
    roll = self.roll(begin, end)
    self._count(note, -1)
    return roll


def _notes(sounding: np.ndarray, struck: np.ndarray) -> Iterator[Note]:
  """Notes in the order of their beginnings."""
  T = len(sounding)
  for begin, column in np.argwhere(struck & sounding).tolist():
    end = begin + 1
    while end < T and sounding[end, column] and not struck[end, column]:
      end += 1
    yield Note(begin, end, column)


class _Judge:
  """How likely a stretch of the piece is, given all that comes before it.

  Stretches are asked for in the order of time.

  Args:
    model: The model.
    zs: The z of each half window of the piece, sized `[n, z_size]`.
    notes: The piece.
    trust: What its nats are multiplied by.
  """

  def __init__(
    self,
    model: RestoredVrae,
    zs: np.ndarray,
    notes: Notes,
    trust: float = 1.0,
  ) -> None:
    decoder = model.autoregressive
    if decoder is None:
      raise TypeError('this needs a model that hears what it plays')
    self._decoder: NumpyAutoregressive = decoder
    self._notes = notes
    self._trust = trust
    parts = list(endless.faded(model, (z[np.newaxis] for z in zs)))
    z, free = (
      np.concatenate(part, axis=1)[:, : notes.num_frames]
      for part in zip(*parts)
    )
    self._prepared = decoder.prepare(free, z)
    self._at = decoder.begin(z[:, 0])

  def _stretch(self, begin: int, end: int, n: int = 1) -> Prepared:
    return Prepared(
      *(np.repeat(part[begin:end], n, axis=1) for part in self._prepared)
    )

  def go_to(self, frame: int) -> None:
    """Takes the piece up to a frame as settled."""
    t = self._at.t
    if frame > t:
      told = self._notes.roll(t, frame)[np.newaxis]
      self._at, _ = self._decoder.tell(self._at, self._stretch(t, frame), told)

  def log_p(self, rolls: Sequence[np.ndarray]) -> np.ndarray:
    """Of several stretches that could follow; sized `[len(rolls)]`."""
    x, n = np.asarray(rolls), len(rolls)
    at = self._at
    begin = at.t
    many = Playing(
      tuple(np.repeat(part, n, axis=0) for part in at.state),
      np.repeat(at.past, n, axis=1),
      begin,
    )
    stretch = self._stretch(begin, begin + x.shape[1], n)
    _, logits = self._decoder.tell(many, stretch, x)
    nats = np.logaddexp(0.0, np.where(x, -logits, logits))
    return -self._trust * nats.sum(axis=(1, 2), dtype=np.float64)

  def logits(self) -> np.ndarray:
    """Of all frames, each told those before it, sized `[T, depth]`."""
    T = self._notes.num_frames
    told = self._notes.roll()[np.newaxis]
    return self._decoder.tell(self._at, self._stretch(0, T), told)[1][0]


def denoise(
  model: RestoredVrae,
  notes: Notes,
  z_of: Callable[[np.ndarray], np.ndarray],
  rates: Rates,
) -> np.ndarray:
  """The likeliest roll, by the model and by what is heard.

  Args:
    model: A model with an autoregressive decoder.
    notes: What is heard; they are changed.
    z_of: From a roll to the z of each of its half windows.
    rates: The `Rates` of its faults.

  Returns:
    A roll of zeros and ones, sized `[T, depth]`.

  Raises:
    InputError: If notes may be too far off in time to be judged.
  """
  if rates.jitter_frames > MOST_JITTER_FRAMES:
    raise InputError(
      f'jitter_frames is {rates.jitter_frames}; mode denoise takes '
      f'{MOST_JITTER_FRAMES} at most'
    )
  if not notes.all:
    return notes.roll()

  def judge() -> _Judge:
    trust = _TRUST_OUT_OF_TIME if rates.jitter_frames else 1.0
    return _Judge(model, z_of(notes.roll()), notes, trust)

  if rates.jitter_frames:
    _move(judge(), notes, rates._replace(wrong=0.0))
  if rates.wrong:
    for _ in range(_SWEEPS):
      _move(judge(), notes, rates._replace(jitter_frames=0))
  if rates.missing:
    where = _where_looked_for(judge(), notes)
    _add(judge(), notes, where, rates)
  for note in notes.all[:]:
    notes.remove(note)
    heard = note.moved(-note.moved_by, 0)
    notes.add(heard if notes.has_room(heard) else note)
  return notes.roll()


def _moves(note: Note, rates: Rates) -> Iterator[tuple[Note, float]]:
  """Where a note that is heard may belong, and log p that it is heard so."""
  J = rates.jitter_frames
  offs = {0: 1.0 - rates.wrong}
  if rates.wrong:
    offs.update(dict.fromkeys(WRONG_BY, rates.wrong / len(WRONG_BY)))
  for off, share in offs.items():
    for late in range(-J, J + 1):
      yield note.moved(late, off), float(np.log(share)) if share else -np.inf


def _move(judge: _Judge, notes: Notes, rates: Rates) -> None:
  """Moves each note to where it is likeliest, all others given."""
  T = notes.num_frames
  for note in sorted(notes.all):
    notes.remove(note)
    # One that would run into another is no place for it: two notes in one are
    # likely, but were not meant.
    moves = [
      (moved, log_p)
      for moved, log_p in _moves(note, rates)
      if moved == note or notes.has_room(moved)
    ]
    # Never before that of the note before, whichever moves have room.
    begin = max(0, note.begin - rates.jitter_frames)
    end = min(T, note.end + rates.jitter_frames + _AFTERWARDS)
    end = min(end, begin + _MOST_JUDGED)
    judge.go_to(begin)
    rolls = [notes.roll_with(moved, begin, end) for moved, _ in moves]
    found = judge.log_p(rolls) + [log_p for _, log_p in moves]
    notes.add(moves[int(np.argmax(found))][0])


def _where_looked_for(judge: _Judge, notes: Notes) -> list[tuple[int, int]]:
  """Frames and columns where a note that nobody heard may begin."""
  sounding = notes.sounding
  logits = judge.logits()[:, : sounding.shape[1]]
  before = np.pad(sounding, [(1, 0), (0, 0)])[:-1]
  logits = np.where(sounding | before, -np.inf, logits)
  return [
    (t, int(column))
    for t, row in enumerate(logits)
    for column in np.argsort(-row)[:_MOST_PER_FRAME]
    if row[column] >= _LEAST_LOGIT
  ]


def _add(
  judge: _Judge,
  notes: Notes,
  where: Sequence[tuple[int, int]],
  rates: Rates,
) -> None:
  """Adds notes that nobody heard, where they make the piece likelier."""
  T = notes.num_frames
  heard = [note.end - note.begin for note in notes.all]
  lengths = sorted({int(v) for v in np.percentile(heard, _LENGTHS)})
  for begin, column in where:
    longer = [Note(begin, begin + length, column) for length in lengths]
    longer = [note for note in longer if notes.has_room(note)]
    if not longer:
      continue
    judge.go_to(begin)
    end = min(T, longer[-1].end + _AFTERWARDS, begin + _MOST_JUDGED)
    rolls = [notes.roll_with(note, begin, end) for note in longer]
    found = judge.log_p([notes.roll(begin, end), *rolls])
    gains = found[1:] - found[0] + np.log(rates.missing)
    best = int(np.argmax(gains))
    if gains[best] > 0.0:
      notes.add(longer[best])
