# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: F401, F811 - fixtures are imported, and are arguments' names.
"""The page where things are not as usual.

High contrast, a narrow phone, a page in the background, names in other scripts,
links to files that are gone, a browser without memory.
"""

from __future__ import annotations

from explorer_band_test import band_song
from explorer_test import browser
from explorer_test import chromium
from explorer_test import midi_file
from explorer_test import needs_browser
from page_play_test import QPM
from page_play_test import connected
from page_play_test import labelled
from page_play_test import link_of
from page_play_test import made
from page_play_test import on_page
from page_play_test import press
from page_play_test import set_box
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

pytestmark = needs_browser

# Each group's notes, one after another: in each frame some begin and end.
_BUSY = """
const {piece, converter} = vrae;
piece.roll.fill(0);
for (const part of converter.parts) {
  for (let start = 0; start < piece.frames; start++) {
    const pitch = part.pitches[part.isDrums ? 0 : 12 + (start % 2)];
    part.fill(piece.roll, [{pitch, start, end: start + 1}]);
  }
}
piece.version++;
"""

# How loud the channels are from now on: the most of each block, with its time.
_LISTEN = """
const {channels} = vrae.player;
const ears = channels.map((channel) => {
  const ear = new AnalyserNode(channel.context, {fftSize: 2048});
  channel.connect(ear);
  return ear;
});
const block = new Float32Array(2048);
window.levels = [];
setInterval(() => {
  const time = channels[0].context.currentTime;
  const levels = ears.map((ear) => {
    ear.getFloatTimeDomainData(block);
    return Math.max(...block.map(Math.abs));
  });
  window.levels.push([time, Math.max(...levels)]);
}, 20);
"""


class TestBackground:
  def test_music_ends_where_it_is_stopped(self, on_page):
    """A page that nobody sees sends more than a second of music ahead."""
    on_page.js(
      'Object.defineProperty(document, "hidden", {get: () => true});' + _BUSY
    )
    set_box(on_page, 'tempo', QPM)
    on_page.element('play').click()
    on_page.wait('vrae.player.frame > 2')
    on_page.js(_LISTEN)
    on_page.wait('window.levels.some(([, level]) => level > 0.05)')
    on_page.js(
      'document.getElementById("play").click();'
      'window.ended = vrae.player.channels[0].context.currentTime;'
    )
    on_page.wait('window.levels.at(-1)[0] > window.ended + 1.3')
    before = on_page.get(
      'Math.max(...levels.filter(([t]) => t < ended).map(([, l]) => l))'
    )
    after = on_page.get(
      'Math.max(...levels.filter(([t]) => t > ended + 0.7).map(([, l]) => l))'
    )
    assert before > 0.05 and after < 0.1 * before

  def test_what_was_missed_does_not_sound_all_at_once(self, on_page):
    """As while the browser prints: sound goes on, and no script runs."""
    on_page.js(_BUSY)
    on_page.element('loop').click()
    on_page.element('play').click()
    on_page.wait('vrae.player.frame > 2')
    on_page.js(
      'window.late = [];'
      'const {context} = vrae.player.channels[0];'
      'vrae.player.sinks.push({'
      '  strike: ({time}) => late.push(context.currentTime - time)});'
      'const end = performance.now() + 4000;'
      'while (performance.now() < end);'
    )
    # And it goes on in time.
    on_page.wait('window.late.filter((late) => late < 0).length > 8')
    assert on_page.get('Math.max(...window.late)') < 1.01
    on_page.element('play').click()


class TestWandering:
  def test_music_that_is_left_is_made_no_more(self, on_page):
    on_page.choose('wander')
    on_page.at(30, 10).click().perform()
    on_page.wait('vrae.player.isPlaying && vrae.player.frame > 2')
    set_box(on_page, 'tempo', QPM)
    set_box(on_page, 'quantum', 'bar')
    assert on_page.get('vrae.decoding.count') == 1
    on_page.choose('listen')
    on_page.at(-40, 20).click().perform()
    on_page.wait(
      'vrae.piece.kind === "point" && vrae.piece.isWhole'
      ' && vrae.player.piece === vrae.piece'
    )
    assert on_page.get('vrae.decoding.count') == 0


class TestGone:
  def test_a_link_along_a_file_that_is_gone_keeps_all_else(self, on_page):
    """A page whose reader walked along a file of theirs is loaded again."""
    link = link_of(
      kind='song',
      song='Mine',
      path=[[0.5, 0.25]],
      numbers={'tempo': 96},
      favourites=[['A star', 0, 0, 1]],
    )
    on_page.js('location.hash = arguments[0]', link)
    assert 'along Mine, which is not on this page' in on_page.message()
    assert on_page.get('vrae.player.tempo.qpm') == 96
    on_page.js('document.getElementById("keep").open = true')
    (row,) = on_page.driver.find_elements(By.CSS_SELECTOR, '#favourites b')
    assert row.text == 'A star'
    piece = on_page.piece()
    assert piece['kind'] == 'point'
    assert piece['stretches'][0]['point'] == [0.5, 0.25]

  def test_the_link_names_no_song_that_is_heard_no_more(
    self, made, on_page, tmp_path
  ):
    path = midi_file(tmp_path / 'Mine.mid', band_song(120))
    on_page.drop(path)
    on_page.wait(
      '/is on the map/.test(document.getElementById("message").textContent)'
    )
    labelled(on_page, 'Walk along Mine').send_keys(Keys.ENTER)
    on_page.wait('vrae.player.isPlaying')
    on_page.element('play').click()
    on_page.js('document.getElementById("message-close").click()')
    on_page.at(60, 15).perform()
    on_page.wait('vrae.piece.kind === "point" && vrae.piece.isWhole')
    on_page.js('document.getElementById("keep").open = true')
    press(on_page, 'favour')
    link = on_page.link()
    on_page.driver.get('about:blank')
    on_page.open(f'{made.path}{link}')
    assert not on_page.element('message').is_displayed()
    assert on_page.driver.find_elements(By.CSS_SELECTOR, '#favourites li')


class TestFiles:
  def test_is_not_read_out_at_each_step(self, on_page, tmp_path):
    """And a name of another script is read from its own beginning."""
    name = 'שיר'
    path = midi_file(tmp_path / f'{name}.mid', band_song(120, bars=500))
    on_page.js(
      'const message = document.getElementById("message");'
      'window.readOut = [];'
      'new MutationObserver(() => {'
      '  if (message.ariaBusy !== "true") readOut.push(message.innerText);'
      '}).observe(message, {childList: true, subtree: true})'
    )
    on_page.drop(path)
    on_page.wait(
      '/is on the map/.test(document.getElementById("message").textContent)'
    )
    (text,) = on_page.get('window.readOut')
    assert f'{name} is on the map' in text
    ways = on_page.get(
      '[...document.querySelectorAll("#songs b")].map('
      '(b) => getComputedStyle(b).direction)'
    )
    assert ways == ['ltr', 'ltr', 'rtl']

  def test_a_wav_file_that_cannot_be_made_is_said(self, on_page):
    """As of a browser that has too little memory for its samples."""
    on_page.js(
      'OfflineAudioContext.prototype.startRendering ='
      ' () => Promise.reject(new DOMException("", "InvalidStateError"))'
    )
    press(on_page, 'wav')
    on_page.wait('!/Making/.test(document.getElementById("message").innerText)')
    assert 'could not make the WAV file' in on_page.message()


class TestKeys:
  def test_undo_whether_caps_lock_is_on(self, on_page):
    on_page.js('document.getElementById("keep").open = true')
    press(on_page, 'favour')
    rows = 'document.querySelectorAll("#favourites li").length'
    assert on_page.get(rows) == 1
    on_page.js(
      'document.body.dispatchEvent(new KeyboardEvent("keydown",'
      ' {key: "Z", ctrlKey: true, bubbles: true, cancelable: true}))'
    )
    assert on_page.get(rows) == 0

  def test_the_focus_stays_where_rows_were(self, connected):
    focused = 'document.activeElement.ariaLabel'
    channel = labelled(connected, 'MIDI channel of chords')
    connected.js('arguments[0].focus()', channel)
    # A device comes or goes.
    connected.js('window.midi.dispatchEvent(new Event("statechange"))')
    assert connected.get(focused) == 'MIDI channel of chords'
    press(connected, 'favour')
    connected.at(60, 15).perform()
    connected.wait('vrae.piece.isWhole')
    press(connected, 'favour')
    rows = '#favourites li'
    first, second = (
      row.get_attribute('aria-label')
      for row in connected.driver.find_elements(
        By.CSS_SELECTOR, f'{rows} button:last-of-type'
      )
    )
    connected.driver.find_element(
      By.CSS_SELECTOR, f'{rows} button:last-of-type'
    ).send_keys(Keys.ENTER)
    assert first.startswith('Remove')
    assert connected.get(focused) == second
    connected.driver.switch_to.active_element.send_keys(Keys.ENTER)
    assert connected.get('document.activeElement.id') == 'favour'
    assert not connected.driver.find_elements(By.CSS_SELECTOR, rows)

  def test_enter_that_ends_a_composed_letter_plays_nothing(self, on_page):
    search = on_page.element('search')
    search.send_keys('Steady')
    enter = (
      'arguments[0].dispatchEvent(new KeyboardEvent("keydown",'
      ' {key: "Enter", isComposing: arguments[1], bubbles: true}))'
    )
    on_page.js(enter, search, True)
    assert not on_page.get('vrae.player.isPlaying')
    on_page.js(enter, search, False)
    assert on_page.get('vrae.player.isPlaying')
    on_page.element('play').click()


class TestHands:
  def test_a_finger_marks_a_loop(self, made, browser):
    browser.open(made.path, width=390, height=844, is_phone=True)
    browser.js('document.getElementById("roll").scrollIntoView()')
    box = browser.get(
      '(({left, top, width, height}) => ({left, top, width, height}))'
      '(document.getElementById("roll").getBoundingClientRect())'
    )
    x, y = box['left'] + 80, box['top'] + box['height'] / 2

    def touch(kind, *points):
      browser.cdp(
        'Input.dispatchTouchEvent',
        type=kind,
        touchPoints=[{'x': px, 'y': py} for px, py in points],
      )

    touch('touchStart', (x, y))
    for dx in range(10, 170, 10):
      touch('touchMove', (x + dx, y))
    touch('touchEnd')
    assert browser.element('loop').is_selected()
    span = browser.get('vrae.player.range')
    share = (span['to'] - span['from']) / browser.get('vrae.piece.frames')
    assert share > 0.4

  def test_every_use_of_the_map_is_on_the_narrowest_phone(self, made, browser):
    browser.open(made.path, width=320, height=640, is_phone=True)
    assert browser.get('document.documentElement.scrollWidth') == 320
    places = browser.get(
      '[...document.querySelectorAll("#modes label")].map((label) =>'
      ' [label.innerText, label.getBoundingClientRect().right])'
    )
    assert [name for name, _ in places] == ['Listen', 'Blend', 'Draw', 'Wander']
    edge = browser.get(
      'document.querySelector(".map-card").getBoundingClientRect().right'
    )
    assert all(right < edge for _, right in places), (places, edge)


class TestHighContrast:
  def test_what_is_chosen_and_what_colours_mean_is_seen(self, made, browser):
    browser.cdp(
      'Emulation.setEmulatedMedia',
      features=[{'name': 'forced-colors', 'value': 'active'}],
    )
    try:
      browser.open(made.path)
      looks = browser.get(
        '[...document.querySelectorAll(".segments span")]'
        '.filter((span) => span.checkVisibility()).map((span) =>'
        ' [span.previousElementSibling.checked,'
        '  getComputedStyle(span).backgroundColor])'
      )
      chosen = {color for is_chosen, color in looks if is_chosen}
      others = {color for is_chosen, color in looks if not is_chosen}
      assert chosen and others and not chosen & others
      mute = browser.driver.find_element(By.CSS_SELECTOR, '.button.switch')
      color = 'getComputedStyle(arguments[0]).backgroundColor'
      before = browser.js(f'return {color}', mute)
      mute.click()
      assert browser.js(f'return {color}', mute) != before
      swatches = browser.get(
        '[...document.querySelectorAll(".swatch")].map('
        '(swatch) => getComputedStyle(swatch).backgroundColor)'
      )
      assert len(set(swatches)) == 4
      ramp = 'getComputedStyle(document.getElementById("heat-ramp"))'
      assert 'gradient' in browser.get(f'{ramp}.backgroundImage')
    finally:
      browser.cdp('Emulation.setEmulatedMedia', features=[])
