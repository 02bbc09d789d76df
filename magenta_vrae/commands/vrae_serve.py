# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""Plays a trained VRAE for Max, Pure Data, TouchDesigner or Live, over OSC.

  vrae_serve --model=chorales
  vrae_serve --model=games --midi_port=IAC --play
  vrae_serve --run_dir=run --port=7000 --reply_port=7001

It listens for OSC messages and answers with notes. Send `/vrae/z`, or
`/vrae/xy` with two numbers from 0 to 1: the answer is the music of that place,
all notes at once, with their times. After `/vrae/play` it plays without end and
sends each note when it sounds, over OSC and to the MIDI port. `/vrae/xy` then
takes the music to another place, from the next beat on. docs/serve.md lists all
messages.

Only programs of this machine can reach it, unless --host says otherwise. Ctrl-C
ends it and all its notes.
"""

from __future__ import annotations

import contextlib
import importlib.util
import secrets
import select
import signal
import sys
from types import FrameType
from typing import Any

import numpy as np
from absl import flags

from magenta_vrae.commands import entry
from magenta_vrae.commands import flag_help
from magenta_vrae.commands import trained
from magenta_vrae.errors import InputError

FLAGS = flags.FLAGS

flag_help.heading('Model')
trained.define_flags()
trained.define_model()
trained.define_settings()

flag_help.heading('OSC')
flags.DEFINE_string(
  'host',
  '127.0.0.1',
  'The address to listen on. By default only programs of this machine can '
  'reach it; 0.0.0.0 is for all machines that can reach this one.',
)
flags.DEFINE_integer(
  'port',
  6581,
  'The UDP port to listen on; 0 for any that is free.',
  lower_bound=0,
  upper_bound=65535,
)
flags.DEFINE_integer(
  'reply_port',
  0,
  'The port that answers go to, at the address that the request came from. By '
  'default the port that it came from. Max, TouchDesigner and Max for Live '
  'listen on a separate port: give it here.',
  lower_bound=0,
  upper_bound=65535,
)

flag_help.heading('MIDI')
flags.DEFINE_string(
  'midi_port',
  None,
  'A MIDI port that live music also goes to: its name, or the beginning of its '
  'name. It needs the extra `midi`. By default none.',
)
flags.DEFINE_bool(
  'new_midi_port',
  False,
  'Make the port of --midi_port, so that other programs can listen to it. Not '
  'on Windows.',
)
flags.DEFINE_bool(
  'list_midi_ports', False, 'List the MIDI ports and do nothing else.'
)

flag_help.heading('Music')
flags.DEFINE_bool(
  'play',
  False,
  'Play to the --midi_port at once, without waiting for `/vrae/play`.',
)
flags.DEFINE_integer(
  'seed',
  None,
  'A place and a seed give the same music each time. By default one is chosen '
  'at random and printed. `/vrae/seed` sets another.',
  lower_bound=0,
  upper_bound=2**31 - 1,
)


def main() -> None:
  if FLAGS.list_midi_ports:
    from magenta_vrae.serve import midi_out

    print('\n'.join(midi_out.port_names()) or 'there are no MIDI ports')
    return
  if FLAGS.midi_port is None and (FLAGS.play or FLAGS.new_midi_port):
    flag = 'play' if FLAGS.play else 'new_midi_port'
    raise InputError(f'--{flag} needs a --midi_port')
  serve()


def serve() -> None:
  """Serves the model of the flags until it is interrupted."""
  if importlib.util.find_spec('pythonosc') is None:
    raise InputError(
      'this needs python-osc, which is not installed; get it with: '
      "pip install 'magenta-vrae[serve]'"
    )
  from magenta_vrae.serve import udp_socket

  with contextlib.ExitStack() as stack:
    # Ports first: that one is in use should not wait for the model.
    udp = stack.enter_context(udp_socket.listening(FLAGS.host, FLAGS.port))
    if udp_socket.is_loopback(udp) and FLAGS.reply_port == FLAGS.port != 0:
      raise InputError(
        f'--reply_port={FLAGS.reply_port} is the --port that it listens on '
        'itself; give the port that the other program listens on'
      )
    server = _server(udp, stack)
    _end_by_signals(server)
    if not udp_socket.is_loopback(udp):
      _log(
        f'every machine that reaches {udp_socket.shown(udp)} can play the '
        'model, and have its notes sent to any address; use it in a network '
        'that you trust'
      )
    address = udp_socket.shown(udp)
    print(
      f'listening for OSC on {address}: send /vrae/play, or what '
      'docs/serve.md lists; Ctrl-C ends it',
      flush=True,
    )
    if FLAGS.play:
      server.play(None)
    server.serve()
    print(
      f'\n{server.num_messages} messages, {server.num_dropped} dropped for '
      f'newer ones; {server.num_late} blocks came late'
    )


def _end_by_signals(server: Any) -> None:
  """Has Ctrl-C and SIGTERM end a server; a second one ends it at once."""

  def end(number: int, frame: FrameType | None) -> None:
    del number, frame
    for each in heard:
      signal.signal(each, signal.default_int_handler)
    server.end()

  heard = [
    number
    for number in (signal.SIGINT, signal.SIGTERM)
    if signal.getsignal(number) is not signal.SIG_IGN
  ]
  for number in heard:
    signal.signal(number, end)


def _log(line: str) -> None:
  """Says a line; where nobody takes it, the music goes on without."""
  with contextlib.suppress(OSError):
    if _can_write():
      print(f'vrae_serve: {line}', file=sys.stderr, flush=True)


def _can_write() -> bool:
  """Whether a line to stderr would not wait for who reads it."""
  try:
    return bool(select.select([], [sys.stderr], [], 0.0)[1])
  except (OSError, ValueError):
    return True  # No file, or on Windows, where only sockets are asked.


def _server(udp: Any, stack: contextlib.ExitStack) -> Any:
  """The server of the flags' model; says what it is."""
  from magenta_vrae.inference.generation import Generator
  from magenta_vrae.serve import inbox
  from magenta_vrae.serve import midi_out
  from magenta_vrae.serve import musician as musician_lib
  from magenta_vrae.serve import osc_out
  from magenta_vrae.serve import places
  from magenta_vrae.serve import server

  seed = FLAGS.seed
  if seed is None:
    seed = secrets.randbelow(server.NUM_SEEDS)
  midi = None
  if FLAGS.midi_port is not None:
    midi = midi_out.MidiOut(FLAGS.midi_port, FLAGS.new_midi_port)
    stack.callback(midi.close)
  with trained.model() as (name, config, checkpoint):
    generator = Generator(config, checkpoint, seed=seed)
    whole_map = places.of_model(checkpoint, generator.prior)
  musician = musician_lib.Musician(generator)
  if midi:
    midi.begin(musician.groups)
    print(f'live music goes to the MIDI port {midi.name!r}')
  settings = musician_lib.Settings(
    z=generator.draw(1).astype(np.float32),
    seed=seed,
    temperature=generator.temperature,
    wander=0.0,
    frames=generator.window_frames,
    qpm=generator.grid.qpm,
  )
  groups = ', '.join(group.name for group in musician.groups)
  print(f'{name}: {groups}; z of {settings.z.shape[1]} numbers; seed {seed}')
  return server.Server(
    name,
    musician,
    whole_map,
    settings,
    stack.enter_context(contextlib.closing(inbox.Inbox(udp))),
    osc_out.OscOut(udp, FLAGS.reply_port),
    midi,
    _log,
  )


def console_entry_point() -> None:
  entry.run(main)


if __name__ == '__main__':
  console_entry_point()
