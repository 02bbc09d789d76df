# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""A band's likeness, attributes and pictures, in numbers reckoned by hand."""

from __future__ import annotations

import matplotlib.colors
import numpy as np
import pytest

from magenta_vrae import band_figures
from magenta_vrae import figures
from magenta_vrae.data.band import BandRoll
from magenta_vrae.data.pitch_rolls import PianoRoll
from magenta_vrae.errors import InputError
from magenta_vrae.inference import attributes
from magenta_vrae.inference import band_features
from magenta_vrae.inference import likeness
from magenta_vrae.inference import muspy_metrics
from magenta_vrae.inference import window_features

# At 60 quarters a minute a frame lasts a second.
BAND = BandRoll(
  ('bass:33@36-47', 'chords:0@60-71', 'melody:80@72-83', 'drums@35-38'),
  window_frames=4,
  frames_per_beat=1,
  qpm=60,
)


def window(*notes, converter=BAND):
  """A window of (group, pitch, first frame, end frame) rows."""
  frames = np.zeros([converter.window_frames, converter.depth], bool)
  parts = {part.group.name: part for part in converter.parts}
  for group, pitch, start, end in notes:
    part = parts[group]
    column = part.columns.start + part.group.pitches.index(pitch)
    if part.group.is_drums:
      frames[start, column] = True
    else:
      frames[start:end, column] = True
      frames[start, column + len(part.group.pitches)] = True
  return frames


# A C major triad for two frames, then nothing. Bass: C and D under it, E after
# it. Melody: G over it, F# with its end, and a long note of before is no onset.
TUNE = window(
  ('chords', 60, 0, 2),
  ('chords', 64, 0, 2),
  ('chords', 67, 0, 2),
  ('bass', 36, 0, 1),
  ('bass', 38, 1, 2),
  ('bass', 40, 2, 3),
  ('melody', 79, 0, 1),
  ('melody', 78, 1, 4),
  ('drums', 36, 0, 1),
  ('drums', 38, 2, 3),
  ('drums', 36, 2, 3),
)
SILENCE = window()


class TestFeatures:
  def test_how_groups_agree(self):
    found = band_features.of(np.array([TUNE]), BAND)
    assert list(found.agreement) == [
      'groups at a time',
      'bass in chords',
      'melody in chords',
      'bass with drums',
    ]
    # Frames have 4, 3, 3 and 1 groups.
    assert found.agreement['groups at a time'] == [11 / 4]
    # C fits and D does not; E begins after the chord.
    assert found.agreement['bass in chords'] == [1 / 2]
    assert found.agreement['melody in chords'] == [1 / 2]
    # Drums are struck in frames 0 and 2, bass in 0, 1 and 2.
    assert found.agreement['bass with drums'] == [pytest.approx(2 / 3)]

  def test_a_chord_fits_in_any_octave_and_only_while_it_sounds(self):
    frames = np.array(
      [
        window(('chords', 67, 0, 4), ('bass', 43, 3, 4), ('melody', 79, 2, 3)),
        window(('chords', 67, 1, 4), ('bass', 43, 0, 4)),
      ]
    )
    found = band_features.of(frames, BAND).agreement
    np.testing.assert_array_equal(found['bass in chords'], [1.0, np.nan])
    np.testing.assert_array_equal(found['melody in chords'], [1.0, np.nan])
    np.testing.assert_array_equal(found['bass with drums'], [0.0, 0.0])

  def test_each_group_has_the_features_of_its_own_notes(self):
    found = band_features.of(np.array([TUNE, SILENCE]), BAND)
    assert list(found.groups) == ['bass', 'chords', 'melody', 'drums']

    def of(group, name):
      column = window_features.NAMES.index(name)
      return found.groups[group].values[0, column]

    assert of('bass', 'onsets a second') == 3 / 4
    assert of('bass', 'lowest pitch') == 36
    assert of('chords', 'notes at a time') == 6 / 4
    assert of('melody', 'note length (s)') == 2.0
    assert of('drums', 'onsets a second') == 3 / 4
    np.testing.assert_array_equal(found.sounds, [True, False])
    # Sounding frames: C 2 + 1, E 2 + 1, G 2 + 1, D 1, F# 3.
    profile = np.zeros(12)
    profile[[0, 4, 7, 2, 6]] = np.array([3, 3, 3, 1, 3]) / 13
    np.testing.assert_allclose(found.profile[0], profile)
    assert not found.profile[1].any()

  def test_without_chords_or_bass_there_is_nothing_to_agree_with(self):
    lead = BandRoll(('lead:80@72-83', 'kit@35-38'), window_frames=4)
    assert band_features.names_of_agreement(lead) == ('groups at a time',)
    chords = BandRoll(('chords:0@60-71', 'bass:33@36-47'), window_frames=4)
    assert band_features.names_of_agreement(chords) == (
      'groups at a time',
      'bass in chords',
    )


def random_windows(seed, n=60, share=0.1):
  rng = np.random.RandomState(seed)
  return rng.rand(n, BAND.window_frames, BAND.depth) < share


class TestComparison:
  @pytest.mark.long
  def test_a_group_is_compared_as_if_it_were_alone(self):
    real, made = random_windows(0), random_windows(1)
    numbers = likeness.measure(real, made, BAND, seed=3)
    whole = [name for name in numbers if '.' not in name]
    assert whole == [
      'silent',
      'groups at a time',
      'bass in chords',
      'melody in chords',
      'bass with drums',
      'overlapped area',
      'distance KL (nats)',
      'C2ST',
    ]
    for part in (BAND.parts[0], BAND.parts[-1]):
      alone = likeness.measure(
        real[..., part.columns], made[..., part.columns], part.roll, seed=3
      )
      start = f'{part.group.name}.'
      of_group = {name for name in numbers if name.startswith(start)}
      assert of_group == {start + name for name in alone}
      for name, value in alone.items():
        assert numbers[start + name] == value, name

  def test_means_leave_out_windows_without_the_notes(self):
    alone = window(('melody', 79, 0, 1))
    numbers = likeness.describe(
      band_features.of(np.array([TUNE, alone, SILENCE, SILENCE]), BAND), BAND
    )
    assert numbers == {
      'silent': 0.5,
      'groups at a time': pytest.approx((11 / 4 + 1 / 4) / 2),
      'bass in chords': 0.5,
      'melody in chords': 0.5,
      'bass with drums': pytest.approx(2 / 3),
    }

  def test_what_the_forest_sees(self):
    seen = likeness.classified_band(
      band_features.of(np.array([TUNE, SILENCE]), BAND), BAND
    )
    # Eight of three pitched groups, five of drums, four of agreement, twelve.
    assert seen.shape == (2, 3 * 8 + 5 + 4 + 12)
    np.testing.assert_allclose(
      seen[:, 29:33], [[11 / 4, 0.5, 0.5, 2 / 3], [0.0, -1.0, -1.0, -1.0]]
    )

  def test_bands_that_differ_only_in_how_groups_agree_are_told_apart(self):
    """The same basses and drums, but of other windows."""
    rng = np.random.RandomState(0)
    real, made = [], []
    for _ in range(100):
      a, b = rng.randint(4, size=2)
      real.append(window(('bass', 40, a, a + 1), ('drums', 36, a, a + 1)))
      made.append(window(('bass', 40, a, a + 1), ('drums', 36, b, b + 1)))
    a, b = (band_features.of(np.array(part), BAND) for part in (real, made))
    drums = [likeness.classified(part.groups['drums']) for part in (a, b)]
    assert likeness.c2st(*drums) == pytest.approx(0.5, abs=0.1)
    # Only where b happens to be a, a quarter, are they alike.
    band = [likeness.classified_band(part, BAND) for part in (a, b)]
    assert likeness.c2st(*band) > 0.8

  def test_a_group_that_neither_has_is_compared_by_no_number(self, monkeypatch):
    # How many trees each of its four forests has changes nothing here.
    monkeypatch.setattr(likeness, '_TREES', 20)
    real, made = random_windows(0), random_windows(1)
    for frames in (real, made):
      frames[..., BAND.parts[2].columns] = False
    numbers = likeness.measure(real, made, BAND)
    assert numbers['melody.silent'] == 1.0
    for name in ('C2ST', 'overlapped area', 'distance KL (nats)'):
      assert np.isnan(numbers[f'melody.{name}'])
      assert np.isfinite(numbers[name])

  def test_muspy_sees_all_pitched_notes(self):
    pytest.importorskip('muspy', reason='MusPy is not installed')
    hits = window(('drums', 36, 0, 1))
    found = muspy_metrics.measure(np.array([TUNE, hits]), BAND)
    assert found['MusPy n_pitches_used'] == 8.0
    assert found['MusPy pitch_range'] == 79 - 36

  def test_muspy_has_nothing_of_a_band_of_drums(self):
    drums = BandRoll(('drums@35-38',), window_frames=4)
    frames = np.ones([2, 4, 4], bool)
    assert muspy_metrics.measure(frames, drums) is None


class TestAttributes:
  def test_exact_values(self):
    frames = np.array([TUNE, SILENCE])
    for name, expected in (
      # 3 chord notes, 3 of bass, 2 of melody, 3 hits in four seconds.
      ('density', [11 / 4, 0.0]),
      ('bass.density', [3 / 4, 0.0]),
      ('drums.density', [3 / 4, 0.0]),
      ('polyphony', [(6 + 3 + 4) / 4, 0.0]),
      ('melody.polyphony', [1.0, 0.0]),
      ('melody.register', [(79 + 3 * 78) / 4, np.nan]),
      ('bass.pitch', [38.0, np.nan]),
      ('pitch', [(2 * 191 + 114 + 313) / 13, np.nan]),
      ('register', [(2 * 191 + 114 + 313) / 13, np.nan]),
    ):
      np.testing.assert_allclose(
        attributes.measure(name, frames, BAND), expected, err_msg=name
      )

  def test_a_note_struck_again_counts_again(self):
    frames = window(('bass', 36, 0, 2), ('bass', 36, 2, 4))[np.newaxis]
    assert attributes.measure('bass.density', frames, BAND) == [0.5]

  @pytest.mark.parametrize(
    'name, converter, words',
    [
      ('bas.density', BAND, "unknown group 'bas'.*did you mean bass\\?"),
      ('brass.density', BAND, "unknown group 'brass'.*did you mean bass"),
      ('drums.pitch', BAND, 'neither pitch nor length; give drums.density'),
      ('bass.joy', BAND, "unknown attribute 'bass.joy'"),
      ('.density', BAND, "unknown attribute '.density'"),
      ('bass.density', PianoRoll(), 'this model has none; give density'),
    ],
  )
  def test_what_is_refused_in_one_line(self, name, converter, words):
    with pytest.raises(InputError, match=words) as error:
      attributes.measure(name, np.zeros([1, 4, converter.depth]), converter)
    assert '\n' not in str(error.value)

  def test_before_the_model_is_known_a_group_may_be_any(self):
    attributes.check('sax.density')
    with pytest.raises(InputError, match='density, pitch, polyphony'):
      attributes.check('sax.joy')


class TestPictures:
  def test_groups_stand_by_pitch_and_show_what_is_in_use(self):
    shades = [band_figures.notes(TUNE, part) for part in BAND.parts]
    placed = band_figures.lanes(BAND.parts, shades)
    names = [lane.part.group.name for lane in placed]
    assert names == ['drums', 'bass', 'chords', 'melody']
    assert [lane.bottom for lane in placed] == [0, 6, 18, 30]
    drums, bass, chords, melody = placed
    # Four keys are all there are; of twelve pitches ten are shown at least.
    assert (drums.first, drums.last, bass.height) == (0, 3, 10)
    assert drums.label == 'drums\nkeys 35-38'
    assert bass.first == 0 and bass.label == 'bass\nC2 to A2'
    assert chords.height == 10 and melody.last == 11

  def test_a_note_is_dark_where_it_starts_and_a_hit_is_not(self):
    bass, _, melody, drums = (band_figures.notes(TUNE, p) for p in BAND.parts)
    np.testing.assert_array_equal(melody[:, 6], [0, 1, 0.5, 0.5])
    np.testing.assert_array_equal(bass[:, 4], [0, 0, 1, 0])
    np.testing.assert_array_equal(drums[:, 1], [0.5, 0, 0.5, 0])

  def test_an_output_is_the_larger_of_sounding_and_onset(self):
    outputs = np.zeros([4, BAND.depth])
    outputs[1, 2], outputs[1, 14] = 0.3, 0.6
    shown = band_figures.probabilities(outputs, BAND.parts[0])
    assert shown.shape == (4, 12) and shown[1, 2] == 0.6

  @pytest.mark.parametrize('kind', ['rolls', 'blind_test'])
  def test_every_panel_has_every_group(self, kind, tmp_path):
    if kind == 'rolls':
      figure = band_figures.rolls(
        [('one', TUNE), ('two', SILENCE)], BAND.parts, 1.0, 'Title'
      )
    else:
      figure = band_figures.blind_test([TUNE, SILENCE], BAND.parts, 1.0, 'T')
    panel = figure.axes[0]
    assert len(panel.collections) == len(BAND.parts)
    labels = [label.get_text() for label in panel.get_yticklabels()]
    assert [label.split('\n')[0] for label in labels] == [
      'drums',
      'bass',
      'chords',
      'melody',
    ]
    drawn = [np.ma.count(mesh.get_array()) for mesh in panel.collections]
    assert drawn == [3, 3, 6, 4]
    assert panel.collections[0].get_coordinates()[0, -1, 0] == 4.0
    figures.save(figure, str(tmp_path / 'band.png'))

  def test_plane_has_each_tile_in_its_place(self):
    outputs = np.zeros([2, 3, 4, BAND.depth])
    outputs[0, 2] = TUNE  # z = (1, -1): below, at the right.
    ticks = np.array([-1.0, 0.0, 1.0])
    figure = band_figures.decoded_plane(
      ticks, ticks[[0, 2]], outputs, BAND.parts, 'Plane'
    )
    image = figure.axes[0].get_images()[0].get_array()
    # Of each lane ten rows of twelve, drums four, two between and below.
    assert image.shape == (2 * 42, 3 * 5, 3)
    tile = np.asarray(image)[42:, 10:14][::-1]
    colored = (np.ptp(tile, axis=2) > 0.2).sum(axis=1)
    # Rows of drums' keys 36 and 38, then those of bass.
    assert colored[:4].tolist() == [0, 2, 0, 1]
    assert colored[6:11].tolist() == [1, 0, 1, 0, 1]
    assert colored.sum() == 3 + 3 + 6 + 4
    legend = figure.axes[0].get_legend().get_texts()
    names = [text.get_text() for text in legend]
    assert names == ['melody', 'chords', 'bass', 'drums']

  @pytest.mark.parametrize(
    'blindness',
    [
      # Viénot, Brettel & Mollon 1999, on linear RGB.
      [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]],
      [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]],
    ],
    ids=['protan', 'deutan'],
  )
  def test_colour_blind_people_tell_the_groups_apart(self, blindness):
    shades = [band_figures.notes(TUNE, part) for part in BAND.parts]
    colors = [lane.color for lane in band_figures.lanes(BAND.parts, shades)]
    linear = np.array([matplotlib.colors.to_rgb(c) for c in colors]) ** 2.2
    seen = np.clip(linear @ np.transpose(blindness), 0, 1) ** (1 / 2.2)
    apart = np.linalg.norm(seen[:, np.newaxis] - seen, axis=2)
    # Of black to white it is 1.73; of red and green of one lightness, near 0.
    assert apart[np.triu_indices(len(seen), 1)].min() > 0.15
