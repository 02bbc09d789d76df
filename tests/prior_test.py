# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The fitted prior: its density, its draws, its file, and how z goes on."""

from __future__ import annotations

import itertools
import tracemalloc
import zipfile

import numpy as np
import pytest
import scipy.stats
from graph_sessions import save_random_model
from sklearn.mixture import GaussianMixture

from magenta_vrae import configs
from magenta_vrae.data import examples
from magenta_vrae.errors import InputError
from magenta_vrae.inference import evaluation
from magenta_vrae.inference import fullness
from magenta_vrae.inference import loading
from magenta_vrae.inference import prior as prior_lib
from magenta_vrae.inference import prior_fit
from magenta_vrae.inference.generation import Generator
from magenta_vrae.inference.prior import Prior
from magenta_vrae.inference.walk import Walk


def make_prior(**changes):
  """Two Gaussians in the plane, and six codes of two songs."""
  values = {
    'weights': np.array([0.25, 0.75]),
    'means': np.array([[0.0, 0.0], [4.0, -2.0]]),
    'factors': np.array([[[1.0, 0.0], [0.5, 2.0]], [[0.3, 0.0], [0.0, 0.4]]]),
    'codes': np.array(
      [[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [0.0, 9.0], [1.0, 9.0], [2.0, 8.0]]
    ),
    'follows': np.array([False, True, True, False, True, True]),
    'step': 7,
  }
  return Prior(**{**values, **changes})


def test_density_is_that_of_the_mixture():
  prior = make_prior()
  z = np.random.RandomState(0).normal(size=[20, 2], scale=3)
  expected = sum(
    weight * scipy.stats.multivariate_normal(mean, L @ L.T).pdf(z)
    for weight, mean, L in zip(prior.weights, prior.means, prior.factors)
  )
  np.testing.assert_allclose(np.exp(prior.log_density(z)), expected, rtol=1e-8)


def test_standard_is_the_normal_distribution():
  z = np.random.RandomState(0).normal(size=[20, 3])
  standard = prior_lib.Standard(3)
  np.testing.assert_allclose(
    standard.log_density(z), scipy.stats.norm.logpdf(z).sum(axis=1)
  )
  drawn = standard.draw(20000, np.random.RandomState(1))
  np.testing.assert_allclose(drawn.mean(axis=0), 0, atol=0.04)
  np.testing.assert_allclose(np.cov(drawn.T), np.eye(3), atol=0.05)


def test_draws_have_the_moments_of_the_mixture():
  prior = make_prior()
  z = prior.draw(100000, np.random.RandomState(1))
  mean = prior.weights @ prior.means
  second = sum(
    weight * (L @ L.T + np.outer(m, m))
    for weight, m, L in zip(prior.weights, prior.means, prior.factors)
  )
  np.testing.assert_allclose(z.mean(axis=0), mean, atol=0.03)
  np.testing.assert_allclose(
    np.cov(z.T), second - np.outer(mean, mean), atol=0.1
  )


def test_half_precision_draws_nearly_the_same(tmp_path):
  prior = make_prior()
  path = prior_lib.save(prior, str(tmp_path), is_half=True)
  with np.load(path) as arrays:
    assert {arrays[n].dtype.name for n in ('means', 'factors', 'codes')} == {
      'float16'
    }
  half = prior_lib.load(str(tmp_path), prior.z_size)
  z, z_half = (p.draw(50, np.random.RandomState(0)) for p in (prior, half))
  np.testing.assert_allclose(z_half, z, rtol=2e-3, atol=2e-3)


def test_a_file_gives_the_prior_again(tmp_path):
  prior = make_prior()
  prior_lib.save(prior, str(tmp_path))
  found = prior_lib.load(str(tmp_path), 2)
  for name, value in prior._asdict().items():
    np.testing.assert_allclose(getattr(found, name), value, rtol=1e-6)
  assert found.follows.dtype == bool and found.step == 7
  assert prior_lib.load(str(tmp_path / 'elsewhere'), 2) is None


@pytest.mark.parametrize(
  'changes, says',
  [
    ({'means': np.zeros([2, 3])}, 'means sized'),
    ({'follows': np.zeros(5, bool)}, 'follows sized'),
    ({'follows': np.ones(6, bool)}, 'first code'),
    ({'weights': np.array([-1.0, 2.0])}, 'shares'),
    ({'codes': np.full([6, 2], np.nan)}, 'not finite'),
    ({'factors': np.zeros([2, 2, 2])}, 'covariance'),
  ],
)
def test_a_file_of_other_sizes_is_refused(tmp_path, changes, says):
  prior_lib.save(make_prior(**changes), str(tmp_path))
  with pytest.raises(InputError, match=says):
    prior_lib.load(str(tmp_path), 2)


def test_a_damaged_file_is_refused(tmp_path):
  path = tmp_path / prior_lib.FILE_NAME
  prior_lib.save(make_prior(), str(tmp_path))
  whole = path.read_bytes()
  for content in (
    b'',
    b'PK',
    whole[: len(whole) // 2],
    whole[:-30] + b'0' * 30,
  ):
    path.write_bytes(content)
    with pytest.raises(InputError, match='damaged.*delete it'):
      prior_lib.load(str(tmp_path), 2)
  # Flags of the archive that zipfile knows no way with, and a header that is
  # no Python.
  central = whole.find(b'PK\x01\x02')
  for place, byte in (
    (central + 6, 255),
    (central + 8, 0x01),
    (central + 8, 0x20),
    (central + 8, 0x40),
    (central + 10, 99),
    (whole.find(b'}'), ord(' ')),
  ):
    content = bytearray(whole)
    content[place] = byte
    path.write_bytes(content)
    with pytest.raises(InputError, match='damaged.*delete it'):
      prior_lib.load(str(tmp_path), 2)
  for step in ('x', [1, 2]):
    with np.load(prior_lib.save(make_prior(), str(tmp_path))) as arrays:
      changed = {**arrays, 'step': np.array(step)}
    np.savez(path, **changed)
    with pytest.raises(InputError, match='damaged.*delete it'):
      prior_lib.load(str(tmp_path), 2)
  # Pickled objects would run a stranger's code.
  np.savez(path, **{name: np.array([{}]) for name in Prior._fields})
  with pytest.raises(InputError, match='damaged'):
    prior_lib.load(str(tmp_path), 2)


@pytest.mark.parametrize('name', ['logit_shift', 'c_x_shift'])
def test_shifts_of_another_model_are_refused(tmp_path, name):
  weights = {'decoder/ar_b_out': np.ones(5), 'decoder/ar_c_x': np.ones(5)}
  for size in ([5], []):
    prior = make_prior(**{name: np.full(size, 0.5)})
    assert sum(prior.as_full(weights).values()).tolist() == [2.5] * 5
  prior_lib.save(make_prior(**{name: np.zeros(4)}), str(tmp_path))
  prior = prior_lib.load(str(tmp_path), 2)
  with pytest.raises(InputError, match=r'sized \[4\].*is sized \[5\]'):
    prior.as_full(weights)


def test_a_file_that_would_fill_memory_is_refused(tmp_path, monkeypatch):
  path = tmp_path / prior_lib.FILE_NAME
  with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as archive:
    with archive.open('weights.npy', 'w', force_zip64=True) as f:
      for _ in range(2):
        f.write(bytes(2**20))
  monkeypatch.setattr(prior_lib, '_MOST_BYTES', 2**20)
  assert path.stat().st_size < 2**20
  with pytest.raises(InputError, match='unpacks to over'):
    prior_lib.load(str(tmp_path), 2)


def test_which_prior_a_checkpoint_has(tmp_path):
  prior_lib.save(make_prior(), str(tmp_path))
  of_step = str(tmp_path / 'model.ckpt-7')
  assert isinstance(prior_lib.of_checkpoint(of_step, 2), Prior)
  assert prior_lib.of_checkpoint(of_step, 2, 'standard').z_size == 2
  later = str(tmp_path / 'model.ckpt-8')
  assert isinstance(prior_lib.of_checkpoint(later, 2), prior_lib.Standard)
  with pytest.raises(InputError, match='to step 7'):
    prior_lib.of_checkpoint(later, 2, 'fitted')


def test_the_mixture_is_chosen_by_what_is_held_out():
  rng = np.random.RandomState(0)
  centres = np.array([[8.0 * (i % 5), 8.0 * (i // 5)] for i in range(10)])
  z = centres[rng.randint(10, size=2000)] + rng.normal(size=[2000, 2]) * 0.5
  mixture = prior_fit._mixture(z[:1800], z[1800:], 0)
  means, factors = mixture.means, mixture.factors
  assert len(mixture.weights) == 10
  order = np.lexsort(np.round(means / 8).T)
  np.testing.assert_allclose(means[order], centres, atol=0.2)
  covariances = factors @ factors.transpose(0, 2, 1)
  np.testing.assert_allclose(
    covariances, np.tile(np.eye(2) * 0.25, (10, 1, 1)), atol=0.12
  )


def test_a_number_that_gains_too_little_does_not_end_the_search(monkeypatch):
  rng = np.random.RandomState(0)
  z = 4.0 * rng.normal(size=[40, 8])[rng.randint(40, size=2000)]
  z += rng.normal(size=z.shape) * 0.5

  def fitted(*counts):
    monkeypatch.setattr(prior_fit, '_COMPONENTS', counts)
    return prior_fit._mixture(z[:1800], z[1800:], 0)

  scores = [np.mean(fitted(n).log_density(z[1800:])) for n in (10, 20, 40)]
  assert scores == sorted(scores)
  gain = (scores[1] - scores[0]) * 1.01
  assert gain < scores[2] - scores[0]
  monkeypatch.setattr(prior_fit, '_LEAST_GAIN', gain)
  assert len(fitted(10, 20).weights) == 10
  assert len(fitted(10, 20, 40).weights) == 40


def test_nothing_held_out_chooses_one_component():
  z = np.random.RandomState(0).normal(size=[300, 2])
  assert len(prior_fit._mixture(z, z[:0], 0).weights) == 1


@pytest.mark.parametrize('scale, mean', [(1, 0), (1000, 0), (1, 2000)])
def test_codes_far_from_0_have_a_mixture_too(scale, mean):
  """As where the KL costs little: dimensions of 1 beside those of 1e-4."""
  rng = np.random.RandomState(0)
  spread = scale * np.logspace(-4, 0, 20)
  rotation, _ = np.linalg.qr(rng.normal(size=[20, 20]))
  z = (spread * rng.normal(size=[2000, 20])) @ rotation + mean
  found = prior_fit._mixture(z[:1500], z[1500:], seed=1)
  assert found.means.dtype == found.factors.dtype == np.float64
  covariance = np.cov(z[:1500].T, bias=True) + 1e-3 * np.eye(20)
  away = z[1500:] - z[:1500].mean(axis=0)
  expected = -0.5 * (
    np.einsum('ni,ij,nj->n', away, np.linalg.inv(covariance), away)
    + np.linalg.slogdet(2 * np.pi * covariance)[1]
  )
  assert found.log_density(z[1500:]).mean() >= expected.mean() - 0.2


def test_few_codes_do_not_say_a_covariance():
  """Forty heaps of few codes in many dimensions: new codes are likely."""
  rng = np.random.RandomState(0)
  Z = 16
  centres = rng.normal(size=[40, Z]) * 4.0

  def codes(n):
    return centres[rng.randint(40, size=n)] + rng.normal(size=[n, Z]) * 0.5

  z, new = codes(1000), codes(2000)
  mixture = prior_fit._mixture(z, codes(200), 0)
  assert len(mixture.weights) == 40
  # Each by itself, the covariances know the 25 codes of their heap by heart.
  alone = GaussianMixture(
    40, reg_covar=1e-3, random_state=0, means_init=centres
  ).fit(z)
  assert mixture.log_density(new).mean() > alone.score(new) + 5.0
  # The truth, which nothing exceeds but by chance.
  truth = mixture._replace(
    weights=np.full(40, 1 / 40),
    means=centres,
    factors=np.tile(0.5 * np.eye(Z), (40, 1, 1)),
  )
  assert mixture.log_density(new).mean() > truth.log_density(new).mean() - 2.0


def test_of_a_mixture_that_was_just_fitted_z_can_be_drawn():
  """Its shares add up to one, to more digits than single precision has."""
  rng = np.random.RandomState(2)
  song = rng.randint(0, 3, size=[600, 1])
  z = rng.normal(size=[600, 4]) + 8 * song
  mixture = prior_fit._mixture(z[:500], z[500:], 2)
  assert len(mixture.weights) > 1
  drawn = mixture.draw(3000, rng)
  np.testing.assert_allclose(drawn.mean(axis=0), z.mean(axis=0), atol=0.6)


def test_one_component_has_the_covariance_of_the_codes():
  rng = np.random.RandomState(0)
  z = rng.normal(size=[50, 3]) @ rng.normal(size=[3, 3])
  mixture = prior_fit._mixture(z, z[:0], 0)
  # Nothing is held out: the simplest of them.
  (mean,), (factor,) = mixture.means, mixture.factors
  np.testing.assert_allclose(mean, z.mean(axis=0), atol=1e-6)
  expected = np.cov(z.T, bias=True) + 1e-3 * np.eye(3)
  np.testing.assert_allclose(factor @ factor.T, expected, atol=2e-3)


def test_codes_are_of_the_music_that_was_trained_on(tmp_path, score):
  """A limit on windows at every frame is no limit on as many half windows."""
  path = str(tmp_path / 'model.ckpt-1')
  save_random_model('enc_rnn_size=[6],dec_rnn_size=[5]', path)
  config = configs.get_config(
    'vrae_2d',
    'enc_rnn_size=[6],dec_rnn_size=[5]',
    'hop_frames=1,max_windows_per_song=100',
  )
  piece = score((60, 0, 60))
  codes, follows = prior_fit._codes(loading.restore(config, path), [piece])
  # Frames 0 to 100 begin a window; of those every 25th.
  assert len(codes) == 4 and follows.tolist() == [False, True, True, True]


@pytest.mark.parametrize('converter, last', [
  # 20 windows of two bars begin on a bar line, 16 frames apart.
  ('frames_per_beat=4,align=bar,window_frames=32,hop_frames=1,'
   'max_windows_per_song=20', 19),
  # 480 frames; training has those before 437, so its last window begins at 400.
  ('frames_per_beat=4,align=bar,window_frames=32,hop_frames=1,'
   'holdout_fraction=0.09', 25),
  # 1220 frames. Windows side by side end at 1200, so training has 984, and its
  # last window begins at 920. Half windows apart they would end at 1220, and of
  # that as large a share is 1000.
  ('window_frames=40,hop_frames=40,holdout_fraction=0.18', 46),
])  # fmt: skip
def test_codes_are_of_all_that_training_had(tmp_path, score, converter, last):
  """And of nothing else, wherever windows begin; `last` is in half windows."""
  path = str(tmp_path / 'model.ckpt-1')
  hparams = 'enc_rnn_size=[6],dec_rnn_size=[5]'
  save_random_model(hparams, path)
  model = loading.restore(
    configs.get_config('vrae_2d', hparams, converter), path
  )
  piece = score((60, 0, 61), (62, 3, 5), (70, 20, 41))
  windows = examples.windows([piece], model.data_converter, 'train').frames
  codes, follows = prior_fit._codes(model, [piece])
  assert len(codes) == last + 1 and np.flatnonzero(~follows).tolist() == [0]
  # The last code is of training's last window, or of one half a window before.
  means = model.posterior(windows).mu
  assert np.abs(means - codes[-1]).max(axis=1).min() < 1e-6


def test_a_piece_does_not_follow_another_of_its_file(tmp_path, score):
  path = str(tmp_path / 'model.ckpt-1')
  save_random_model('enc_rnn_size=[6],dec_rnn_size=[5]', path)
  config = configs.get_config('vrae_2d', 'enc_rnn_size=[6],dec_rnn_size=[5]')
  tunes = [score((60, 0, seconds)) for seconds in (5, 4)]
  for tune in tunes:
    tune.filename = 'book.abc'
  _, follows = prior_fit._codes(loading.restore(config, path), tunes)
  assert np.flatnonzero(~follows).tolist() == [0, 3] and len(follows) > 4


def test_codes_of_much_music_take_little_memory(tmp_path, score):
  path = str(tmp_path / 'model.ckpt-1')
  save_random_model('enc_rnn_size=[6],dec_rnn_size=[5]', path)
  config = configs.get_config('vrae_2d', 'enc_rnn_size=[6],dec_rnn_size=[5]')
  model, piece = loading.restore(config, path), score((60, 0, 75))
  alone, _ = prior_fit._codes(model, [piece])
  tracemalloc.start()
  try:
    codes, follows = prior_fit._codes(model, [piece] * 250)
    _, most = tracemalloc.get_traced_memory()
  finally:
    tracemalloc.stop()
  np.testing.assert_allclose(codes, np.tile(alone, [250, 1]), atol=1e-6)
  assert np.flatnonzero(~follows).tolist() == list(range(0, 14750, 59))
  # All windows at once are 36 MB, and 18 more of rolls.
  assert most < 30e6


def test_few_windows_of_much_music_take_little_memory(score):
  converter = configs.get_config('vrae_2d').data_converter
  piece = score((60, 0, 75))
  tracemalloc.start()
  try:
    found = examples.windows([piece] * 250, converter, 'train', every=10)
    _, most = tracemalloc.get_traced_memory()
  finally:
    tracemalloc.stop()
  assert found.frames.shape == (750, 50, 49) and found.begins.sum() == 250
  # They are 2 MB, and the rolls that they are cut of are 18.
  assert most < 9e6


def test_of_one_window(tmp_path, score):
  path = str(tmp_path / 'model.ckpt-1')
  save_random_model('enc_rnn_size=[6],dec_rnn_size=[5]', path)
  config = configs.get_config('vrae_2d', 'enc_rnn_size=[6],dec_rnn_size=[5]')
  fitted = prior_fit.fit(loading.restore(config, path), [score((60, 0, 2))], 1)
  assert len(fitted.weights) == len(fitted.codes) == 1
  # Draws lie about that window's own.
  z = fitted.draw(100, np.random.RandomState(0))
  assert np.all(np.abs(z - fitted.means) < 0.3) and np.all(z.std(axis=0) > 0.02)


def test_any_seed_of_a_run_will_do(tmp_path, score):
  """Training takes seeds that NumPy does not, and ends with this."""
  path = str(tmp_path / 'model.ckpt-1')
  save_random_model('enc_rnn_size=[6],dec_rnn_size=[5]', path)
  config = configs.get_config('vrae_2d', 'enc_rnn_size=[6],dec_rnn_size=[5]')
  model, piece = loading.restore(config, path), score((60, 0, 30))
  large, small = (
    prior_fit.fit(model, [piece], 1, seed) for seed in (2**40 + 5, 5)
  )
  np.testing.assert_array_equal(large.means, small.means)


def test_a_covariance_is_shrunk_by_as_many_codes_as_dimensions():
  """Of one component: n codes of its own, and Z of what all share."""
  z = np.random.RandomState(0).normal(size=[12, 4])
  own, small = np.cov(z.T, bias=True), prior_fit._LEAST_VARIANCE
  # Other than its own, to see how much it counts for.
  mixture = GaussianMixture(1, covariance_type='tied', reg_covar=2.0).fit(z)
  (found,) = prior_fit._covariances(mixture, z)
  shared = own + 2.0 * np.eye(4)
  expected = (12 * own + 4 * shared) / 16 + small * np.eye(4)
  np.testing.assert_allclose(found, expected)


def test_deviations_are_what_codes_leave_of_the_mixture():
  prior = make_prior()
  z = prior.draw(200000, np.random.RandomState(0))
  first, second = prior.deviations()
  expected = np.sqrt(z[:, 0].var() - prior.codes[:, 0].var())
  np.testing.assert_allclose(first, expected, rtol=0.01)
  # There the codes lie further apart than what is drawn.
  np.testing.assert_allclose(second, 0.1 * z[:, 1].std(), rtol=0.01)


class TestWalk:
  def walk(self, wander=1.0, prior=None):
    return Walk(prior or make_prior(), wander, np.random.RandomState(0))

  def test_goes_on_as_the_songs_do(self):
    # With so few codes all are among the nearest, so keep one song's end far.
    codes = np.concatenate(
      [np.arange(9)[:, np.newaxis] * [1.0, 0.0], [[1000.0, 0], [1001.0, 0.5]]]
    )
    follows = np.array([False] + [True] * 8 + [False, True])
    walk = self.walk(prior=make_prior(codes=codes, follows=follows))
    z = walk.next(np.array([[1000.2, 0.4]] * 40))
    came = {tuple(np.round(point, 6)) for point in z}
    # From the last song, its next code and half of the way it was off.
    assert (1001.1, 0.7) in came
    # From j in the first: c_{j+1} + (z - c_j) / 2.
    assert came <= {(1001.1, 0.7)} | {
      tuple(np.round((j + 1 + (1000.2 - j) / 2, 0.2), 6)) for j in range(8)
    }

  def test_dimensions_without_use_do_not_choose(self):
    """There z is noise, and the codes lie together."""
    rng = np.random.RandomState(1)
    codes = np.zeros([60, 9])
    codes[:, 0] = np.repeat([-5.0, 5.0], 30)
    codes[:, 1:] = rng.normal(size=[60, 8], scale=0.01)
    follows = np.arange(60) % 30 > 0
    means = np.zeros([2, 9])
    means[:, 0] = -5.0, 5.0
    prior = make_prior(
      weights=np.array([0.5, 0.5]),
      means=means,
      factors=np.stack([np.eye(9)] * 2),
      codes=codes,
      follows=follows,
    )
    np.testing.assert_allclose(prior.deviations(), np.ones(9), rtol=1e-3)
    # What was drawn of one half goes on in that half.
    z = prior.draw(400, rng)
    after = self.walk(prior=prior).next(z)
    np.testing.assert_array_equal(np.sign(after[:, 0]), np.sign(z[:, 0]))

  def test_stays_or_moves_as_often_as_asked(self):
    z = np.tile([[0.3, 0.1]], (4000, 1))
    moved = np.any(self.walk(0.25).next(z) != z, axis=1).mean()
    assert abs(moved - 0.25) < 5 * np.sqrt(0.25 * 0.75 / 4000)
    np.testing.assert_array_equal(self.walk(0.0).next(z), z)

  def test_begins_where_it_is_told(self):
    z = np.array([[0.3, 0.1]])
    first, second = itertools.islice(self.walk().wandering(z), 2)
    np.testing.assert_array_equal(first, z)
    assert np.any(second != z)

  def test_circles_nowhere(self):
    """Codes that lie together are passed through, as in the song."""
    # A pause of 24 codes, amid what goes on elsewhere and comes back to it.
    rng = np.random.RandomState(2)
    codes = rng.normal(size=[400, 2], scale=[1.0, 3.0])
    codes[:, 0] += 20.0
    codes[100:124] = rng.normal(size=[24, 2], scale=0.01)
    walk = self.walk(prior=make_prior(codes=codes, follows=np.arange(400) > 0))
    way = np.concatenate(
      list(itertools.islice(walk.wandering(np.zeros([3, 2])), 300)), axis=1
    ).reshape(3, 300, 2)
    in_pause = np.abs(way[:, :, 0]) < 5.0
    assert np.all(in_pause.any(axis=1))
    # Each of its codes is gone from once within 64 moves.
    counts = np.stack([in_pause[:, i : i + 64].sum(axis=1) for i in range(236)])
    assert counts.max() <= 26

  def test_short_songs_are_not_left_for_what_was_passed_over(self):
    """Of a song of 11 codes three are passed over, not most of it."""
    songs = np.repeat(np.arange(20), 11)
    codes = np.stack([100.0 * songs, np.tile(np.arange(11.0), 20)], axis=1)
    follows = np.tile(np.arange(11) > 0, 20)
    walk = self.walk(prior=make_prior(codes=codes, follows=follows))
    way = itertools.islice(walk.wandering(np.array([[500.0, 2.0]])), 60)
    assert all(abs(z[0, 0] - 500.0) < 1.0 for z in way)

  def test_each_z_of_several_has_a_way_of_its_own(self):
    # Of codes 10 j, j is what z' - z / 2 = 5 j + 10 says.
    codes = np.arange(40)[:, np.newaxis] * [10.0, 0.0]
    walk = self.walk(0.6, make_prior(codes=codes, follows=np.arange(40) > 0))
    z = np.full([3, 2], 100.0)
    gone = [[], [], []]
    met = 0
    for _ in range(100):
      before, z = z, walk.next(z)
      j = np.rint((z - before / 2 - 10)[:, 0] / 5).astype(int)
      for own, code, moved in zip(gone, j, np.any(z != before, axis=1)):
        if moved:
          # Of 39 codes the last 11 are passed over, moves that were none apart.
          assert code not in own[-11:]
          met += any(code in other[-11:] for other in gone if other is not own)
          own.append(code)
    # What another went on from is free.
    assert all(40 < len(own) < 80 for own in gone) and met > 10

  def test_what_cannot_be_walked(self):
    with pytest.raises(InputError, match='wander is 1.5'):
      self.walk(1.5)
    alone = make_prior(follows=np.zeros(6, bool))
    with pytest.raises(InputError, match='wander of 0'):
      self.walk(prior=alone)
    assert self.walk(0.0, alone).next(np.zeros([1, 2])).tolist() == [[0, 0]]


def test_kl_to_standard_is_log_q_over_p():
  """The bound under a prior has E_q[log q - log p]; of N(0, I) it is known."""
  rng = np.random.RandomState(0)
  mu, sigma = np.array([[1.0, -2.0]]), np.array([[0.5, 1.5]])
  z = mu + sigma * rng.normal(size=[200000, 2])
  log_q = scipy.stats.norm.logpdf(z, mu, sigma).sum(axis=1)
  estimate = np.mean(log_q - prior_lib.Standard(2).log_density(z))
  expected = evaluation.kl_to_standard(mu, sigma)[0]
  np.testing.assert_allclose(estimate, expected, rtol=0.01)


SHIFTS = ('logit_shift', 'c_x_shift')


class TestShifts:
  @pytest.mark.parametrize('name', SHIFTS)
  def test_a_file_gives_them_again(self, tmp_path, name):
    shift = np.array([0.5, -0.25, 0.0])
    prior_lib.save(make_prior(**{name: shift}), str(tmp_path))
    found = prior_lib.load(str(tmp_path), 2)
    np.testing.assert_array_equal(getattr(found, name), shift)

  def test_a_file_without_them_shifts_nothing(self, tmp_path):
    path = prior_lib.save(make_prior(), str(tmp_path))
    with np.load(path) as archive:
      arrays = {k: v for k, v in archive.items() if k not in SHIFTS}
    np.savez(path, **arrays)
    found = prior_lib.load(str(tmp_path), 2)
    assert found.logit_shift == found.c_x_shift == 0.0

  @pytest.mark.parametrize('name', SHIFTS)
  @pytest.mark.parametrize('shift', [[np.nan, 0.0], [0.0, 1e9]])
  def test_no_correction_is_refused(self, tmp_path, name, shift):
    prior_lib.save(make_prior(**{name: np.array(shift)}), str(tmp_path))
    with pytest.raises(InputError, match=name):
      prior_lib.load(str(tmp_path), 2)


class TestFullness:
  """Draws of random weights, made as full as music that is drawn as well."""

  HPARAMS = (
    'cell=gru,enc_rnn_size=[6],dec_rnn_size=[5],ar_rnn_size=[7],nade_size=9,'
    'sigma_init=0.3,sampling=bernoulli,frames_per_step=5,temperature=0.8'
  )

  @pytest.mark.parametrize(
    'converter,begins,goes_on',
    [('', 0.05, 0.8), ('', 0.3, 0.5), ('onsets=true', 0.3, 0.5)],
  )
  def test_as_many_notes_sound_and_begin(
    self, tmp_path, converter, begins, goes_on
  ):
    path = str(tmp_path / 'model.ckpt-7')
    config = configs.get_config('vrae_2d', self.HPARAMS, converter)
    save_random_model(self.HPARAMS, path, converter=converter)
    music = self.fit(config, path, begins, goes_on, tmp_path)
    wanted = self.counted(config, music)

    def rebuilt(prior):
      generator = Generator(config, path, seed=5, prior=prior)
      frames = generator.decode(generator.encode(list(music)))
      return self.counted(config, np.array(frames))

    np.testing.assert_allclose(rebuilt(None), wanted, rtol=0.1)
    assert np.abs(rebuilt('standard') / wanted - 1).max() > 0.2

  def test_each_instrument_is_found_again(self, tmp_path):
    """What was drawn with shifts is told from draws without."""
    path = str(tmp_path / 'model.ckpt-7')
    config = configs.get_config('vrae_band', self.HPARAMS)
    save_random_model(self.HPARAMS, path, name='vrae_band')
    model = loading.restore(config, path)
    parts = config.data_converter.parts
    z = np.random.RandomState(0).normal(size=[64, 32]).astype(np.float32)

    def drawn(shifts, seed):
      rng = np.random.RandomState(seed)
      how = (None, 0.8, 'bernoulli', 0.5, rng)
      return model.as_full_as(shifts).decode(z, *how).samples

    def counted(frames):
      counts = [
        part.roll.sounding_and_struck(frames[..., part.columns])
        for part in parts
      ]
      return np.array([[x.mean() for x in both] for both in counts])

    logit_shift, c_x_shift = np.zeros([2, config.data_converter.depth])
    for part, begin, hold in zip(parts, [-1, -1, 1, -1], [1, 2, 3, -1]):
      sounding = part.columns.start + np.arange(len(part.roll.pitches))
      logit_shift[sounding] = (begin + hold) / 2
      c_x_shift[sounding] = (hold - begin) / 2
    music = drawn(prior_lib.Shifts(logit_shift, c_x_shift), seed=1)
    found = fullness.fit(model, music, seed=0)
    wanted = counted(music)
    np.testing.assert_allclose(counted(drawn(found, 2)), wanted, rtol=0.1)
    without = counted(drawn(prior_lib.Shifts(), 2))
    assert np.all(np.abs(without / wanted - 1).max(axis=1) > 0.2)

  def counted(self, config, frames):
    roll = config.data_converter
    return np.array([x.mean() for x in roll.sounding_and_struck(frames)])

  def fit(self, config, path, begins, goes_on, folder):
    """Saves the prior of music whose notes begin and go on by chance."""
    random = np.random.RandomState(0)
    sounds = np.zeros([64, 49], bool)
    frames = []
    for _ in range(50):
      sounds = random.rand(64, 49) < np.where(sounds, goes_on, begins)
      frames.append(sounds)
    music = np.stack(frames, 1)
    if config.data_converter.depth > 49:
      onsets = music.copy()
      onsets[:, 1:] &= ~music[:, :-1]
      music = np.concatenate([music, onsets], axis=-1)
    model = loading.restore(config, path)
    shifts = fullness.fit(model, music, seed=0)
    prior_lib.save(make_prior(**shifts._asdict()), str(folder))
    return music

  def test_bounds_are_of_the_weights_that_were_trained(self, tmp_path):
    path = str(tmp_path / 'model.ckpt-7')
    config = configs.get_config('vrae_2d', self.HPARAMS)
    save_random_model(self.HPARAMS, path)
    prior_lib.save(make_prior(logit_shift=2.0, c_x_shift=1.0), str(tmp_path))
    model = loading.restore(config, path)
    frames, z = np.zeros([1, 50, 49]), np.zeros([1, 2])
    before = model.log_likelihood(frames, z)
    Generator(config, path, seed=5).sample(2)
    assert model.log_likelihood(frames, z) == before
