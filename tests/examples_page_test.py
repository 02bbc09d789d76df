# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""examples/onnx/page in a real browser, served from a folder."""

from __future__ import annotations

import contextlib
import functools
import http.server
import math
import os
import pathlib
import shutil
import threading

import mido
import numpy as np
import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

pytest.importorskip('onnx', reason='nothing is exported without onnx')
onnxruntime = pytest.importorskip('onnxruntime')

from magenta_vrae.export import contents as contents_lib
from magenta_vrae.export import onnx_files
from magenta_vrae.inference import by_name
from magenta_vrae.runs import run_settings

ROOT = pathlib.Path(__file__).parent.parent
PAGE = ROOT / 'examples' / 'onnx' / 'page'
# Where `make web-setup` puts it.
PACKAGE = ROOT / 'web' / 'node_modules' / 'onnxruntime-web'
CHROME = next(
  filter(
    None,
    map(shutil.which, ['chromium', 'chromium-browser', 'google-chrome']),
  ),
  None,
)
pytestmark = [
  pytest.mark.skipif(
    CHROME is None, reason='no chromium is installed: the page is NOT tested'
  ),
  pytest.mark.skipif(
    not PACKAGE.exists(),
    reason='onnxruntime-web is not installed (make web-setup): the page is NOT '
    'tested',
  ),
]


class Handler(http.server.SimpleHTTPRequestHandler):
  def log_message(self, *args):
    pass


@contextlib.contextmanager
def served(folder):
  """As `python -m http.server` serves it."""
  handler = functools.partial(Handler, directory=str(folder))
  with http.server.ThreadingHTTPServer(('127.0.0.1', 0), handler) as server:
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
      yield f'http://127.0.0.1:{server.server_port}/'
    finally:
      server.shutdown()
      thread.join()


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
  """The page's folder as its README makes it, with the model of games."""
  folder = tmp_path_factory.mktemp('served') / 'page'
  folder.mkdir()
  for path in PAGE.iterdir():
    if path.is_file():
      shutil.copy(path, folder)
  (folder / 'node_modules').mkdir()
  (folder / 'node_modules' / 'onnxruntime-web').symlink_to(PACKAGE)
  with by_name._opened('games') as (checkpoint, settings):
    config = run_settings.find_config(settings)[1]
    contents = contents_lib.of_checkpoint('games', config, checkpoint, 1, '')
  onnx_files.write(str(folder / 'model'), contents, True)
  return folder


@pytest.fixture
def browser(tmp_path):
  options = webdriver.ChromeOptions()
  options.binary_location = CHROME
  for argument in ('--headless=new', '--no-sandbox', '--disable-gpu'):
    options.add_argument(argument)
  options.set_capability('goog:loggingPrefs', {'browser': 'ALL'})
  service = webdriver.ChromeService(shutil.which('chromedriver'))
  driver = webdriver.Chrome(options=options, service=service)
  driver.execute_cdp_cmd(
    'Browser.setDownloadBehavior',
    {'behavior': 'allow', 'downloadPath': str(tmp_path)},
  )
  yield driver
  driver.quit()


def wait(driver, expression):
  WebDriverWait(driver, 60, 0.05).until(
    lambda driver: driver.execute_script(f'return !!({expression})'),
    expression,
  )


# The page's random numbers, so that they can be drawn here as well.
RANDOM = """
let x = 1;
Math.random = () => {
  x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
  return x / 2 ** 32;
};
"""


def uniforms():
  x = 1
  while True:
    x = (x * 1664525 + 1013904223) % 2**32
    yield x / 2**32


def frames_of_page(folder, meta, num_half, temperature):
  """What the page is to make, by onnxruntime in Python."""
  random = uniforms()

  def normal():
    radius = math.sqrt(-2.0 * math.log(1.0 - next(random)))
    return radius * math.cos(2.0 * math.pi * next(random))

  session = onnxruntime.InferenceSession(str(folder / 'model' / 'step.onnx'))
  width = meta['functions']['step']['inputs']['state']['shape'][1]
  half, D = meta['half_window_frames'], meta['depth']
  state, frame = np.zeros([1, width], 'f'), np.zeros([1, D], 'f')
  found = []
  for number in range(num_half):
    if number % 4 == 0:
      left = next(random)
      c = int(np.searchsorted(np.cumsum(meta['prior']['weights']), left))
      eps = np.array([normal() for _ in range(meta['z_size'])])
      z = meta['prior']['means'][c] + meta['prior']['factors'][c] @ eps
    draws = [next(random) for _ in range(half * D)]
    frames, _, _, state = session.run(
      None,
      {
        'z': z[np.newaxis].astype('f'),
        'state': state,
        'frame': frame,
        'uniforms': np.array(draws, 'f').reshape(half, 1, D),
        'temperature': np.array([temperature], 'f'),
      },
    )
    frame = frames[:, -1]
    found.append(frames[0])
  return np.concatenate(found)


def test_plays_shows_and_downloads(folder, browser, tmp_path):
  with served(folder) as url:
    browser.get(url)
    wait(browser, 'window.vrae')
    meta = browser.execute_script('return vrae.music.meta')
    assert browser.find_element(By.ID, 'name').text == 'games'
    names = browser.find_elements(By.CSS_SELECTOR, '#groups span')
    assert [name.text for name in names] == [
      'bass',
      'chords',
      'melody',
      'drums',
    ]
    button = browser.find_element(By.ID, 'play')
    link = browser.find_element(By.ID, 'download')
    assert not link.get_attribute('href')

    # Sound draws its own numbers first; ours begin with z.
    browser.execute_script(
      'const next = vrae.music.next;'
      f'vrae.music.next = async function (t) {{ {RANDOM}'
      'vrae.music.next = next; return next.call(this, t); };'
    )
    button.click()
    wait(browser, 'vrae.frames.length >= 96')
    assert button.text == 'Pause'
    wait(browser, paints('#3b6fd8') + ' > 200')
    button.click()
    assert button.text == 'Play on'
    frames = np.array(
      browser.execute_script('return vrae.frames.map((x) => [...x])')
    )
    temperature = meta['sampling']['temperature']
    expected = frames_of_page(folder, meta, len(frames) // 32, temperature)
    np.testing.assert_array_equal(frames, expected)

    link.click()
    WebDriverWait(browser, 30).until(lambda _: list(tmp_path.glob('*.mid')))
    if os.environ.get('VRAE_PICTURES'):
      browser.save_screenshot(f'{os.environ["VRAE_PICTURES"]}/page.png')
    errors = [log for log in browser.get_log('browser')]
    assert not errors
  check_file(tmp_path / 'music.mid', meta, frames, tmp_path)


def paints(color):
  """JavaScript that counts the pixels of a color in the roll."""
  red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
  return (
    '(() => {const c = document.getElementById("roll");'
    'const {data} = c.getContext("2d").getImageData(0, 0, c.width, c.height);'
    'let n = 0; for (let i = 0; i < data.length; i += 4) '
    f'n += data[i] === {red} && data[i + 1] === {green} && '
    f'data[i + 2] === {blue}; return n;}})()'
  )


def check_file(path, meta, frames, tmp_path):
  """Holds a MIDI file to that of generate.py's writer."""
  import importlib.util

  spec = importlib.util.spec_from_file_location(
    'roll_to_midi', PAGE.parent / 'roll_to_midi.py'
  )
  writer = importlib.util.module_from_spec(spec)
  spec.loader.exec_module(writer)
  writer.write(frames, meta, str(tmp_path / 'python.mid'))
  ours, theirs = mido.MidiFile(tmp_path / 'python.mid'), mido.MidiFile(path)
  assert ours.ticks_per_beat == theirs.ticks_per_beat
  assert len(ours.tracks) == len(theirs.tracks)

  def events(track):
    now, found = 0, []
    for message in track:
      now += message.time
      found.append((now, str(message.copy(time=0))))
    return sorted(found)

  for mine, its in zip(ours.tracks, theirs.tracks):
    assert events(mine) == events(its)


def test_says_that_no_model_is_there(folder, browser):
  (folder / 'model').rename(folder / 'elsewhere')
  try:
    with served(folder) as url:
      browser.get(url)
      wait(browser, 'document.body.textContent.includes("README.md says how")')
      assert not browser.find_element(By.ID, 'play').is_enabled()
  finally:
    (folder / 'elsewhere').rename(folder / 'model')
