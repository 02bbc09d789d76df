# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
r"""How quickly the page's map moves, with many windows, in a real Chromium.

  python benchmarks/page_map.py --windows=200000
  python benchmarks/page_map.py --windows=200000 --gpu

The page is that of the ready-made model `chorales`, with windows made up around
its own: trails that wander at random. Without --gpu, Chromium draws by software
(SwiftShader), on the processor that also runs everything else. The map is
panned and zoomed by wheel and pointer events, one at each frame, as a hand
would. Times are from frame to frame (requestAnimationFrame): 16.7 ms is a
screen's 60 Hz.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import shutil
import tempfile
import time

import numpy as np
from selenium import webdriver

from magenta_vrae.explorer import gather
from magenta_vrae.explorer import page
from magenta_vrae.explorer import projection
from magenta_vrae.runs import bundle
from magenta_vrae.runs import ready_made
from magenta_vrae.runs import run_settings

_WINDOWS_OF_A_SONG = 400

_MOVE = """
const [how, milliseconds, done] = arguments;
const overlay = document.getElementById('overlay');
const box = overlay.getBoundingClientRect();
const at = (x, y) => ({clientX: box.left + x, clientY: box.top + y,
  bubbles: true, cancelable: true, pointerId: 1, pointerType: 'mouse'});
const times = [];
let step = 0;
const middle = [box.width / 2, box.height / 2];
overlay.setPointerCapture = () => {};
if (how === 'pan') {
  overlay.dispatchEvent(
    new PointerEvent('pointerdown', {...at(...middle), shiftKey: true}));
}
const frame = (now) => {
  times.push(now);
  if (now - times[0] > milliseconds) {
    overlay.dispatchEvent(new PointerEvent('pointerup', at(...middle)));
    done([times, vrae.map.canvas.glMarks && vrae.map.canvas.mostMoving]);
    return;
  }
  step++;
  if (how === 'pan') {
    const [x, y] = middle;
    overlay.dispatchEvent(new PointerEvent('pointermove',
      at(x + 120 * Math.sin(step / 20), y + 60 * Math.sin(step / 31))));
  } else {
    overlay.dispatchEvent(new WheelEvent('wheel',
      {...at(...middle), deltaY: 40 * Math.sin(step / 40)}));
  }
  requestAnimationFrame(frame);
};
requestAnimationFrame(frame);
"""


def exploration_of(num: int, work: str) -> gather.Exploration:
  """The page of `chorales` with so many windows."""
  contents = bundle.read(ready_made.find('chorales'), work)
  _, config = run_settings.find_config(work)
  own = gather.explore(config, contents.checkpoint, None)
  random = np.random.RandomState(0)
  known = own.arrays['means']
  songs = -(-num // _WINDOWS_OF_A_SONG)
  size = [songs, _WINDOWS_OF_A_SONG, known.shape[1]]
  # A trail is drawn back to its song's place, so that songs stay apart.
  trails = np.zeros(size, np.float32)
  place = known[random.randint(len(known), size=songs)]
  now = place.copy()
  for i in range(_WINDOWS_OF_A_SONG):
    now += 0.1 * (place - now) + random.normal(0, 0.12, now.shape)
    trails[:, i] = now
  means = trails.reshape(-1, known.shape[1])[:num]
  starts = np.tile(np.arange(_WINDOWS_OF_A_SONG) * 32, songs)[:num]
  begins = starts / 5.333
  arrays = {
    **own.arrays,
    'means': means,
    'starts': starts.astype(np.int32),
    'spans': np.stack([begins, begins + 12], axis=1).astype(np.float32),
    'levels': random.randint(255, size=[len(own.arrays['levels']), num]).astype(
      np.uint8
    ),
  }
  counts = [_WINDOWS_OF_A_SONG] * songs
  counts[-1] -= songs * _WINDOWS_OF_A_SONG - num
  plane = projection.Projection(means)
  low, high = plane.points.min(axis=0), plane.points.max(axis=0)
  facts = {
    **own.facts,
    'songs': [
      {'title': f'Song_{i}', 'windows': count} for i, count in enumerate(counts)
    ],
    'projection': {
      **own.facts['projection'],
      'mean': plane.mean.tolist(),
      'basis': plane.basis.tolist(),
      'reach': plane.reach,
    },
  }
  facts['heat']['view'] = {
    'center': ((low + high) / 2).tolist(),
    'size': (high - low).tolist(),
  }
  return own._replace(facts=facts, arrays=arrays)


def browser_of(has_gpu: bool) -> webdriver.Chrome:
  """Chromium without a window."""
  options = webdriver.ChromeOptions()
  options.binary_location = shutil.which('chromium') or ''
  arguments = ['--headless=new', '--no-sandbox', '--window-size=1400,900']
  if not has_gpu:
    arguments += ['--disable-gpu', '--enable-unsafe-swiftshader']
  for argument in arguments:
    options.add_argument(argument)
  service = webdriver.ChromeService(shutil.which('chromedriver'))
  return webdriver.Chrome(options=options, service=service)


def measure(browser: webdriver.Chrome, path: pathlib.Path) -> None:
  """Opens a page and prints how it moves."""
  start = time.time()
  browser.get(f'file://{path}')
  while not browser.execute_script('return !!(window.vrae && vrae.piece)'):
    time.sleep(0.05)
  print(f'opened in {time.time() - start:.1f} s')
  kind = browser.execute_script(
    'const {glMarks, pixelMarks} = vrae.map.canvas;'
    'return glMarks ? "WebGL" : pixelMarks ? "pixel by pixel" : "one by one"'
  )
  print(f'marks are drawn: {kind}')
  time.sleep(3)
  for how in ('pan', 'zoom'):
    browser.execute_async_script(_MOVE, how, 2000)  # It finds its pace.
    times, most = browser.execute_async_script(_MOVE, how, 6000)
    apart = np.diff(times)
    print(
      f'{how}: {len(apart) / (times[-1] - times[0]) * 1000:.1f} frames a '
      f'second, median {np.median(apart):.1f} ms, 95% within '
      f'{np.percentile(apart, 95):.1f} ms'
      + (f', {most:.0f} marks in motion' if most else '')
    )


def main() -> None:
  parser = argparse.ArgumentParser(description=__doc__.split('\n', 1)[0])
  parser.add_argument('--windows', type=int, default=200_000)
  parser.add_argument('--gpu', action='store_true')
  parser.add_argument('--page', help='A page that is measured as it is.')
  parser.add_argument('--keep', help='Where the page is written.')
  arguments = parser.parse_args()
  with tempfile.TemporaryDirectory() as work:
    path = arguments.page
    if not path:
      text, weights_type = page.render(
        exploration_of(arguments.windows, work), 'Many windows'
      )
      path = arguments.keep or os.path.join(work, 'page.html')
      pathlib.Path(path).write_text(text, encoding='utf-8')
      print(f'{len(text.encode()) / 1e6:.1f} MB, weights in {weights_type}')
    browser = browser_of(arguments.gpu)
    browser.set_script_timeout(120)
    try:
      measure(browser, pathlib.Path(path).absolute())
    finally:
      browser.quit()


if __name__ == '__main__':
  main()
