# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""How long the page's worker takes for 50 frames, in a real Chromium.

  python benchmarks/page_decoding.py --models=chorales,grooves
  python benchmarks/page_decoding.py --pages=old.html,new.html

Each page is asked for 50 frames of one z, and for 50 frames that go from one z
to the next, by the messages that it sends itself. The time is from the question
to the last frame, as the page's own thread has it. Several pages take turns in
one browser, so that other work on the machine touches all of them alike.

Chromium gives its workers the usual priority, whatever its own is. With --nice,
all threads of the browser have another (Linux, as root): what is measured then
is the page, not how many other programs run.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import pathlib
import tempfile

import numpy as np
from page_map import browser_of
from selenium import webdriver

from magenta_vrae.explorer import gather
from magenta_vrae.explorer import page
from magenta_vrae.runs import bundle
from magenta_vrae.runs import ready_made
from magenta_vrae.runs import run_settings

_FRAMES = 50

_DECODE = """
const [zCount, frames, times, done] = arguments;
const {decoding, piece} = vrae;
const Piece = piece.constructor;
const [stretch] = piece.stretches;
const made = (sign) => ({...stretch, z: stretch.z.map((x) => sign * x)});
// A z lasts for half a window, so these fade from one to the next all along.
const spans = zCount === 1 ? [{...stretch, frames}] : [1, -1, 1, -1].map(
  (sign, i) => ({...made(sign), frames: i < 2 ? frames : 1}));
const found = [];
const own = decoding.onFrames;
const ask = () => {
  const asked = new Piece('path', '', spans, piece.depth, 8);
  const start = performance.now();
  let first = 0;
  decoding.onFrames = (some) => {
    if (some !== asked) return own(some);
    first ||= performance.now() - start;
    if (asked.decoded < asked.frames) return;
    found.push([performance.now() - start, first]);
    if (found.length < times) return void setTimeout(ask, 20);
    decoding.onFrames = own;
    done(found.map((each) => each.map((ms) => ms * frames / asked.frames)));
  };
  decoding.begin(asked);
};
ask();
"""


def write_page(model: str, folder: str) -> pathlib.Path:
  """The page of a ready-made model."""
  work = os.path.join(folder, model)
  os.mkdir(work)
  contents = bundle.read(ready_made.find(model), work)
  _, config = run_settings.find_config(work)
  exploration = gather.explore(config, contents.checkpoint, None)
  text, _ = page.render(exploration, model)
  path = pathlib.Path(folder, f'{model}.html')
  path.write_text(text, encoding='utf-8')
  return path


def give_priority(nice: int) -> None:
  """All threads of this process's children have it, and of theirs."""
  parents = {}
  for stat in pathlib.Path('/proc').glob('[0-9]*/stat'):
    with contextlib.suppress(OSError):
      fields = stat.read_text().rpartition(')')[2].split()
      parents[int(stat.parent.name)] = int(fields[1])
  ours = {os.getpid()}
  while more := {pid for pid, of in parents.items() if of in ours} - ours:
    ours |= more
  for pid in ours - {os.getpid()}:
    for thread in pathlib.Path(f'/proc/{pid}/task').glob('*'):
      with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, int(thread.name), nice)


def times_of(
  browser: webdriver.Chrome, path: pathlib.Path, nice: int | None
) -> np.ndarray:
  """Milliseconds of one z and of more, sized [2, runs, 2]: of all, of some."""
  browser.get(f'file://{path.absolute()}')
  browser.set_script_timeout(120)
  browser.execute_async_script(
    'const done = arguments[0], ask = () => window.vrae?.piece?.isWhole'
    '  ? done() : setTimeout(ask, 50); ask()'
  )
  if nice is not None:
    give_priority(nice)
  decode = browser.execute_async_script
  return np.array([decode(_DECODE, count, _FRAMES, 25)[5:] for count in (1, 4)])


def main() -> None:
  parser = argparse.ArgumentParser(description=__doc__.split('\n', 1)[0])
  parser.add_argument('--models', default='chorales')
  parser.add_argument('--pages', help='Pages that are measured as they are.')
  parser.add_argument('--nice', type=int, help='Priority of all threads.')
  parser.add_argument('--rounds', type=int, default=3)
  arguments = parser.parse_args()
  with tempfile.TemporaryDirectory() as folder:
    if arguments.pages:
      paths = [pathlib.Path(path) for path in arguments.pages.split(',')]
    else:
      names = arguments.models.split(',')
      paths = [write_page(name, folder) for name in names]
    browser = browser_of(False)
    try:
      found = [
        [times_of(browser, path, arguments.nice) for path in paths]
        for _ in range(arguments.rounds)
      ]
    finally:
      browser.quit()
  for i, path in enumerate(paths):
    times = np.concatenate([each[i] for each in found], axis=1)
    for how, runs in zip(('one z', 'from z to z'), times):
      whole, first = runs.T
      print(
        f'{path.stem}, {how}: {_FRAMES} frames in {np.median(whole):.1f} ms, '
        f'best {whole.min():.1f} ms, 90% within '
        f'{np.percentile(whole, 90):.1f} ms; the first of them in '
        f'{np.median(first):.1f} ms'
      )


if __name__ == '__main__':
  main()
