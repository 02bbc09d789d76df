# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: F401, F811 - fixtures are imported, and are arguments' names.
"""The page as an instrument: MIDI ports and clocks, performances, links.

In a real browser, with ports of MIDI that note what they are sent
(fake_midi.js), on a page like that of a ready-made model.
"""

from __future__ import annotations

import base64
import io
import json
import pathlib
import time
import wave
from typing import NamedTuple

import mido
import numpy as np
import pytest
import small_models
from explorer_band_test import band_song
from explorer_test import browser
from explorer_test import chromium
from explorer_test import midi_file
from explorer_test import needs_browser
from explorer_test import write_dataset
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from magenta_vrae import files
from magenta_vrae.explorer import gather
from magenta_vrae.explorer import heat
from magenta_vrae.explorer import page
from magenta_vrae.runs import bundle
from magenta_vrae.runs import ready_made
from magenta_vrae.runs import run_settings

pytestmark = needs_browser

QPM = 300  # As quick as the page goes.
GROUPS = ['bass', 'chords', 'melody', 'drums']
NOTE_ON, NOTE_OFF, CLOCK, START, STOP = 0x90, 0x80, 0xF8, 0xFA, 0xFC
FAKE_MIDI = pathlib.Path(__file__).with_name('fake_midi.js').read_text()


class Made(NamedTuple):
  path: pathlib.Path
  converter: object


@pytest.fixture(scope='module')
def made(tmp_path_factory):
  """Two songs on a coarse map of the model `games`, and a small decoder."""
  work = tmp_path_factory.mktemp('page')
  dataset = str(work / 'songs.tfrecord')
  write_dataset(
    work / 'songs.tfrecord',
    {'Steady.mid': band_song(120), 'Slower.mid': band_song(96)},
  )
  contents = bundle.read(ready_made.find('games'), str(work))
  _, config = run_settings.find_config(str(work))
  with pytest.MonkeyPatch.context() as patch:
    patch.setattr(heat, '_MOST_CELLS', 150)
    exploration = gather.explore(config, contents.checkpoint, dataset)
  text, _ = page.render(
    small_models.with_small_decoder(exploration, config), 'Games'
  )
  files.write_text(str(work / 'page.html'), text)
  return Made(work / 'page.html', config.data_converter)


@pytest.fixture
def on_page(made, browser):
  """The browser with the page, and the ports of MIDI."""
  script = browser.cdp(
    'Page.addScriptToEvaluateOnNewDocument', source=FAKE_MIDI
  )
  browser.driver.get('about:blank')
  browser.open(made.path)
  yield browser
  browser.cdp('Page.removeScriptToEvaluateOnNewDocument', **script)


@pytest.fixture
def connected(on_page):
  """The same with MIDI: bass and chords go to port a, the rest to b."""
  browser = on_page
  browser.js(
    'for (const id of ["midi", "keep"]) document.getElementById(id).open = true'
  )
  press(browser, 'midi-connect')
  browser.wait('!document.getElementById("midi-ports").hidden')
  for i, name in enumerate(GROUPS):
    choose(browser, f'MIDI port of {name}', f'Synth {"ab"[i // 2]}')
  set_box(browser, 'tempo', QPM)
  return browser


def press(browser, id_):
  browser.element(id_).send_keys(Keys.ENTER)


def labelled(browser, label):
  return browser.driver.find_element(By.CSS_SELECTOR, f'[aria-label="{label}"]')


def choose(browser, label, text):
  """What `Select` does, by one command in place of a dozen."""
  browser.js(
    'const [box, text] = arguments;'
    'const {index} = [...box.options].find((option) => option.text === text);'
    'box.selectedIndex = index;'
    'for (const type of ["input", "change"])'
    '  box.dispatchEvent(new Event(type, {bubbles: true}))',
    labelled(browser, label),
    text,
  )


def choose_clock(browser, text):
  Select(browser.element('clock')).select_by_visible_text(text)


def set_box(browser, id_, value):
  browser.js(
    'const box = document.getElementById(arguments[0]);'
    'box.value = arguments[1];'
    'box.dispatchEvent(new Event("input"));'
    'box.dispatchEvent(new Event("change"))',
    id_,
    str(value),
  )


def play_for(browser, frames):
  """Plays so many frames at least, and stops; a piece may end before."""
  browser.element('play').click()
  browser.wait(f'!vrae.player.isPlaying || vrae.player.frame >= {frames}')
  browser.js(
    'if (vrae.player.isPlaying) document.getElementById("play").click()'
  )
  assert not browser.get('vrae.player.isPlaying')


def sent(browser, status):
  """Messages of a kind: port, bytes, the time they are for, and of sending."""
  return [
    message
    for message in browser.get('window.sent')
    if message['data'][0] == status
    or (status < 0xF0 and message['data'][0] & 0xF0 == status)
  ]


def times(messages, clock='at'):
  """Milliseconds: by the browser's clock (`at`), or that of sound (`heard`)."""
  return np.array([message[clock] for message in messages])


def apart(messages):
  """By how much the clocks drift apart from one message to the next, in ms."""
  at, heard = (np.diff(times(messages, clock)) for clock in ('at', 'heard'))
  return np.abs(at - heard)


def assert_clocks_agree(messages, milliseconds=2):
  """As long as there is sound: a starved machine may hold it up, for long."""
  off = apart(messages)
  stood_still = off > 55
  assert off[~stood_still].max() < milliseconds
  assert stood_still.mean() < 0.1


def decoding_by(browser):
  """Who decodes; the piece that a page opens with is whole before."""
  browser.wait('vrae.decoding.by')
  return browser.get('vrae.decoding.by')


class TestDecoding:
  def test_a_worker_decodes_what_the_page_would(self, on_page):
    assert decoding_by(on_page) == 'worker'
    piece = on_page.piece()
    (stretch,) = piece['stretches']
    ours = on_page.js(
      'return vrae.decode(arguments[0], arguments[1])',
      stretch['z'],
      piece['frames'],
    )
    # Part of the outputs is what was drawn before them.
    assert np.ptp(ours) > 0.1
    ours = np.reshape(ours, piece['outputs'].shape)
    np.testing.assert_allclose(ours, piece['outputs'], atol=1e-6)

  def test_without_a_worker_the_page_decodes(self, made, browser):
    script = browser.cdp(
      'Page.addScriptToEvaluateOnNewDocument', source='delete window.Worker'
    )
    browser.open(made.path)
    assert decoding_by(browser) == 'page'
    roll = browser.piece()['roll']
    browser.cdp('Page.removeScriptToEvaluateOnNewDocument', **script)
    browser.open(made.path)
    assert decoding_by(browser) == 'worker'
    np.testing.assert_array_equal(browser.piece()['roll'], roll)
    assert roll.any()


class TestWandering:
  def start(self, browser):
    browser.choose('wander')
    browser.at(30, 10).click().perform()
    browser.wait('vrae.player.isPlaying && vrae.player.frame > 2')

  def test_goes_on_and_on_with_its_cursor(self, on_page):
    self.start(on_page)
    set_box(on_page, 'tempo', QPM)
    half = on_page.get('vrae.model.halfWindow')
    on_page.wait(f'vrae.player.frame > {3 * half}')
    points = on_page.get(
      f'[0, 1, 2].map((i) => vrae.piece.pointAt((i + 0.9) * {half}))'
    )
    assert len({tuple(point) for point in points}) == 3
    frames = on_page.get('[vrae.piece.frames, vrae.player.frame]')
    # It is made as it is heard, and not much ahead.
    assert 0 < frames[0] - frames[1] < 60
    # It says no length, and can be saved as far as it went.
    assert ' of ' not in on_page.element('now-time').text
    assert on_page.element('download').is_enabled()

  def test_steers_at_the_next_beat(self, on_page):
    self.start(on_page)
    beat = on_page.get('vrae.player.tempo.beatFrames')
    before = on_page.get('vrae.piece.frames')
    on_page.at(-60, -30).click().perform()
    set_box(on_page, 'tempo', QPM)
    there = (
      'vrae.piece.stretches.findIndex(({z}) => '
      'Math.hypot(...vrae.projection.toMap(z).map((x, i) => '
      f'x - {on_page.point(-60, -30)}[i])) < 3 / vrae.map.view.scale)'
    )
    on_page.wait(f'{there} > 0')
    index, lengths = on_page.get(
      f'[{there}, vrae.piece.stretches.map(({{frames}}) => frames)]'
    )
    begins = np.cumsum([0, *lengths[:-1]])
    # One half window was cut short, on a beat, unless it was just over.
    half = on_page.get('vrae.model.halfWindow')
    cut = [i for i, n in enumerate(lengths[:-1], 1) if n != half]
    is_cut = begins[index] % half != 0
    assert cut == ([index] if is_cut else [])
    assert begins[index] % beat == 0
    assert before <= begins[index]
    assert on_page.get('vrae.player.isPlaying')

  @pytest.mark.long
  def test_stays_or_wanders(self, on_page):
    on_page.choose('wander')
    on_page.choose('stay')
    on_page.at(30, 10).click().perform()
    set_box(on_page, 'tempo', QPM)
    half = on_page.get('vrae.model.halfWindow')
    on_page.wait(f'vrae.player.frame > {2 * half}')
    zs = on_page.get('vrae.piece.stretches.map(({z}) => z[0])')
    assert len(set(zs)) == 1 and len(zs) > 2
    on_page.js('document.querySelector("[name=roam][value=wander]").click()')
    on_page.wait('new Set(vrae.piece.stretches.map(({z}) => z[0])).size > 2')

  @pytest.mark.long
  def test_one_throw_gives_the_same_music(self, made, on_page):
    rolls = []
    for draw in (1, 1, 2):
      on_page.driver.get('about:blank')
      on_page.open(made.path)
      if draw == 2:
        press(on_page, 'redraw')
      set_box(on_page, 'tempo', QPM)
      self.start(on_page)
      on_page.wait('vrae.piece.frames >= 64')
      press(on_page, 'play')
      rolls.append(
        on_page.get('[...vrae.piece.roll.subarray(0, 64 * vrae.piece.depth)]')
      )
    assert any(rolls[0])
    assert rolls[0] == rolls[1] != rolls[2]

  @pytest.mark.long
  def test_temperature_is_heard_from_a_beat_on(self, made, on_page):
    rolls = []
    before = until = 0
    for temperature in (2, None):
      on_page.driver.get('about:blank')
      on_page.open(made.path)
      set_box(on_page, 'tempo', QPM)
      self.start(on_page)
      if temperature:
        before = on_page.get('vrae.piece.frames')
        set_box(on_page, 'temperature', temperature)
        until = on_page.get('vrae.piece.frames') + 64
      on_page.wait(f'vrae.piece.frames >= {until}')
      press(on_page, 'play')
      roll = on_page.get(
        f'[...vrae.piece.roll.subarray(0, {until} * vrae.piece.depth)]'
      )
      rolls.append(np.reshape(roll, (until, -1)))
    other = np.flatnonzero((rolls[0] != rolls[1]).any(axis=1))
    # What was made before is as it was.
    assert before <= other[0] < until


class TestMidiOut:
  @pytest.mark.long
  def test_each_group_has_its_port_and_channel(self, connected):
    choose(connected, 'MIDI channel of melody', '7')
    play_for(connected, 40)
    notes = {
      (message['id'], message['data'][0] & 15)
      for message in sent(connected, NOTE_ON)
    }
    assert ('a', 1) in notes and ('b', 9) in notes
    assert notes <= {('a', 0), ('a', 1), ('b', 6), ('b', 9)}

  def test_what_is_sent_is_what_is_seen_and_in_time(self, connected, made):
    play_for(connected, 40)
    piece = connected.piece()
    milliseconds = 60000 / QPM / 4  # Of a frame, a sixteenth.
    ons = sent(connected, NOTE_ON)
    begin = times(ons, 'heard').min()
    expected = connected.js(
      'const {converter, piece} = vrae;'
      'return converter.toNotes(piece.roll, piece.frames)'
      '.map(({part, pitch, startFrame, endFrame, velocity}) =>'
      ' [part, pitch, startFrame, endFrame, velocity])'
    )
    first = min(row[2] for row in expected)
    places = (times(ons, 'heard') - begin) / milliseconds
    frames = np.round(places).astype(int) + first
    channel_of = [0, 1, 2, 9]
    found = sorted(
      (int(frame), m['data'][0] & 15, m['data'][1], m['data'][2])
      for frame, m in zip(frames, ons)
    )
    heard = frames.max()
    assert heard > 30 and len(found) > 40
    wanted = sorted(
      (start, channel_of[part], pitch, velocity)
      for part, pitch, start, _, velocity in expected
      if start <= heard
    )
    assert found == wanted
    # Each ends when it does in the piece; of hits, only that they end counts.
    offs = sent(connected, NOTE_OFF)
    ends = {
      (m['data'][0] & 15, m['data'][1], round(place))
      for m, place in zip(offs, (times(offs, 'heard') - begin) / milliseconds)
    }
    for part, pitch, _, end, _ in expected:
      if end < heard and part != 3:
        assert (channel_of[part], pitch, end - first) in ends
    assert piece['kind'] == 'point'
    # By its own timestamps: on the frames' grid, and sent before they are.
    jitter = np.abs(places - np.round(places)) * milliseconds
    assert jitter.max() < 0.01
    assert_clocks_agree(ons)
    ahead = [message['at'] - message['now'] for message in ons]
    # A machine that does much else may be late at times.
    assert np.median(ahead) > 0

  @pytest.mark.long
  def test_nothing_is_left_sounding(self, connected):
    play_for(connected, 25)
    sounding = {}
    for message in connected.get('window.sent'):
      kind, channel = message['data'][0] & 0xF0, message['data'][0] & 15
      key = message['id'], channel, message['data'][1]
      if kind == NOTE_ON:
        assert not sounding.get(key), 'a note begins twice'
        sounding[key] = True
      elif kind == NOTE_OFF:
        assert sounding.pop(key)
    assert not sounding

  @pytest.mark.long
  def test_mute_and_volume_are_sent_too(self, connected):
    labelled(connected, 'Mute drums').send_keys(Keys.SPACE)
    slider = labelled(connected, 'Volume of chords')
    slider.send_keys(Keys.HOME)
    for _ in range(10):
      slider.send_keys(Keys.ARROW_RIGHT)  # 50%.
    play_for(connected, 40)
    ons = sent(connected, NOTE_ON)
    assert not [m for m in ons if m['data'][0] & 15 == 9]
    (velocity,) = {m['data'][2] for m in ons if m['data'][0] & 15 == 1}
    assert velocity == 40

  def test_panic_silences_all_channels(self, connected):
    connected.element('play').click()
    connected.wait('window.sent.length > 5')
    press(connected, 'panic')
    assert not connected.get('vrae.player.isPlaying')
    for id_ in ('a', 'b'):
      controls = {
        tuple(m['data']) for m in sent(connected, 0xB0) if m['id'] == id_
      }
      assert controls == {
        (0xB0 | channel, number, 0)
        for channel in range(16)
        for number in (120, 123)
      }

  @pytest.mark.long
  def test_the_pages_own_sound_can_be_off(self, connected):
    connected.js(
      'const {connect} = AudioNode.prototype;'
      'AudioNode.prototype.connect = function (to, ...rest) {'
      '  if (to instanceof AudioDestinationNode) {'
      '    window.ear = new AnalyserNode(this.context, {fftSize: 8192});'
      '    connect.call(this, window.ear);'
      '  }'
      '  return connect.call(this, to, ...rest);'
      '};'
      'window.peak = () => {'
      '  const block = new Float32Array(8192);'
      '  window.ear.getFloatTimeDomainData(block);'
      '  return Math.max(...block);'
      '}'
    )
    connected.element('loop').click()
    connected.element('play').click()
    connected.wait('window.ear && window.peak() > 0.01')
    connected.js('document.getElementById("own-sound").click()')
    connected.wait('window.peak() < 1e-4')
    count = len(sent(connected, NOTE_ON))
    connected.wait(f'window.sent.length > {count + 20}')
    assert connected.get('window.peak()') < 1e-4
    connected.js('document.getElementById("own-sound").click()')
    connected.wait('window.peak() > 0.01')
    connected.element('play').click()


class TestNoMidi:
  WHY = {
    'has no Web MIDI': 'undefined',
    'did not allow MIDI': 'async () =>'
    ' { throw new DOMException("no", "NotAllowedError"); }',
    'No MIDI port is there': 'async () => Object.assign('
    'new EventTarget(), {inputs: new Map(), outputs: new Map()})',
  }

  def test_each_is_said_once(self, made, browser):
    browser.open(made.path)
    # What the docs say: browsers count a file from disk among secure pages.
    assert browser.get('location.protocol') == 'file:'
    assert browser.get('isSecureContext')
    assert browser.get('typeof navigator.requestMIDIAccess') == 'function'
    # Nothing is said to those who do not ask.
    assert not browser.element('midi-why').is_displayed()
    browser.js('document.getElementById("midi").open = true')
    for says, access in self.WHY.items():
      browser.js(
        'Object.defineProperty(Navigator.prototype, "requestMIDIAccess",'
        f' {{value: {access}, configurable: true}});'
        'document.getElementById("midi-why").hidden = true'
      )
      press(browser, 'midi-connect')
      browser.wait('!document.getElementById("midi-why").hidden')
      assert says in browser.element('midi-why').text
      assert browser.get('document.body.innerText').count(says) == 1


class TestClockOut:
  def test_ticks_are_even_and_follow_the_tempo(self, connected):
    choose_clock(connected, 'send to Synth b')
    set_box(connected, 'tempo', 150)
    play_for(connected, 24)
    ticks = sent(connected, CLOCK)
    assert {message['id'] for message in ticks} == {'b'}
    gaps = np.diff(times(ticks, 'heard'))
    np.testing.assert_allclose(gaps, 60000 / 150 / 24, atol=0.001)
    assert_clocks_agree(ticks, 0.5)
    (start,), (stop,) = sent(connected, START), sent(connected, STOP)
    assert start['at'] == pytest.approx(ticks[0]['at'], abs=0.01)
    assert stop['heard'] > ticks[-1]['heard']
    # The notes are on the clock's sixteenths: by sound, and as they are sent.
    ons = sent(connected, NOTE_ON)
    places = (times(ons, 'heard') - start['heard']) / (400 / 4)
    np.testing.assert_allclose(places, np.round(places), atol=0.0001)
    on_ticks = times(ticks)[np.round(places).astype(int) * 6]
    np.testing.assert_allclose(times(ons), on_ticks, atol=0.01)

  @pytest.mark.long
  def test_a_tempo_that_is_tapped(self, on_page):
    on_page.js('document.getElementById("midi").open = true')
    on_page.js(
      'const tap = document.getElementById("tap");'
      'for (const ms of [0, 400, 800, 1200]) {'
      '  const event = new PointerEvent("pointerdown");'
      '  Object.defineProperty(event, "timeStamp", {value: ms + 1000});'
      '  tap.dispatchEvent(event);'
      '}'
    )
    assert on_page.element('tempo').get_attribute('value') == '150'
    assert on_page.get('vrae.player.tempo.qpm') == 150
    set_box(on_page, 'tempo', '')
    assert on_page.get('vrae.player.tempo.qpm') is None
    set_box(on_page, 'tempo', 9999)
    assert on_page.get('vrae.player.tempo.qpm') == 300


class TestClockIn:
  def test_starts_follows_and_stops(self, connected):
    connected.element('loop').click()
    choose_clock(connected, 'follow Keys k')
    # Play waits for the clock.
    connected.element('play').click()
    assert connected.get('vrae.player.isWaiting')
    assert 'waits' in connected.element('now-time').text
    connected.js('window.beat(137, 3)')
    # Of a beat's ticks its pace is known, though they are up to 3 ms off.
    connected.wait('window.clock.ticks > 30')
    assert not sent(connected, NOTE_ON)
    start = connected.js(
      'window.play([0xfa]);'
      'const {begin, tick, ticks} = window.clock;'
      'return begin + tick * ticks'
    )
    connected.wait('vrae.player.frame > 40')
    tempo = float(connected.element('clock-tempo').text.split()[0])
    assert tempo == pytest.approx(137, abs=1.5)
    ons = sent(connected, NOTE_ON)
    connected.js('window.play([0xfc])')
    connected.wait('!vrae.player.isPlaying')
    connected.js('clearInterval(window.clock.timer)')
    # It is on the clock's sixteenths, two beats after sound began to flow.
    sixteenth = 60000 / 137 / 4
    places = (times(ons) - start) / sixteenth
    off = (places - np.round(places)) * sixteenth
    flows = places > 8
    for begin in places[1:][apart(ons) > 55]:
      flows &= (places < begin) | (places > begin + 8)
    assert np.abs(off[flows]).max() < 4, off
    assert flows.sum() > 10
    assert connected.get('window.sent.filter((m) => m.at > 1e12).length') == 0


class TestHands:
  def test_knobs_and_a_key_are_learned(self, connected):
    press(connected, 'learn')
    assert 'left and right' in connected.element('hands').text
    connected.js('window.play([0xb2, 21, 64])')
    connected.js('window.play([0xb2, 21, 65])')  # It still moves.
    connected.js('window.play([0xb2, 22, 64])')
    assert 'key' in connected.element('hands').text
    connected.js('window.play([0x91, 36, 100])')
    text = connected.element('hands').text
    assert 'Controller 21' in text and '22' in text and 'key 36' in text
    # They move the cursor, and the key plays and stops.
    connected.js('window.play([0xb2, 21, 127])')
    connected.js('window.play([0xb2, 22, 0])')
    corner = connected.js(
      'const {width, height} = vrae.map.view;'
      'return vrae.map.toMap([width, height])'
    )
    connected.wait('vrae.piece.isWhole')
    point = connected.get('vrae.piece.stretches[0].point')
    np.testing.assert_allclose(point, corner, atol=1e-6)
    connected.js('window.play([0x91, 36, 100])')
    connected.wait('vrae.player.isPlaying')
    connected.js('window.play([0x81, 36, 0])')
    connected.js('window.play([0x91, 37, 100])')
    assert connected.get('vrae.player.isPlaying')
    # What plays goes over to where the knobs are, in time.
    connected.js('window.play([0xb2, 21, 70])')
    connected.js('window.play([0xb2, 22, 70])')
    connected.wait('vrae.player.heard === vrae.piece && vrae.player.isPlaying')
    connected.js('window.play([0x91, 36, 100])')
    connected.wait('!vrae.player.isPlaying')

  @pytest.mark.long
  def test_are_remembered(self, connected):
    press(connected, 'learn')
    for message in ([0xB0, 1, 1], [0xB0, 2, 1], [0x90, 60, 1]):
      connected.js('window.play(arguments[0])', message)
    assert 'Controller 1 ' in connected.element('hands').text
    connected.reload()
    connected.js('document.getElementById("midi").open = true')
    press(connected, 'midi-connect')
    connected.wait('!document.getElementById("midi-ports").hidden')
    assert 'Controller 1 ' in connected.element('hands').text


class TestInTime:
  def test_new_music_begins_on_the_bar(self, connected):
    connected.element('loop').click()
    Select(connected.element('quantum')).select_by_value('bar')
    set_box(connected, 'tempo', 240)
    connected.js(
      'window.steps = [];'
      'vrae.player.sinks.push({step: ({piece, frame, beat}) =>'
      '  window.steps.push([piece, frame, beat])})'
    )
    connected.element('play').click()
    connected.wait('window.steps.length > 6')
    connected.at(-80, 20).click().perform()
    connected.wait('window.steps.some(([piece]) => piece === vrae.piece)')
    _, frame, beat = connected.js(
      'const [, ...at] = window.steps.find(([piece]) => piece === vrae.piece);'
      'return [0, ...at]'
    )
    connected.element('play').click()
    assert frame == 0 and beat % 4 == pytest.approx(0, abs=1e-6) and beat > 0


class TestTakes:
  def record(self, browser, frames=30):
    browser.js('document.getElementById("keep").open = true')
    press(browser, 'record')
    browser.wait(f'vrae.player.frame > {frames}')
    press(browser, 'record')
    assert not browser.get('vrae.player.isPlaying')

  def rows(self, browser):
    found = browser.driver.find_elements(By.CSS_SELECTOR, '#takes b')
    return [row.text for row in found]

  def test_a_take_is_what_was_played(self, connected, made):
    self.record(connected)
    ons = sent(connected, NOTE_ON)
    assert self.rows(connected)[0].startswith('Take 1 · 0:0')
    connected.js('window.sent = []')
    labelled(connected, 'Play Take 1').send_keys(Keys.ENTER)
    connected.wait('vrae.player.isPlaying')
    take = connected.piece()
    assert take['kind'] == 'take'
    connected.wait('!vrae.player.isPlaying')
    again = sent(connected, NOTE_ON)
    # What was sent ahead when it was stopped was not heard.
    assert 10 < len(again) <= len(ons)
    assert [m['data'] for m in again] == [m['data'] for m in ons[: len(again)]]
    gaps = [np.diff(times(m, 'heard')) for m in (again, ons[: len(again)])]
    np.testing.assert_allclose(*gaps, atol=0.01)
    assert_clocks_agree(again)

  @pytest.mark.long
  def test_is_saved_with_its_tempos_and_tracks(self, on_page):
    set_box(on_page, 'tempo', 90)
    self.record(on_page)
    path = saved(on_page, 'Save Take 1 as MIDI', '*.mid')
    file = mido.MidiFile(str(path))
    head, *tracks = file.tracks
    (tempo,) = [m.tempo for m in head if m.type == 'set_tempo']
    assert mido.tempo2bpm(tempo) == pytest.approx(90, abs=0.1)
    names = [
      m.name for track in tracks for m in track if m.type == 'track_name'
    ]
    assert names == GROUPS
    assert sum(m.type == 'note_on' for track in tracks for m in track) > 10

  @pytest.mark.long
  def test_is_undone_and_removed(self, on_page):
    self.record(on_page, 12)
    assert len(self.rows(on_page)) == 1
    labelled(on_page, 'Remove Take 1').send_keys(Keys.ENTER)
    assert self.rows(on_page) == []
    on_page.element('overlay').send_keys(Keys.CONTROL, 'z')
    assert len(self.rows(on_page)) == 1
    press(on_page, 'undo')
    assert self.rows(on_page) == []
    assert not on_page.element('undo').is_enabled()


def saved(browser, label, pattern):
  """The file that a button gives."""
  for old in browser.downloads.iterdir():
    old.unlink()
  labelled(browser, label).send_keys(Keys.ENTER)
  end = time.time() + 30
  while time.time() < end:
    for path in browser.downloads.glob(pattern):
      if path.stat().st_size:
        return path
    time.sleep(0.05)
  raise AssertionError('nothing was saved')


class TestWav:
  def test_is_what_is_heard(self, on_page):
    path = saved(on_page, 'Save what you hear as WAV', '*.wav')
    with wave.open(str(path)) as file:
      assert file.getnchannels() == 2 and file.getsampwidth() == 2
      fps = file.getframerate()
      seconds = file.getnframes() / fps
      samples = np.frombuffer(file.readframes(file.getnframes()), '<i2')
    piece = 'vrae.piece.clock.seconds(vrae.piece.frames)'
    assert seconds == pytest.approx(on_page.get(piece) + 2.01, abs=0.01)
    levels = np.abs(samples.reshape(-1, 2) / 32768).max(axis=1)
    assert 0.1 < levels.max() < 0.99, 'neither faint nor clipped'
    # It begins with the first note, and the hall dies away.
    onset = on_page.get(
      'vrae.converter.toNotes(vrae.piece.roll, vrae.piece.frames)[0].startFrame'
      ' / vrae.piece.clock.rateAt(0)'
    )
    heard = np.flatnonzero(levels > 0.01)
    assert heard[0] / fps == pytest.approx(onset + 0.01, abs=0.03)
    assert levels[-1000:].max() < 0.02

  @pytest.mark.long
  def test_has_the_mix(self, on_page):
    assert on_page.get('vrae.piece.roll.includes(1)')
    for name in GROUPS:
      labelled(on_page, f'Mute {name}').send_keys(Keys.SPACE)
    path = saved(on_page, 'Save what you hear as WAV', '*.wav')
    with wave.open(str(path)) as file:
      samples = np.frombuffer(file.readframes(file.getnframes()), '<i2')
    assert not samples.any()


class TestLoop:
  def test_between_two_points_of_time(self, on_page):
    on_page.js('document.getElementById("keep").open = true')
    seconds = on_page.get('vrae.piece.clock.seconds(8)')
    set_box(on_page, 'loop-from', seconds)
    set_box(on_page, 'loop-to', 2 * seconds)
    assert on_page.element('loop').is_selected()
    assert on_page.get('vrae.player.range') == {'from': 8, 'to': 16}
    set_box(on_page, 'tempo', QPM)
    on_page.js(
      'window.frames_ = [];'
      'vrae.player.sinks.push({step: ({frame}) => window.frames_.push(frame)})'
    )
    on_page.element('play').click()
    on_page.wait('window.frames_.length > 20')
    on_page.element('play').click()
    frames = on_page.get('window.frames_')
    assert frames[:20] == [*range(8, 16), *range(8, 16), *range(8, 12)]

  @pytest.mark.long
  def test_is_dragged_over_the_roll(self, on_page):
    roll = on_page.element('roll')
    ActionChains(on_page.driver, duration=20).move_to_element_with_offset(
      roll, -100, 0
    ).click_and_hold().move_by_offset(150, 0).release().perform()
    assert on_page.element('loop').is_selected()
    span = on_page.get('vrae.player.range')
    frames = on_page.get('vrae.piece.frames')
    width = roll.size['width'] - 62
    assert span['to'] - span['from'] == pytest.approx(
      150 / width * frames, abs=2
    )
    assert not on_page.get('vrae.player.isPlaying')


def link_of(**change):
  """An address's part with a state that someone made up."""
  state = {
    **{'v': 1, 'mode': 'listen', 'kind': 'point', 'song': '', 'path': []},
    **{'times': [], 'numbers': {}, 'choices': {}, 'loop': None},
    'favourites': [],
    **change,
  }
  return (
    base64.urlsafe_b64encode(json.dumps(state).encode()).decode().rstrip('=')
  )


class TestLink:
  def test_restores_music_settings_and_favourites(self, made, on_page):
    on_page.at(60, 15).click().perform()
    on_page.wait('vrae.player.isPlaying && vrae.piece.isWhole')
    on_page.element('play').click()
    set_box(on_page, 'temperature', 0.6)
    press(on_page, 'redraw')
    set_box(on_page, 'tempo', 96)
    on_page.js('document.getElementById("keep").open = true')
    press(on_page, 'favour')
    before = on_page.piece()
    link = on_page.link()
    on_page.driver.get('about:blank')
    on_page.open(f'{made.path}{link}')
    after = on_page.piece()
    np.testing.assert_array_equal(after['roll'], before['roll'])
    assert after['kind'] == 'point' and before['roll'].any()
    assert on_page.element('draw-value').text == '2'
    assert on_page.element('temperature').get_attribute('value') == '0.6'
    assert on_page.get('vrae.player.tempo.qpm') == 96
    on_page.js('document.getElementById("keep").open = true')
    (row,) = on_page.driver.find_elements(By.CSS_SELECTOR, '#favourites b')
    assert row.text
    assert not on_page.get('vrae.player.isPlaying')

  @pytest.mark.long
  def test_restores_a_path(self, made, on_page):
    on_page.choose('draw')
    moves = on_page.at(-100, 0).click_and_hold()
    for _ in range(6):
      moves = moves.move_by_offset(20, 5)
    moves.release().perform()
    on_page.wait('vrae.piece.kind === "path"')
    before = on_page.piece()
    link = on_page.link()
    on_page.driver.get('about:blank')
    on_page.open(f'{made.path}{link}')
    after = on_page.piece()
    assert after['kind'] == 'path' and after['frames'] == before['frames']
    for one, other in zip(before['stretches'], after['stretches']):
      np.testing.assert_allclose(one['point'], other['point'], atol=1e-3)

  def test_a_damaged_one_is_said(self, made, on_page):
    on_page.driver.get('about:blank')
    on_page.open(f'{made.path}#no-link-at-all')
    assert 'link is damaged' in on_page.message()
    assert on_page.piece()['roll'].any()

  def test_hostile_ones_are_refused_or_kept_within_bounds(self, on_page):
    on_page.js('location.hash = arguments[0]', link_of(path=[[0, 1e308]]))
    on_page.wait('document.getElementById("message").checkVisibility()')
    assert 'link is damaged' in on_page.message()
    before = on_page.piece()
    hostile = link_of(
      mode='<b>',
      path=[[9e15, -9e15]],
      numbers={
        **{'temperature': -1e9, 'windows': 1e9, 'draw': -7, 'tempo': 1e9},
        **{'__proto__': 3, 'constructor': 4},
      },
      choices={'sampling': '"]', 'roam': 'x'},
      loop=[-1e9, 2.5],
      favourites=[['<img src=x onerror="window.hit = 1">', 0, 0, 1]],
      changed=[[1e9] * 20, [-1e9]],
    )
    on_page.js('location.hash = arguments[0]', hostile)
    on_page.wait('vrae.player.range !== null')
    assert on_page.get('vrae.player.range') == {'from': 0, 'to': 3}
    assert on_page.get('vrae.player.tempo.qpm') <= 1000
    for id_ in ('temperature', 'windows'):
      slider = on_page.element(id_)
      low, high, value = (
        float(slider.get_attribute(name)) for name in ('min', 'max', 'value')
      )
      assert low <= value <= high
    assert on_page.piece()['frames'] > 0 and before['roll'].any()
    (row,) = on_page.driver.find_elements(By.CSS_SELECTOR, '#favourites b')
    assert row.get_attribute('textContent').startswith('<img')
    assert not on_page.get('window.hit')


class TestFavourites:
  @pytest.mark.long
  def test_keep_play_remove_undo(self, on_page):
    on_page.js('document.getElementById("keep").open = true')
    press(on_page, 'favour')
    point = on_page.piece()['stretches'][0]['point']
    on_page.at(90, -30).click().perform()
    on_page.wait('vrae.player.isPlaying')
    on_page.element('play').click()
    name = on_page.driver.find_element(By.CSS_SELECTOR, '#favourites b').text
    labelled(on_page, f'Play {name}').send_keys(Keys.ENTER)
    on_page.wait('vrae.player.isPlaying')
    assert on_page.piece()['stretches'][0]['point'] == point
    on_page.element('play').click()
    labelled(on_page, f'Remove {name}').send_keys(Keys.ENTER)
    assert not on_page.driver.find_elements(By.CSS_SELECTOR, '#favourites b')
    press(on_page, 'undo')
    assert on_page.driver.find_elements(By.CSS_SELECTOR, '#favourites b')


class TestOriginal:
  def test_of_a_walk_along_a_song(self, made, on_page):
    labelled(on_page, 'Walk along Steady').send_keys(Keys.ENTER)
    on_page.wait('vrae.player.isPlaying && vrae.piece.isWhole')
    on_page.choose('original')
    on_page.wait('vrae.player.heard.kind === "original"')
    assert 'as it was written' in on_page.element('now-title').text
    roll = np.reshape(
      on_page.get('[...vrae.shown.roll]'), (-1, made.converter.depth)
    )
    expected = made.converter.to_roll(band_song(120))
    frames = min(len(roll), len(expected))
    np.testing.assert_array_equal(roll[:frames], expected[:frames])
    assert expected[:frames].any() and frames > 100
    on_page.choose('model')
    on_page.wait('vrae.player.heard.kind === "song"')
    on_page.element('play').click()

  @pytest.mark.long
  def test_of_a_point_near_a_window(self, made, on_page):
    place = on_page.js(
      'const [x, y] = vrae.songs[1].points.slice(6);'
      'const [a, b] = vrae.map.view.toScreen([x, y]);'
      'const {width, height} = vrae.map.view;'
      'return [a - width / 2, b - height / 2]'
    )
    on_page.at(round(place[0]), round(place[1])).click().perform()
    on_page.wait('vrae.player.isPlaying && vrae.piece.isWhole')
    source = on_page.js(
      'const {source} = vrae.piece.stretches[0];'
      'return [source.song.title, source.start]'
    )
    on_page.element('play').click()
    on_page.choose('original')
    song = {'Steady': 120, 'Slower': 96}[source[0]]
    expected = made.converter.to_roll(band_song(song))[source[1] :]
    roll = np.reshape(
      on_page.get('[...vrae.shown.roll]'), (-1, made.converter.depth)
    )
    expected = expected[: len(roll)]
    np.testing.assert_array_equal(roll[: len(expected)], expected)
    assert expected.any()

  def test_is_not_offered_between_the_songs(self, on_page):
    # A corner of the map is far from all.
    width, height = on_page.get('[vrae.map.view.width, vrae.map.view.height]')
    on_page.at(
      -round(width / 2) + 30, round(-height / 2) + 30
    ).click().perform()
    on_page.wait('vrae.player.isPlaying')
    on_page.element('play').click()
    original = on_page.driver.find_element(By.CSS_SELECTOR, '[value=original]')
    assert not original.is_enabled()


class TestHandOver:
  def test_a_clip_is_dragged_out(self, on_page, tmp_path):
    url = on_page.js(
      'const dataTransfer = new DataTransfer();'
      'document.getElementById("download").dispatchEvent('
      ' new DragEvent("dragstart", {dataTransfer, bubbles: true}));'
      'return dataTransfer.getData("DownloadURL")'
    )
    kind, name, data = url.split(':', 2)
    assert kind == 'audio/midi' and name.endswith('.mid')
    assert data.startswith('data:audio/midi;base64,')
    file = mido.MidiFile(file=io.BytesIO(base64.b64decode(data.split(',')[1])))
    assert len(file.tracks) == 5

  def test_a_file_that_is_too_long(self, on_page, tmp_path, score):
    path = midi_file(tmp_path / 'long.mid', score((60, 0, 1), (60, 9000, 9001)))
    on_page.drop(path)
    text = on_page.message()
    assert text.startswith('long.mid') and '150 minutes' in text
    assert '120 minutes at most' in text
    assert on_page.get('vrae.songs.length') == 2


class TestSpaceBar:
  def test_plays_wherever_the_focus_is(self, on_page):
    def toggles(is_on):
      ActionChains(on_page.driver).send_keys(' ').perform()
      on_page.wait(f'vrae.player.isPlaying === {str(is_on).lower()}')

    on_page.element('loop').click()  # By a pointer: the space bar still plays.
    toggles(True)
    assert on_page.element('loop').is_selected()
    on_page.choose('blend')
    toggles(False)
    on_page.js('document.getElementById("volume").focus()')
    toggles(True)
    on_page.js('document.getElementById("overlay").focus()')
    toggles(False)

  @pytest.mark.long
  def test_presses_what_the_keyboard_came_to(self, on_page):
    on_page.js('document.getElementById("play").focus()')
    ActionChains(on_page.driver).send_keys(' ').perform()
    on_page.wait('vrae.player.isPlaying')
    ActionChains(on_page.driver).send_keys(' ').perform()
    on_page.wait('!vrae.player.isPlaying')
    draw = on_page.element('draw-value').text
    on_page.js('document.getElementById("redraw").focus()')
    ActionChains(on_page.driver).send_keys(' ').perform()
    assert on_page.element('draw-value').text != draw
    assert not on_page.get('vrae.player.isPlaying')

  @pytest.mark.long
  def test_writes_in_a_box(self, on_page):
    on_page.js('document.getElementById("midi").open = true')
    on_page.element('tempo').click()
    ActionChains(on_page.driver).send_keys(' ').perform()
    assert not on_page.get('vrae.player.isPlaying')


class TestEveryone:
  @pytest.mark.parametrize(
    'size', [(390, 844), pytest.param((1200, 800), marks=pytest.mark.long)]
  )
  def test_panels_have_names_and_fit(self, made, browser, size):
    browser.open(made.path, *size, is_phone=size[0] < 500)
    browser.js(
      'for (const id of ["midi", "keep"])'
      ' document.getElementById(id).open = true;'
      'document.getElementById("midi-ports").hidden = false'
    )
    assert browser.get('document.documentElement.scrollWidth') == size[0]
    tree = browser.cdp('Accessibility.getFullAXTree')['nodes']
    controls = [
      (node['role']['value'], node.get('name', {}).get('value', ''))
      for node in tree
      if node.get('role', {}).get('value')
      in ('button', 'slider', 'radio', 'checkbox', 'combobox', 'spinbutton')
    ]
    assert len(controls) > 40
    assert all(name for _, name in controls), controls
