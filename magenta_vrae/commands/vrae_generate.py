# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Makes music with a trained VRAE, or any MusicVAE model.

  vrae_generate --run_dir=run --output_dir=out --num_outputs=5
  vrae_generate --run_dir=run --output_dir=out --mode=interpolate \
      --input_midi_1=a.mid@30 --input_midi_2=b.mid@12.5 --num_outputs=7
  vrae_generate --run_dir=run --output_dir=out --mode=medley --num_frames=1000
  vrae_generate --run_dir=run --output_dir=out --mode=medley --num_frames=2400 \
      --input_midis=a.mid,b.mid@30,c.mid
  vrae_generate --run_dir=run --output_dir=out --mode=reconstruct \
      --input_midis=a.mid
  vrae_generate --run_dir=run --output_dir=out --mode=attribute \
      --attribute=density --examples_path=songs.tfrecord --strengths=-1,0,1
  vrae_generate --checkpoint_file=model.tar.gz --output_dir=out --wav

  sample        Windows decoded from z ~ N(0, I).
  interpolate   Windows on the way between windows of two pieces.
  medley        One roll of any length: from one z, drawn or of one piece's
                window, or along the way through windows of several pieces.
  reconstruct   Whole pieces, window by window, encoded and decoded again.
  denoise       Whole pieces, from windows that overlap, by what is heard and
                what the model expects; for a model trained to hear through
                faults (hparams corrupt_...).
  attribute     Windows, drawn or of pieces, with more and less of something:
                moved along an attribute vector by each of --strengths.

Magenta's own configs have `sample` and `interpolate`, with all flags of
music_vae_generate and through its `run`. A bundle, of vrae_export or Magenta's
own, is read with care: what reaches out of it or is too large is refused.
"""

from __future__ import annotations

import contextlib
import os
import time

import note_seq
import tensorflow.compat.v1 as tf

# Defines Magenta's generation flags.
from magenta.models.music_vae import music_vae_generate

from magenta_vrae import latent
from magenta_vrae import sound
from magenta_vrae.commands import attribute_vector
from magenta_vrae.commands import entry
from magenta_vrae.commands import flag_help
from magenta_vrae.commands import trained
from magenta_vrae.errors import InputError
from magenta_vrae.inference import generation
from magenta_vrae.model import decoder
from magenta_vrae.progress import Progress
from magenta_vrae.reading import music_files

flags = tf.app.flags
FLAGS = flags.FLAGS
FLAGS.set_default('log', 'ERROR')
_INPUT = (
  'FILE or FILE@SECONDS as in --input_midis, of any kind of music file that '
  'vrae_create_dataset reads. Required in mode interpolate; in modes medley '
  'and reconstruct it comes before --input_midis.'
)
flag_help.amend(
  run_dir='Required if there is no --checkpoint_file.',
  checkpoint_file='Here one of the two is to be given, not both: this one a '
  'bundle, or a checkpoint without its .index or .data ending. Required if '
  'there is no --run_dir.',
  config='By default as the run or the bundle says; required where neither '
  'does.',
  mode='Here `medley`, `reconstruct`, `denoise` and `attribute` as well.',
  input_midi_1=_INPUT,
  input_midi_2=_INPUT,
  num_outputs='In `medley` mode without pieces, the number of medleys, by '
  'default 1. 1 or more.',
  temperature="0 or more. With this package's configs by default 1.0: it "
  'divides the logits, and matters to --sampling=bernoulli.',
)

flag_help.heading('Model')

trained.define_settings()

flag_help.heading('Attribute')
attribute_vector.define_flags()

flag_help.heading('What to make')
flags.DEFINE_integer(
  'num_frames',
  None,
  'Length of each output in frames, 1/20 s each for most configs. By default '
  'that of a window, and 1000 for a medley.',
  lower_bound=1,
)
flags.DEFINE_enum(
  'sampling',
  None,
  decoder.SAMPLINGS,
  'How outputs become notes: where they reach --threshold, or by a draw. By '
  "default as the config's hparam.",
)
flags.DEFINE_float(
  'threshold',
  None,
  'The probability from which on a note sounds. By default as the hparam.',
  lower_bound=0.0,
  upper_bound=1.0,
)

flag_help.heading('Input')
flags.DEFINE_list(
  'input_midis',
  [],
  'Pieces for `medley` and `reconstruct`, separated by commas. Each is FILE or '
  'FILE@SECONDS, which says where in it the window begins; by default that is '
  'the first in which a note sounds. --input_midi_1 and _2 are read alike. '
  'Required in mode reconstruct; without it a medley is made from a z drawn at '
  'random.',
)
entry.define_limits()

flag_help.heading('Repeatability')
flags.DEFINE_integer(
  'seed',
  None,
  'Makes the result repeatable: the same flags give the same music. By default '
  'each call gives other music.',
  lower_bound=0,
)

flag_help.heading('Output')
flags.DEFINE_bool(
  'wav',
  False,
  'Write a WAV file beside each MIDI file: by FluidSynth if it is installed, '
  'else in sine waves.',
)
flags.DEFINE_string(
  'soundfont',
  None,
  'A .sf2 file for --wav and FluidSynth. By default a small one of '
  "pretty_midi's.",
)

MODES = (
  'sample',
  'interpolate',
  'medley',
  'reconstruct',
  'denoise',
  'attribute',
)
_MEDLEY_FRAMES = 1000
_LONGEST_HOURS = 24

# Magenta's divides by the sine of the angle between the two means, which is
# zero for a song morphed into itself and often tiny in two dimensions.
music_vae_generate._slerp = latent.slerp


def read_input(text, flag):
  """Reads FILE or FILE@SECONDS.

  Returns:
    The NoteSequence, and the seconds or None.

  Raises:
    InputError: If the file cannot be read, or holds no one piece.
  """
  path, start = os.path.expanduser(text), None
  if not os.path.isfile(path) and '@' in path:
    path, _, seconds = path.rpartition('@')
    try:
      start = float(seconds)
    except ValueError as e:
      raise InputError(
        f'--{flag}={text!r}: {seconds!r} behind the @ is no time in seconds'
      ) from e
  if not os.path.isfile(path):
    raise InputError(f'--{flag}={path!r} does not exist')
  try:
    pieces = music_files.read(path, limits=entry.limits())
  except InputError as e:
    raise InputError(f'--{flag}={path!r} cannot be used: {e}') from e
  if len(pieces) > 1:
    raise InputError(
      f'--{flag}={path!r} holds {len(pieces)} tunes; give a file of one'
    )
  return pieces[0], start


def given_inputs():
  """The flags that name pieces, as (flag, text) pairs in order."""
  one_by_one = ('input_midi_1', 'input_midi_2')
  inputs = [(f, FLAGS[f].value) for f in one_by_one if FLAGS[f].value]
  return inputs + [('input_midis', text) for text in FLAGS.input_midis]


def make_music(config, checkpoint):
  """Rolls by the flags, with one of this package's models.

  Returns:
    NoteSequences, a list.
  """
  inputs = given_inputs()
  check_mode(inputs)
  rate = config.data_converter.frames_per_second
  if FLAGS.num_frames and FLAGS.num_frames > _LONGEST_HOURS * 3600 * rate:
    raise InputError(
      f'--num_frames={FLAGS.num_frames} are over {_LONGEST_HOURS} hours; at '
      f'most {_LONGEST_HOURS * 3600 * rate:.0f} can be made at once'
    )
  # Read before the model is loaded: a wrong path should not wait for that.
  pieces = [(flag, text, *read_input(text, flag)) for flag, text in inputs]
  settings = {'sampling': FLAGS.sampling, 'threshold': FLAGS.threshold}
  generator = generation.Generator(
    config,
    checkpoint,
    batch_size=max(1, min(FLAGS.max_batch_size, FLAGS.num_outputs)),
    # Magenta's flag is 0.5 by default, for its own decoders.
    temperature=(
      1.0 if FLAGS['temperature'].using_default_value else FLAGS.temperature
    ),
    seed=FLAGS.seed,
    **{name: value for name, value in settings.items() if value is not None},
  )
  if FLAGS.mode == 'sample':
    z = generator.draw(FLAGS.num_outputs)
    rolls = generator.decode(z, FLAGS.num_frames)
  elif FLAGS.mode == 'interpolate':
    ends = generator.encode(windows_of(generator, pieces))
    z = latent.path(ends, FLAGS.num_outputs)
    rolls = generator.decode(z, FLAGS.num_frames)
  elif FLAGS.mode == 'medley':
    num_frames = FLAGS.num_frames or _MEDLEY_FRAMES
    if pieces:
      z = generator.encode(windows_of(generator, pieces))
      rolls = [generator.medley(z, num_frames)]
    else:
      # Magenta's default of 5 is meant for windows.
      one = FLAGS['num_outputs'].using_default_value
      z = generator.draw(1 if one else FLAGS.num_outputs)
      rolls = generator.decode(z, num_frames)
  elif FLAGS.mode == 'attribute':
    if pieces:
      z = generator.encode(windows_of(generator, pieces))
    else:
      one = FLAGS['num_outputs'].using_default_value
      z = generator.draw(1 if one else FLAGS.num_outputs)
    vector = attribute_vector.make(config, checkpoint)
    z = [z_i + s * vector for z_i in z for s in attribute_vector.strengths()]
    rolls = generator.decode(z, FLAGS.num_frames)
  else:
    made_of = {
      'reconstruct': generator.reconstruct,
      'denoise': generator.denoise,
    }[FLAGS.mode]
    rolls = [
      using(flag, text, made_of, piece) for flag, text, piece, _ in pieces
    ]
  return [generator.note_sequence(roll) for roll in rolls]


def check_mode(inputs):
  """Raises InputError unless the pieces given are those that the mode needs."""
  flags_given = [flag for flag, _ in inputs]
  if FLAGS.mode == 'interpolate':
    if flags_given != ['input_midi_1', 'input_midi_2']:
      raise InputError(
        'mode interpolate needs --input_midi_1 and --input_midi_2, and takes '
        'no other pieces; for a way through several there is mode medley'
      )
  elif FLAGS.mode == 'sample' and inputs:
    raise InputError(f'mode sample takes no --{flags_given[0]}')
  elif FLAGS.mode in ('reconstruct', 'denoise') and not inputs:
    raise InputError(f'mode {FLAGS.mode} needs --input_midis')
  elif FLAGS.mode == 'attribute':
    attribute_vector.check_flags()


def windows_of(generator, pieces):
  """The windows that begin where the flags say, sized `[n, T, depth]`."""
  return [
    using(flag, text, generator.window, piece, start)
    for flag, text, piece, start in pieces
  ]


def using(flag, text, function, *arguments):
  """Calls a function on a piece; its errors name the flag."""
  try:
    return function(*arguments)
  except InputError as e:
    raise InputError(f'--{flag}={text!r} cannot be used: {e}') from e


def write_music(pieces, output_dir):
  """Writes MIDI files, named as Magenta names them, and WAV files if asked."""
  time_now = time.strftime('%Y-%m-%d_%H%M%S')
  os.makedirs(output_dir, exist_ok=True)
  progress = Progress(len(pieces), 'file') if FLAGS.wav else None
  for number, piece in enumerate(pieces):
    path = os.path.join(
      output_dir,
      f'{FLAGS.config}_{FLAGS.mode}_{time_now}-{number:03d}-of-'
      f'{len(pieces):03d}.mid',
    )
    note_seq.note_sequence_to_midi_file(piece, path)
    if FLAGS.wav:
      wav = os.path.splitext(path)[0] + '.wav'
      sound.write_wav(piece, wav, FLAGS.soundfont)
      progress.update(number + 1)
  if progress:
    progress.close()
  num_silent = sum(not piece.notes for piece in pieces)
  if num_silent:
    print(
      f'{num_silent} of {len(pieces)} are silent, as no output reached the '
      'threshold; a lower --threshold, or --sampling=bernoulli, lets more sound'
    )


def main():
  tf.logging.set_verbosity(FLAGS.log)
  if FLAGS.mode not in MODES:
    raise InputError(
      f'--mode is {FLAGS.mode!r}; it is one of {", ".join(MODES)}'
    )
  if FLAGS.num_outputs < 1:
    raise InputError(f'--num_outputs={FLAGS.num_outputs}; give 1 or more')
  output_dir = entry.require(FLAGS.output_dir, 'output_dir')
  if FLAGS.soundfont and not os.path.isfile(FLAGS.soundfont):
    raise InputError(f'--soundfont={FLAGS.soundfont!r} does not exist')
  with contextlib.ExitStack() as stack:
    FLAGS.config, config, checkpoint = stack.enter_context(trained.model())
    stack.enter_context(entry.writing(output_dir))
    if hasattr(config.data_converter, 'settings'):
      pieces = make_music(config, checkpoint)
      write_music(pieces, output_dir)
      num_files = len(pieces)
    else:
      generate_with_magenta(config, checkpoint)
      num_files = FLAGS.num_outputs
  print(f'{num_files} MIDI files written to {output_dir}')


def generate_with_magenta(config, checkpoint):
  """Runs music_vae_generate for one of Magenta's configs."""
  if FLAGS.mode not in ('sample', 'interpolate'):
    raise InputError(
      f"Magenta's config {FLAGS.config!r} has modes sample and interpolate, "
      f'not {FLAGS.mode}'
    )
  ours = ('num_frames', 'sampling', 'threshold', 'seed', 'wav', 'input_midis')
  for flag in ours:
    if FLAGS[flag].present:
      raise InputError(
        f"--{flag} is for this package's configs; {FLAGS.config!r} is Magenta's"
      )
  if FLAGS.mode == 'interpolate':
    for flag in ('input_midi_1', 'input_midi_2'):
      piece, _ = read_input(entry.require(FLAGS[flag].value, flag), flag)
      if not config.data_converter.to_tensors(piece).inputs:
        raise InputError(
          f'--{flag}={FLAGS[flag].value!r} has no notes that config '
          f'{FLAGS.config!r} can use'
        )
  # Magenta looks for itself in a run_dir, and may find a damaged one.
  FLAGS.run_dir, FLAGS.checkpoint_file = None, checkpoint
  music_vae_generate.run({FLAGS.config: config})


def console_entry_point():
  entry.run(main)


if __name__ == '__main__':
  console_entry_point()
