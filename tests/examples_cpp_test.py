# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""examples/cpp: built as its README says, and held to the notes of Python."""

from __future__ import annotations

import functools
import json
import pathlib
import re
import shlex
import shutil
import struct
import subprocess

import mido
import numpy as np
import pytest
import random_weights
from conftest import run_command

import magenta_vrae
from magenta_vrae import midi_file
from magenta_vrae.export import contents as contents_lib
from magenta_vrae.export import safetensors_file
from magenta_vrae.inference import prior as prior_lib
from magenta_vrae.inference.generation import Generator
from magenta_vrae.runs import ready_made

FOLDER = pathlib.Path(__file__).parent.parent / 'examples' / 'cpp'
pytest.importorskip('safetensors', reason='no weights are written without it')
COMPILER = shutil.which('g++')
pytestmark = pytest.mark.skipif(
  COMPILER is None, reason='no g++ is installed: examples/cpp is NOT tested'
)

# Each cell, and between them each option of a decoder and each kind of roll.
MODELS = {
  'tanh, threshold': ('vrae_2d', 'dec_rnn_size=[24]', ''),
  'gru, draws, blocks': (
    'vrae_20d',
    'cell=gru,z_every_step=true,sampling=bernoulli,frames_per_step=3,'
    'dec_rnn_size=[22]',
    'onsets=true,window_frames=40',
  ),
  'lstm, hears its draws': (
    'vrae_2d',
    'cell=lstm,feedback=sample,sampling=bernoulli,frames_per_step=4,'
    'z_every_step=true,dec_rnn_size=[22]',
    'window_frames=30,frames_per_second=16',
  ),
  'drums, teacher': (
    'vrae_drums',
    'ar_rnn_size=[0],nade_size=0,free_weight=0,told_dropout=0,ar_dropout=0,'
    'feedback=teacher,dec_rnn_size=[20]',
    '',
  ),
  'lstm, hears what it plays': (
    'vrae_music',
    'cell=lstm,dec_rnn_size=[22],ar_rnn_size=[14],nade_size=0,'
    'frames_per_step=4,temperature=0.7',
    '',
  ),
  'band, notes of a frame jointly': (
    'vrae_band',
    'dec_rnn_size=[22],ar_rnn_size=[14],nade_size=30,frames_per_step=4,'
    'bar_frames=8',
    'velocity_levels=4,window_frames=33,qpm=97',
  ),
  'tanh, several notes of a unit': (
    'vrae_music',
    'cell=tanh,dec_rnn_size=[9],ar_rnn_size=[8],nade_size=120',
    'window_frames=20',
  ),
}


def build(path, *more):
  """Compiles the program by the command of its README."""
  (line,) = re.findall(
    r'^g\+\+ .*', (FOLDER / 'README.md').read_text(), re.MULTILINE
  )
  command = shlex.split(line)
  command[command.index('-o') + 1] = str(path)
  subprocess.run([*command, '-Werror', *more], cwd=FOLDER, check=True)
  return path


@pytest.fixture(scope='module')
def program(tmp_path_factory):
  """The program that stops where it reads or computes what it must not."""
  return build(
    tmp_path_factory.mktemp('program') / 'vrae',
    '-O0',
    '-fsanitize=address,undefined,float-cast-overflow',
    '-fno-sanitize-recover=all',
  )


def make(kind, folder, prior=None, is_half=False):
  """A model of random weights: its config, checkpoint and exported file."""
  name, hparams, converter = MODELS[kind]
  hparams += ',z_size=3,enc_rnn_size=[8]'
  checkpoint = str(folder / 'model.ckpt-1')
  config = random_weights.save(checkpoint, name, hparams, converter)
  if prior:
    prior_lib.save(prior, str(folder))
  path = folder / 'model.safetensors'
  contents = contents_lib.of_checkpoint(
    name, config, checkpoint, 1, '# Card "ä"\n'
  )
  safetensors_file.write(str(path), contents, is_half)
  return config, checkpoint, path


@pytest.fixture(scope='module')
def model(tmp_path_factory):
  """A function from a kind of model to what `make` makes, made once."""
  return functools.lru_cache(maxsize=None)(
    lambda kind: make(kind, tmp_path_factory.mktemp('model'))
  )


def run(program, *arguments, **kwargs):
  return subprocess.run(
    [str(program), *map(str, arguments)],
    capture_output=True,
    text=True,
    timeout=60,
    **kwargs,
  )


def played(program, path, *options):
  """The bytes of the MIDI file that the program writes."""
  output = path.parent / 'cpp.mid'
  result = run(program, path, output, *options)
  assert result.returncode == 0, result.stderr
  return output.read_bytes()


def written(generator, roll, folder):
  """The bytes of the MIDI file that Python writes."""
  path = folder / 'python.mid'
  midi_file.write(generator.note_sequence(roll), str(path))
  return path.read_bytes()


def num_notes(data, folder):
  path = folder / 'counted.mid'
  path.write_bytes(data)
  messages = [m for track in mido.MidiFile(path).tracks for m in track]
  return sum(m.type == 'note_on' for m in messages)


class TestSameNotes:
  @pytest.mark.parametrize('kind', MODELS)
  def test_of_a_seed(self, program, model, kind, tmp_path):
    config, checkpoint, path = model(kind)
    for seed in (1, 2):
      generator = Generator(config, checkpoint, seed=seed)
      (roll,) = generator.sample(1)
      ours = played(program, path, f'--seed={seed}')
      assert num_notes(ours, tmp_path) > 20
      assert ours == written(generator, roll, tmp_path)

  @pytest.mark.parametrize('kind', list(MODELS)[1:])
  def test_of_given_z_one_after_another(self, program, model, kind, tmp_path):
    config, checkpoint, path = model(kind)
    zs = np.random.RandomState(1).normal(size=[3, 3])
    np.savetxt(tmp_path / 'z.txt', zs)
    generator = Generator(config, checkpoint, seed=4)
    if generator.is_autoregressive:
      from magenta_vrae.inference import endless

      T = 3 * endless.half_window(generator.window_frames)
      roll = generator._composed((z[np.newaxis] for z in zs), T)[0]
    else:
      roll = np.concatenate([generator.decode(z[np.newaxis])[0] for z in zs])
    ours = played(program, path, '--seed=4', f'--z={tmp_path / "z.txt"}')
    assert ours == written(generator, roll, tmp_path)

  def test_of_a_length_and_a_temperature(self, program, model, tmp_path):
    config, checkpoint, path = model('tanh, threshold')
    generator = Generator(config, checkpoint, seed=3, temperature=0.0)
    (roll,) = generator.sample(1, 113)
    ours = played(program, path, '--seed=3', '--frames=113', '--temperature=0')
    assert ours == written(generator, roll, tmp_path)

  def test_where_z_wanders(self, program, tmp_path):
    # Of one code alone it is known what follows: there is one way to go.
    rng = np.random.RandomState(2)
    prior = prior_lib.Prior(
      weights=np.array([0.25, 0.75]),
      means=rng.normal(size=[2, 3]),
      factors=np.stack([np.eye(3), 0.5 * np.eye(3)]),
      codes=rng.normal(size=[4, 3]),
      follows=np.array([False, False, True, False]),
      step=1,
      logit_shift=rng.normal(size=98) / 9,
      c_x_shift=rng.normal(size=98) / 9,
    )
    config, checkpoint, path = make(
      'lstm, hears what it plays', tmp_path, prior
    )
    for seed in range(3):
      generator = Generator(config, checkpoint, seed=seed)
      (roll,) = generator.sample(1, 210)
      ours = played(program, path, f'--seed={seed}', '--frames=210')
      assert ours == written(generator, roll, tmp_path)

  def test_of_a_ready_made_model(self, program, tmp_path):
    self.check_ready_made(program, 'grooves', tmp_path)

  @pytest.mark.long
  def test_of_all_of_them_as_the_readme_builds_it(self, tmp_path):
    program = build(tmp_path / 'vrae')
    for name in ready_made.all_models():
      self.check_ready_made(program, name, tmp_path)

  def check_ready_made(self, program, name, tmp_path):
    path = exported(name, tmp_path)
    generator = magenta_vrae.load(name, seed=11)
    (roll,) = generator.sample(1)
    ours = played(program, path, '--seed=11')
    assert num_notes(ours, tmp_path) > 5
    assert ours == written(generator, roll, tmp_path)
    uniforms = tmp_path / 'uniforms'
    np.random.RandomState(11).random_sample(64 * 400).tofile(uniforms)
    assert ours == played(program, path, f'--uniforms={uniforms}')

  def test_of_half_precision(self, program, tmp_path):
    # In half precision these weights are as they were: all are short.
    path = make('gru, draws, blocks', tmp_path, is_half=True)[2]
    whole = tmp_path / 'whole'
    whole.mkdir()
    config, checkpoint, of_whole = make('gru, draws, blocks', whole)
    assert path.stat().st_size < 0.6 * of_whole.stat().st_size
    generator = Generator(config, checkpoint, seed=6)
    (roll,) = generator.sample(1)
    assert played(program, path, '--seed=6') == written(
      generator, roll, tmp_path
    )

  @pytest.mark.long
  def test_of_what_cmake_builds(self, tmp_path):
    for command in (
      ['cmake', '-S', FOLDER, '-B', tmp_path],
      ['cmake', '--build', tmp_path],
    ):
      subprocess.run(command, check=True)
    config, checkpoint, path = make('tanh, threshold', tmp_path)
    generator = Generator(config, checkpoint, seed=5)
    (roll,) = generator.sample(1)
    ours = played(tmp_path / 'vrae', path, '--seed=5')
    assert ours == written(generator, roll, tmp_path)


class TestWalk:
  """Where z goes, by other draws than Python's, is heard in a melody."""

  # Of that model, by which notes of one pitch tell of z.
  HPARAMS = (
    'cell=tanh,z_every_step=true,frames_per_step=1,enc_rnn_size=[8],'
    'dec_rnn_size=[50],ar_rnn_size=[1],nade_size=0,z_size=2'
  )
  HALF, FRAMES_PER_SECOND = 2, 10
  # Of the z of a pitch, in steps; so that no z lies where two of them meet.
  MIDDLE = 0.03

  def save(self, folder, codes, follows):
    """A model that plays the lowest pitch plus 2 z[0], rounded.

    Of pitch k the free run says no but where z[0] is about k / 2:
    each of its units tells on which side of one limit z[0] lies. What is told
    the frames says nothing.
    """
    checkpoint = str(folder / 'model.ckpt-1')
    config = random_weights.save(
      checkpoint, 'vrae_music', self.HPARAMS,
      f'onsets=false,window_frames={2 * self.HALF},'
      f'frames_per_second={self.FRAMES_PER_SECOND}',
    )  # fmt: skip
    # As z is as far off its code in both dimensions, distances are plain.
    prior = prior_lib.Prior(
      weights=np.ones(1),
      means=np.mean(codes, axis=0, keepdims=True),
      factors=np.diag(np.sqrt(np.var(codes, axis=0) + 1.0))[np.newaxis],
      codes=codes,
      follows=follows,
      step=1,
    )
    np.testing.assert_allclose(prior.deviations(), 1.0)
    prior_lib.save(prior, str(folder))
    contents = contents_lib.of_checkpoint(
      'vrae_music', config, checkpoint, 1, ''
    )
    weights = {k: np.zeros_like(v) for k, v in contents.weights.items()}
    k = np.arange(50)
    weights['decoder/W_zx'][0] = 2.0 * 2000
    weights['decoder/b_dec'][:] = -2000 * (k + self.MIDDLE - 0.5)
    weights['decoder/W_out'][:] = 100 * (np.eye(50) - np.eye(50, k=-1))[:, :49]
    weights['decoder/b_out'][:] = -100
    weights['decoder/ar_c_free'][:] = 1
    path = folder / 'model.safetensors'
    safetensors_file.write(str(path), contents._replace(weights=weights), False)
    return path

  def melody(self, program, path, z, moves, seed):
    """The pitch of each half window's last frame, from the lowest on."""
    (path.parent / 'z').write_text(' '.join(map(str, z)))
    frames = self.HALF * (moves + 1)
    data = played(
      program, path, f'--frames={frames}', f'--seed={seed}',
      f'--z={path.parent / "z"}',
    )  # fmt: skip
    (path.parent / 'melody.mid').write_bytes(data)
    sounding = [set() for _ in range(frames)]
    time, begun = 0.0, {}
    for message in mido.MidiFile(path.parent / 'melody.mid'):
      time += message.time
      frame = round(time * self.FRAMES_PER_SECOND)
      if message.type == 'note_on' and message.velocity:
        begun[message.note] = frame
      elif message.type in ('note_on', 'note_off'):
        for t in range(begun.pop(message.note), frame):
          sounding[t].add(message.note)
    pitches = []
    for (pitch,) in sounding[self.HALF - 1 :: self.HALF]:
      pitches.append(pitch)
    lowest = pitches[0] - round(2 * z[0])
    return [pitch - lowest for pitch in pitches]

  @pytest.mark.parametrize('seed', [1, 2])
  def test_codes_that_it_went_on_from_are_passed_over(
    self, program, tmp_path, seed
  ):
    # z' = j + 1 + (z - j) / 2, so j is what 2 z' - z - 2 says.
    codes = np.arange(24)[:, np.newaxis] * [1.0, 0.0]
    path = self.save(tmp_path, codes, np.arange(24) > 0)
    first, *melody = self.melody(program, path, [10, 0], 300, seed)
    assert first == 20
    z, gone, is_free_again = 10.0, [], False
    for pitch in melody:
      was = z
      j = round(pitch + self.MIDDLE - was - 2)
      z = j + 1 + (was - j) / 2
      assert 0 <= j < 23 and abs(2 * z - pitch - self.MIDDLE) < 0.501
      # Of 23 codes the last six are passed over, and none before them.
      assert j not in gone[-6:]
      is_free_again |= j in gone[-7:]
      # And it is one of the four nearest others.
      free = sorted(set(range(23)) - set(gone[-6:]), key=lambda i: abs(i - was))
      assert abs(j - was) <= abs(free[3] - was)
      gone.append(j)
    assert is_free_again and len(gone) == 300

  def test_short_songs_are_not_left_for_what_was_passed_over(
    self, program, tmp_path
  ):
    """Of a song of 11 codes three are passed over, not most of it."""
    song, place = np.divmod(np.arange(20 * 11), 11)
    codes = np.stack([song, 0.01 * place], axis=1)
    path = self.save(tmp_path, codes, place > 0)
    for seed in range(3):
      assert set(self.melody(program, path, [5, 0.02], 120, seed)) == {10}


def exported(name, folder):
  """The file of a ready-made model."""
  path = folder / f'{name}.safetensors'
  result = run_command(
    'vrae_export', '--format=weights', f'--model={name}', f'--output={path}'
  )
  assert result.returncode == 0, result.stderr
  return path


# --- Files that are no files of weights ---------------------------------------

W = 'decoder/W_dec'


def parts(data):
  """The header of a file as JSON has it, and the numbers behind it."""
  end = 8 + struct.unpack('<Q', data[:8])[0]
  return json.loads(data[8:end]), data[end:]


def joined(header, numbers):
  text = header if isinstance(header, bytes) else json.dumps(header).encode()
  return struct.pack('<Q', len(text)) + text + numbers


def with_tensor(name, **changes):
  """A change of what the header says of a tensor; None takes it away."""

  def change(data):
    header, numbers = parts(data)
    header[name] = {**header[name], **changes}
    if None in changes.values():
      del header[name]
    return joined(header, numbers)

  return change


def with_fact(to, *keys):
  """A change of what the metadata say."""

  def change(data):
    header, numbers = parts(data)
    facts = json.loads(header['__metadata__']['magenta_vrae'])
    place = facts
    for key in keys[:-1]:
      place = place[key]
    place[keys[-1]] = to
    header['__metadata__']['magenta_vrae'] = json.dumps(facts)
    return joined(header, numbers)

  return change


def with_number(name, value):
  """A change of the first number of a tensor."""

  def change(data):
    header, numbers = parts(data)
    at = header[name]['data_offsets'][0]
    value_bytes = struct.pack('<f', value)
    return joined(header, numbers[:at] + value_bytes + numbers[at + 4 :])

  return change


def in_each_other(data):
  """A file of which many tensors are the same numbers."""
  header, numbers = parts(data)
  again = {f'{i}': header[W] for i in range(30)}
  return joined({**header, **again}, numbers)


def with_length(length):
  return lambda data: struct.pack('<Q', length) + data[8:]


DAMAGED = {
  'empty': (lambda data: b'', 'no whole file'),
  'five bytes': (lambda data: data[:5], 'no whole file'),
  'no header': (lambda data: data[:8], 'no whole file'),
  'half a header': (lambda data: data[:300], 'no whole file'),
  'half its numbers': (lambda data: data[: -(len(data) // 3)], 'header'),
  'header of 2^63': (with_length(2**63), 'no whole file'),
  'header of 2^64 - 1': (with_length(2**64 - 1), 'no whole file'),
  'header longer than any': (
    lambda data: struct.pack('<Q', 2**22) + b' ' * 2**22,
    'larger than any model',
  ),
  'header too short': (with_length(40), 'not JSON'),
  'no JSON': (lambda data: joined(b'\xff\0{}', b''), 'not JSON'),
  'a list': (lambda data: joined(b'[1, 2]', b''), '__metadata__'),
  'deep JSON': (lambda data: joined(b'[' * 10**6, b''), 'too deep'),
  'nothing in it': (lambda data: joined(b'{}', b''), 'no __metadata__'),
  'text without an end': (lambda data: joined(b'{"a\\', b''), 'not JSON'),
  'half a letter': (lambda data: joined(b'{"\\u00', b''), 'not JSON'),
  'not a number': (with_number(W, np.nan), f'{W} has numbers'),
  'infinite': (with_number('decoder/b_z', -np.inf), 'not finite'),
  'other rows': (with_tensor(W, shape=[12, 48]), 'is sized [12, 48]'),
  'other axes': (with_tensor(W, shape=[24, 2, 12]), 'is sized [24, 2, 12]'),
  'more rows': (with_tensor(W, shape=[25, 24]), 'bytes in the file'),
  'sizes whose product overflows': (
    with_tensor(W, shape=[2**20] * 7),
    'whole one',
  ),
  'size below 0': (with_tensor(W, shape=[-22, -22]), 'whole one'),
  'size no number': (with_tensor(W, shape=['22', 22]), 'a number'),
  'behind the file': (
    with_tensor(W, data_offsets=[2**40, 2**40 + 4]),
    'whole one',
  ),
  'backwards': (with_tensor(W, data_offsets=[8, 0]), 'whole one'),
  'no place': (with_tensor(W, data_offsets=[0]), 'no place'),
  'doubles': (with_tensor(W, dtype='F64'), 'float32'),
  'half precision, it says': (with_tensor(W, dtype='F16'), 'bytes in the file'),
  'all in one place': (in_each_other, 'lie in each other'),
  'a tensor is missing': (with_tensor(W, shape=None), f'no tensor {W}'),
  'no metadata': (
    lambda data: joined(
      {k: v for k, v in parts(data)[0].items() if k[0] != '_'}, parts(data)[1]
    ),
    '__metadata__',
  ),
  'another cell': (with_fact('rnn', 'cell'), 'cell rnn'),
  'another z': (with_fact(4, 'z_size'), 'is sized'),
  'no depth': (with_fact(0, 'depth'), 'whole one'),
  'half a frame': (with_fact(2.5, 'depth'), 'whole one'),
  'endless window': (with_fact(10**9, 'window_frames'), 'whole one'),
  'no temperature': (with_fact(None, 'sampling', 'temperature'), 'a number'),
  'groups no list': (with_fact({}, 'groups'), 'a list'),
  'pitch 200': (with_fact(200, 'groups', 0, 'pitches', 0), 'whole one'),
  'too many pitches': (
    with_fact([60] * 50, 'groups', 0, 'pitches'),
    'more pitches',
  ),
  'columns behind the frame': (
    with_fact(1, 'groups', 0, 'first_column'),
    'whole one from 0 to 0',
  ),
  'onsets behind the frame': (
    with_fact(49, 'groups', 0, 'first_onset_column'),
    'whole one from 0 to 0',
  ),
  'no tempo': (with_fact(0, 'qpm'), 'rate or tempo'),
  'half a metre': (with_fact([3], 'metre'), 'metre is not two numbers'),
  'no beats': (with_fact(0, 'metre', 0), 'whole one'),
  'no rate': (with_fact(1e-300, 'frames_per_second'), 'rate'),
}


class TestDamaged:
  """Each is refused in one line, and nothing is read or written astray."""

  @pytest.fixture(scope='class')
  def whole(self, tmp_path_factory):
    folder = tmp_path_factory.mktemp('whole')
    return make('tanh, threshold', folder)[2].read_bytes()

  def refused(self, program, data, folder, *options):
    """The line with which a file is refused; None if it is played."""
    path, output = folder / 'damaged.safetensors', folder / 'out.mid'
    path.write_bytes(data)
    output.unlink(missing_ok=True)
    result = run(program, path, output, *options)
    if result.returncode == 0:
      assert mido.MidiFile(output).tracks
      return None
    assert result.returncode == 1, result.stderr
    (line,) = result.stderr.splitlines()
    assert line.startswith('vrae: ') and len(line) < 300
    assert not output.exists()
    return line

  def test_a_whole_one_is_played(self, program, whole, tmp_path):
    assert self.refused(program, whole, tmp_path) is None

  @pytest.mark.parametrize('kind', DAMAGED)
  def test_refused(self, program, whole, kind, tmp_path):
    change, says = DAMAGED[kind]
    line = self.refused(program, change(whole), tmp_path)
    assert line and says in line

  def test_any_byte_may_be_another(self, program, whole, tmp_path):
    rng = np.random.RandomState(0)
    end = len(whole) - len(parts(whole)[1])
    refused = 0
    for _ in range(40):
      data = bytearray(whole)
      # One in the header, one in the numbers.
      data[rng.randint(end)] = rng.randint(256)
      data[rng.randint(end, len(data))] = rng.randint(256)
      refused += self.refused(program, bytes(data), tmp_path) is not None
    assert 8 < refused < 40

  def test_numbers_without_a_meaning_are_played(self, program, tmp_path):
    path = make('lstm, hears what it plays', tmp_path)[2]
    (tmp_path / 'z').write_text('0.5 -1\n1e20\t3 4 5')
    options = ['--frames=70', f'--z={tmp_path / "z"}']
    assert self.refused(program, path.read_bytes(), tmp_path, *options) is None

  @pytest.mark.parametrize(
    ('options', 'says'),
    [
      (['--seed=-1'], '--seed=-1 is no number from 0'),
      (['--seed='], 'no number'),
      (['--frames=1e30'], 'no number'),
      (['--frames=60000000'], 'too many'),
      (['--temperature=warm'], 'no number'),
      (['--loud=1'], 'unknown option --loud'),
      (['--seed'], '--NAME=VALUE'),
      (['another'], 'two paths'),
      (['--z=nowhere'], 'cannot read nowhere'),
      (['--uniforms=nowhere'], 'cannot read nowhere'),
      (['--z={folder}/two'], '3 numbers for each z'),
      (['--z={folder}/words'], "'loud', which is no number"),
      (['--sampling=bernoulli'], 'unknown option'),
    ],
  )
  def test_options(self, program, whole, options, says, tmp_path):
    (tmp_path / 'two').write_text('1 2')
    (tmp_path / 'words').write_text('1 loud 2')
    options = [o.format(folder=tmp_path) for o in options]
    assert says in self.refused(program, whole, tmp_path, *options)

  def test_random_numbers(self, program, tmp_path):
    data = make('gru, draws, blocks', tmp_path)[2].read_bytes()
    for numbers, says in (([0.5] * 99, 'holds 99'), ([1.0], 'from 0 to below')):
      path = tmp_path / 'uniforms'
      np.array(numbers).tofile(path)
      line = self.refused(program, data, tmp_path, f'--uniforms={path}')
      assert says in line

  def test_where_nothing_can_be_written(self, program, whole, tmp_path):
    path = tmp_path / 'whole.safetensors'
    path.write_bytes(whole)
    result = run(program, path, tmp_path / 'no' / 'folder.mid')
    assert result.returncode == 1
    assert 'cannot write' in result.stderr
