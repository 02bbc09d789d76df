# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Names of generated files: what they say, that they sort, and are free."""

from __future__ import annotations

import pytest

from magenta_vrae.commands import file_names


def stems(mode, paths=(), num_outputs=1, attribute=''):
  return file_names.stems(
    mode, list(paths), attribute, 'vrae_music', 7, num_outputs
  )


def test_a_name_says_what_it_is():
  assert stems('sample') == ['sample_vrae_music_seed7']
  assert stems('medley', ['x/a.mid', 'b.mxl', 'c.abc']) == [
    'medley_a_b_c_vrae_music_seed7'
  ]
  assert stems('medley', [f'{c}.mid' for c in 'abcde']) == [
    'medley_a_b_c_and_2_more_vrae_music_seed7'
  ]
  assert stems('interpolate', ['aloha.mid', 'zebra.mid'], 7)[2] == (
    'morph_aloha_to_zebra_vrae_music_seed7_3of7'
  )
  assert stems('attribute', [], 2, 'density')[1] == (
    'attribute_density_vrae_music_seed7_2of2'
  )
  assert stems('attribute', ['a.mid'], 1, 'to my jazz') == [
    'attribute_to_my_jazz_a_vrae_music_seed7'
  ]


def test_numbers_sort():
  names = stems('sample', [], 120)
  assert names[0].endswith('_001of120') and names[11].endswith('_012of120')
  assert names == sorted(names)
  names = stems('interpolate', ['a.mid', 'b.mid'], 12)
  names.append(file_names.of_all(names[0]))
  assert names[-1] == 'morph_a_to_b_vrae_music_seed7_all'
  assert names == sorted(names)


def test_each_piece_has_its_name():
  assert stems('continue', ['a.mid', 'b.mid'], 4) == [
    f'continue_{name}_vrae_music_seed7_{k}of2' for name in 'ab' for k in (1, 2)
  ]
  assert stems('reconstruct', ['a.mid', 'b.mid'], 2) == [
    f'reconstruct_{name}_vrae_music_seed7' for name in 'ab'
  ]
  # Of the same name, or one that some systems take for the same.
  assert stems('denoise', ['a.mid', 'x/A.mid', 'y/a.abc'], 3) == [
    'denoise_a_vrae_music_seed7_1of3',
    'denoise_A_vrae_music_seed7_2of3',
    'denoise_a_vrae_music_seed7_3of3',
  ]


@pytest.mark.parametrize(
  'text, name',
  [
    ('Für Elise (WoO 59)', 'Für_Elise_WoO_59'),
    ('Fu\u0308r', 'F\u00fcr'),
    ('津軽海峡・冬景色', '津軽海峡_冬景色'),
    ('सारे जहाँ से', 'सारे_जहाँ_से'),
    ('a-b_c', 'a-b_c'),
    ('-x', 'x'),
    ('../..', 'song'),
    ('', 'song'),
    ('n\udce9', 'n'),
    ('a,b[c]*@d\n\x1b', 'a_b_c_d'),
    ('x' * 40, 'x' * 24),
    ('x' * 23 + ' y', 'x' * 23),
  ],
)
def test_song_names_are_cleaned(text, name):
  assert file_names.clean(text) == name


def test_no_name_is_too_long():
  paths = ['津' * 60 + '.mid', '𐐷' * 60 + '.mid', 'x' * 200 + '.mid'] * 5
  (name,) = stems('reconstruct', paths[1:2])
  assert name == 'reconstruct_' + '𐐷' * 24 + '_vrae_music_seed7'
  (name,) = stems('medley', paths)
  assert name == (
    f'medley_{"津" * 10}_{"𐐷" * 8}_{"x" * 24}_and_12_more_vrae_music_seed7'
  )
  assert len(name.encode()) < 160


def test_a_set_is_never_where_something_is(tmp_path):
  def free(*names):
    paths = file_names.free(str(tmp_path), names)
    return [path[len(str(tmp_path)) + 1 :] for path in paths]

  assert file_names.free(str(tmp_path / 'not_yet'), ['a']) == [
    str(tmp_path / 'not_yet' / 'a')
  ]
  assert free('a_1of2', 'a_2of2') == ['a_1of2', 'a_2of2']
  (tmp_path / 'a_2of2.mid').touch()
  assert free('a_1of2', 'a_2of2') == ['a_1of2-2', 'a_2of2-2']
  (tmp_path / 'a_1of2-2.wav').symlink_to('nowhere')
  assert free('a_1of2', 'a_2of2') == ['a_1of2-3', 'a_2of2-3']
  assert free('b') == ['b']
