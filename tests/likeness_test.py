# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""How like real music made music is: every number against its definition."""

from __future__ import annotations

import functools
import json
import pathlib

import note_seq
import numpy as np
import pytest
from conftest import read_piece
from conftest import run_command
from conftest import run_without_tensorflow
from graph_sessions import save_random_model
from scipy import stats

from magenta_vrae import configs
from magenta_vrae.data.pitch_rolls import DrumRoll
from magenta_vrae.data.pitch_rolls import PianoRoll
from magenta_vrae.errors import InputError
from magenta_vrae.inference import evaluation
from magenta_vrae.inference import generation
from magenta_vrae.inference import likeness
from magenta_vrae.inference import loading
from magenta_vrae.inference import muspy_metrics
from magenta_vrae.inference import window_features
from magenta_vrae.inference import window_sources

PIANO = PianoRoll(pitches=range(48, 84), frames_per_second=10, window_frames=8)


def test_densities_are_smoothed_by_scotts_width():
  """A density's variance is that of its samples and of the Gaussian."""
  distances = np.random.RandomState(0).normal(50.0, 5.0, 200)
  density = likeness._density(distances, 100.0)
  x = (np.arange(len(density)) + 0.5) * 100.0 / len(density)
  mean = np.sum(density * x)
  scott = distances.std() * 200**-0.2
  np.testing.assert_allclose(
    np.sum(density * (x - mean) ** 2), distances.var() + scott**2, rtol=0.02
  )


def named(features, row=0):
  return dict(zip(window_features.NAMES, features.values[row]))


def window(converter, piece):
  roll = converter.to_roll(piece)
  pad = converter.window_frames - len(roll)
  return np.pad(roll, [(0, pad), (0, 0)])[None]


class TestWindowFeatures:
  def test_a_chord_and_a_melody(self, score):
    """C4 for 0.8 s; above it G4, G4, B4 of 0.2 s, rests between them."""
    piece = score(
      (60, 0.0, 0.8), (67, 0.0, 0.2), (67, 0.3, 0.5), (71, 0.6, 0.8)
    )
    features = window_features.of(window(PIANO, piece), PIANO)
    found = named(features)
    assert found['notes at a time'] == pytest.approx(14 / 8)
    assert found['onsets a second'] == pytest.approx(4 / 0.8)
    assert found['note length (s)'] == pytest.approx(1.4 / 4)
    shares = np.array([8, 4, 2]) / 14
    assert found['pitch-class entropy (bits)'] == pytest.approx(
      -np.sum(shares * np.log2(shares))
    )
    assert found['share in scale'] == 1.0
    assert found['pitches in use'] == 3
    assert (found['lowest pitch'], found['highest pitch']) == (60, 71)
    # The second G4 repeats one of the first chord; B4 repeats nothing.
    assert found['repeated notes'] == pytest.approx(1 / 2)
    profile = np.zeros(12)
    profile[[0, 7, 11]] = shares
    np.testing.assert_allclose(features.profile[0], profile)
    np.testing.assert_array_equal(features.lengths[0], [0, 3, 0, 0, 0, 0, 0, 1])

  def test_the_best_scale_has_what_fits(self, score):
    """A chromatic run, C to F#: D flat major has five of the seven."""
    piece = score(*((60 + i, i / 10, (i + 1) / 10) for i in range(7)))
    found = named(window_features.of(window(PIANO, piece), PIANO))
    assert found['share in scale'] == pytest.approx(5 / 7)
    assert found['pitch-class entropy (bits)'] == pytest.approx(np.log2(7))
    # D major: two sharps, which the scale of C would not have.
    piece = score(*((p, i / 10, (i + 1) / 10) for i, p in enumerate(
      (62, 64, 66, 67, 69, 71, 73)
    )))  # fmt: skip
    found = named(window_features.of(window(PIANO, piece), PIANO))
    assert found['share in scale'] == 1.0

  def test_restruck_notes_stay_apart_with_onsets(self, score):
    piece = score((60, 0.0, 0.3), (60, 0.3, 0.6), (60, 0.6, 0.8))
    struck = PIANO.replace(onsets=True)
    features = window_features.of(window(struck, piece), struck)
    found = named(features)
    assert found['onsets a second'] == pytest.approx(3 / 0.8)
    assert found['note length (s)'] == pytest.approx(0.8 / 3)
    assert found['notes at a time'] == 1.0
    assert found['repeated notes'] == 1.0
    np.testing.assert_array_equal(features.lengths[0], [0, 1, 2, 0, 0, 0, 0, 0])
    # Without onsets they are one note.
    features = window_features.of(window(PIANO, piece), PIANO)
    assert named(features)['onsets a second'] == pytest.approx(1 / 0.8)
    assert named(features)['repeated notes'] == 0.0
    assert features.lengths[0, 7] == 1

  def test_drums_are_hits(self, score):
    drums = DrumRoll(frames_per_second=10, window_frames=8)
    # Hats struck in neighbouring frames are two hits, not one long note.
    piece = score(
      (42, 0.0, 0.1), (36, 0.0, 0.1), (42, 0.1, 0.2), (42, 0.4, 0.5),
      is_drum=True,
    )  # fmt: skip
    features = window_features.of(window(drums, piece), drums)
    found = named(features)
    assert found['onsets a second'] == pytest.approx(4 / 0.8)
    assert found['notes at a time'] == pytest.approx(4 / 8)
    assert found['repeated notes'] == 1.0
    assert (found['lowest pitch'], found['highest pitch']) == (36, 42)
    assert features.lengths[0, 0] == 4 and features.lengths.sum() == 4
    shown = window_features.shown(drums)
    assert 'onsets a second' in shown and 'note length (s)' not in shown

  def test_silence(self):
    frames = np.zeros([2, 8, 36], bool)
    frames[1, 3, 5] = True
    features = window_features.of(frames, PIANO)
    np.testing.assert_array_equal(features.sounds, [False, True])
    assert not features.values[0].any() and not features.profile[0].any()
    assert named(features, 1)['lowest pitch'] == 53

  @pytest.mark.parametrize(
    'converter',
    [
      PianoRoll(pitches=[62, 60, 61, 75], window_frames=30),
      PianoRoll(pitches=[62, 60, 61, 75], window_frames=30, onsets=True),
      DrumRoll(pitches=[42, 36, 40], window_frames=30),
    ],
  )
  def test_are_of_the_notes_that_from_roll_makes(self, converter):
    rng = np.random.RandomState(1)
    frames = rng.rand(40, 30, converter.depth) < 0.3
    features = window_features.of(frames.astype(np.float32), converter)
    for i, roll in enumerate(frames):
      notes = converter.from_roll(roll).notes
      pitches = [note.pitch for note in notes]
      rate = converter.frames_per_second
      lengths = [(n.end_time - n.start_time) * rate for n in notes]
      found = named(features, i)
      assert found['onsets a second'] == pytest.approx(len(notes) / 1.5)
      assert found['note length (s)'] == pytest.approx(np.mean(lengths) / rate)
      assert found['notes at a time'] == pytest.approx(sum(lengths) / 30)
      assert found['pitches in use'] == len(set(pitches))
      assert found['lowest pitch'] == min(pitches)
      assert found['highest pitch'] == max(pitches)
      counts = np.bincount(np.round(lengths).astype(int), minlength=31)[1:]
      np.testing.assert_array_equal(features.lengths[i], counts)
      moments = {}
      for note in notes:
        moments.setdefault(round(note.start_time * rate), set()).add(note.pitch)
      chords = [moments[moment] for moment in sorted(moments)]
      again = sum(len(a & b) for a, b in zip(chords, chords[1:]))
      assert found['repeated notes'] == pytest.approx(
        again / sum(map(len, chords[1:]))
      )


def random_windows(seed, n=60, share=0.1):
  return np.random.RandomState(seed).rand(n, 8, 36) < share


class TestComparison:
  @pytest.fixture(autouse=True)
  def some_trees(self, monkeypatch):
    """Enough for windows so unlike and so alike; forests take all the time."""
    monkeypatch.setattr(likeness, '_TREES', 50)

  def test_the_same_music_cannot_be_told(self):
    numbers = likeness.measure(
      random_windows(0, 150), random_windows(1, 150), PIANO
    )
    assert 0.4 < numbers['C2ST'] < 0.6
    assert numbers['overlapped area'] > 0.9
    assert numbers['overlap of note lengths'] > 0.9
    assert numbers['distance KL (nats)'] < 0.1

  def test_other_music_can(self):
    real = random_windows(0)
    made = np.zeros_like(real)
    made[:, :, 30] = True
    numbers = likeness.measure(real, made, PIANO)
    assert numbers['C2ST'] == 1.0
    assert numbers['overlapped area'] < 0.6
    assert numbers['overlap of note lengths'] < 0.01
    assert numbers['distance KL (nats)'] > 1.0

  def test_of_unequal_numbers_guessing_is_still_half(self):
    numbers = likeness.measure(
      random_windows(0, 300), random_windows(1, 40), PIANO
    )
    assert numbers['C2ST'] < 0.7

  def test_a_seed_gives_the_same_numbers(self, monkeypatch):
    monkeypatch.setattr(likeness, '_TREES', 20)
    rng = np.random.RandomState(0)
    real, made = rng.rand(30, 2), rng.rand(40, 2) + 0.1
    first, again, other = (
      likeness.c2st(real, made, seed) for seed in (3, 3, 4)
    )
    assert first == again != other

  def test_means_are_of_the_windows_that_sound(self):
    frames = random_windows(0, 40)
    sounding, half_silent = (
      likeness.describe(window_features.of(part, PIANO), PIANO)
      for part in (frames, np.concatenate([frames, np.zeros_like(frames)]))
    )
    assert (sounding['silent'], half_silent['silent']) == (0.0, 0.5)
    for name in window_features.NAMES:
      assert half_silent[name] == pytest.approx(sounding[name])

  def test_a_model_that_makes_silence(self):
    made = np.zeros([60, 8, 36], bool)
    numbers = likeness.measure(random_windows(0), made, PIANO)
    assert numbers['silent'] == 1.0 and numbers['C2ST'] == 1.0
    assert numbers['overlapped area'] == 0.0
    assert np.isnan(numbers['notes at a time'])

  def test_twenty_numbers_are_classified(self):
    features = window_features.of(random_windows(0, 3), PIANO)
    assert likeness.classified(features).shape == (3, 20)


class TestOverlappedArea:
  @staticmethod
  def area(real, made):
    return likeness.overlap(*likeness.distance_densities(real, made))

  def test_of_gaussians_is_the_integral(self):
    """Distances of N(0, 1) and N(m, 1) are |N(0, 2)| and |N(m, 2)|."""
    rng = np.random.RandomState(0)
    real = rng.normal(size=1500)
    grid = np.linspace(0, 12, 4001)

    def density(m):
      s = np.sqrt(2)
      return stats.norm.pdf(grid, m, s) + stats.norm.pdf(grid, -m, s)

    for m in (0.0, 1.0, 2.0, 4.0):
      exact = np.sum(np.minimum(density(0), density(m))) * (grid[1] - grid[0])
      found = self.area(real, rng.normal(size=1500) + m)
      assert found == pytest.approx(exact, abs=0.03)

  def test_far_apart(self):
    rng = np.random.RandomState(0)
    real = rng.normal(size=100)
    assert self.area(real, real + 100) < 1e-6
    assert self.area(real, real) > 0.97

  def test_a_feature_that_does_not_vary(self):
    same = np.full(20, 0.3)
    assert self.area(same, same) == pytest.approx(1.0)
    assert self.area(same, same + 1e-17) == pytest.approx(1.0)
    assert self.area(same, same + 1) < 1e-3
    assert self.area(np.zeros(20), np.zeros(9)) == pytest.approx(1.0)

  def test_without_a_pair_there_is_no_overlap(self):
    assert self.area(np.ones(20), np.zeros(0)) == 0.0
    assert self.area(np.ones(1), np.ones(5)) == 0.0


def test_overlap_and_divergence_of_histograms():
  a, b = np.array([6, 2, 0, 0]), np.array([1, 1, 2, 0])
  assert likeness.overlap(a, b) == pytest.approx(0.25 + 0.25)
  p, q = np.array([3, 1]), np.array([2, 2])
  assert likeness.divergence(p, q) == pytest.approx(
    0.75 * np.log(1.5) + 0.25 * np.log(0.5)
  )


def test_intervals_cover_the_mean_as_often_as_they_say():
  rng = np.random.RandomState(0)
  values = rng.normal(3.0, 2.0, size=[2000, 5])
  covered = [
    abs(mean - 3.0) <= half_width
    for mean, half_width in map(likeness.interval, values)
  ]
  assert np.mean(covered) == pytest.approx(0.95, abs=0.015)
  numbers = [{'C2ST': 0.5}, {'C2ST': 0.7}]
  (found,) = likeness.over_seeds(numbers).values()
  # Two values half a range from their mean: t of one degree of freedom.
  assert found.mean == pytest.approx(0.6)
  assert found.half_width == pytest.approx(12.706 * 0.1, rel=1e-3)
  assert np.isnan(likeness.over_seeds(numbers[:1])['C2ST'].half_width)


class TestMusPy:
  def test_its_metrics_are_means_over_the_windows_that_sound(self, score):
    pytest.importorskip('muspy', reason='MusPy is not installed')
    # A chord of three notes for two frames, of which one goes on for two more.
    piece = score((60, 0.0, 0.4), (64, 0.0, 0.2), (67, 0.0, 0.2))
    frames = window(PIANO, piece)
    frames = np.concatenate([frames, np.zeros_like(frames)])
    found = muspy_metrics.measure(frames, PIANO)
    assert found == {
      'MusPy n_pitches_used': 3.0,
      'MusPy n_pitch_classes_used': 3.0,
      'MusPy pitch_range': 7.0,
      'MusPy pitch_entropy': pytest.approx(np.log2(3)),
      'MusPy pitch_class_entropy': pytest.approx(np.log2(3)),
      'MusPy scale_consistency': 1.0,
      'MusPy polyphony': 2.0,
      'MusPy polyphony_rate': 0.5,
    }

  def test_of_drums_it_has_none(self):
    drums = DrumRoll(window_frames=8)
    frames = np.ones([2, 8, drums.depth], bool)
    assert muspy_metrics.measure(frames, drums) is None


class TestSamples:
  @pytest.fixture
  def model(self, tmp_path):
    """A random model of few pitches, whose windows are not all alike."""
    hparams = 'enc_rnn_size=[6],dec_rnn_size=[5],sigma_init=0.8,z_size=2'
    path = str(tmp_path / 'model.ckpt')
    save_random_model(hparams, path)
    config = configs.get_config('vrae_2d', hparams)

    def generator(seed):
      return generation.Generator(config, path, seed=seed, sampling='bernoulli')

    return loading.restore(config, path), generator

  @pytest.fixture
  def training(self):
    return np.random.RandomState(0).rand(40, 50, 49) < 0.1

  def test_every_kind_has_its_windows(self, model, training):
    held_out = ~training[:5]
    made = window_sources.samples(
      model[0], model[1](0), training, held_out, 12, long_frames=500
    )
    assert set(made.kinds) == {'real', 'held out', *window_sources.MADE}
    for kind, frames in made.kinds.items():
      n = 5 if kind == 'held out' else 12
      assert frames.shape == (n, 50, 49), kind
    # Reference and others are real, and no window is in both.
    places = [
      [int(np.flatnonzero((training == w).all((1, 2)))[0]) for w in part]
      for part in (made.reference, made.kinds['real'])
    ]
    assert len({*places[0], *places[1]}) == 24
    assert {w.tobytes() for w in made.kinds['held out']} == {
      w.tobytes() for w in held_out
    }

  def test_long_windows_are_the_ends_of_long_pieces(self):
    piece = np.arange(1010)[:, None]
    first, last = window_sources.fifths(piece, 40)
    # Five windows of 40 frames fit into 202.
    np.testing.assert_array_equal(first.ravel(), np.arange(200))
    np.testing.assert_array_equal(last.ravel(), np.arange(810, 1010))
    assert first.shape == (5, 40, 1)

  def test_seeds_differ_and_repeat(self, model, training):
    first, again, other = (
      window_sources.samples(
        model[0], model[1](seed), training, None, 12, seed, 250
      )
      for seed in (1, 1, 2)
    )
    for kind, frames in first.kinds.items():
      np.testing.assert_array_equal(again.kinds[kind], frames)
      assert (other.kinds[kind] != frames).any(), kind

  def test_too_little_music(self, model, training):
    with pytest.raises(InputError, match='makes 19 training windows'):
      window_sources.samples(model[0], model[1](0), training[:19])


# Of ten forests for two seeds the trees take most of the time.
FEW_TREES = """
from magenta_vrae.commands import vrae_plot
from magenta_vrae.inference import likeness

likeness._TREES = 5
vrae_plot.console_entry_point()
"""


class TestCommand:
  """vrae_plot on a run that 0.1 trained, with onsets and a z of size 3."""

  @pytest.fixture(scope='class')
  def songs(self, tmp_path_factory):
    piece = read_piece('joplin/maple_leaf_rag.mxl')
    path = tmp_path_factory.mktemp('songs') / 'rag.mid'
    note_seq.note_sequence_to_midi_file(piece, str(path))
    return path

  def plot(self, songs, folder, *flags, program=None):
    run = functools.partial(run_command, 'vrae_plot')
    if program:
      run = functools.partial(run_without_tensorflow, program)
    return run(
      f'--run_dir={pathlib.Path(__file__).parent / "made_by_0_1" / "run"}',
      f'--examples_path={songs}',
      f'--output_dir={folder}',
      '--figures=likeness',
      *flags,
    )

  @pytest.mark.parametrize(
    'trees', ['few', pytest.param('all', marks=pytest.mark.long)]
  )
  def test_writes_numbers_pictures_and_answers(self, songs, tmp_path, trees):
    program = None
    if trees == 'few':
      program = tmp_path.parent / f'{tmp_path.name}.py'
      program.write_text(FEW_TREES)
    flags = '--num_windows=10', '--num_seeds=2', '--seed=4'
    result = self.plot(songs, tmp_path, *flags, program=program)
    assert result.returncode == 0, result.stderr
    names = [
      'likeness.png',
      'likeness.txt',
      'likeness.json',
      'blind_test.png',
      'blind_test_answers.txt',
    ]
    assert {path.name for path in tmp_path.iterdir()} == set(names)
    lines = result.stdout.splitlines()
    assert lines[-5:] == [str(tmp_path / name) for name in names]
    for name in names[::3]:
      assert (tmp_path / name).read_bytes().startswith(b'\x89PNG')
    report = (tmp_path / 'likeness.txt').read_text(encoding='utf-8')
    assert report in result.stdout

    found = json.loads((tmp_path / 'likeness.json').read_text())
    assert (found['windows'], found['seeds']) == (10, 2)
    kinds = found['kinds']
    assert list(kinds) == ['real', *window_sources.MADE]
    for row in kinds.values():
      assert 0 <= row['C2ST']['mean'] <= 1
      assert row['C2ST']['half_width'] >= 0
    c2st = kinds['drawn']['C2ST']
    cell = f'{c2st["mean"]:.2f} ±{c2st["half_width"]:.2f}'
    (line,) = (line for line in report.splitlines() if line[:4] == 'C2ST')
    assert cell in line
    use = found['latent_use']['N(0, I)']
    assert use['kl'] == pytest.approx(
      use['mutual_information'] + use['marginal_kl']
    )
    answers = (tmp_path / 'blind_test_answers.txt').read_text().splitlines()
    told = [line.split(None, 1) for line in answers[2:]]
    assert [int(number) for number, _ in told] == [*range(1, len(told) + 1)]
    assert 1 <= sum(kind.startswith('real') for _, kind in told) <= 8

  def test_bad_numbers_cost_nothing(self, songs, tmp_path):
    result = self.plot(songs, tmp_path / 'plots', '--num_windows=9')
    assert result.returncode == 1 and 'num_windows' in result.stderr
    assert 'Traceback' not in result.stderr
    assert not (tmp_path / 'plots').exists()


class TestLatentUse:
  def test_posteriors_all_alike_tell_nothing(self):
    mu, sigma = np.full([50, 3], 0.5), np.full([50, 3], 0.8)
    use = evaluation.latent_use(mu, sigma)
    assert use.active_units == 0
    assert use.mutual_information == pytest.approx(0.0, abs=1e-9)
    assert use.marginal_kl == pytest.approx(use.kl)
    # The mean over the draws of what kl_to_standard has exactly.
    many = evaluation.latent_use(
      np.full([2500, 3], 0.5), np.full([2500, 3], 0.8)
    )
    exact = evaluation.kl_to_standard(mu[:1], sigma[:1])[0]
    assert many.kl == pytest.approx(exact, abs=0.05)

  def test_narrow_posteriors_far_apart_tell_all(self):
    mu = np.zeros([700, 3])
    mu[:, 1] = np.arange(700)
    sigma = np.full([700, 3], 1e-3)
    use = evaluation.latent_use(mu, sigma)
    assert use.mutual_information == pytest.approx(np.log(700))
    assert use.active_units == 1
    assert use.kl == pytest.approx(use.mutual_information + use.marginal_kl)

  def test_two_windows_against_the_integral(self):
    """Half of the windows at -1, half at 1: the integral over z by a grid."""
    mu = np.repeat([[-1.0], [1.0]], 1500, axis=0)
    sigma = np.full_like(mu, 0.7)
    use = evaluation.latent_use(mu, sigma)
    z = np.linspace(-8, 8, 8001)
    q = 0.5 * (stats.norm.pdf(z, -1, 0.7) + stats.norm.pdf(z, 1, 0.7))
    step = z[1] - z[0]
    entropy = -np.sum(q * np.log(q)) * step
    information = entropy - 0.5 * np.log(2 * np.pi * np.e * 0.7**2)
    assert use.mutual_information == pytest.approx(information, abs=0.03)
    marginal = np.sum(q * (np.log(q) - stats.norm.logpdf(z))) * step
    assert use.marginal_kl == pytest.approx(marginal, abs=0.05)

  def test_another_prior(self):
    """The prior that q(z) itself is: all of the KL is information."""
    mu = np.random.RandomState(0).normal(size=[300, 2])
    sigma = np.full_like(mu, 0.3)

    class Aggregate:
      def log_density(self, z):
        parts = stats.norm.logpdf(z[:, None], mu, sigma).sum(axis=2)
        return np.logaddexp.reduce(parts, axis=1) - np.log(len(mu))

    use = evaluation.latent_use(mu, sigma, Aggregate())
    assert use.marginal_kl == pytest.approx(0.0, abs=1e-9)
    assert use.kl == pytest.approx(use.mutual_information)
    assert use.mutual_information > 1.0

  def test_a_unit_is_active_from_a_variance_of_a_hundredth(self):
    mu = np.array([[0.09, 0.11, 5.0], [-0.09, -0.11, 5.0]])
    assert evaluation.latent_use(mu, np.ones_like(mu)).active_units == 1
