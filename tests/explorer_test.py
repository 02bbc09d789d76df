# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The page in a real browser, made by the real command."""

from __future__ import annotations

import base64
import contextlib
import json
import pathlib
import shutil
import time
from typing import Any
from typing import NamedTuple

import mido
import note_seq
import numpy as np
import pytest
import small_models
import tensorflow.compat.v1 as tf
from conftest import CORPUS
from conftest import read_piece
from conftest import run_command
from conftest import run_training
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from magenta_vrae import configs
from magenta_vrae import files
from magenta_vrae.errors import InputError
from magenta_vrae.explorer import gather
from magenta_vrae.explorer import page
from magenta_vrae.explorer import projection
from magenta_vrae.explorer import song_windows
from magenta_vrae.host import trained_model
from magenta_vrae.inference import emission
from magenta_vrae.inference import endless
from magenta_vrae.inference import evaluation
from magenta_vrae.inference import numpy_model
from magenta_vrae.inference import prior as prior_lib
from magenta_vrae.reading import music_files
from magenta_vrae.runs import run_settings

CHROME = next(
  filter(
    None,
    map(shutil.which, ['chromium', 'chromium-browser', 'google-chrome']),
  ),
  None,
)
needs_browser = pytest.mark.skipif(
  CHROME is None,
  reason='neither chromium nor google-chrome is installed: the page is NOT '
  'tested; CONTRIBUTING.md says how to get it',
)

# Each cell once, and between them each thing that changes what is decoded,
# encoded or shown.
MODELS = {
  'tanh': ('vrae_2d', 'enc_rnn_size=[20],dec_rnn_size=[24]', ''),
  'gru': (
    'vrae_20d',
    'cell=gru,z_every_step=true,weight_init=fan_in,enc_rnn_size=[18],'
    'dec_rnn_size=[22],learning_rate=0.003,min_learning_rate=0.003',
    'hop_frames=5',
  ),
  'lstm': (
    'vrae_2d',
    'cell=lstm,reverse_input=true,feedback=teacher,weight_init=fan_in,'
    'frames_per_step=4,enc_rnn_size=[18],dec_rnn_size=[22],threshold=0.2',
    'onsets=true,window_frames=30,hop_frames=10,frames_per_second=16,'
    'keep_silent_windows=false',
  ),
  'music': (
    'vrae_music',
    'enc_rnn_size=[18],dec_rnn_size=[22],ar_rnn_size=[14],nade_size=20,'
    'frames_per_step=4,learning_rate=0.01,bar_frames=8',
    'hop_frames=10',
  ),
}
NUM_STEPS = 40  # Enough for notes to sound.
MARKUP = '<img src=x onerror="document.title=1"> & <script>'


class Made(NamedTuple):
  """A page that was made, and what of."""

  path: pathlib.Path
  config: Any
  checkpoint: str
  dataset: pathlib.Path


def write_dataset(path, pieces):
  with tf.io.TFRecordWriter(str(path)) as writer:
    for title, sequence in pieces.items():
      sequence.filename = title
      writer.write(sequence.SerializeToString())


@pytest.fixture(scope='module')
def dataset(tmp_path_factory):
  path = tmp_path_factory.mktemp('songs') / 'songs.tfrecord'
  write_dataset(
    path,
    {
      'rags/Rag.mxl': read_piece('joplin/maple_leaf_rag.mxl'),
      'Song.mid': read_piece('schubert/Lindenbaum.xml'),
      f'{MARKUP}.mid': read_piece('corelli/opus3no1/1grave.xml'),
    },
  )
  return path


@pytest.fixture(scope='module')
def made(tmp_path_factory, dataset):
  """A function from a kind of model to its page, made once."""
  work = tmp_path_factory.mktemp('work')
  pages = {}

  def of_kind(kind):
    """Config and checkpoint of a model, and the flags that name it."""
    name, hparams, converter = MODELS[kind]
    run_dir = work / kind
    if kind == 'music':
      # To train one takes as long as half of all tests here.
      run_dir.mkdir()
      config, checkpoint = small_models.save(
        run_dir, dataset, name, hparams, converter
      )
      return (
        config,
        checkpoint,
        (
          f'--config={name}',
          f'--hparams={hparams}',
          f'--converter={converter}',
          f'--checkpoint_file={checkpoint}',
        ),
      )
    result = run_training(
      f'--config={name}',
      f'--run_dir={run_dir}',
      f'--examples_path={dataset}',
      f'--num_steps={NUM_STEPS}',
      f'--hparams=recurrence=uncompiled,batch_size=16,{hparams}',
      f'--converter={converter}',
    )
    assert result.returncode == 0, result.stderr
    _, preset = run_settings.find_config(str(run_dir))
    checkpoint = tf.train.latest_checkpoint(str(run_dir / 'train'))
    return configs.of_preset(preset), checkpoint, (f'--run_dir={run_dir}',)

  def make(kind):
    if kind not in pages:
      path = work / kind / 'page' / 'explorer.html'
      config, checkpoint, flags = of_kind(kind)
      result = run_command(
        'vrae_explore',
        *flags,
        f'--examples_path={dataset}',
        f'--output={path}',
        f'--title={MARKUP}',
      )
      assert result.returncode == 0, result.stderr
      assert f'{path}: 3 songs, ' in result.stdout
      pages[kind] = Made(path, config, checkpoint, dataset)
    return pages[kind]

  return make


class Browser:
  """A headless browser, and what tests do with the page in it."""

  def __init__(self, downloads):
    options = webdriver.ChromeOptions()
    options.binary_location = CHROME
    for argument in (
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--enable-unsafe-swiftshader',  # WebGL without a graphics processor.
    ):
      options.add_argument(argument)
    options.set_capability(
      'goog:loggingPrefs', {'browser': 'ALL', 'performance': 'ALL'}
    )
    service = webdriver.ChromeService(shutil.which('chromedriver'))
    self.driver = webdriver.Chrome(options=options, service=service)
    self.driver.set_script_timeout(60)
    self.is_forgetful = True
    self.downloads = downloads
    self.empty_page = downloads.parent / f'empty_{downloads.name}.html'
    self.empty_page.write_text('<title>Empty</title>')
    self.cdp(
      'Browser.setDownloadBehavior',
      behavior='allow',
      downloadPath=str(downloads),
    )

  @contextlib.contextmanager
  def keeping(self):
    """Pages that are opened meanwhile remember what those before kept."""
    self.is_forgetful = False
    yield
    self.is_forgetful = True

  def cdp(self, command, **arguments):
    return self.driver.execute_cdp_cmd(command, arguments)

  def open(self, path, width=1200, height=800, is_phone=False):
    self.cdp(
      'Emulation.setDeviceMetricsOverride',
      width=width,
      height=height,
      deviceScaleFactor=1,
      mobile=is_phone,
    )
    self.cdp('Emulation.setTouchEmulationEnabled', enabled=is_phone)
    # What the page before keeps as it goes must not come after this one. Pages
    # from disk share one store; a script that the browser is told to run before
    # a page's own would at times find that store empty (Chromium 156).
    self.driver.get(f'file://{self.empty_page}')
    if self.is_forgetful:
      self.js('localStorage.clear()')
    self.forget_logs()
    self.driver.get(f'file://{path}')
    self.wait('window.vrae && vrae.piece && vrae.piece.isWhole')

  def reload(self):
    """As the browser's own button does it, in the page's own process."""
    self.check_quiet()
    self.driver.refresh()
    self.wait('window.vrae && vrae.piece && vrae.piece.isWhole')

  def forget_logs(self):
    for log in ('browser', 'performance'):
      self.driver.get_log(log)

  def js(self, script, *arguments):
    return self.driver.execute_script(script, *arguments)

  def get(self, expression):
    return self.js(f'return {expression}')

  def wait(self, expression):
    """Waits in the page itself: to ask it from outside takes longer."""
    found = self.driver.execute_async_script(
      'const done = arguments[0], end = performance.now() + 30000;'
      'const look = () => {'
      '  try {'
      f'    if ({expression}) return done("");'
      '  } catch (error) {'
      '    return done(String(error));'
      '  }'
      '  if (performance.now() > end) return done("not within 30 s");'
      '  setTimeout(look, 20);'
      '};'
      'look();'
    )
    assert not found, f'{expression}: {found}'

  def link(self):
    """The address's part that says what there is, once it stands still.

    The page writes it 0.4 s after the last change. Its timers come in order,
    however busy the machine is.
    """
    self.js(
      'window.stands = false; setTimeout(() => { window.stands = true; }, 600)'
    )
    self.wait('window.stands && location.hash.length > 1')
    return self.get('location.hash')

  def element(self, id_):
    return self.driver.find_element(By.ID, id_)

  def hurry(self):
    """What plays from now on goes as quickly as the page lets it."""
    self.js(
      'const box = document.getElementById("tempo");'
      'box.value = 300; box.dispatchEvent(new Event("change"))'
    )

  def choose(self, value):
    self.driver.find_element(
      By.XPATH, f'//label[input[@value="{value}"]]'
    ).click()

  def at(self, dx, dy):
    """A mouse over a place on the map, counted from its middle."""
    return ActionChains(self.driver, duration=20).move_to_element_with_offset(
      self.element('overlay'), dx, dy
    )

  def point(self, dx, dy):
    """The map's point at that place."""
    return self.js(
      'const {map} = vrae;'
      'const box = document.getElementById("overlay").getBoundingClientRect();'
      # The browser's mouse is on whole pixels of the page.
      'const x = Math.floor(box.left + box.width / 2) + arguments[0];'
      'const y = Math.floor(box.top + box.height / 2) + arguments[1];'
      'return map.toMap([x - box.left, y - box.top])',
      dx,
      dy,
    )

  def piece(self):
    """What is shown: its kind, stretches, outputs and roll."""
    self.wait('vrae.piece.isWhole')
    found = self.js(
      'const {kind, stretches, roll, frames, depth, logits} = vrae.piece;'
      'return {kind, frames, depth, roll: [...roll.slice(0, frames * depth)],'
      ' logits: [...logits.slice(0, frames * depth)], stretches: stretches.map('
      '   ({z, point, frames}) => ({z: [...z], point, frames}))}'
    )
    size = found['frames'], found['depth']
    found['roll'] = np.reshape(found['roll'], size).astype(bool)
    logits = np.reshape(np.array(found['logits'], float), size)
    found['outputs'] = 1.0 / (1.0 + np.exp(-logits))
    return found

  def drop(self, *paths):
    """Drops files on the page, as from the desktop."""
    data = {
      'items': [],
      'files': [str(path) for path in paths],
      'dragOperationsMask': 1,
    }
    for kind in ('dragEnter', 'dragOver', 'drop'):
      self.cdp('Input.dispatchDragEvent', type=kind, x=300, y=300, data=data)

  def message(self):
    self.wait('!document.getElementById("message").hidden')
    return self.element('message-text').text

  def check_quiet(self):
    """Asserts that nothing was logged and nothing asked of a network."""
    logged = [
      entry
      for entry in self.driver.get_log('browser')
      # Where software draws for a graphics processor, that is slow.
      if 'GL Driver Message' not in entry['message']
    ]
    assert logged == []
    urls = [
      message['params']['request']['url']
      for message in (
        json.loads(entry['message'])['message']
        for entry in self.driver.get_log('performance')
      )
      if message['method'] == 'Network.requestWillBeSent'
    ]
    assert urls, 'the log must hold the page itself'
    assert all(url.startswith(('file://', 'data:', 'blob:')) for url in urls)
    assert len([url for url in urls if url.startswith('file://')]) == 1, urls


@pytest.fixture(scope='module')
def chromium(tmp_path_factory):
  browser = Browser(tmp_path_factory.mktemp('downloads'))
  yield browser
  browser.driver.quit()


@pytest.fixture
def browser(chromium):
  """The browser; whatever a test does, the page must stay quiet."""
  yield chromium
  chromium.check_quiet()


def python_outputs(made, z, frames):
  """The decoder's outputs, through Magenta's own TrainedModel."""
  model = trained_model.TrainedModel(
    made.config, batch_size=len(z), checkpoint_dir_or_path=made.checkpoint
  )
  # Of one batch, the full results are its probabilities and its samples.
  return model.decode_to_tensors(
    np.asarray(z, np.float32), frames, return_full_results=True
  )[0]


class GivenDraws(emission.Emission):
  """Notes drawn by given random numbers, sized `[T, D]`.

  Attributes:
    margins: How near the logits of each frame came to what its draws ask for.
  """

  def __init__(self, draws):
    super().__init__('bernoulli', 0.5, 1.0, self)
    self.margins = []
    self._given, self._num_drawn, self._frame = draws, 0, None

  def random_sample(self, shape):
    first, self._num_drawn = self._num_drawn, self._num_drawn + shape[0]
    return self._given[first : self._num_drawn].reshape(shape)

  def sounds(self, logits, least):
    if least is not self._frame:
      # A frame's first round; what its last one says counts.
      self._frame = least
      self.margins.append(np.inf)
    self.margins[-1] = np.abs(logits - least).min()
    return super().sounds(logits, least)


def assert_same_frames(ours, expected, margins):
  """Asserts that frames are equal until a draw that rounding may decide.

  Returns:
    How many frames were compared.
  """
  close = np.append(np.flatnonzero(np.array(margins) < 1e-4), len(expected))
  np.testing.assert_array_equal(ours[: close[0]], expected[: close[0]])
  return close[0]


def midi_file(path, sequence):
  note_seq.note_sequence_to_midi_file(sequence, str(path))
  return path


@needs_browser
@pytest.mark.parametrize(
  'kind',
  # Node holds the page's other cells to the same values (web/tests).
  [
    kind if kind == 'music' else pytest.param(kind, marks=pytest.mark.long)
    for kind in MODELS
  ],
)
class TestEveryCell:
  def test_decodes_as_python(self, made, browser, kind):
    page = made(kind)
    browser.open(page.path)
    z_size = page.config.hparams.z_size
    z = np.random.RandomState(1).normal(size=[6, z_size])
    # Past a window, windows of a model that hears itself overlap.
    windows = 1 if kind == 'music' else 2
    frames = windows * page.config.data_converter.window_frames
    ours = [
      browser.js('return vrae.decode(arguments[0], arguments[1])', *args)
      for args in ((row.tolist(), frames) for row in z)
    ]
    expected = python_outputs(page, z, frames)
    ours = np.reshape(ours, expected.shape)
    assert np.ptp(expected) > 0.1, 'a model that says nothing tests nothing'
    np.testing.assert_allclose(ours, expected, atol=1e-4)

  def test_a_dropped_file_is_encoded_as_in_python(
    self, made, browser, kind, tmp_path
  ):
    page = made(kind)
    browser.open(page.path)
    piece = read_piece('handel/rinaldo/Lascia_chio_pianga.mxl')
    path = midi_file(tmp_path / f'Aria {MARKUP}.mid', piece)
    browser.drop(path)
    browser.wait('vrae.songs.length === 4')
    text = browser.message()
    browser.wait(
      'document.getElementById("message-text").textContent'
      '.includes("is on the map")'
    )
    text = browser.message()
    converter = page.config.data_converter
    converter.set_mode('infer')
    again = note_seq.midi_file_to_note_sequence(str(path))
    windows = np.array(converter.to_tensors(again).inputs)
    starts = converter.window_starts(converter.to_roll(again))
    mu = evaluation.window_bounds(page.config, page.checkpoint, windows).mu
    song = browser.js(
      'const {title, means, starts, points} = vrae.songs[3];'
      'const detail = document.querySelector("#songs li:nth-child(4) small");'
      'return [title, [...means], starts, points, detail.textContent]'
    )
    assert song[0] == f'Aria {MARKUP}'
    assert f'Aria {MARKUP} is on the map: {len(windows)} windows.' in text
    assert song[2] == starts.tolist()
    means = np.reshape(song[1], mu.shape)
    np.testing.assert_allclose(means, mu, atol=1e-4)
    assert len(song[3]) == 2 * len(windows)
    assert song[4].startswith(f'{len(windows)} windows') and 'yours' in song[4]
    assert browser.get('document.images.length') == 0

  def test_shows_every_window(self, made, browser, kind):
    page = made(kind)
    browser.open(page.path)
    songs = browser.js(
      'return vrae.songs.map(({title, means, starts, points}) => '
      '({title, means: [...means], starts: [...starts], points}))'
    )
    assert [song['title'] for song in songs] == ['Rag', 'Song', MARKUP]
    rows = browser.driver.find_elements(By.CSS_SELECTOR, '#songs b')
    assert [row.text for row in rows] == ['Rag', 'Song', MARKUP]
    assert browser.driver.title.startswith(MARKUP)
    assert MARKUP in browser.element('subtitle').text
    converter = page.config.data_converter
    converter.set_mode('infer')
    all_means = np.concatenate([np.array(song['means']) for song in songs])
    all_means = all_means.reshape(-1, page.config.hparams.z_size)
    plane = projection.Projection(all_means)
    assert plane.kind == ('pca' if kind in ('gru', 'music') else 'plane')
    points = np.concatenate([song['points'] for song in songs]).reshape(-1, 2)
    np.testing.assert_allclose(points, plane.points, atol=1e-5)
    piece = read_piece('schubert/Lindenbaum.xml')
    windows = np.array(converter.to_tensors(piece).inputs)
    mu = evaluation.window_bounds(page.config, page.checkpoint, windows).mu
    assert len(songs[1]['starts']) == len(windows)
    np.testing.assert_allclose(
      np.reshape(songs[1]['means'], mu.shape), mu, atol=1e-5
    )

  def test_what_is_heard_is_downloaded(self, made, browser, kind):
    page = made(kind)
    browser.open(page.path)
    # Low, so that a barely trained model gives many notes.
    browser.js(
      "const t = document.getElementById('threshold'); t.value = 0.1;"
      "t.dispatchEvent(new Event('input'))"
    )
    browser.at(40, -20).click().perform()
    browser.wait('vrae.player.isPlaying')
    piece = browser.piece()
    assert piece['roll'].any()
    (sequence,) = download(browser)
    roll = page.config.data_converter.to_roll(sequence)
    expected = page.config.data_converter.to_roll(
      page.config.data_converter.from_roll(piece['roll'])
    )
    np.testing.assert_array_equal(roll, expected)
    if kind not in ('lstm', 'music'):
      # Without onsets a roll and its notes are the same thing.
      np.testing.assert_array_equal(roll, piece['roll'][: len(roll)])
      assert not piece['roll'][len(roll) :].any()
    assert all(note.velocity == 80 for note in sequence.notes)


def download(browser):
  for old in browser.downloads.iterdir():
    old.unlink()
  browser.element('download').click()
  end = time.time() + 20
  while time.time() < end:
    files = list(browser.downloads.glob('*.mid'))
    if files and files[0].stat().st_size:
      return [note_seq.midi_file_to_note_sequence(str(path)) for path in files]
    time.sleep(0.05)
  raise AssertionError('nothing was downloaded')


@needs_browser
class TestListening:
  def test_hover_decodes_the_point(self, made, browser):
    page = made('tanh')
    browser.open(page.path)
    for dx, dy in ((-60, 30), (90, -45)):
      browser.at(dx, dy).perform()
      browser.wait(
        'vrae.piece.isWhole && Math.hypot('
        f'vrae.piece.stretches[0].point[0] - ({browser.point(dx, dy)[0]}),'
        f'vrae.piece.stretches[0].point[1] - ({browser.point(dx, dy)[1]}))'
        f' < 2 / vrae.map.view.scale'
      )
      piece = browser.piece()
      (stretch,) = piece['stretches']
      assert piece['kind'] == 'point' and stretch['frames'] == 50
      np.testing.assert_allclose(stretch['z'], stretch['point'])
      expected = python_outputs(page, [stretch['z']], 50)[0]
      np.testing.assert_allclose(piece['outputs'], expected, atol=1e-4)
      np.testing.assert_array_equal(piece['roll'], piece['outputs'] >= 0.5)
      assert not browser.get('vrae.player.isPlaying')
      assert browser.element('tag').is_displayed()
    pixels = browser.js(
      "const c = document.getElementById('roll'); return [...c.getContext('2d')"
      '.getImageData(0, 0, c.width, c.height).data].filter(x => x).length'
    )
    assert pixels > 1000

  def test_click_plays_with_a_moving_cursor(self, made, browser):
    browser.open(made('tanh').path)
    # It is not to end by itself where the machine is slow.
    browser.element('loop').click()
    browser.at(20, 10).click().perform()
    browser.wait('vrae.player.isPlaying')
    assert browser.element('play').get_attribute('aria-label') == 'Stop'
    first = browser.get('vrae.player.frame')
    browser.wait(f'vrae.player.frame > {first + 5}')
    # Moving on does not take away what is heard.
    browser.at(60, 60).perform()
    assert browser.get('vrae.player.isPlaying')
    playing = self.roll(browser)
    browser.element('play').click()
    assert not browser.get('vrae.player.isPlaying')
    # The playhead went over the roll, and left nothing of itself.
    stopped = self.roll(browser)
    for _ in range(2):
      browser.element('theme').click()
      anew = self.roll(browser)
      assert anew != playing
    assert stopped == anew

  def roll(self, browser):
    """The picture of the piano roll, once it is drawn."""
    return browser.driver.execute_async_script(
      'const done = arguments[0], roll = document.getElementById("roll");'
      'requestAnimationFrame(() => requestAnimationFrame('
      '  () => done(roll.toDataURL())))'
    )

  def test_plays_to_its_end_or_again(self, made, browser):
    browser.open(made('tanh').path)
    browser.hurry()
    browser.element('play').click()
    browser.wait('vrae.player.isPlaying')
    browser.wait('!vrae.player.isPlaying')  # 1 s.
    browser.element('loop').click()
    browser.element('play').click()
    browser.wait('vrae.player.frame > 40')
    browser.wait('vrae.player.isPlaying && vrae.player.frame < 20')

  def test_settings_act_at_once(self, made, browser):
    browser.open(made('tanh').path)
    outputs = browser.piece()['outputs']
    slider = browser.element('threshold')
    for _ in range(12):
      slider.send_keys(Keys.ARROW_LEFT)
    assert float(slider.get_attribute('value')) == pytest.approx(0.38)
    np.testing.assert_array_equal(browser.piece()['roll'], outputs >= 0.38)
    assert 'likelier than 38%' in browser.element('threshold-value').text
    browser.choose('bernoulli')
    drawn = browser.piece()['roll']
    # Each cell is drawn with its own probability, a beat's cells by one draw.
    error = abs(drawn.mean() - outputs.mean())
    assert error < 5 * np.sqrt(10 * outputs.mean() / outputs.size)
    # So notes are as long as the music, and no dust of single frames.
    before = np.pad(drawn[:-1], [(1, 0), (0, 0)])
    assert drawn.sum() / (drawn & ~before).sum() > 3
    browser.element('redraw').click()
    assert (browser.piece()['roll'] != drawn).any()
    browser.js(
      "const t = document.getElementById('temperature'); t.value = 0;"
      "t.dispatchEvent(new Event('input'))"
    )
    np.testing.assert_array_equal(browser.piece()['roll'], outputs > 0.5)

  @pytest.mark.long
  def test_frames_fed_back_change_with_the_threshold(self, made, browser):
    """Where the decoder hears the frames it emits, all is decoded anew."""
    page = made('lstm')
    browser.open(page.path)
    before = browser.piece()
    browser.js(
      "const t = document.getElementById('threshold'); t.value = 0.1;"
      "t.dispatchEvent(new Event('input'))"
    )
    after = browser.piece()
    assert (before['outputs'] != after['outputs']).any()
    page.config.hparams.threshold = 0.1
    try:
      z, frames = after['stretches'][0]['z'], after['frames']
      expected = python_outputs(page, [z], frames)[0]
    finally:
      page.config.hparams.threshold = 0.2
    np.testing.assert_allclose(after['outputs'], expected, atol=1e-4)

  def test_a_long_point(self, made, browser):
    """A decoder that hears nothing would hold one chord; the window repeats."""
    page = made('tanh')
    browser.open(page.path)
    browser.element('windows').send_keys(Keys.END)
    piece = browser.piece()
    assert piece['frames'] == 1000
    assert browser.element('windows-value').text == '50.0 s, 20 times'
    z = piece['stretches'][0]['z']
    expected = np.tile(python_outputs(page, [z], 50)[0], [20, 1])
    np.testing.assert_allclose(piece['outputs'], expected, atol=1e-4)


@needs_browser
class TestWays:
  def test_blend_of_two_points(self, made, browser):
    page = made('tanh')
    browser.open(page.path)
    browser.choose('blend')
    browser.at(-80, 20).click().perform()
    assert not browser.get('vrae.player.isPlaying')
    browser.at(70, -30).click().perform()
    browser.wait('vrae.player.isPlaying')
    piece = browser.piece()
    assert piece['kind'] == 'blend' and piece['frames'] == 8 * 50
    z = np.array([stretch['z'] for stretch in piece['stretches']])
    np.testing.assert_allclose(z, np.linspace(z[0], z[-1], 8), atol=1e-9)
    ends = [browser.point(-80, 20), browser.point(70, -30)]
    np.testing.assert_allclose(z[[0, -1]], ends, atol=0.02)
    expected = python_outputs(page, z, 50).reshape(400, -1)
    np.testing.assert_allclose(piece['outputs'], expected, atol=1e-4)
    browser.element('steps').send_keys(Keys.HOME)
    assert browser.piece()['frames'] == 2 * 50

  def test_a_drawn_path_plays_as_long_as_it_is(self, made, browser):
    page = made('tanh')
    browser.open(page.path)
    browser.choose('draw')
    moves = browser.at(-150, 0).click_and_hold()
    for _ in range(10):
      moves = moves.move_by_offset(30, 4)
    moves.release().perform()
    browser.wait('vrae.player.isPlaying')
    piece = browser.piece()
    assert piece['kind'] == 'path'
    scale, stretch = browser.get('[vrae.map.view.scale, vrae.map.view.stretch]')
    length = np.hypot(300 / stretch, 40) / scale
    width = browser.get('Math.max(...vrae.map.heat.view.size)')
    assert piece['frames'] == pytest.approx(length / width * 24 * 20, abs=4)
    # Half a second of each point on the way.
    strides = [stretch['frames'] for stretch in piece['stretches']]
    assert strides[:-1] == [10] * (len(strides) - 1)
    z = [stretch['z'] for stretch in piece['stretches']]
    expected = np.concatenate(python_outputs(page, z, 10))[: piece['frames']]
    np.testing.assert_allclose(piece['outputs'], expected, atol=1e-4)
    (sequence,) = download(browser)
    roll = page.config.data_converter.to_roll(sequence)
    np.testing.assert_array_equal(roll, piece['roll'][: len(roll)])
    browser.element('pace').send_keys(Keys.HOME)
    assert browser.piece()['frames'] == pytest.approx(
      piece['frames'] * 4 / 24, abs=1
    )

  @pytest.mark.long
  def test_a_walk_along_a_song(self, made, browser):
    browser.open(made('gru').path)
    browser.driver.find_element(
      By.CSS_SELECTOR, '[aria-label="Walk along Rag"]'
    ).click()
    browser.wait('vrae.player.isPlaying')
    piece = browser.piece()
    windows, z_size = browser.get('[vrae.songs[0].starts.length, 20]')
    # Windows start every 5 frames, and 10 frames are half a second.
    assert len(piece['stretches']) == -(-windows // 2)
    means = np.reshape(browser.get('[...vrae.songs[0].means]'), (-1, z_size))
    z = np.array([stretch['z'] for stretch in piece['stretches']])
    np.testing.assert_array_equal(z, means[::2])

  @pytest.mark.parametrize(
    'kind', ['music', pytest.param('gru', marks=pytest.mark.long)]
  )
  def test_points_of_a_projection_are_what_python_says(
    self, made, browser, kind
  ):
    browser.open(made(kind).path)
    means = np.array(
      browser.get('vrae.songs.map(({means}) => [...means]).flat()')
    ).reshape(-1, 20)
    plane = projection.Projection(means)
    low, high = plane.points.min(axis=0), plane.points.max(axis=0)
    points = np.random.RandomState(0).uniform(low, high, size=[20, 2])
    ours = browser.js(
      'return arguments[0].map((p) => [...vrae.projection.fromMap(p)])',
      points.tolist(),
    )
    np.testing.assert_allclose(ours, plane.from_map(points), atol=1e-4)
    about = browser.get('document.getElementById("about").textContent')
    assert 'projection' in about and f'{plane.share:.0%}' in about


@needs_browser
class TestMusicThatHearsItself:
  def model_of(self, page):
    model = numpy_model.RestoredVrae(page.config, page.checkpoint)
    prior = prior_lib.of_checkpoint(page.checkpoint, 20, 'fitted')
    return model.as_full_as(prior)

  def play(self, browser, zs, frames, draws):
    """The page's frames of given random numbers."""
    roll = browser.js(
      'return vrae.play(arguments[0].map((z) => ({z, frames: arguments[1]})),'
      ' arguments[2])',
      np.asarray(zs).tolist(),
      frames,
      draws.ravel().tolist(),
    )
    return np.reshape(roll, draws.shape)

  def test_a_window_is_played_as_in_python(self, made, browser):
    page = made('music')
    browser.open(page.path)
    model = self.model_of(page)
    told, random = model.autoregressive, np.random.RandomState(3)
    T, D = page.config.data_converter.window_frames, model.data_converter.depth
    compared = notes = 0
    for z in random.normal(size=[6, 1, 20]).astype(np.float32):
      draws = random.random_sample([T, D])
      given = GivenDraws(draws)
      prepared = told.prepare(model.free_logits(z, T), z)
      _, _, (expected,) = told.play(told.begin(z), prepared, given)
      ours = self.play(browser, z, T, draws)
      compared += assert_same_frames(ours, expected, given.margins)
      notes += expected.sum()
    assert compared > 4 * T and notes > 100

  def test_what_is_longer_is_played_as_in_python(self, made, browser):
    """From z to z, half a window each, as endless.py has it."""
    page = made('music')
    browser.open(page.path)
    model = self.model_of(page)
    half = endless.half_window(page.config.data_converter.window_frames)
    random = np.random.RandomState(4)
    zs = random.normal(size=[5, 1, 20]).astype(np.float32)
    draws = random.random_sample([5 * half, model.data_converter.depth])
    given = GivenDraws(draws)
    (expected,) = endless.compose(model, zs, 5 * half, given)
    ours = self.play(browser, zs[:, 0], half, draws)
    assert assert_same_frames(ours, expected, given.margins) > 2 * half

  def test_a_point_sounds_the_same_each_time(self, made, browser):
    browser.open(made('music').path)
    assert browser.element('draw-value').text == '1'
    assert browser.element('temperature').get_attribute('value') == '0.8'

    def roll_at(*place):
      browser.at(*place).click().perform()
      browser.wait('vrae.player.isPlaying')
      return browser.piece()['roll']

    first, other = roll_at(30, 10), roll_at(-60, 20)
    assert first.any() and (first != other).any()
    np.testing.assert_array_equal(roll_at(30, 10), first)
    browser.element('redraw').click()
    assert browser.element('draw-value').text == '2'
    assert (browser.piece()['roll'] != first).any()

  def test_notes_that_are_struck_again_stay_apart(self, made, browser):
    page = made('music')
    browser.open(page.path)
    converter = page.config.data_converter
    browser.js(
      'const {piece} = vrae, P = vrae.converter.pitches.length;'
      'piece.roll.fill(0);'
      'for (let t = 2; t < 9; t++) piece.roll[t * piece.depth + 24] = 1;'
      'for (const t of [2, 5]) piece.roll[t * piece.depth + P + 24] = 1;'
    )
    (sequence,) = download(browser)
    expected = converter.from_roll(browser.piece()['roll'])
    assert [(n.pitch, n.start_time, n.end_time) for n in sequence.notes] == [
      (n.pitch, n.start_time, n.end_time) for n in expected.notes
    ]
    assert len(sequence.notes) == 2

  def test_wanders_as_the_music_of_the_run_goes(self, made, browser):
    page = made('music')
    browser.open(page.path)
    browser.hurry()
    browser.choose('wander')
    browser.at(30, 10).click().perform()
    browser.wait('vrae.player.isPlaying')
    piece = browser.piece()
    assert piece['kind'] == 'wander'
    browser.wait('vrae.piece.stretches.length > 4')
    piece = browser.piece()
    assert piece['roll'].any()
    z = np.array([stretch['z'] for stretch in piece['stretches']])
    prior = prior_lib.of_checkpoint(page.checkpoint, 20, 'fitted')
    after = np.flatnonzero(prior.follows)
    before, after = prior.codes[after - 1], prior.codes[after]
    for here, there in zip(z, z[1:]):
      distance = ((before - here) / prior.codes.std(axis=0)) ** 2
      nearest = np.argsort(distance.sum(axis=1))[:8]
      turns = after[nearest] + (here - before[nearest]) / 2
      assert np.abs(turns - there).max(axis=1).min() < 1e-4
    browser.element('play').click()

  def test_the_papers_decoder_does_not_wander(self, made, browser):
    browser.open(made('tanh').path)
    assert not browser.element('wander').is_displayed()

  def test_walks_go_by_half_windows(self, made, browser):
    page = made('music')
    browser.open(page.path)
    browser.driver.find_element(
      By.CSS_SELECTOR, '[aria-label="Walk along Rag"]'
    ).click()
    browser.wait('vrae.player.isPlaying')
    stretches = browser.piece()['stretches']
    half = page.config.data_converter.window_frames // 2
    assert {stretch['frames'] for stretch in stretches} == {half}
    # Windows start every ten frames.
    means = np.reshape(browser.get('[...vrae.songs[0].means]'), (-1, 20))
    z = np.array([stretch['z'] for stretch in stretches])
    np.testing.assert_array_equal(z, means[:: half // 10])


@needs_browser
class TestHands:
  def test_keys_alone(self, made, browser):
    browser.open(made('tanh').path)
    overlay = browser.element('overlay')
    for _ in range(20):
      ActionChains(browser.driver).send_keys(Keys.TAB).perform()
      if browser.get('document.activeElement.id') == 'overlay':
        break
    assert browser.get('document.activeElement.id') == 'overlay'
    ActionChains(browser.driver).send_keys(
      Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_UP
    ).perform()
    assert 'notes at a time' in browser.get(
      'document.getElementById("spoken").textContent'
    )
    overlay.send_keys(Keys.ENTER)
    browser.wait('vrae.player.isPlaying')
    overlay.send_keys(Keys.ESCAPE)
    assert not browser.get('vrae.player.isPlaying')
    browser.choose('draw')
    for key in (Keys.ENTER, Keys.ARROW_LEFT * 9, Keys.ENTER):
      overlay.send_keys(key)
    assert browser.piece()['kind'] == 'path'
    browser.element('play').send_keys(Keys.SPACE)
    browser.wait('vrae.player.isPlaying')
    scale = browser.get('vrae.map.view.scale')
    overlay.send_keys('+')
    assert browser.get('vrae.map.view.scale') > scale

  def test_a_finger_on_a_phone(self, made, browser):
    browser.open(made('tanh').path, width=390, height=844, is_phone=True)
    assert browser.get('document.documentElement.scrollWidth') == 390
    box = browser.element('overlay').rect
    x, y = box['x'] + box['width'] / 2, box['y'] + box['height'] / 2

    def touch(kind, *points):
      browser.cdp(
        'Input.dispatchTouchEvent',
        type=kind,
        touchPoints=[
          {'x': px, 'y': py, 'id': i} for i, (px, py) in enumerate(points)
        ],
      )

    touch('touchStart', (x, y))
    touch('touchEnd')
    browser.wait('vrae.player.isPlaying')
    scale = browser.get('vrae.map.view.scale')
    touch('touchStart', (x - 20, y), (x + 20, y))
    touch('touchMove', (x - 60, y), (x + 60, y))
    touch('touchEnd')
    assert browser.get('vrae.map.view.scale') > 1.5 * scale
    browser.js('document.getElementById("zoom-fit").click()')
    browser.choose('draw')
    touch('touchStart', (x - 60, y))
    for dx in range(-50, 80, 10):
      touch('touchMove', (x + dx, y + dx / 3))
    touch('touchEnd')
    browser.wait('vrae.player.isPlaying && vrae.piece.kind === "path"')

  def test_every_control_has_a_name(self, made, browser):
    browser.open(made('tanh').path)
    tree = browser.cdp('Accessibility.getFullAXTree')['nodes']
    controls = [
      (node['role']['value'], node.get('name', {}).get('value', ''))
      for node in tree
      if node.get('role', {}).get('value')
      in ('button', 'slider', 'radio', 'checkbox', 'combobox', 'application')
    ]
    assert len(controls) >= 18
    assert all(name for _, name in controls), controls

  @pytest.mark.parametrize('theme', ['light', 'dark'])
  def test_follows_the_system_and_the_button(self, made, browser, theme):
    browser.cdp(
      'Emulation.setEmulatedMedia',
      features=[{'name': 'prefers-color-scheme', 'value': theme}],
    )
    browser.open(made('tanh').path)
    assert browser.get('document.documentElement.dataset.theme') == theme
    browser.element('theme').click()
    assert browser.get('document.documentElement.dataset.theme') != theme

  def test_a_hidden_song_is_not_on_the_map(self, made, browser):
    browser.cdp(
      'Emulation.setEmulatedMedia',
      features=[{'name': 'prefers-reduced-motion', 'value': 'reduce'}],
    )
    browser.open(made('tanh').path)
    # Wherever the marks are drawn: the graphics processor may do it.
    stage = browser.element('stage')
    before = stage.screenshot_as_png
    assert stage.screenshot_as_png == before
    browser.js('document.querySelector(\'[aria-label="Show Rag"]\').click()')
    WebDriverWait(browser.driver, 30, 0.1).until(
      lambda _: stage.screenshot_as_png != before
    )
    assert not browser.get('vrae.songs[0].shown')


@needs_browser
class TestFiles:
  @pytest.fixture
  def hard_midi(self, tmp_path):
    """Tempo changes, overlaps, ends that are missing, drums, two tracks."""
    random = np.random.RandomState(0)
    file = mido.MidiFile(ticks_per_beat=96)
    tempi, notes = mido.MidiTrack(), mido.MidiTrack()
    file.tracks += [tempi, notes]
    for _ in range(30):
      tempi.append(
        mido.MetaMessage(
          'set_tempo',
          tempo=int(random.randint(200000, 900000)),
          time=int(random.randint(0, 200)),
        )
      )
    notes.append(mido.Message('sysex', data=[1, 2, 3], time=0))
    for _ in range(2500):
      notes.append(
        mido.Message(
          random.choice(['note_on', 'note_off']),
          channel=int(random.choice([0, 3, 9])),
          note=int(random.randint(40, 70)),
          velocity=int(random.choice([0, 1, 100])),
          time=int(random.choice([0, 0, 3, 6, 12])),
        )
      )
      if random.rand() < 0.05:
        notes.append(mido.Message('program_change', program=5, time=1))
    path = tmp_path / 'hard.mid'
    file.save(str(path))
    return path

  @pytest.mark.parametrize(
    'kind', ['tanh', 'music', pytest.param('lstm', marks=pytest.mark.long)]
  )
  def test_reads_midi_as_the_commands_do(
    self, made, browser, kind, hard_midi, tmp_path
  ):
    page = made(kind)
    browser.open(page.path)
    real = read_piece('haydn/opus1no1/movement2.mxl')
    # The same events in film frames: 29.97 a second, of 25 ticks.
    film = tmp_path / 'film.mid'
    data = hard_midi.read_bytes()
    film.write_bytes(data[:12] + b'\xe3\x19' + data[14:])
    for path in (hard_midi, film, midi_file(tmp_path / 'real.mid', real)):
      (piece,) = music_files.read(str(path))
      expected = page.config.data_converter.to_roll(piece)
      roll = browser.js(
        'const bytes = Uint8Array.from(atob(arguments[0]),'
        ' (c) => c.charCodeAt(0));'
        'return [...vrae.converter.toRoll(vrae.midi.read(bytes)).roll]',
        base64.b64encode(path.read_bytes()).decode(),
      )
      roll = np.reshape(roll, (-1, expected.shape[1]))
      np.testing.assert_array_equal(roll.astype(bool), expected)

  def test_files_that_cannot_be_used(self, made, browser, tmp_path, score):
    page = made('tanh')
    browser.open(page.path)
    real = midi_file(
      tmp_path / 'real.mid', read_piece('joplin/maple_leaf_rag.mxl')
    )
    bad = {
      'text.mid': (b'no music' * 9, 'it is not a MIDI file'),
      'empty.mid': (b'', 'it is not a MIDI file'),
      'cut.mid': (real.read_bytes()[:500], 'ends too early'),
      'noise.mid': (
        real.read_bytes()[:30] + bytes(range(256)) * 20,
        'was not added',
      ),
    }
    for name, (data, _) in bad.items():
      (tmp_path / name).write_bytes(data)
    for name, notes, drum in (
      ('low.mid', [(20, 0, 1)], False),
      ('drums.mid', [(40, 0, 1)], True),
    ):
      midi_file(tmp_path / name, score(*notes, is_drum=drum))
      bad[name] = (None, 'C2 to C6')
    for name, (_, says) in bad.items():
      browser.js('document.getElementById("message").hidden = true')
      browser.drop(tmp_path / name)
      text = browser.message()
      assert text.startswith(name) and says in text and '\n' not in text
    assert browser.get('vrae.songs.length') == 3
    # And then a good one, by the button this time.
    browser.element('file').send_keys(str(real))
    browser.wait('vrae.songs.length === 4 && vrae.songs[3].starts.length')

  def test_a_hundred_files_at_once(self, made, browser, tmp_path, score):
    """Each is tried, whatever others are, and the page says which failed."""
    browser.open(made('tanh').path)
    good = midi_file(tmp_path / 'good.mid', score((60, 0, 0.5))).read_bytes()
    tracks = b'MThd\0\0\0\6\0\1\xff\xff\1\xe0' + b'MTrk\0\0\0\0' * 150000
    files = [
      ('a.mid', b''),
      ('b.mid', b'\xff' * 10000),
      ('c.mid', tracks),
      ('d.mid', good[:12] + b'\0\0' + good[14:]),
      *((f'e{number:02}.mid', b'MThd') for number in range(94)),
      ('f.mid', good),
    ]
    for name, data in files:
      (tmp_path / name).write_bytes(data)
    (tmp_path / 'folder.mid').mkdir()
    browser.drop(tmp_path / 'folder.mid', *(tmp_path / n for n, _ in files))
    browser.wait(
      'document.getElementById("message-text").textContent'
      '.includes("of 100 files")'
    )
    browser.wait('vrae.songs.length === 4 && vrae.songs[3].starts.length === 1')
    browser.wait(
      'document.getElementById("message-text").textContent.startsWith("99 of")'
    )
    text = browser.message()
    assert text == (
      '99 of 100 files were not added: folder.mid (it cannot be read), a.mid '
      '(it is not a MIDI file), b.mid (it is not a MIDI file), and 96 more.'
    )
    # Each alone says why, and another good one is read after them.
    for name, says in (
      ('c.mid', 'it holds no notes'), ('d.mid', 'quarter note has 0 ticks'),
      ('folder.mid', 'it cannot be read'),
    ):  # fmt: skip
      browser.drop(tmp_path / name)
      browser.wait(
        'document.getElementById("message-text").textContent'
        f'.startsWith("{name} was not added: ")'
      )
      assert says in browser.message()
    browser.drop(tmp_path / 'f.mid')
    browser.wait('vrae.songs.length === 5 && vrae.songs[4].starts.length === 1')

  def test_a_short_file_is_one_window(self, made, browser, tmp_path, score):
    browser.open(made('tanh').path)
    browser.drop(midi_file(tmp_path / 'short.mid', score((60, 0, 0.5))))
    browser.wait('vrae.songs.length === 4 && vrae.songs[3].starts.length === 1')


@needs_browser
def test_drums(browser, tmp_path, score):
  """A model of drums, as it is before training."""

  def get_config():
    return configs.get_config(
      'vrae_drums_20d', 'enc_rnn_size=[8],dec_rnn_size=[9],sigma_init=0.5'
    )

  config = get_config()
  with tf.Graph().as_default(), tf.Session() as session:
    tf.set_random_seed(3)
    x = tf.zeros([config.hparams.batch_size, 40, 49])
    config.model.build(config.hparams, 49, is_training=False)
    config.model.eval(x, x, tf.fill([config.hparams.batch_size], 40))
    session.run(tf.global_variables_initializer())
    checkpoint = str(tmp_path / 'model.ckpt')
    tf.train.Saver(tf.trainable_variables()).save(session, checkpoint)
  beat = score(
    *[(36 + 2 * (i % 4), i / 4, i / 4 + 0.1) for i in range(80)], is_drum=True
  )
  write_dataset(tmp_path / 'beats.tfrecord', {'Beat.mid': beat})
  exploration = gather.explore(
    get_config(), checkpoint, str(tmp_path / 'beats.tfrecord')
  )
  text, weights_type = page.render(exploration, 'Beats')
  assert weights_type == 'float32'
  files.write_text(str(tmp_path / 'page.html'), text)
  browser.open(tmp_path / 'page.html')
  # It opens with music, though no hit need be likelier than not.
  assert browser.piece()['roll'].any()
  browser.at(10, 10).click().perform()
  browser.wait('vrae.player.isPlaying && vrae.player.frame > 3')
  piece = browser.piece()
  (sequence,) = download(browser)
  assert all(note.is_drum for note in sequence.notes)
  roll = config.data_converter.to_roll(sequence)
  np.testing.assert_array_equal(roll, piece['roll'][: len(roll)])
  browser.drop(midi_file(tmp_path / 'more.mid', beat))
  browser.wait('vrae.songs.length === 2 && vrae.songs[1].starts.length')
  np.testing.assert_allclose(
    browser.get('[...vrae.songs[1].means]'),
    browser.get('[...vrae.songs[0].means]'),
    atol=1e-5,
  )


@needs_browser
def test_half_precision_where_the_page_would_be_too_large(
  made, browser, tmp_path, monkeypatch
):
  of = made('tanh')
  exploration = gather.explore(of.config, of.checkpoint, str(of.dataset))
  whole, weights_type = page.render(exploration, 'x')
  assert weights_type == 'float32'
  monkeypatch.setattr(page, 'MAX_BYTES', len(whole) - 1)
  half, weights_type = page.render(exploration, 'x')
  assert weights_type == 'float16' and len(half) < len(whole)
  files.write_text(str(tmp_path / 'half.html'), half)
  browser.open(tmp_path / 'half.html')
  z = [[0.5, -1.0]]
  ours = np.reshape(
    browser.js('return vrae.decode(arguments[0], 50)', z[0]), (50, -1)
  )
  expected = python_outputs(of, z, 50)[0]
  np.testing.assert_allclose(ours, expected, atol=0.01)
  about = browser.get('document.getElementById("about").textContent')
  assert 'half precision' in about


class TestProjection:
  def test_a_plane_is_itself(self):
    means = np.random.RandomState(0).normal(size=[30, 2])
    plane = projection.Projection(means)
    np.testing.assert_array_equal(plane.points, means)
    np.testing.assert_array_equal(plane.from_map(means), means)

  def test_one_dimension_is_a_line(self):
    plane = projection.Projection(np.arange(5.0)[:, np.newaxis])
    np.testing.assert_array_equal(plane.points[:, 0], np.arange(5.0))
    np.testing.assert_array_equal(plane.points[:, 1], 0)
    np.testing.assert_array_equal(plane.from_map([[2.5, 9.0]]), [[2.5]])

  def test_principal_components_and_back(self):
    random = np.random.RandomState(0)
    means = random.normal(size=[200, 6]) * [1, 9, 1, 1, 5, 1] + 3
    plane = projection.Projection(means)
    assert plane.kind == 'pca'
    np.testing.assert_allclose(
      plane.basis @ plane.basis.T, np.eye(2), atol=1e-9
    )
    assert abs(plane.basis[0, 1]) > 0.99 and abs(plane.basis[1, 4]) > 0.99
    total = means.var(axis=0).sum()
    assert plane.share == pytest.approx(plane.points.var(axis=0).sum() / total)
    points = random.normal(size=[50, 2]) * 10
    np.testing.assert_allclose(
      plane.to_map(plane.from_map(points)), points, atol=1e-9
    )
    # At a window, that window; far away, the plane.
    np.testing.assert_allclose(plane.from_map(plane.points), means, atol=0.02)
    far = plane.mean + np.array([900.0, 0.0]) @ plane.basis
    np.testing.assert_allclose(plane.from_map([[900.0, 0.0]])[0], far)

  def test_windows_that_are_all_the_same(self):
    plane = projection.Projection(np.ones([4, 5]))
    assert plane.share == 1.0 and plane.reach > 0
    np.testing.assert_allclose(plane.from_map(plane.points), np.ones([4, 5]))


class TestHeat:
  def test_values_are_those_of_the_cells(self, made):
    """Expected counts, against outputs decoded by Magenta's own model."""
    page = made('tanh')
    exploration = gather.explore(
      page.config, page.checkpoint, str(page.dataset)
    )
    facts, heat = exploration.facts['heat'], exploration.arrays['heat']
    assert heat.shape == (3, facts['rows'], facts['columns'])
    cells = [(0, 0), (facts['rows'] - 1, 3), (7, facts['columns'] - 1)]
    corner, cell = np.array(facts['corner']), facts['cell']
    z = [corner + cell * (np.array([c, r]) + 0.5) for r, c in cells]
    p = python_outputs(page, z, 50)
    for (row, column), p_cell in zip(cells, p):
      np.testing.assert_allclose(
        heat[:, row, column],
        [
          p_cell.sum() / 50,
          (p_cell @ np.arange(36, 85)).sum() / p_cell.sum(),
          20 / 50 * (p_cell[0].sum() + (p_cell[1:] * (1 - p_cell[:-1])).sum()),
        ],
        rtol=1e-4,
      )
    # All windows are within.
    low = np.array(facts['corner'])
    high = low + cell * np.array([facts['columns'], facts['rows']])
    means = exploration.arrays['means']
    assert (means > low).all() and (means < high).all()


class TestBadInput:
  def explore(self, *arguments):
    return run_command('vrae_explore', *arguments)

  def one_line(self, result, *says):
    assert result.returncode == 1, result.stderr
    *progress, line = result.stderr.strip().splitlines()
    assert all(note.startswith('piece ') for note in progress), progress
    for words in says:
      assert words in line, line

  def test_no_checkpoint(self, dataset, tmp_path):
    output = tmp_path / 'page.html'
    result = self.explore(
      f'--run_dir={tmp_path}/run',
      f'--examples_path={dataset}',
      f'--output={output}',
    )
    self.one_line(result, 'no checkpoint', 'vrae_train')
    assert not output.exists()

  def test_examples_of_other_pitches(self, made, tmp_path, score):
    page = made('tanh')
    drums = score((40, 0, 1), is_drum=True)
    write_dataset(tmp_path / 'drums.tfrecord', {'Drums.mid': drums})
    write_dataset(tmp_path / 'low.tfrecord', {'Low.mid': score((20, 0, 1))})
    write_dataset(tmp_path / 'none.tfrecord', {})
    output = tmp_path / 'page.html'
    result = self.explore(
      f'--run_dir={page.path.parent.parent}',
      f'--examples_path={tmp_path}/drums.tfrecord',
      f'--output={output}',
    )
    self.one_line(result, 'no note that the model can hold', 'vrae_drums_20d')
    assert not output.exists()
    for name, says in (
      ('low', 'none of its 1 notes.*36 to 84.*trained on'),
      ('none', 'no NoteSequence.*vrae_create_dataset'),
      ('nowhere', 'no file matches'),
    ):
      with pytest.raises(InputError, match=says):
        gather.explore(
          page.config, page.checkpoint, f'{tmp_path}/{name}.tfrecord'
        )

  def test_a_damaged_checkpoint(self, made, tmp_path):
    page = made('tanh')
    for path in page.path.parent.parent.glob(f'train/model.ckpt-{NUM_STEPS}.*'):
      shutil.copy(path, tmp_path)
    (data,) = tmp_path.glob('*.data*')
    data.write_bytes(data.read_bytes()[:1000])
    with pytest.raises(InputError, match='damaged'):
      gather.explore(
        page.config,
        str(tmp_path / f'model.ckpt-{NUM_STEPS}'),
        str(page.dataset),
      )

  def test_another_model(self, tmp_path):
    config = configs.get_config('cat-mel_2bar_small')
    with pytest.raises(InputError, match='only, but this config has MusicVAE'):
      gather.explore(config, 'model.ckpt', 'songs.tfrecord')

  def test_a_model_that_hears_intervals(self):
    config = configs.get_config('vrae_music', 'interval_size=4')
    with pytest.raises(InputError, match='interval_size=4'):
      gather.explore(config, 'model.ckpt', 'songs.tfrecord')

  def test_songs_of_one_name_are_numbered(self):
    songs = [{'title': 'A'}, {'title': 'B'}, {'title': 'A'}]
    song_windows._tell_apart(songs)
    assert [song['title'] for song in songs] == ['A (1)', 'B', 'A (2)']


def test_the_page_is_part_of_the_package():
  """What setup.py ships is what the page is made of."""
  folder = page._HERE
  names = {path.name for path in folder.iterdir() if path.is_file()}
  assert names == {'page.html', 'page.css', 'page.js'}
  assert CORPUS.exists()
