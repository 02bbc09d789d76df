# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Makes music with a trained VRAE, or any MusicVAE model.

  vrae_generate --model=chorales --output_dir=out --num_outputs=5 --wav
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

  sample        Windows decoded from z, which is drawn from the prior (--prior).
  interpolate   Windows on the path between windows of two pieces.
  medley        One piece of any length. It begins at one z, drawn or of a
                window, or follows a path through windows of pieces.
  continue      Pieces up to a time, and new music from there on.
  accompany     Pieces of which --keep names the groups of instruments to keep;
                the model makes the others. For models of a band, as vrae_band.
  reconstruct   Whole pieces, encoded and decoded window by window.
  denoise       Whole pieces, corrected by what the model expects. --faults
                gives the rates of mistakes.
  attribute     Windows with more and less of an attribute: each drawn window or
                window of a piece, moved along a vector by each of --strengths.

A file's name says what it holds and which --seed makes it again:
morph_a_to_b_vrae_music_seed7_3of7.mid. An existing file is never overwritten:
-2, -3 and so on come before .mid. Mode interpolate also writes one file that
ends in _all.mid and plays its steps in a row.

--model is one of the models that come with the package; --list_models lists
them. Making music takes about a second and needs no TensorFlow. Magenta's own
configs have the modes `sample` and `interpolate`, with all flags of
music_vae_generate. A bundle can be one of vrae_export or of Magenta; its
contents are checked before they are used.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
from typing import Any

import numpy as np
from absl import flags

from magenta_vrae import files
from magenta_vrae import latent
from magenta_vrae import midi_file
from magenta_vrae import sound
from magenta_vrae.commands import attribute_vector
from magenta_vrae.commands import entry
from magenta_vrae.commands import file_names
from magenta_vrae.commands import flag_help
from magenta_vrae.commands import given_pieces
from magenta_vrae.commands import length_and_tempo
from magenta_vrae.commands import magenta_flags
from magenta_vrae.commands import mode_flags
from magenta_vrae.commands import music_modes
from magenta_vrae.commands import path_list
from magenta_vrae.commands import trained
from magenta_vrae.data import excerpt as excerpt_lib
from magenta_vrae.data.in_a_row import in_a_row
from magenta_vrae.data.rolls import RollConverter
from magenta_vrae.errors import InputError
from magenta_vrae.inference import accompany
from magenta_vrae.inference import generation
from magenta_vrae.model import faults
from magenta_vrae.model import hparams as vrae_hparams
from magenta_vrae.plural import plural
from magenta_vrae.progress import Progress
from magenta_vrae.runs import ready_made
from magenta_vrae.runs import tensorflow_path
from magenta_vrae.stand_ins.note_sequence import NoteSequence

FLAGS = flags.FLAGS
flag_help.define_magentas('music_vae_generate')
FLAGS.set_default('log', 'ERROR')
FLAGS.set_default('output_dir', 'out')
_INPUT = (
  'FILE or FILE@TIME as in --input_midis; any music file that '
  'vrae_create_dataset reads. Required in mode interpolate; in the other modes '
  'that take pieces it comes before --input_midis.'
)
flag_help.amend(
  run_dir='Required if there is no --checkpoint_file or --model.',
  checkpoint_file='Here, give this or --run_dir, not both. This takes a '
  'bundle, or a checkpoint without its .index or .data ending. Required if '
  'there is no --run_dir or --model.',
  config='By default the config of the run or the bundle. Required if neither '
  'names one.',
  mode='Here `medley`, `continue`, `accompany`, `reconstruct`, `denoise` and '
  '`attribute` as well.',
  input_midi_1=_INPUT,
  input_midi_2=_INPUT,
  num_outputs='In modes `medley` and `attribute` without pieces, the number of '
  'z that are drawn; in `continue` and `accompany`, the outputs of each piece: '
  'by default 1. 1 or more.',
  temperature="0 or more. With this package's configs the default is the "
  'hparam of this name, 1.0 or 0.8. It divides the logits, and has an effect '
  'only with --sampling=bernoulli.',
)

flag_help.heading('Model')
trained.define_model()
flags.DEFINE_bool(
  'list_models',
  False,
  'List the models that come with the package, and do nothing else.',
)
trained.define_settings()

flag_help.heading('Attribute')
attribute_vector.define_flags()

flag_help.heading('What to make')
length_and_tempo.define_flags()
flags.DEFINE_enum(
  'sampling',
  None,
  list(vrae_hparams.SAMPLINGS),
  'How outputs become notes: those that reach --threshold sound, or each note '
  'is drawn at random. By default the hparam of the model.',
)
flags.DEFINE_float(
  'threshold',
  None,
  'The least probability at which a note sounds. By default the hparam of the '
  'model.',
  lower_bound=0.0,
  upper_bound=1.0,
)

flags.DEFINE_enum(
  'prior',
  None,
  ['fitted', 'standard'],
  'What z is drawn from: the prior that vrae_train fitted to the music, or '
  'N(0, I). By default the fitted one where there is one.',
)
flags.DEFINE_float(
  'wander',
  1.0,
  'From 0 to 1: the probability that music longer than a window moves on to '
  'another z, at each half window. At 0 it stays where it begins. For configs '
  'with an autoregressive decoder, as vrae_music.',
  lower_bound=0.0,
  upper_bound=1.0,
)

flag_help.heading('Input')
path_list.define(
  'input_midis',
  'Pieces for medley, continue, accompany, reconstruct, denoise and '
  'attribute, with commas between. Each is FILE or FILE@TIME. TIME is where '
  'the window begins, in seconds (@90) or in minutes and seconds (@1:30); by '
  'default the command takes the most typical window of the piece. In mode '
  'continue, TIME is where the new music begins, by default the end of the '
  'piece. In mode accompany it is where the output begins, by default the '
  'beginning of the piece; if frames follow the beat, at the nearest bar line. '
  'Modes reconstruct and denoise take no TIME. Required in modes continue, '
  'accompany, reconstruct and denoise; without it, medley and attribute draw z '
  'at random.',
  given_pieces.is_piece,
)
flags.DEFINE_list(
  'keep',
  [],
  'In mode accompany, the groups of instruments to keep, such as '
  'melody,drums; the model makes the others. Required there.',
)
flags.DEFINE_string(
  'faults',
  None,
  'In mode denoise, the rates of mistakes, such as '
  'missing=0.2,wrong=0.1,jitter_frames=1: the share of notes that are missing, '
  'the share of the others that are one or two pitches off, and the most '
  'frames by which notes are early or late. By default those that the model '
  'was trained with (hparams corrupt_...).',
)
entry.define_limits()

flag_help.heading('Repeatability')
flags.DEFINE_integer(
  'seed',
  None,
  'Makes the result repeatable: the same flags give the same music. By default '
  'one is chosen at random, so each call gives different music. The names of '
  'the files hold it.',
  lower_bound=0,
  upper_bound=2**32 - 1,
)

flag_help.heading('Output')
flags.DEFINE_bool(
  'wav',
  False,
  'Write a WAV file beside each MIDI file, in stereo, with FluidSynth if it is '
  'installed, otherwise with sine waves and noise for drums.',
)
flags.DEFINE_string(
  'soundfont',
  None,
  'A .sf2 file for --wav and FluidSynth. By default the small one of '
  'pretty_midi.',
)

# Of a seed that is chosen: so many are enough, and short to type.
_NUM_SEEDS = 10**6
# Sounding cells over all from which on no music is meant: a model that has
# learned nothing gives every note an even chance.
_NEVER_MUSIC = 0.4
# Above so many times a model's own temperature so many sound whatever it
# learned; up to there a model that learned something plays fewer.
_HOT = 5.0
# Flags that Magenta's own configs do not have.
_OURS = (
  *length_and_tempo.NAMES,
  'keep',
  'sampling',
  'threshold',
  'seed',
  'wav',
  'input_midis',
  'prior',
  'wander',
  'faults',
)


def make_music(
  config: Any,
  checkpoint: str,
  given: list[given_pieces.GivenPiece],
  seed: int,
) -> list[NoteSequence]:
  """Music by the flags, with a model of rolls.

  Args:
    config: A `Preset`, or a `Config` with a `RollConverter`.
    checkpoint: Its checkpoint without an ending.
    given: The pieces that flags name.
    seed: What the random numbers begin with.
  """
  check_keep(config)
  # Read before the model is: a wrong file should not wait for that.
  pieces = [(piece, piece.read()) for piece in given]
  sequences = [sequence for _, sequence in pieces]
  config = length_and_tempo.at_tempo(config, sequences)
  length = length_and_tempo.num_frames(config, sequences)
  uses_default = FLAGS['num_outputs'].using_default_value
  generator = generation.Generator(
    config,
    checkpoint,
    batch_size=FLAGS.max_batch_size,
    temperature=temperature(config.hparams),
    seed=seed,
    sampling=FLAGS.sampling,
    threshold=FLAGS.threshold,
    prior=FLAGS.prior,
    wander=FLAGS.wander,
    rates=rates(config),
  )
  made = music_modes.MODES[FLAGS.mode](
    music_modes.Asked(
      generator,
      pieces,
      None if uses_default else FLAGS.num_outputs,
      length,
      lambda piece: length_and_tempo.num_frames(
        length_and_tempo.at_tempo(config, [piece]), [piece]
      ),
      lambda: attribute_vector.make(config, checkpoint),
      FLAGS.keep,
    ),
    FLAGS.num_outputs,
  )
  if generator.num_redrawn:
    print(f'{generator.num_redrawn} silent samples were drawn again')
  warn_of_no_music([output.roll for output in made], config, checkpoint)
  return [as_music(generator, output, config, sequences) for output in made]


def check_keep(config: Any) -> None:
  """Raises InputError if --keep names what the model has not."""
  if not FLAGS.keep:
    return
  try:
    accompany.kept_columns(config.data_converter, FLAGS.keep)
  except InputError as e:
    keep = ','.join(FLAGS.keep)
    raise InputError(f'--keep={keep} cannot be used: {e}') from e


def rates(config: Any) -> faults.Rates | None:
  """Those of --faults; None for those of the model's training.

  Raises:
    InputError: If mode denoise would know of no faults.
  """
  given = None if FLAGS.faults is None else faults.Rates.parse(FLAGS.faults)
  if (
    FLAGS.mode == 'denoise'
    and vrae_hparams.is_autoregressive(config.hparams)
    and not any(given or faults.Rates.of(config.hparams))
  ):
    why = (
      'this model was trained without faults'
      if given is None
      else f'--faults={FLAGS.faults} has none'
    )
    raise InputError(
      f'{why}, so mode denoise cannot know what is wrong; say so, as '
      '--faults=missing=0.2,wrong=0.1'
    )
  return given


def as_music(
  generator: generation.Generator,
  made: music_modes.Made,
  config: Any,
  pieces: list[NoteSequence],
) -> NoteSequence:
  """An output as music, with what it takes over from a piece.

  Args:
    generator: What made it.
    made: What a mode made. What goes along with a piece has its tempo.
    config: That of the generator.
    pieces: All pieces given.
  """
  excerpt = made.excerpt
  if excerpt:
    pieces = [excerpt.piece]
    config = length_and_tempo.at_tempo(config, pieces)
    excerpt = excerpt._replace(grid=config.data_converter.grid)
  converter = config.data_converter
  music = generator.note_sequence(made.roll, converter)
  length_and_tempo.as_the_piece(music, config, pieces, excerpt)
  if excerpt and made.keep:
    excerpt_lib.keep_notes(music, converter, excerpt, made.keep)
  return music


def temperature(hparams: Any) -> float | None:
  """That of --temperature; says so where it would matter little.

  Returns:
    None for that of the hparams.
  """
  if FLAGS['temperature'].using_default_value:
    return None  # Magenta's default is 0.5, for its own decoders.
  if (FLAGS.sampling or hparams.sampling) != 'bernoulli':
    print(
      f'--temperature={FLAGS.temperature:g} has little effect here: notes '
      'sound where outputs reach --threshold; --sampling=bernoulli draws them',
      file=sys.stderr,
    )
  return FLAGS.temperature


def warn_of_no_music(
  rolls: list[np.ndarray], config: Any, checkpoint: str
) -> None:
  """Says what to do if nothing sounds, or nearly everything."""
  num_silent = sum(not np.any(roll) for roll in rolls)
  if num_silent:
    print(
      f'{num_silent} of {len(rolls)} are silent, because no output reached the '
      'threshold; a lower --threshold, or --sampling=bernoulli, lets more sound'
    )
  share = np.mean([np.mean(roll) for roll in rolls])
  if share <= _NEVER_MUSIC:
    return
  hparams, step = config.hparams, checkpoint.rpartition('-')[2]
  is_hot = (
    (FLAGS.sampling or hparams.sampling) == 'bernoulli'
    and not FLAGS['temperature'].using_default_value
    and FLAGS.temperature > _HOT * hparams.temperature
  )
  if is_hot:
    why = (
      f'--temperature={FLAGS.temperature:g} makes all notes about as likely; '
      f'give a lower one, such as the {hparams.temperature:g} of this model'
    )
  else:
    instead = ''
    if FLAGS.threshold is not None:
      instead = f', or leave out --threshold={FLAGS.threshold:g}'
    why = (
      f'after {step} steps the model has not learned what music is; train it '
      f'longer{instead}'
    )
  print(f'{share:.0%} of all notes sound at once: {why}', file=sys.stderr)


def named(
  pieces: list[NoteSequence],
  given: list[given_pieces.GivenPiece],
  name: str,
  seed: int,
) -> dict[str, NoteSequence]:
  """Music by the names of its files, without their ending.

  Args:
    pieces: The outputs, in order.
    given: The pieces that flags name.
    name: The config's name.
    seed: What the random numbers began with.
  """
  stems = file_names.stems(
    FLAGS.mode,
    [piece.path for piece in given],
    attribute_vector.name() if FLAGS.mode == 'attribute' else '',
    name,
    seed,
    len(pieces),
  )
  music = dict(zip(stems, pieces))
  if FLAGS.mode == 'interpolate' and len(pieces) > 1:
    music[file_names.of_all(stems[0])] = in_a_row(pieces)
  return music


def write_music(music: dict[str, NoteSequence], output_dir: str) -> None:
  """Writes MIDI files, and WAV files if asked; replaces none.

  Args:
    music: As `named` gives it.
    output_dir: The folder.
  """
  if FLAGS.wav:
    for piece in music.values():
      sound.check_length(piece)
  paths = file_names.free(output_dir, list(music))
  progress = Progress(len(music), 'file') if FLAGS.wav else None
  for number, (path, piece) in enumerate(zip(paths, music.values()), start=1):
    midi_file.write(piece, path + '.mid')
    if progress:
      sound.write_wav(piece, path + '.wav', _soundfont())
      progress.update(number)
  if progress:
    progress.close()


def _soundfont() -> str | None:
  return os.path.expanduser(FLAGS.soundfont) if FLAGS.soundfont else None


def generate_with_magenta(
  name: str, config: Any, checkpoint: str, output_dir: str
) -> None:
  """Runs music_vae_generate for one of Magenta's configs."""
  if FLAGS.mode not in music_modes.OF_MAGENTA:
    raise InputError(
      f"Magenta's config {name!r} has modes sample and interpolate, "
      f'not {FLAGS.mode}'
    )
  for flag in _OURS:
    if FLAGS[flag].present:
      raise InputError(
        f"--{flag} is for this package's configs; {name!r} is Magenta's"
      )
  for piece in given_pieces.given():
    if not config.data_converter.to_tensors(piece.read()).inputs:
      raise InputError(
        f'--{piece.flag}={piece.text!r} has no notes that config {name!r} can '
        'use'
      )
  from magenta_vrae.commands import session_errors
  from magenta_vrae.commands import tensorflow_start

  tensorflow_start.start(FLAGS.log)
  script = magenta_flags.load('music_vae_generate')
  # Magenta's divides by the sine of the angle between the two means, which is
  # zero for a song morphed into itself.
  vars(script)['_slerp'] = latent.slerp
  with contextlib.ExitStack() as stack:
    # Magenta looks for itself in a run_dir, and may find a damaged one.
    magenta_flags.set_values(
      run_dir=None,
      checkpoint_file=stack.enter_context(tensorflow_path.literal(checkpoint)),
      config=name,
      output_dir=output_dir,
    )
    stack.enter_context(session_errors.restoring(name))
    stack.enter_context(session_errors.writing(output_dir))
    script.run({name: config})


def check_flags() -> str:
  """Checks what needs no model.

  Returns:
    The folder to write to.

  Raises:
    InputError: If a flag cannot be used.
  """
  if FLAGS.num_outputs < 1:
    raise InputError(f'--num_outputs={FLAGS.num_outputs}; give 1 or more')
  if FLAGS.max_batch_size < 1:
    raise InputError(f'--max_batch_size={FLAGS.max_batch_size}; give 1 or more')
  if not FLAGS.temperature >= 0.0:
    raise InputError(f'--temperature={FLAGS.temperature}; give 0 or more')
  output_dir = entry.require(FLAGS.output_dir, 'output_dir')
  soundfont = _soundfont()
  if soundfont:
    sound.check_soundfont(soundfont)
  if FLAGS.faults is not None:
    faults.Rates.parse(FLAGS.faults)
    if FLAGS.mode != 'denoise':
      raise InputError(
        f'--faults is for --mode=denoise, and the mode is {FLAGS.mode}'
      )
  files.check_folder(output_dir)
  entry.limits()
  return output_dir


def list_models() -> None:
  """Prints the name of each ready-made model, and what it is."""
  models = ready_made.all_models()
  width = max(map(len, models))
  for name, model in models.items():
    print(f'{name:<{width}}  {model.line}')


def main() -> None:
  if FLAGS.list_models:
    list_models()
    return
  output_dir = check_flags()
  given = given_pieces.given()
  music_modes.check(FLAGS.mode, given, FLAGS.keep)
  mode_flags.check(FLAGS.mode, given)
  again = ''
  with trained.model() as (name, config, checkpoint):
    if isinstance(config.data_converter, RollConverter):
      seed = FLAGS.seed
      if seed is None:
        seed = secrets.randbelow(_NUM_SEEDS)
      pieces = make_music(config, checkpoint, given, seed)
      music = named(pieces, given, name, seed)
      write_music(music, output_dir)
      num_files = len(music)
      again = f'; --seed={seed} makes it again'
    else:
      generate_with_magenta(name, config, checkpoint, output_dir)
      num_files = FLAGS.num_outputs
  where = '' if FLAGS['output_dir'].present else '; --output_dir=DIR sets this'
  written = plural(num_files, 'MIDI file')
  print(f'{written} written to {output_dir}{where}{again}')


def console_entry_point() -> None:
  entry.run(main)


if __name__ == '__main__':
  console_entry_point()
