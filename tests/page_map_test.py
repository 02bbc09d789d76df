# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: F401, F811 - fixtures are imported, and are arguments' names.
"""The page's map in a real browser: many windows, search, colours, changes.

The page is of the songs and the map that a ready-made model brings along.
"""

from __future__ import annotations

import base64
import io
import json
import pathlib
import re
from typing import NamedTuple

import numpy as np
import PIL.Image
import pytest
import small_models
from explorer_test import browser
from explorer_test import chromium
from explorer_test import needs_browser
from page_play_test import link_of
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from magenta_vrae import files
from magenta_vrae.explorer import gather
from magenta_vrae.explorer import own_map
from magenta_vrae.explorer import packing
from magenta_vrae.explorer import page
from magenta_vrae.explorer import projection
from magenta_vrae.explorer import window_attributes
from magenta_vrae.inference import attributes
from magenta_vrae.runs import bundle
from magenta_vrae.runs import ready_made
from magenta_vrae.runs import run_settings


class Made(NamedTuple):
  """A page, what it is made of, and the page of the model itself."""

  path: pathlib.Path
  exploration: gather.Exploration
  converter: object
  own_path: pathlib.Path
  own_weights_type: str


@pytest.fixture(scope='module')
def made(tmp_path_factory):
  """The page of the model `chorales`, and its map with a small decoder."""
  work = tmp_path_factory.mktemp('page')
  contents = bundle.read(ready_made.find('chorales'), str(work))
  _, config = run_settings.find_config(str(work))
  own = gather.explore(config, contents.checkpoint, None)
  own_text, own_weights_type = page.render(own, 'Chorales')
  files.write_text(str(work / 'own.html'), own_text)
  exploration = small_models.with_small_decoder(own, config)
  text, _ = page.render(exploration, 'Chorales')
  files.write_text(str(work / 'page.html'), text)
  return Made(
    work / 'page.html',
    exploration,
    config.data_converter,
    work / 'own.html',
    own_weights_type,
  )


# Zooms in by the wheel, and on until what is seen was drawn on the way.
_FAR_AWAY = """
const done = arguments[0];
const overlay = document.getElementById('overlay');
const box = overlay.getBoundingClientRect();
const {style} = document.getElementById('map');
const {view, canvas} = vrae.map;
let steps = 0, wasMoved = false;
const own = view.width;
const step = () => {
  const scale = Number(/scale\\((.*)\\)/.exec(style.transform)?.[1] ?? 1);
  wasMoved ||= scale > 1.3;
  if (steps++ > 12 && scale < 1.3) {
    done({wasMoved, width: view.width, own});
    return;
  }
  const deltaY = steps < 12 ? -60 : -1;
  overlay.dispatchEvent(new WheelEvent('wheel', {deltaY, bubbles: true,
    cancelable: true, clientX: box.left + 300, clientY: box.top + 200}));
  requestAnimationFrame(step);
};
step();
"""


def set_to(browser, id_, value):
  browser.js(
    'const [id, value] = arguments, e = document.getElementById(id);'
    'e.value = value; for (const type of ["input", "change"])'
    '  e.dispatchEvent(new Event(type, {bubbles: true}))',
    id_,
    value,
  )


def text_of(browser, id_):
  return browser.get(f'document.getElementById({json.dumps(id_)}).textContent')


@needs_browser
class TestFirstVisit:
  def test_one_line_and_one_click(self, made, browser):
    browser.open(made.own_path)
    assert text_of(browser, 'hint') == (
      'Click the pulsing point to hear its music.'
    )
    pulse = browser.element('pulse')
    assert pulse.is_displayed()
    box = browser.js(
      'const {x, y, width, height} = arguments[0].getBoundingClientRect();'
      'return [x + width / 2, y + height / 2]',
      pulse,
    )
    browser.js('window.clicked = document.elementFromPoint(...arguments)', *box)
    assert browser.get('clicked.id') == 'overlay'
    middle = browser.js(
      'const {x, y, width, height} = document.getElementById("overlay")'
      '.getBoundingClientRect(); return [x + width / 2, y + height / 2]'
    )
    dx, dy = (int(a - b) for a, b in zip(box, middle))
    browser.at(dx, dy).click().perform()
    browser.wait('vrae.player.isPlaying')
    browser.wait('document.getElementById("pulse").hidden')
    assert 'over the map' in text_of(browser, 'hint')

  def test_the_play_button_is_enough(self, made, browser):
    browser.open(made.path)
    browser.element('play').click()
    browser.wait('vrae.player.isPlaying')
    browser.wait('document.getElementById("pulse").hidden')


@needs_browser
class TestKept:
  @pytest.fixture(autouse=True)
  def kept(self, made, browser):
    browser.open(made.path)
    with browser.keeping():
      yield

  def test_a_reload_brings_back_theme_view_and_settings(self, made, browser):
    theme = browser.get('document.documentElement.dataset.theme')
    browser.element('theme').click()
    set_to(browser, 'temperature', '0.5')
    set_to(browser, 'volume', '0.3')
    set_to(browser, 'mark-color', 'register')
    browser.choose('threshold')
    browser.choose('blend')
    browser.element('loop').click()
    for _ in range(3):
      browser.element('zoom-in').click()
    browser.at(40, 30).click().perform()
    view = browser.get('vrae.map.view.place')
    browser.wait('JSON.stringify(localStorage).includes("zoom")')
    browser.reload()
    assert browser.get('document.documentElement.dataset.theme') != theme
    values = browser.js(
      'return ["temperature", "volume", "mark-color"].map('
      '  (id) => document.getElementById(id).value)'
    )
    assert values == ['0.5', '0.3', 'register']
    assert browser.get('vrae.emission.sampling') == 'threshold'
    assert browser.get('vrae.emission.temperature') == 0.5
    assert browser.get('vrae.map.colors.attribute') == 1
    assert browser.get('vrae.player.loop')
    assert browser.get('document.querySelector("[value=blend]").checked')
    assert browser.get('vrae.map.view.place') == view

  def test_who_was_here_is_not_shown_around_again(self, made, browser):
    browser.element('play').click()
    browser.wait('document.getElementById("pulse").hidden')
    browser.reload()
    assert not browser.element('pulse').is_displayed()
    assert 'pulsing' not in text_of(browser, 'hint')

  def test_damaged_and_foreign_entries_are_as_none(self, made, browser):
    entry = browser.get('Object.keys({...localStorage, "vrae x": 1})')
    assert entry
    browser.js(
      'localStorage.setItem("vrae " + location.pathname + " Chorales",'
      ' JSON.stringify({theme: 7, view: {center: "x"},'
      '  "control temperature": "none", "control mode": 3,'
      '  "control quantity": "99"}))'
    )
    browser.reload()
    assert browser.get('vrae.map.view.isWhole')
    assert browser.element('temperature').get_attribute('value') == '0.8'
    assert browser.element('quantity').get_attribute('value') == '0'


@needs_browser
class TestSearch:
  def test_finds_songs_and_lets_them_stand_out(self, made, browser):
    browser.open(made.path)
    total = len(made.exploration.facts['songs'])
    rows = '#songs li'
    find = browser.driver.find_elements
    assert len(find(By.CSS_SELECTOR, rows)) == 150 < total
    assert text_of(browser, 'found') == f'The first 150 of {total} songs.'
    titles = [song['title'] for song in made.exploration.facts['songs']]
    search = browser.element('search')
    search.send_keys('BWV10')
    expected = [title for title in titles if 'bwv10' in title]
    assert 3 < len(expected) < 50
    found = [b.text for b in find(By.CSS_SELECTOR, f'{rows} b')]
    assert found == expected
    assert f'{len(expected)} of {total} songs' in text_of(browser, 'found')
    search.send_keys(Keys.ENTER)
    browser.wait('vrae.player.isPlaying && vrae.piece.kind === "song"')
    assert browser.get('vrae.piece.title') == f'Along {expected[0]}'
    search.send_keys('xyz')
    assert text_of(browser, 'found') == 'No song is called so.'
    assert not find(By.CSS_SELECTOR, rows)
    search.clear()
    search.send_keys(' ')
    assert len(find(By.CSS_SELECTOR, rows)) == 150


@needs_browser
class TestMarks:
  def stage(self, browser):
    """The map, once it stands still."""
    last = b''
    while True:
      now = browser.element('stage').screenshot_as_png
      if now == last:
        return now
      last = now

  def test_are_coloured_by_an_attribute(self, made, browser):
    browser.cdp(
      'Emulation.setEmulatedMedia',
      features=[{'name': 'prefers-reduced-motion', 'value': 'reduce'}],
    )
    browser.open(made.path)
    facts = made.exploration.facts['attributes']
    assert [f['name'] for f in facts] == ['density', 'register', 'polyphony']
    before = self.stage(browser)
    set_to(browser, 'mark-color', 'register')
    assert browser.element('mark-scale').is_displayed()
    low, high = text_of(browser, 'mark-low'), text_of(browser, 'mark-high')
    assert low != high and {low[-1], high[-1]} <= set('2345')
    wait = WebDriverWait(browser.driver, 30, 0.2)
    wait.until(lambda _: self.stage(browser) != before)
    song, index = 3, 2
    first = sum(s['windows'] for s in made.exploration.facts['songs'][:song])
    level = browser.js(
      'return vrae.map.colors.levelOf(vrae.songs[arguments[0]], arguments[1])',
      song,
      index,
    )
    assert level == made.exploration.arrays['levels'][1, first + index]
    set_to(browser, 'mark-color', 'song')
    assert not browser.element('mark-scale').is_displayed()
    assert browser.get('vrae.map.colors.attribute === null')

  def test_look_alike_by_webgl_and_by_canvas(self, made, browser):
    def picture():
      stage = io.BytesIO(self.stage(browser))
      return np.asarray(PIL.Image.open(stage).convert('RGB'), float)

    browser.cdp(
      'Emulation.setEmulatedMedia',
      features=[{'name': 'prefers-reduced-motion', 'value': 'reduce'}],
    )
    browser.open(made.path)
    assert browser.get('vrae.map.canvas.glMarks === null')
    by_canvas = picture()
    browser.js('vrae.songs.forEach((s) => { s.shown = false; })')
    browser.element('zoom-fit').click()
    without = picture()
    # The page takes no software for a graphics processor: here it has to.
    script = browser.cdp(
      'Page.addScriptToEvaluateOnNewDocument',
      source='const own = WebGL2RenderingContext.prototype.getParameter;'
      'WebGL2RenderingContext.prototype.getParameter = function (name) {'
      '  return name === 0x1f01 || name === 0x9246 ? "A processor"'
      '    : own.call(this, name); }',
    )
    try:
      browser.open(made.path)
      assert browser.get('vrae.map.canvas.glMarks !== null')
      by_gl = picture()
      # Phones take it away from a page that is long out of sight.
      browser.js(
        'const {gl} = vrae.map.canvas.glMarks;'
        'gl.getExtension("WEBGL_lose_context").loseContext()'
      )
      browser.wait('vrae.map.canvas.glMarks.isLost')
      after_loss = picture()
      browser.forget_logs()  # The browser says that it is lost.
      browser.open(made.path)
    finally:
      browser.cdp('Page.removeScriptToEvaluateOnNewDocument', **script)
    # Edges differ by parts of a pixel: little of what the marks change.
    marks = np.abs(by_canvas - without).mean()
    assert marks > 1
    assert np.abs(by_gl - by_canvas).mean() < 0.35 * marks
    assert np.abs(after_loss - by_canvas).mean() < 0.05 * marks


@needs_browser
class TestTrails:
  def places(self, browser, song):
    """Where a song's windows are, from the middle of the map, in pixels."""
    return browser.js(
      'const {view} = vrae.map, {points} = vrae.songs[arguments[0]];'
      'const out = [];'
      'for (let i = 0; i < points.length; i += 2) {'
      '  const [x, y] = view.toScreen([points[i], points[i + 1]]);'
      '  out.push([Math.round(x - view.width / 2),'
      '            Math.round(y - view.height / 2)]);'
      '} return out',
      song,
    )

  def test_a_drag_along_a_trail_plays_it(self, made, browser):
    browser.open(made.path)
    # One song alone, so that the pointer is on no other.
    browser.js('vrae.songs.forEach((s, i) => { s.shown = i === 0; })')
    places = self.places(browser, 0)
    moves = browser.at(*places[0]).click_and_hold()
    for (x0, y0), (x1, y1) in zip(places, places[1:4]):
      moves = moves.move_by_offset(x1 - x0, y1 - y0).pause(0.3)
    moves.perform()
    browser.wait('vrae.player.isPlaying && vrae.piece.kind === "song"')
    means = np.reshape(browser.get('[...vrae.songs[0].means]'), (-1, 32))
    z = browser.get('[...vrae.piece.stretches[0].z]')
    nearest = np.square(means - z).sum(axis=1).argmin()
    assert 2 <= nearest <= 4
    np.testing.assert_allclose(z, means[nearest])
    before = browser.get('vrae.map.view.center')
    browser.at(0, 0).release().perform()
    # It goes on; and the map has not moved.
    assert browser.get('vrae.player.isPlaying')
    assert browser.get('vrae.map.view.center') == before

  def test_a_drag_beside_them_moves_the_map(self, made, browser):
    browser.open(made.path)
    browser.js('vrae.songs.forEach((s) => { s.shown = false; })')
    before = browser.get('vrae.map.view.center')
    browser.at(0, 0).click_and_hold().move_by_offset(50, 20).release().perform()
    assert browser.get('vrae.map.view.center') != before
    assert not browser.get('vrae.player.isPlaying')


@needs_browser
class TestChange:
  def test_sliders_lead_off_the_map_and_back(self, made, browser):
    browser.open(made.path)
    browser.js('document.getElementById("change").open = true')
    assert text_of(browser, 'where') == 'On the map'
    browser.at(20, -30).click().perform()
    browser.wait('vrae.player.isPlaying')
    z = np.array(browser.piece()['stretches'][0]['z'])
    directions = made.exploration.arrays['directions']
    set_to(browser, 'change-register', '1.5')
    moved = np.array(browser.piece()['stretches'][0]['z'])
    np.testing.assert_allclose(moved - z, 1.5 * directions[1], atol=1e-6)
    facts = made.exploration.facts['projection']
    basis = np.array(facts['basis'])
    off = moved - z - (moved - z) @ basis.T @ basis
    width = max(made.exploration.facts['heat']['view']['size'])
    percent = round(100 * np.linalg.norm(off) / width)
    assert (
      text_of(browser, 'where') == f'Off the map by {percent}% of its width'
    )
    assert browser.get('vrae.piece.title').endswith(', changed')
    # A direction beyond the map leaves the map's point.
    point = browser.get('vrae.piece.stretches[0].point')
    set_to(browser, 'change-direction-1', '-2')
    np.testing.assert_allclose(
      browser.get('vrae.piece.stretches[0].point'), point, atol=1e-5
    )
    beyond = np.array(browser.piece()['stretches'][0]['z']) - moved
    assert np.linalg.norm(beyond) > 0.1
    np.testing.assert_allclose(beyond @ basis.T, 0, atol=1e-5)
    # A setting leaves it where it is.
    set_to(browser, 'windows', '2')
    again = np.array(browser.piece()['stretches'][0]['z'])
    np.testing.assert_array_equal(again, moved + beyond)
    browser.element('to-map').click()
    np.testing.assert_array_equal(browser.piece()['stretches'][0]['z'], z)
    assert text_of(browser, 'where') == 'On the map'
    assert browser.element('change-register').get_attribute('value') == '0'

  def test_are_heard_in_time_and_kept(self, made, browser):
    browser.driver.get('about:blank')
    browser.open(made.path)
    browser.js(
      'for (const id of ["change", "keep"])'
      '  document.getElementById(id).open = true'
    )
    browser.at(20, -30).click().perform()
    browser.wait('vrae.player.frame > 3')
    # The music goes on, and goes over to the changed point.
    before = browser.js(
      'window.tops = 0; let last = vrae.player.frame;'
      'const watch = () => {'
      '  if (vrae.player.frame < last) window.tops++;'
      '  last = vrae.player.frame; requestAnimationFrame(watch);'
      '};'
      'watch(); return last'
    )
    set_to(browser, 'change-register', '1.5')
    set_to(browser, 'change-direction-2', '-1.2')
    browser.wait('vrae.player.heard === vrae.piece && vrae.piece.isWhole')
    assert browser.get('vrae.player.frame') > before
    assert browser.get('window.tops') == 0
    browser.element('favour').click()
    browser.element('play').click()
    changed = browser.piece()
    assert changed['roll'].any()
    # The address has it, and so has the point that was kept.
    link = browser.link()
    browser.driver.get('about:blank')
    browser.open(f'{made.path}{link}')
    self.is_as(browser, changed)
    browser.at(-60, 40).click().perform()
    browser.wait('vrae.player.isPlaying && vrae.piece.isWhole')
    assert browser.element('change-register').get_attribute('value') == '0'
    browser.js('document.getElementById("keep").open = true')
    name = browser.driver.find_element(By.CSS_SELECTOR, '#favourites b').text
    assert name.endswith(', changed')
    browser.driver.find_element(
      By.CSS_SELECTOR, f'[aria-label="Play {name}"]'
    ).send_keys(Keys.ENTER)
    browser.wait('vrae.player.isPlaying && vrae.piece.isWhole')
    self.is_as(browser, changed)

  def is_as(self, browser, changed):
    """The piece is one that was changed, but for digits that no link has."""
    z = [piece['stretches'][0]['z'] for piece in (browser.piece(), changed)]
    np.testing.assert_allclose(*z, atol=1e-3)
    np.testing.assert_array_equal(browser.piece()['roll'], changed['roll'])
    for name, value in (('register', '1.5'), ('direction-2', '-1.2')):
      slider = browser.element(f'change-{name}')
      assert slider.get_attribute('value') == value

  def test_four_directions_are_the_neighbourhoods_largest(self, made, browser):
    browser.open(made.path)
    browser.at(20, -30).click().perform()
    z = np.array(browser.piece()['stretches'][0]['z'])
    ours = browser.js(
      'return vrae.map.change.directions.map('
      '  ({vector, spread}) => [...vector, spread])'
    )
    means = made.exploration.arrays['means'].astype(float)
    plane = projection.Projection(means)
    nearest = np.argsort(np.square(means - z).sum(axis=1))[:60]
    rest = means[nearest] - plane.mean
    rest -= rest @ plane.basis.T @ plane.basis
    values, vectors = np.linalg.eigh(np.cov(rest.T, bias=True))
    for row, value, vector in zip(ours, values[::-1], vectors.T[::-1]):
      assert row[-1] == pytest.approx(np.sqrt(value), rel=0.02)
      assert abs(np.dot(row[:-1], vector)) > 0.9


@needs_browser
class TestSmallScreens:
  def test_no_name_is_cut(self, made, browser):
    cut = (
      'return [...document.querySelectorAll("#mixer b, #subtitle, h1")].filter('
      '  (e) => e.scrollWidth > e.clientWidth).map((e) => e.textContent)'
    )
    browser.open(made.path)
    for width in (360, 768, 1024, 1280, 1920):
      browser.cdp(
        'Emulation.setDeviceMetricsOverride',
        **{'width': width, 'height': 720, 'deviceScaleFactor': 1},
        mobile=False,
      )
      browser.wait(f'innerWidth === {width}')
      assert browser.js(cut) == []
      assert browser.element('mixer').text.startswith('soprano')


@needs_browser
class TestLink:
  def test_is_the_same_point_on_any_screen(self, made, browser):
    browser.open(made.path, width=1400)
    near = browser.js(
      'const {view} = vrae.map, {points} = vrae.songs[5];'
      'const [x, y] = view.toScreen([points[0], points[1]]);'
      'return [[x, y], [x + 3, y + 2], [x + 80, y - 60]].map('
      '  (at) => view.toMap(at))'
    )
    zs = []
    for width in (1400, 500):
      browser.open(made.path, width=width)
      for point in near:
        browser.js(
          'window.last = vrae.piece; location.hash = arguments[0]',
          link_of(path=[point]),
        )
        browser.wait('vrae.piece !== window.last')
        zs.append(browser.piece()['stretches'][0]['z'])
    np.testing.assert_array_equal(zs[:3], zs[3:])
    # The first is a window's, the second is beside it.
    window = browser.get('[...vrae.songs[5].means.subarray(0, 32)]')
    np.testing.assert_array_equal(zs[0], window)
    assert np.abs(np.subtract(zs[1], window)).max() > 1e-6

  def test_is_followed_though_the_page_was_about_to_write_its_own(
    self, made, browser
  ):
    browser.open(made.path)
    first, other = ([0.25, 0.25], [0.75, 0.5])
    browser.js('location.hash = arguments[0]', link_of(path=[first]))
    browser.wait('vrae.piece && vrae.piece.stretches.length')
    # The button writes what is shown, and the event of the new one is to come.
    browser.js(
      'window.last = vrae.piece; location.hash = arguments[0];'
      'document.getElementById("copy-link").click()',
      link_of(path=[other]),
    )
    browser.wait('vrae.piece !== window.last')
    np.testing.assert_allclose(browser.piece()['stretches'][0]['point'], other)

  def test_a_click_beside_a_window_is_the_window(self, made, browser):
    browser.open(made.path, width=1400)
    browser.js('vrae.songs.forEach((s, i) => { s.shown = i === 5; })')
    at = browser.js(
      'const {view} = vrae.map, {points} = vrae.songs[5];'
      'const [x, y] = view.toScreen([points[0], points[1]]);'
      'return [x - view.width / 2, y - view.height / 2]'
    )
    browser.at(round(at[0]) + 3, round(at[1])).click().perform()
    browser.wait('vrae.player.isPlaying && vrae.piece.isWhole')
    clicked = browser.piece()
    means = np.reshape(browser.get('[...vrae.songs[5].means]'), (-1, 32))
    z = clicked['stretches'][0]['z']
    assert np.abs(means - z).max(axis=1).min() == 0
    # Its link is that window too, on a smaller screen.
    link = browser.link()
    browser.driver.get('about:blank')
    browser.open(f'{made.path}{link}', width=500)
    np.testing.assert_array_equal(browser.piece()['stretches'][0]['z'], z)


@needs_browser
class TestWords:
  def test_an_empty_corner_is_not_between_the_songs(self, made, browser):
    browser.open(made.path, width=1400)
    browser.at(-480, -120).click().perform()
    assert text_of(browser, 'now-title') == 'Away from the songs'


class TestSizes:
  def page_of(self, made, num):
    """The page of many windows around those of the model."""
    random = np.random.RandomState(0)
    known = made.exploration.arrays['means']
    steps = random.normal(0, 0.05, [num, known.shape[1]]).cumsum(axis=0)
    means = known[random.randint(len(known), size=num)] + np.sin(steps)
    starts = np.tile(np.arange(num // 100, dtype=np.int32) * 32, 100)
    begins = starts / 5.3
    arrays = {
      **made.exploration.arrays,
      'means': means.astype(np.float32),
      'starts': starts,
      'spans': np.float32(np.stack([begins, begins + 12], axis=1)),
      'levels': random.randint(255, size=[3, num]).astype(np.uint8),
    }
    songs = [
      {'title': f'Song {i}', 'windows': num // 100, 'frames': 9}
      for i in range(100)
    ]
    facts = {**made.exploration.facts, 'songs': songs}
    return page.render(
      made.exploration._replace(facts=facts, arrays=arrays), 'Many'
    )

  def test_a_ready_made_models_page_is_exact_and_under_12_mb(self, made):
    text = made.own_path.read_text()
    assert made.own_weights_type == 'float32' and len(text) < 12e6
    assert '"meansType": "float32"' in text

  def test_notes_go_before_places_are_less_exact(self, made, monkeypatch):
    # Without weights, so that all is quick to compress.
    small = made.exploration._replace(weights={})
    sizes = [
      len(page._render(small, 'Chorales', *rung).encode())
      for rung in page._RUNGS[:4]
    ]
    assert sizes == sorted(sizes, reverse=True) and sizes[2] < sizes[1]
    for most, has_notes, means in (
      (sizes[1], True, 'float32'),
      (sizes[1] - 1, False, 'float32'),
      (sizes[2], False, 'float32'),
      (sizes[2] - 1, False, 'float16'),
    ):
      monkeypatch.setattr(page, 'MAX_BYTES', most)
      text, _ = page.render(small, 'Chorales')
      assert len(text.encode()) <= most
      facts = json.loads(re.search('id="facts">(.*?)</script>', text).group(1))
      names = [array['name'] for array in facts['arrays']]
      assert ('notes' in names) is has_notes and facts['meansType'] == means

  def test_200_000_windows_are_under_12_mb(self, made, monkeypatch):
    # The exact forms take half a minute, and are too large.
    monkeypatch.setattr(page, '_RUNGS', page._RUNGS[-2:])
    text, _ = self.page_of(made, 200_000)
    assert len(text.encode()) < 12e6
    assert re.search(r'"meansType": \d+,', text)

  @needs_browser
  def test_many_windows_are_all_on_the_map(
    self, made, browser, tmp_path, monkeypatch
  ):
    monkeypatch.setattr(page, '_RUNGS', [('float16', 64, False)])
    text, _ = self.page_of(made, 20_000)
    files.write_text(str(tmp_path / 'page.html'), text)
    browser.open(tmp_path / 'page.html')
    assert browser.get('vrae.songs.length') == 100
    assert browser.get('vrae.songs[99].points.length') == 400
    assert '20,000 windows' in text_of(browser, 'subtitle')
    about = text_of(browser, 'about')
    assert '64 steps of each' in about and 'leaves out the songs' in about
    starts = browser.get('[...vrae.songs[7].starts]')
    assert starts == [32 * i for i in range(200)]
    self.moves_as_a_picture(browser)

  def moves_as_a_picture(self, browser):
    """Without a graphics processor: it is drawn anew while it moves."""

    def picture():
      url = browser.get('document.getElementById("map").toDataURL()')
      image = io.BytesIO(base64.b64decode(url.split(',')[1]))
      return np.asarray(PIL.Image.open(image).convert('RGB'), float)

    assert browser.get('vrae.map.canvas.drawsInSteps')
    first = picture()
    found = browser.driver.execute_async_script(_FAR_AWAY)
    assert found['wasMoved']
    # Its box was measured as it stands, not as it is moved.
    assert found['width'] == found['own']
    browser.wait('!vrae.map.canvas.isMoving && !vrae.map.canvas.isDrawing')
    browser.wait(
      'document.getElementById("map").style.transform'
      ' === "translate(0px, 0px) scale(1)"'
    )
    in_steps = picture()
    assert np.abs(in_steps - first).mean() > 5
    # All at once, it is the same.
    set_to(
      browser, 'quantity', browser.element('quantity').get_attribute('value')
    )
    browser.js(
      'window.frames_ = 0; requestAnimationFrame(() =>'
      ' requestAnimationFrame(() => { window.frames_ = 2; }))'
    )
    browser.wait('window.frames_ === 2')
    assert np.abs(picture() - in_steps).mean() < 0.05


class TestPacking:
  def test_bytes_are_the_nearest_steps(self):
    values = np.random.RandomState(0).normal(size=[500, 3]) * [1, 10, 0]
    steps, low, size = packing.in_bytes(values, 64)
    assert steps.dtype == np.uint8 and steps.max() == 63
    assert np.all(abs(low + steps * size - values) <= size / 2 + 1e-12)
    assert size[2] == 0


class TestWindowAttributes:
  def test_levels_are_even_steps_of_what_is_measured(self):
    random = np.random.RandomState(0)
    means = random.normal(size=[400, 5])
    values = np.stack([3 * means[:, 1], np.full(400, 2.0)])
    values[0, :7] = np.nan
    found = window_attributes.levels_of(('density', 'register'), values, means)
    # What is the same everywhere is no attribute to go along.
    assert [fact['name'] for fact in found.facts] == ['density']
    assert np.all(found.levels[0, :7] == 255)
    (fact,), (levels,) = found.facts, found.levels[:, 7:]
    low, high = fact['low'], fact['high']
    again = low + levels / 254 * (high - low)
    expected = np.clip(values[0, 7:], low, high)
    np.testing.assert_allclose(again, expected, atol=(high - low) / 500)
    direction = attributes.of_values(means, values[0])
    np.testing.assert_allclose(found.directions[0], direction, rtol=1e-5)
    assert abs(direction[1]) > 4 * np.abs(np.delete(direction, 1)).max()

  def test_a_models_own_windows_are_measured_on_their_notes(self, made):
    # The same songs, read by the command, give the same numbers.
    arrays, facts = made.exploration.arrays, made.exploration.facts
    converter = made.converter
    depth = converter.depth
    roll = np.unpackbits(arrays['notes'])[: len(arrays['notes']) * 8]
    frames = [song['frames'] for song in facts['songs']]
    roll = roll[: sum(frames) * depth].reshape(-1, depth)
    song = facts['songs'][3]
    first = sum(other['windows'] for other in facts['songs'][:3])
    begin = sum(frames[:3])
    starts = arrays['starts'][first : first + song['windows']]
    windows = [roll[begin:][s : s + converter.window_frames] for s in starts]
    names = [fact['name'] for fact in facts['attributes']]
    assert names == ['density', 'register', 'polyphony']
    values = window_attributes.measure(np.array(windows), converter)
    for i, fact in enumerate(facts['attributes']):
      low, high = fact['low'], fact['high']
      levels = arrays['levels'][i, first : first + song['windows']]
      expected = np.clip((values[i] - low) / (high - low) * 254, 0, 254)
      np.testing.assert_allclose(levels, expected, atol=0.51)
