# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""vrae_serve, as other programs meet it: the command, over real UDP and MIDI.

TensorFlow cannot be imported in any of its processes.
"""

from __future__ import annotations

import collections
import contextlib
import importlib.metadata
import itertools
import os
import pathlib
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

import bare_environment
import mido.sockets
import numpy as np
import psutil
import pytest
from conftest import run_anew as run_command
from pythonosc import osc_bundle_builder
from pythonosc import osc_message_builder
from pythonosc import osc_packet
from pythonosc import udp_client

import magenta_vrae
from magenta_vrae.errors import InputError
from magenta_vrae.explorer import own_map
from magenta_vrae.explorer import projection
from magenta_vrae.runs import bundle
from magenta_vrae.runs import ready_made
from magenta_vrae.serve import complaints
from magenta_vrae.serve import inbox
from magenta_vrae.serve import musician as musician_lib
from magenta_vrae.serve import packets
from magenta_vrae.serve import requests
from magenta_vrae.serve import turns
from magenta_vrae.serve import udp_socket

RUN = pathlib.Path(__file__).parent / 'made_by_0_1' / 'run'
EXAMPLES = pathlib.Path(__file__).parent.parent / 'examples'
SEED = 7
# At this tempo a beat of music lasts 60 ms.
FAST = 1000.0
QUIET = 0.2  # Seconds without a message after which none is waited for.


class Client(udp_client.SimpleUDPClient):
  """python-osc's client, that reads bundles."""

  def __init__(self, port):
    super().__init__('127.0.0.1', port)
    self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**20)

  # python-osc has these three from 1.9 on, which Python 3.8 does not get.
  def __enter__(self):
    return self

  def __exit__(self, *error):
    self._sock.close()

  def receive(self, timeout=30):
    self._sock.settimeout(timeout)
    try:
      return self._sock.recv(4096)
    except socket.timeout:
      return b''

  def ask(self, address, *arguments):
    self.send_message(address, arguments)

  def send_bytes(self, data):
    self._sock.sendto(data, (self._address, self._port))

  def packets(self, timeout):
    """Packets as lists of `(address, *arguments)`, until `timeout` is quiet."""
    data = self.receive(timeout)
    while data:
      messages = osc_packet.OscPacket(data).messages
      yield [(m.message.address, *m.message.params) for m in messages]
      data = self.receive(timeout)

  def until(self, address, timeout=20.0):
    """All packets up to one with a message of an address."""
    found = []
    for packet in self.packets(timeout):
      found.append(packet)
      if any(message[0] == address for message in packet):
        return found
    raise AssertionError(f'no {address} came, but {found}')

  def answer(self, *asked):
    """All messages of the answer to a request, up to its end."""
    self.ask(*asked)
    return [message for packet in self.until('/vrae/end') for message in packet]

  def info(self):
    facts = collections.defaultdict(list)
    for _, *fact in self.answer('/vrae/info')[:-2]:
      facts[fact[0]].append(tuple(fact[1:]))
    return facts


class Served:
  """The command in a process, listening on a port that is free."""

  COMMAND = (str(pathlib.Path(sys.executable).parent / 'vrae_serve'),)

  def __init__(self, *flags, env, command=COMMAND, stderr=subprocess.PIPE):
    self.process = subprocess.Popen(
      [*command, '--port=0', *map(str, flags)],
      stdout=subprocess.PIPE,
      stderr=stderr,
      text=True,
      env=env,
    )
    self.said = []
    for line in self.process.stdout:
      self.said.append(line)
      found = re.search(r'listening for OSC on \S+:(\d+)', line)
      if found:
        self.port = int(found[1])
        break
    else:
      raise AssertionError(self.process.communicate()[1])

  def client(self):
    return Client(self.port)

  def end(self, number=signal.SIGTERM):
    """Ends it; returns status, output and errors."""
    self.process.send_signal(number)
    out, errors = self.process.communicate(timeout=20)
    return self.process.returncode, out, errors


@pytest.fixture(scope='module')
def env(tmp_path_factory):
  """An environment without TensorFlow, and with a MIDI backend over TCP."""
  folder = tmp_path_factory.mktemp('shadow')
  (folder / 'tensorflow.py').write_text('raise RuntimeError("imported")\n')
  (folder / 'tcp_midi.py').write_text(
    'import os\n'
    'from mido import sockets\n'
    'PORT = os.environ.get("TCP_MIDI", "")\n'
    'def get_devices(**kwargs):\n'
    '  return [{"name": f"Bus {i}", "is_input": False, "is_output": True}\n'
    '          for i in (1, 2)]\n'
    'def Output(name, virtual=False, **kwargs):\n'
    '  return sockets.connect("127.0.0.1", int(PORT))\n'
  )
  path = os.pathsep.join([str(folder), os.environ.get('PYTHONPATH', '')])
  return {
    **os.environ,
    'PYTHONPATH': path.rstrip(os.pathsep),
    'MIDO_BACKEND': 'tcp_midi',
  }


@pytest.fixture(scope='module')
def start(env):
  """A function that starts the command, which ends when the tests do."""
  started = []

  def make(*flags, **more):
    started.append(Served(*flags, env={**env, **more}))
    return started[-1]

  yield make
  for served in started:
    if served.process.poll() is None:
      served.end()


@pytest.fixture(scope='module')
def servers(start):
  """Ready-made models that are served: each is started once."""
  found = {}

  def of(name):
    if name not in found:
      found[name] = start(f'--model={name}', f'--seed={SEED}')
    return found[name]

  return of


@pytest.fixture
def client(servers):
  """A client of the chorales, with the settings of the beginning."""
  with servers('chorales').client() as client:
    for asked in (('frames', 64), ('qpm', 80.0), ('temperature', 0.8)):
      client.ask('/vrae/' + asked[0], asked[1])
    client.ask('/vrae/seed', SEED)
    client.until('/vrae/seed')
    client.ask('/vrae/stay')
    yield client
    client.ask('/vrae/stop')
    client.until('/vrae/playing')


def notes_of(sequence):
  """Notes as the server tells them, in order."""
  names = {i.instrument: i.name for i in sequence.instrument_infos}
  return [
    (
      '/vrae/note',
      pytest.approx(note.start_time),
      pytest.approx(note.end_time - note.start_time),
      note.pitch,
      note.velocity,
      note.instrument + 1,
      names.get(note.instrument, 'drums' if note.is_drum else 'piano'),
    )
    for note in sorted(
      sequence.notes, key=lambda n: (n.start_time, n.instrument, n.pitch)
    )
  ]


def some_z(size=32):
  return np.random.RandomState(3).normal(size=[1, size]).astype(np.float32)


def near(x, y):
  """A place of the map, as it is told."""
  return pytest.approx(x, abs=1e-4), pytest.approx(y, abs=1e-4)


def told(messages, address):
  return [message for message in messages if message[0] == address]


class TestWindows:
  @pytest.mark.parametrize(
    ('model', 'z_size', 'frames'),
    [('chorales', 32, 64), ('grooves', 20, 16), ('tunes', 32, 200)],
  )
  def test_a_z_is_answered_as_the_generator_plays_it(
    self, servers, model, z_size, frames
  ):
    z = some_z(z_size)
    generator = magenta_vrae.load(model, seed=SEED, wander=0.0)
    piece = generator.note_sequence(generator.medley(z, frames))
    with servers(model).client() as client:
      client.ask('/vrae/frames', frames)
      answer = client.answer('/vrae/z', *z[0].tolist())
    (head,) = told(answer, '/vrae/window')
    assert head[1:] == (
      len(piece.notes), pytest.approx(piece.total_time), SEED
    )  # fmt: skip
    np.testing.assert_array_equal(told(answer, '/vrae/at')[0][3:], z[0])
    assert told(answer, '/vrae/note') == notes_of(piece)
    assert len(piece.notes) > 5

  def test_settings_are_those_of_the_generator(self, client):
    z = some_z()
    generator = magenta_vrae.load('chorales', seed=11, temperature=0.3)
    piece = generator.note_sequence(generator.medley(z, 100))
    # As Pure Data sends them: all numbers are floats.
    client.ask('/vrae/seed', 11.0)
    client.until('/vrae/seed')
    for name, value in (('temperature', 0.3), ('frames', 100.0)):
      client.ask(f'/vrae/{name}', value)
    client.ask('/vrae/wander')
    answer = client.answer('/vrae/z', *z[0].tolist())
    assert told(answer, '/vrae/note') == notes_of(piece)
    # Twice as fast.
    client.ask('/vrae/qpm', 160.0)
    faster = client.answer('/vrae/window')
    both = told(answer, '/vrae/note'), told(faster, '/vrae/note')
    for note, fast in zip(*both):
      assert fast[1:3] == (
        pytest.approx(note[1] / 2), pytest.approx(note[2] / 2)
      )  # fmt: skip
      assert fast[3:] == note[3:]
    assert client.info()['qpm'] == [(160.0,)]

  def test_a_place_of_the_map(self, client, tmp_path):
    contents = bundle.read(ready_made.find('chorales'), str(tmp_path))
    means = own_map.load(os.path.dirname(contents.checkpoint), 32).means
    plane = projection.Projection(means)
    low, high = plane.points.min(axis=0), plane.points.max(axis=0)
    answer = client.answer('/vrae/xy', 0.25, 0.75)
    (at,) = told(answer, '/vrae/at')
    assert at[1:3] == near(0.25, 0.75)
    z = plane.from_map([low + (high - low) * [0.25, 0.75]])
    np.testing.assert_allclose(at[3:], z[0], atol=1e-5)
    generator = magenta_vrae.load('chorales', seed=SEED)
    piece = generator.note_sequence(generator.decode(np.array([at[3:]]))[0])
    assert told(answer, '/vrae/note') == notes_of(piece)

  def test_faders(self, client):
    client.answer('/vrae/xy', 0.5, 0.5)
    (at,) = told(client.answer('/vrae/x', 0.2), '/vrae/at')
    assert at[1:3] == near(0.2, 0.5)
    (at,) = told(client.answer('/vrae/y', 0.9), '/vrae/at')
    assert at[1:3] == near(0.2, 0.9)
    (moved,) = told(client.answer('/vrae/z/2', -1.5), '/vrae/at')
    assert moved[3:5] == (at[3], -1.5) and moved[5:] == at[5:]
    # A fader that stays where it is asks for nothing.
    client.ask('/vrae/z/2', -1.5)
    assert list(client.packets(QUIET)) == []

  def test_places_drawn_at_random(self, client):
    answers = [client.answer('/vrae/draw') for _ in range(2)]
    places = [told(answer, '/vrae/at')[0] for answer in answers]
    assert places[0] != places[1]
    client.ask('/vrae/seed', SEED)
    client.until('/vrae/seed')
    assert client.answer('/vrae/draw') == answers[0]
    # A button that is let go.
    client.ask('/vrae/draw', 0.0)
    assert list(client.packets(QUIET)) == []

  def test_a_bundle_of_requests(self, client):
    requests_in_it = osc_bundle_builder.OscBundleBuilder(time.time() + 60)
    for address, value in (('/vrae/frames', 8), ('/vrae/x', 0.1)):
      message = osc_message_builder.OscMessageBuilder(address)
      message.add_arg(value)
      requests_in_it.add_content(message.build())
    client.send(requests_in_it.build())
    ((_, _, seconds, _),) = told(
      sum(client.until('/vrae/end'), []), '/vrae/window'
    )
    assert seconds == pytest.approx(1.5)

  def test_packets_are_small_enough_for_all_programs(self, client):
    client.ask('/vrae/frames', 1024)
    client.ask('/vrae/wander')
    client.ask('/vrae/xy', 0.5, 0.5)
    sizes = []
    data = client.receive(20.0)
    while data:
      sizes.append(len(data))
      data = client.receive(QUIET)
    assert len(sizes) > 2 and max(sizes) <= 4096

  def test_info(self, client):
    info = client.info()
    assert info['model'] == [('chorales',)] and info['z_size'] == [(32,)]
    assert info['frames_per_beat'] == [(4,)] and info['window'] == [(64,)]
    assert info['group'] == [
      ('soprano', 1, 52, 55, 84),
      ('alto', 2, 52, 50, 79),
      ('tenor', 3, 52, 44, 73),
      ('bass', 4, 52, 33, 67),
    ]
    assert info['seed'] == [(SEED,)] and info['playing'] == [(0,)]

  def test_answers_to_a_port_of_their_own(self, start):
    """As for Max and TouchDesigner, which send from another port."""
    with Client(0) as listener:
      listener._sock.bind(('127.0.0.1', 0))
      port = listener._sock.getsockname()[1]
      served = start('--model=grooves', f'--reply_port={port}')
      with served.client() as client:
        client.ask('/vrae/info')
        assert told(sum(listener.until('/vrae/end'), []), '/vrae/info')
        assert list(client.packets(0.1)) == []
    # Nobody listens any more, and it goes on.
    with served.client() as client:
      client.ask('/vrae/draw')
      client.ask('/vrae/play')
      time.sleep(0.3)
      assert served.process.poll() is None


def frames_of(packets_of_notes):
  """Of each frame with a note, those that end and those that begin."""
  return [
    (
      {m[1:2] + m[3:] for m in told(packet, '/vrae/note_off')},
      {m[1:] for m in told(packet, '/vrae/note_on')},
    )
    for packet in packets_of_notes
    if any(m[0].startswith('/vrae/note_') for m in packet)
  ]


def check_balance(packets_of_notes):
  """That each note ends before it begins again, and all end; how many."""
  sounding, number = set(), 0
  for ends, begins in frames_of(packets_of_notes):
    assert ends <= sounding
    sounding -= ends
    for pitch, _, channel, group in begins:
      assert (pitch, channel, group) not in sounding
      sounding.add((pitch, channel, group))
      number += 1
  assert not sounding
  return number


class TestLive:
  def test_it_begins_anew_while_a_block_is_being_made(self):
    """What was played before is not heard, nor does it take a block."""
    generator = magenta_vrae.load('tunes', seed=SEED)
    settings = musician_lib.Settings(some_z(), SEED, 1.0, 0.0, 16, 120.0)
    player = musician_lib.Musician(generator)
    try:
      first = player.begin(lambda: settings)
      expected = [first().result().changes for _ in range(2)]
      is_free = threading.Event()
      player.ask_window(
        settings, lambda _: is_free.wait(), ('here', 1), True, flooding=0
      )
      waiting = first()
      again = player.begin(lambda: settings)
      coming = [again() for _ in range(2)]
      is_free.set()
      waiting.result()
      assert [block.result().changes for block in coming] == expected
    finally:
      is_free.set()
      player.close()
    assert player.error is None and expected[0] != expected[1]

  @pytest.mark.parametrize('wander', [0.0, 1.0])
  def test_it_plays_what_the_generator_does(self, client, wander):
    """Note for note, over several windows."""
    z, num_frames = some_z(), 120
    generator = magenta_vrae.load('chorales', seed=SEED, wander=wander)
    piece = generator.note_sequence(generator.medley(z, num_frames))
    by_frame = collections.defaultdict(lambda: (set(), set()))
    rate = generator.grid.frames_per_second
    for _, start, length, pitch, velocity, channel, group in notes_of(piece):
      start, end = start.expected, start.expected + length.expected
      by_frame[round(start * rate)][1].add((pitch, velocity, channel, group))
      by_frame[round(end * rate)][0].add((pitch, channel, group))
    expected = [by_frame[frame] for frame in sorted(by_frame)]
    client.answer('/vrae/z', *z[0].tolist())
    client.ask('/vrae/qpm', FAST)
    client.ask('/vrae/wander', wander)
    client.ask('/vrae/play', 1.0)
    found = []
    for packet in client.packets(5.0):
      found.append(packet)
      if len(frames_of(found)) > len(expected):
        break
    client.ask('/vrae/play', 0.0)
    # At the end of a piece all notes end; live music goes on.
    assert frames_of(found)[: len(expected) - 1] == expected[:-1]
    assert len(expected) > 40

  def test_every_note_ends(self, client):
    client.ask('/vrae/qpm', FAST)
    client.ask('/vrae/play')
    found = client.until('/vrae/playing')
    assert found[-1] == [('/vrae/playing', 1)]
    until = time.monotonic() + 1
    while time.monotonic() < until:
      found.append(next(client.packets(5.0)))
    client.ask('/vrae/stop')
    found += client.until('/vrae/playing')
    assert found[-1] == [('/vrae/playing', 0)]
    assert check_balance(found) > 20
    # And then it is quiet.
    assert list(client.packets(QUIET)) == []
    assert client.info()['playing'] == [(0,)]

  def test_notes_are_in_time(self, client):
    """Not all at once: a beat at 300 lasts a fifth of a second."""
    client.ask('/vrae/qpm', 300.0)
    client.ask('/vrae/play')
    times = []
    for packet in client.packets(5.0):
      if told(packet, '/vrae/at'):
        times.append(time.monotonic())
      if len(times) == 6:
        break
    assert times[-1] - times[0] > 0.9

  def test_it_goes_where_it_is_sent(self, client):
    client.answer('/vrae/xy', 0.2, 0.2)
    client.ask('/vrae/qpm', FAST)
    client.ask('/vrae/play')

    def place():
      (at,) = told(sum(client.until('/vrae/at'), []), '/vrae/at')
      return at[1:3]

    assert place() == near(0.2, 0.2)
    client.ask('/vrae/xy', 0.8, 0.6)
    seen = [place() for _ in range(5)]
    assert seen[-1] == near(0.8, 0.6)
    # A window would have to wait for it, and it for the window.
    client.ask('/vrae/window')
    (error,) = told(sum(client.until('/vrae/error'), []), '/vrae/error')
    assert '/vrae/stop first' in error[1]
    # It wanders, and stays where it came to.
    client.ask('/vrae/wander')
    seen = {place() for _ in range(24)}
    assert len(seen) > 2
    client.ask('/vrae/stay', 1)
    for _ in range(4):
      place()
    assert len({place() for _ in range(12)}) == 1

  def test_a_switch_that_says_again_that_it_is_on(self, client):
    client.ask('/vrae/qpm', FAST)
    for _ in range(20):
      client.ask('/vrae/play', 1.0)
      time.sleep(0.02)
    found = list(zip(range(30), client.packets(1.0)))
    assert sum(('/vrae/playing', 1) in packet for _, packet in found) == 1

  def test_who_asks_last_has_the_music(self, client, servers):
    client.ask('/vrae/qpm', FAST)
    client.ask('/vrae/play')
    client.until('/vrae/note_on')
    with servers('chorales').client() as other:
      other.ask('/vrae/play')
      other.until('/vrae/note_on')
      assert list(client.packets(QUIET))[-1] == [('/vrae/playing', 0)]
      other.ask('/vrae/stop')
      other.until('/vrae/playing')

  def test_a_model_that_does_not_hear_itself(self, start):
    """The paper's decoder, by the clock: from one window to another."""
    served = start(f'--run_dir={RUN}', f'--seed={SEED}')
    with served.client() as client:
      z = np.array([[0.5, -1.0, 0.25]])
      generator = magenta_vrae.load(str(RUN), seed=SEED)
      piece = generator.note_sequence(generator.decode(z)[0])
      answer = client.answer('/vrae/z', *z[0])
      assert told(answer, '/vrae/note') == notes_of(piece)
      # Without a map it is the plane of the first two.
      (at,) = told(client.answer('/vrae/xy', 0.5, 1.0), '/vrae/at')
      assert at[1:] == (0.5, 1.0, 0.0, 2.5, 0.0)
      client.ask('/vrae/z', *z[0])
      client.until('/vrae/end')
      client.ask('/vrae/play')
      found = client.until('/vrae/note_on')
      (first,) = frames_of(found)
      starts = [n[1].expected for n in notes_of(piece)]
      assert first[1] == {
        n[3:] for n in notes_of(piece) if n[1].expected == min(starts)
      }
      client.ask('/vrae/z', 0.0, 2.0, 0.0)
      found += [p for _, p in zip(range(20), client.packets(2.0))]
      assert told(sum(found, []), '/vrae/at')[-1][3:] == (0.0, 2.0, 0.0)
      for asked, words in (
        (('/vrae/qpm', 100.0), 'do not follow the beat'),
        (('/vrae/wander',), 'cannot wander'),
      ):
        client.ask(*asked)
        (error,) = told(sum(client.until('/vrae/error'), []), '/vrae/error')
        assert words in error[1]
      client.ask('/vrae/stop')
      found += client.until('/vrae/playing')
      check_balance(found)


@pytest.mark.skipif(
  not shutil.which('pd'), reason='Pure Data, pd, is not installed'
)
class TestPureData:
  """The patch of the examples, in Pure Data itself."""

  def run(self, *arguments):
    """What it prints until it is ended, or ends itself."""
    result = subprocess.run(
      ['timeout', '20', 'pd', '-nogui', '-noaudio', '-nomidi', '-stderr']
      + list(map(str, arguments)),
      stderr=subprocess.PIPE,
      text=True,
    )
    assert "couldn't create" not in result.stderr, result.stderr
    return result.stderr.splitlines()

  def patch(self, path, *objects):
    """Writes a patch of objects and, as tuples, connections."""
    lines = ['#N canvas 0 0 400 400 12;']
    lines += [
      f'#X connect {" ".join(map(str, part))};'
      if isinstance(part, tuple)
      else f'#X {part};'
      for part in objects
    ]
    path.write_text('\n'.join(lines) + '\n')
    return path

  def test_it_plays_and_is_told_places(self, servers, tmp_path):
    served = servers('grooves')
    # It prints the notes that the patch hands on, and ends after thirty.
    ear = self.patch(
      tmp_path / 'ear.pd',
      'obj 0 0 r vrae-note', 'obj 0 20 print heard', 'obj 0 40 f',
      'obj 50 40 + 1', 'obj 0 60 sel 30', 'msg 0 80 \\; pd quit',
      'obj 0 30 t b a', (0, 0, 6, 0), (6, 1, 1, 0), (6, 0, 2, 0), (2, 0, 3, 0),
      (3, 0, 2, 1), (3, 0, 4, 0), (4, 0, 5, 0),
    )  # fmt: skip
    with served.client() as client:
      client.ask('/vrae/qpm', FAST)
      client.ask('/vrae/frames', 64)
      client.ask('/vrae/seed', SEED)
      answer = client.answer('/vrae/xy', 0.25, 0.75)
    said = self.run(
      '-open', EXAMPLES / 'serve.pd', '-open', ear,
      '-send', 'vrae-connect disconnect',
      '-send', f'vrae-connect connect 127.0.0.1 {served.port}',
      '-send', 'vrae-xy 0.25 0.75', '-send', 'vrae-play bang',
    )  # fmt: skip
    notes = [line.split()[2:] for line in said if line.startswith('vrae: note')]
    assert [[float(n) for n in note[:5]] for note in notes] == [
      pytest.approx(note[1:6], abs=1e-4) for note in told(answer, '/vrae/note')
    ]
    heard = [line.split()[1:] for line in said if line.startswith('heard: ')]
    assert len(heard) == 30
    assert {note[2] for note in heard} == {'10'}
    assert {note[1] for note in heard} == {'80', '0'}
    with served.client() as client:
      client.ask('/vrae/stop')
      client.until('/vrae/playing')

  def test_its_voice_sounds(self, tmp_path):
    patch = self.patch(
      tmp_path / 'voice.pd',
      'obj 0 0 loadbang', 'obj 0 20 t b b b b', 'msg 0 40 60 80',
      'obj 0 60 serve_voice', 'obj 0 80 env~ 4096', 'obj 0 100 print level',
      'obj 50 40 del 500', 'msg 50 60 60 0', 'obj 90 40 del 1000',
      'msg 90 60 \\; pd quit', 'msg 130 40 \\; pd dsp 1',
      (0, 0, 1, 0), (1, 0, 2, 0), (1, 1, 6, 0), (1, 2, 8, 0), (1, 3, 10, 0),
      (2, 0, 3, 0), (3, 0, 4, 0), (4, 0, 5, 0), (6, 0, 7, 0), (7, 0, 3, 0),
      (8, 0, 9, 0),
    )  # fmt: skip
    said = self.run('-batch', '-path', EXAMPLES, '-open', patch)
    levels = [float(s.split()[1]) for s in said if s.startswith('level: ')]
    assert max(levels) > 60  # Decibels; 100 is as loud as can be.
    assert levels[-1] == 0


class TestEnd:
  # The player is not there yet when it says that it plays.
  @pytest.mark.parametrize('said', ['/vrae/note_on', '/vrae/playing'])
  @pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM])
  def test_nothing_sounds_after_it(self, start, number, said):
    served = start('--model=grooves', f'--seed={SEED}')
    with served.client() as client:
      client.ask('/vrae/qpm', 300.0)
      client.ask('/vrae/play')
      found = client.until(said)
      status, out, errors = served.end(number)
      found += client.packets(QUIET)
      assert found[-1] == [('/vrae/playing', 0)]
      assert check_balance(found) > 0 or said == '/vrae/playing'
    assert (status, errors) == (0, '')
    assert out.strip().startswith('2 messages, 0 dropped')


class TestMidi:
  @pytest.fixture
  def bus(self):
    """A MIDI port over TCP, and its number."""
    if importlib.metadata.version('mido') < '1.3':
      pytest.skip('ports of mido 1.2 over TCP are of Python 2')
    with socket.socket() as free:
      free.bind(('127.0.0.1', 0))
      number = free.getsockname()[1]
    with mido.sockets.PortServer('127.0.0.1', number) as bus:
      yield bus, number

  def received(self, port, seconds):
    found = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
      found += port.iter_pending()
      time.sleep(0.01)
    return found

  def test_live_music(self, start, bus):
    bus, number = bus
    served = start(
      '--model=games', '--midi_port=Bus 1', '--play', '--seed=1',
      TCP_MIDI=str(number),
    )  # fmt: skip
    assert any("MIDI port 'Bus 1'" in line for line in served.said)
    port = bus.accept()
    found = self.received(port, 0.5)
    with served.client() as client:
      client.ask('/vrae/qpm', FAST)
      found += self.received(port, 1.0)
      # It goes to both then.
      client.ask('/vrae/play')
      client.until('/vrae/note_on')
      found += self.received(port, 0.2)
    assert served.end()[0] == 0
    found += self.received(port, 0.2)
    kinds = [message.type for message in found]
    assert kinds[:4] == ['program_change'] * 4
    assert [(m.channel, m.program) for m in found[:4]] == [
      (0, 33), (1, 0), (2, 80), (9, 0),
    ]  # fmt: skip
    sounding = set()
    for message in found:
      if message.type == 'note_on':
        assert (message.channel, message.note) not in sounding
        assert message.velocity == 80
        sounding.add((message.channel, message.note))
      if message.type == 'note_off':
        sounding.remove((message.channel, message.note))
    assert not sounding and kinds.count('note_on') > 50
    # In case that one was lost.
    assert [(m.type, m.control) for m in found[-4:]] == [
      ('control_change', 123)
    ] * 4

  def test_a_port_that_is_gone(self, start, bus):
    """One line, and what listens over OSC is left with no note on."""
    bus, number = bus
    served = start(
      '--model=grooves',
      # With some seeds the music begins with a long rest.
      f'--seed={SEED}',
      '--midi_port=Bus 1',
      TCP_MIDI=str(number),
    )
    with served.client() as client:
      client.ask('/vrae/qpm', FAST)
      client.ask('/vrae/play')
      found = client.until('/vrae/note_on')
      bus.accept().close()
      found += client.until('/vrae/playing')
      found += client.packets(QUIET)
    check_balance(found)
    out, errors = served.process.communicate(timeout=20)
    assert served.process.returncode == 1
    (line,) = errors.splitlines()
    assert line.startswith("vrae_serve: the MIDI port 'Bus 1' is gone: ")

  def test_ports_are_listed(self, env):
    result = run_command('vrae_serve', '--list_midi_ports', env=env)
    assert result.stdout == 'Bus 1\nBus 2\n'

  @pytest.mark.parametrize(
    ('flags', 'backend', 'words'),
    [
      (['--midi_port=bus'], 'tcp_midi', "no MIDI port is called 'bus'; there"),
      (['--midi_port=Bus'], 'tcp_midi', "several MIDI ports are called 'Bus'"),
      (['--midi_port=Bus 1'], 'tcp_midi', "port 'Bus 1' cannot be opened"),
      (['--midi_port=Bus 1'], 'no_such_backend', "'magenta-vrae[midi]'"),
      (['--list_midi_ports'], 'no_such_backend', "'magenta-vrae[midi]'"),
      (['--play'], 'tcp_midi', '--play needs a --midi_port'),
    ],
  )
  def test_errors(self, env, flags, backend, words):
    result = run_command(
      'vrae_serve', '--model=grooves', '--port=0', *flags,
      env={**env, 'MIDO_BACKEND': backend},
    )  # fmt: skip
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert words in line


def message_bytes(address, *arguments):
  builder = osc_message_builder.OscMessageBuilder(address)
  for argument in arguments:
    builder.add_arg(argument)
  return builder.build().dgram


def bundle_bytes(*parts):
  """A bundle of parts with their right sizes."""
  sized = b''.join(struct.pack('>i', len(part)) + part for part in parts)
  return b'#bundle\0' + bytes(7) + b'\1' + sized


def nested(depth):
  data = message_bytes('/vrae/info')
  for _ in range(depth):
    data = bundle_bytes(data)
  return data


# python-osc reads the first of these without end.
BACKWARDS = bundle_bytes()[:16] + struct.pack('>i', -4)
BROKEN = [
  (BACKWARDS, 'a part of a bundle has -4 bytes'),
  (bundle_bytes()[:16] + struct.pack('>i', 0), 'has 0 bytes'),
  (bundle_bytes()[:16] + struct.pack('>i', 2**31 - 1), 'with 0 left'),
  (bundle_bytes()[:16] + b'\0\0', 'ends within a size'),
  (b'#bundle\0', 'ends before its time'),
  (nested(300), 'at most 4 deep'),
  (bundle_bytes(*[message_bytes('/vrae/info')] * 65), 'at most 64 messages'),
  (bundle_bytes(b'abcd'), 'is no OSC'),
  (b'', 'is no OSC'),
  (b'\0' * 100, 'is no OSC'),
  (b'/vrae/z', 'is no OSC'),
  (b'/' * 60000, 'at most 8192 bytes'),
  (b'/vrae/z\0if\0\0', "types 'if'"),
  (message_bytes('/vrae/z', b'blob'), "types ',b'"),
  (message_bytes('/vrae/z', None), "types ',N'"),
  (b'/vrae/z\0,' + b'f' * 6, 'ends too early'),
  (b'/vrae/z\0,dd\0' + bytes(9), 'ends too early'),
  (b'/vrae/z\0,s\0\0abcd', 'ends too early'),
  (b'/vr\xffe/z\0,f\0\0' + bytes(4), 'no text'),
]

WRONG = [
  (('/vrae/z', 1.0, 2.0), '/vrae/z has 2 numbers; z has 3 here'),
  (('/vrae/z',), '/vrae/z has 0 numbers'),
  (('/vrae/z', 1.0, 2.0, float('nan')), 'has nan; send finite numbers'),
  (('/vrae/z', 1.0, 2.0, float('inf')), 'has inf'),
  (('/vrae/z', 1.0, 2.0, 'a'), "has 'a'; send numbers"),
  (('/vrae/z', 1.0, 2.0, 1e30), 'give -100 to 100'),
  (('/vrae/z/0', 1.0), 'numbers 1 to 3'),
  (('/vrae/z/4', 1.0), 'numbers 1 to 3'),
  (('/vrae/z/x', 1.0), 'names no number'),
  (('/vrae/z/\u0661', 1.0), 'names no number'),
  (('/vrae/z/1',), 'has 0 numbers'),
  (('/vrae/xy', 0.5), 'has 1 numbers; a place of the map has 2'),
  (('/vrae/xy', 0.5, 1.01), 'has 1.01; give a number from 0 to 1'),
  (('/vrae/x', -0.1), 'give a number from 0 to 1'),
  (('/vrae/wander', 2.0), 'from 0 to 1'),
  (('/vrae/temperature', -1.0), 'from 0 to 10'),
  (('/vrae/temperature',), 'has 0 numbers'),
  (('/vrae/seed', 1.5), 'a whole number from 0 to 2147483647'),
  (('/vrae/seed', -1), 'a whole number'),
  (('/vrae/frames', 0), 'from 1 to 1024'),
  (('/vrae/frames', 10**9), 'from 1 to 1024'),
  (('/vrae/qpm', 1.0), 'from 10 to 1000'),
  (('/vrae/play', 1, 2), 'has 2 numbers'),
  (('/vrae/plya',), 'did you mean /vrae/play'),
  (('/vrae/\x1b[2J' + 'x' * 500,), 'unknown address'),
  (('/live/tempo', 1.0), 'there are /vrae/z, '),
]


def all_waiting(waiting):
  """What an inbox has, in the order in which it is handled."""
  found, some = [], waiting.wait(5.0)
  while some:
    found += some
    some = waiting.wait(0.0)
  return found


@contextlib.contextmanager
def inbox_at(host):
  """A socket at a free port, and its inbox."""
  with udp_socket.listening(host, 0) as udp:
    with contextlib.closing(inbox.Inbox(udp)) as waiting:
      yield udp, waiting


def from_many_ports(stack, port):
  """A function that sends from one of hundreds of ports, and then another."""
  clients = [stack.enter_context(Client(port)) for _ in range(300)]
  turns = itertools.cycle(clients)
  return lambda data: next(turns).send_bytes(data)


def from_new_ports(stack, port):
  """A function that sends each packet from a new port."""

  def send(data):
    with Client(port) as client:
      client.send_bytes(data)

  return send


def window_at(client, x, y):
  """The messages of a place's window; asks again after a second without any.

  A system drops packets that nobody has read where a program has to wait long
  for a processor.
  """
  for _ in range(20):
    client.ask('/vrae/xy', x, y)
    found = []
    for packet in client.packets(1.0):
      found += packet
      if found[-1][0] == '/vrae/end':
        (_, *place) = told(found, '/vrae/at')[0]
        if tuple(place[:2]) == near(x, y):
          return found
        found = []  # Of the place before, which was asked for twice.
  raise AssertionError(f'no window of {x}, {y} came')


def test_who_floods_elsewhere_is_served_later():
  """Held back there, hundreds ask more seldom here than one who asks again."""
  waiting = turns.Turns(most=100, most_each=16)
  for port in range(50):
    waiting.put(('host', port), True, None, port, elsewhere=9)
  for _ in range(5):
    waiting.put(('host', 99), True, None, 99, elsewhere=0)
  taken = [waiting.take() for _ in range(2)]
  assert taken == [99, 0]  # In turn: who floods least, and who waits longest.
  # What was is forgotten with those who had it.
  waiting.put(('host', 0), True, None, 0)
  assert waiting.take() == 0


class TestBadInput:
  @pytest.mark.parametrize(('data', 'words'), BROKEN)
  def test_packets_that_are_no_osc(self, data, words):
    with pytest.raises(InputError, match=re.escape(words)):
      packets.messages(data[: packets.MOST_BYTES + 1])

  @pytest.mark.parametrize(('asked', 'words'), WRONG)
  def test_messages_that_ask_for_nothing(self, asked, words):
    (message,) = packets.messages(message_bytes(*asked))
    with pytest.raises(InputError, match=re.escape(words)) as e:
      requests.of_message(message, 3)
    assert str(e.value).isprintable() and len(str(e.value)) < 300

  def test_every_part_of_good_packets(self):
    """Cut anywhere, or with any byte changed, a packet is read or refused."""
    data = bundle_bytes(
      message_bytes('/vrae/z', 1.0, 2, True), nested(2),
      message_bytes('/vrae/x', 'text'),
    )  # fmt: skip
    assert len(packets.messages(data)) == 3
    rng = np.random.RandomState(0)
    for at in range(len(data)):
      for changed in (data[:at], *(
        data[:at] + bytes([byte]) + data[at + 1 :]
        for byte in rng.randint(256, size=8)
      )):  # fmt: skip
        try:
          for message in packets.messages(changed):
            requests.of_message(message, 3)
        except InputError:
          pass

  def test_each_is_a_line_and_an_answer(self, start):
    served = start('--model=grooves')
    with served.client() as client:
      wrong = [BACKWARDS, nested(300), b'', message_bytes('/vrae/z', 'a')]
      errors = []
      for data in wrong:
        client.send_bytes(data)
        errors += sum(client.until('/vrae/error'), [])
      assert [error[0] for error in errors] == ['/vrae/error'] * 4
      # Thousands get a few answers, and it still plays.
      for number in range(3000):
        client.send_bytes(b'nonsense %d' % number)
      answers = sum(client.packets(QUIET), [])
      assert 0 < len(answers) < 40
      time.sleep(1.0)
      assert client.info()['model'] == [('grooves',)]
      _, _, logged = served.end()
    lines = logged.splitlines()
    assert len(lines) == len(errors) + len(answers)
    for line, error in zip(lines, errors):
      assert line.startswith('vrae_serve: 127.0.0.1:')
      assert line.endswith(error[1])

  @pytest.mark.skipif(os.name == 'nt', reason='pipes are others there')
  @pytest.mark.parametrize('reads', [True, False])
  def test_a_log_that_nobody_reads(self, env, reads):
    """Neither a full pipe nor a closed one stops it."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with contextlib.suppress(BlockingIOError):
      while reads:
        os.write(writer, b'x' * 1024)
    os.set_blocking(writer, True)
    if not reads:
      os.close(reader)
    served = Served('--model=grooves', env=env, stderr=writer)
    os.close(writer)
    try:
      with served.client() as client:
        for _ in range(3):
          client.send_bytes(b'nonsense')
          client.until('/vrae/error')
        assert client.info()['model'] == [('grooves',)]
      status, _, _ = served.end()
      assert status == 0
    finally:
      served.process.kill()
      if reads:
        os.close(reader)

  def test_of_what_waits_the_newest_of_each_address_counts(self):
    with inbox_at('127.0.0.1') as (udp, waiting):
      assert waiting.wait(0.0) == []
      port = udp.getsockname()[1]
      with Client(port) as one, Client(port) as other:
        for number in range(50):
          one.ask('/vrae/x', number)
          one.ask('/vrae/y', -number)
          other.ask('/vrae/x', 100 + number)
        one.ask('/vrae/stop')
        one.ask('/vrae/x', 50)
        for part in (b'#bundle\0first', b'#bundle\0second'):
          one.send_bytes(part)
        found = all_waiting(waiting)
    # Who has had less dropped is first, and the order of each is kept.
    assert [datagram.data for datagram in found] == [
      message_bytes('/vrae/x', 149),
      message_bytes('/vrae/y', -49),
      message_bytes('/vrae/stop'),
      message_bytes('/vrae/x', 50),
      b'#bundle\0first',
      b'#bundle\0second',
    ]
    assert waiting.num_dropped == 154 - 6

  def test_what_comes_from_its_own_address(self):
    """Each answer would be answered again, without end."""
    for host in ('127.0.0.1', '0.0.0.0'):
      with inbox_at(host) as (udp, waiting):
        port = udp.getsockname()[1]
        udp.sendto(message_bytes('/vrae/seed', 5), ('127.0.0.1', port))
        assert waiting.wait(5.0) == []
        assert waiting.num_dropped == 1
        with Client(port) as client:
          client.ask('/vrae/seed')
          (datagram,) = waiting.wait(5.0)
        assert datagram.data == message_bytes('/vrae/seed')
        # Another machine may have the same port.
        assert not udp_socket.is_own(udp, ('192.0.2.1', port))

  def test_others_get_their_windows_beside_a_flood(self, servers):
    served = servers('chorales')
    with served.client() as flooding, served.client() as client:
      ended = threading.Event()

      def flood():
        while not ended.wait(0.002):
          for x in np.random.uniform(size=20).tolist():
            flooding.ask('/vrae/xy', x, 0.5)

      thread = threading.Thread(target=flood)
      thread.start()
      try:
        for number in range(1, 9):
          assert told(window_at(client, 0.25, number / 10), '/vrae/note')
      finally:
        ended.set()
        thread.join()

  @pytest.mark.parametrize('flooding', [from_many_ports, from_new_ports])
  def test_who_does_not_flood_is_served_first(self, flooding):
    """And what waits is bounded, however many ports send."""
    with contextlib.ExitStack() as stack:
      udp, waiting = stack.enter_context(inbox_at('127.0.0.1'))
      port = udp.getsockname()[1]
      client = stack.enter_context(Client(port))
      for number in range(8):
        client.ask('/vrae/x', number)
        assert len(waiting.wait(5.0)) == 1
      send = flooding(stack, port)
      found = []
      for number in range(1200):
        send(message_bytes('/vrae/x', 0.5))
        if not number % 200:
          found += waiting.wait(0.0)
      client.ask('/vrae/x', 99)
      found += all_waiting(waiting)
    place = [d.data for d in found].index(message_bytes('/vrae/x', 99))
    # Reads come before it, as some have to be read first.
    assert place < 60
    assert len(found) - place > 50
    assert len(found) + waiting.num_dropped == 1201

  def test_bundles_that_wait(self):
    """None takes the place of another of its sender."""
    with contextlib.ExitStack() as stack:
      udp, waiting = stack.enter_context(inbox_at('127.0.0.1'))
      port = udp.getsockname()[1]
      client = stack.enter_context(Client(port))
      clients = [stack.enter_context(Client(port)) for _ in range(100)]
      for _ in range(8):
        client.ask('/vrae/x', 1)
      all_waiting(waiting)
      found, num_sent, before = [], 0, waiting.num_dropped
      for number in range(40):
        for one in clients:
          one.send_bytes(b'#bundle\0' + bytes(1000) + b'%d' % number)
          num_sent += 1
        found += waiting.wait(0.0)
        if number == 38:
          client.ask('/vrae/stop')
      left = all_waiting(waiting)
    place = [d.data for d in left].index(message_bytes('/vrae/stop'))
    assert place < 210 and 500 < len(left) <= 1024
    num_dropped = waiting.num_dropped - before
    assert len(found) + len(left) + num_dropped == num_sent + 1

  @pytest.mark.parametrize('flooding', [from_many_ports, from_new_ports])
  def test_others_get_their_windows_beside_hundreds_of_ports(
    self, start, flooding
  ):
    # Its own: the windows that were asked for last are made after the flood.
    served = start('--model=chorales')
    ended = threading.Event()
    with contextlib.ExitStack() as stack:
      client = stack.enter_context(served.client())
      for _ in range(8):
        client.answer('/vrae/info')
      send = flooding(stack, served.port)

      def flood():
        while not ended.wait(0.002):
          for x in np.random.uniform(size=10).tolist():
            send(message_bytes('/vrae/xy', x, 0.5))

      thread = threading.Thread(target=flood)
      thread.start()
      try:
        for number in range(1, 9):
          assert told(window_at(client, 0.25, number / 10), '/vrae/note')
      finally:
        ended.set()
        thread.join()
      assert client.info()['dropped'][0][0] > 100

  def test_live_music_does_not_wait_for_windows_of_many(self, start):
    served = start('--model=grooves', f'--seed={SEED}')
    with contextlib.ExitStack() as stack:
      client = stack.enter_context(served.client())
      client.ask('/vrae/frames', 256)
      client.answer('/vrae/window')
      clients = [stack.enter_context(served.client()) for _ in range(60)]
      for one in clients:
        # As often as makes it known. No faster than it is read: what the system
        # has no room for is lost.
        for _ in range(7):
          one.ask('/vrae/stay')
        one.info()
      for one in clients:
        one.ask('/vrae/window')
      # Newest of all, it is told when those before it are handled.
      clients[-1].answer('/vrae/info')
      client.ask('/vrae/play')
      client.until('/vrae/at')
      was_served = [bool(one.receive(0.001)) for one in clients]
      assert sum(was_served) < 30
      client.ask('/vrae/stop')
      client.until('/vrae/playing')
      # An answer may be of one packet, and read already.
      for one, was in zip(clients[:-1], was_served):
        assert was or one.receive()

  def test_a_flood_of_places(self, servers):
    """The newest counts, and memory does not grow."""
    served = servers('chorales')
    process = psutil.Process(served.process.pid)
    with served.client() as client:
      client.answer('/vrae/draw')
      ((dropped_before,),) = client.info()['dropped']
      before = process.memory_info().rss
      rng = np.random.RandomState(0)
      for place in rng.uniform(size=[8000, 2]).tolist():
        client.ask('/vrae/xy', *place)
      # The system may drop the last: it is asked for until it is there.
      answers, reached = [], None
      end = time.time() + 30
      while reached != near(0.125, 0.5) and time.time() < end:
        client.ask('/vrae/xy', 0.125, 0.5)
        answers += sum(client.packets(1.0), [])
        places = told(answers, '/vrae/at')
        reached = tuple(places[-1][1:3]) if places else None
      assert reached == near(0.125, 0.5)
      # Far fewer windows than were asked for.
      assert len(told(answers, '/vrae/window')) < 1000
      ((dropped,),) = client.info()['dropped']
      assert dropped - dropped_before > 1000
      assert process.memory_info().rss - before < 30e6

  def test_a_client_that_never_reads(self, servers):
    """What it does not take is lost; others get every note on time."""
    served = servers('grooves')
    with served.client() as deaf, served.client() as client:
      deaf.ask('/vrae/frames', 1024)
      for number in range(20):
        deaf.ask('/vrae/z/1', number / 20)
        time.sleep(0.05)
      client.ask('/vrae/qpm', FAST)
      client.ask('/vrae/play')
      found = [p for _, p in zip(range(60), client.packets(2.0))]
      assert len(found) == 60
      client.ask('/vrae/stop')
      check_balance(found + client.until('/vrae/playing'))


class TestStart:
  def test_a_port_in_use(self, servers, env):
    port = servers('chorales').port
    result = run_command(
      'vrae_serve', '--model=grooves', f'--port={port}', env=env
    )
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    words = f'vrae_serve: cannot listen on 127.0.0.1 port {port}'
    assert line.startswith(words)
    assert '--port=0' in line

  @pytest.mark.parametrize(
    ('flags', 'words'),
    [
      ([], 'give one of --model'),
      (['--model=chorale'], 'did you mean chorales'),
      (['--model=grooves', '--host=no.such.host.invalid'], '--host=no.such'),
      (['--model=grooves', '--host=192.0.2.1'], 'cannot listen on 192.0.2.1'),
      (['--model=grooves', '--port=70000'], '65535'),
      (
        ['--model=grooves', '--port=46581', '--reply_port=46581'],
        'listens on itself; give the port',
      ),
    ],
  )
  def test_errors(self, env, flags, words):
    result = run_command('vrae_serve', '--port=0', *flags, env=env)
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert words in line

  def test_loopback_unless_told_otherwise(self, servers, start):
    process = psutil.Process(servers('chorales').process.pid)
    addresses = {c.laddr.ip for c in process.net_connections()}
    assert addresses == {'127.0.0.1'}
    served = start('--model=grooves', '--host=0.0.0.0')
    with served.client() as client:
      assert client.info()['model'] == [('grooves',)]
    _, _, errors = served.end()
    (line,) = errors.splitlines()
    assert 'every machine' in line and 'trust' in line

  def test_without_note_seq_and_magenta(self, tmp_path):
    """With what the package requires, and python-osc."""
    bare_environment.make(tmp_path)
    package = pathlib.Path(osc_packet.__file__).parent
    (tmp_path / package.name).symlink_to(package)
    module = 'magenta_vrae.commands.vrae_serve'
    served = Served(
      '--model=tunes',
      env=bare_environment.environ(tmp_path),
      command=[sys.executable, '-S', '-m', module],
    )
    with served.client() as client:
      assert told(client.answer('/vrae/draw'), '/vrae/note')
      client.ask('/vrae/play')
      client.until('/vrae/note_on')
    status, _, errors = served.end()
    assert (status, errors) == (0, '')

  def test_without_python_osc(self, env, tmp_path):
    # Beside it, a Python that does not find the package.
    (tmp_path / 'sitecustomize.py').write_text(
      'import sys\nsys.modules["pythonosc"] = None\n'
    )
    path = os.pathsep.join([str(tmp_path), env['PYTHONPATH']])
    result = run_command(
      'vrae_serve', '--model=grooves', env={**env, 'PYTHONPATH': path}
    )
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert "pip install 'magenta-vrae[serve]'" in line


def test_complaints_of_a_second_are_few_and_the_rest_are_counted():
  said = complaints.Complaints()
  while time.monotonic() % 1.0 > 0.2:  # From the beginning of a second.
    time.sleep(0.05)
  words = [said.worded(f'no. {i}') for i in range(8)]
  assert words == [*(f'no. {i}' for i in range(5)), None, None, None]
  time.sleep(1.0)
  assert said.worded('again') == 'again (and 3 more)'
  assert said.worded('again') == 'again'
