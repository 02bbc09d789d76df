# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Signals: what waits for the end of a step, and what ends at once."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys

import pytest

from magenta_vrae.errors import InputError
from magenta_vrae.training import interrupts

SIGNALS = (signal.SIGINT, signal.SIGTERM)

# A command whose "step" ends when a line comes in. A lock is waited for as a
# native call is: handlers run, and the waiting goes on.
COMMAND = """
import sys, threading
from magenta_vrae.training import interrupts

with interrupts.handled() as interrupt:
  interrupt.in_session = %(in_session)s
  is_over = threading.Lock()
  is_over.acquire()
  def wait():
    if sys.stdin.readline():
      is_over.release()
  threading.Thread(target=wait, daemon=True).start()
  print('begun', flush=True)
  is_over.acquire()
  interrupt.step, interrupt.is_saved = 7, %(is_saved)s
print('no signal came', flush=True)
"""


@pytest.fixture
def start():
  """Starts the command; what still runs after the test is killed."""
  with contextlib.ExitStack() as stack:

    def start(in_session, is_saved=False, **kwargs):
      process = stack.enter_context(
        subprocess.Popen(
          [
            sys.executable,
            '-c',
            COMMAND % {'in_session': in_session, 'is_saved': is_saved},
          ],
          stdin=subprocess.PIPE,
          stdout=subprocess.PIPE,
          stderr=subprocess.PIPE,
          text=True,
          **kwargs,
        )
      )
      stack.callback(process.kill)
      assert process.stdout.readline() == 'begun\n'
      return process

    yield start


@pytest.mark.parametrize('number', SIGNALS)
def test_the_step_ends_first(start, number):
  process = start(in_session=True, is_saved=True)
  process.send_signal(number)
  assert process.stderr.readline() == (
    '-c: stopping after this step, to save it; a second signal ends at once\n'
  )
  out, err = process.communicate('the step is over\n', timeout=60)
  assert process.returncode == 128 + number
  assert out == ''
  assert err == (
    '-c: interrupted at step 7, which is saved; the same command goes on from '
    'there\n'
  )


def test_who_does_not_save_does_not_say_so(start):
  process = start(in_session=True)
  process.send_signal(signal.SIGTERM)
  process.stderr.readline()
  _, err = process.communicate('the step is over\n', timeout=60)
  assert process.returncode == 143
  assert 'saved' not in err
  assert 'the same command joins them again' in err


@pytest.mark.parametrize('number', SIGNALS)
def test_a_second_signal_ends_at_once(start, number):
  process = start(in_session=True)
  process.send_signal(signal.SIGINT)
  process.stderr.readline()
  process.send_signal(number)
  out, err = process.communicate(timeout=60)
  assert process.returncode == 128 + number
  assert err == '-c: interrupted twice and ended at once\n'


@pytest.mark.parametrize('number', SIGNALS)
def test_without_a_session_at_once(start, number):
  process = start(in_session=False)
  process.send_signal(number)
  out, err = process.communicate(timeout=60)
  assert (process.returncode, out) == (128 + number, '')
  assert err == '-c: interrupted\n'


def test_ignored_signals_stay_ignored(start):
  """As under nohup, or in the background of a script."""
  process = start(
    in_session=False,
    preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
  )
  process.send_signal(signal.SIGINT)
  out, err = process.communicate('the step is over\n', timeout=60)
  assert (process.returncode, out, err) == (0, 'no signal came\n', '')


def test_what_was_before_is_put_back():
  before = [signal.getsignal(number) for number in SIGNALS]
  fd = signal.set_wakeup_fd(-1)
  signal.set_wakeup_fd(fd)
  with interrupts.handled() as interrupt:
    assert signal.getsignal(signal.SIGTERM) == interrupt.handle
  assert [signal.getsignal(number) for number in SIGNALS] == before
  assert signal.set_wakeup_fd(fd) == fd


def test_other_errors_pass_through():
  """Even when a signal came: that training failed is the news."""
  with pytest.raises(InputError):
    with interrupts.handled() as interrupt:
      interrupt.in_session = True
      os.kill(os.getpid(), signal.SIGTERM)
      raise InputError('the disk is full')
  assert interrupt.signal_number == signal.SIGTERM
