# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Makes the moving picture of the page: docs/explorer.webp.

  vrae_explore --model=chorales --output=page.html
  python tools/page_picture.py page.html docs/explorer.webp

A headless Chromium goes through the page for 20 seconds, and its screen is
taken as often as the machine can. Each picture stands as long as it did on the
screen.
"""

from __future__ import annotations

import base64
import io
import pathlib
import shutil
import sys
import time
from typing import Callable

import PIL.Image
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains

SIZE = (1280, 900)
WIDTH = 900  # Of the picture, in pixels.
SECONDS = 20
LEAST = 0.14  # Seconds from picture to picture.
QUALITY = 66

# A round mark for the pointer, which a headless browser does not draw.
_POINTER = """
const dot = document.createElement('div');
dot.style.cssText = 'position:fixed;z-index:9;width:16px;height:16px;' +
  'margin:-8px;border-radius:50%;background:rgba(20,30,30,.45);' +
  'border:2px solid white;pointer-events:none;left:-50px';
document.body.append(dot);
addEventListener('pointermove', (event) => {
  dot.style.left = event.clientX + 'px'; dot.style.top = event.clientY + 'px';
}, true);
"""

# Places of a song's windows, from the middle of the map.
_TRAIL = """
const {view} = vrae.map, {points} = vrae.songs[arguments[0]], out = [];
for (let i = 0; i < points.length; i += 2) {
  const [x, y] = view.toScreen([points[i], points[i + 1]]);
  out.push([Math.round(x - view.width / 2), Math.round(y - view.height / 2)]);
}
return out;
"""

_SET = """
const element = document.getElementById(arguments[0]);
element.value = arguments[1];
for (const type of ['input', 'change'])
  element.dispatchEvent(new Event(type, {bubbles: true}));
"""


class Recording:
  """A browser's screen over some time."""

  def __init__(self, page: pathlib.Path) -> None:
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which('chromium') or ''
    for argument in ('--headless=new', '--no-sandbox', '--disable-gpu'):
      options.add_argument(argument)
    service = webdriver.ChromeService(shutil.which('chromedriver'))
    self.driver = webdriver.Chrome(options=options, service=service)
    self.driver.execute_cdp_cmd(
      'Emulation.setDeviceMetricsOverride',
      {
        'width': SIZE[0],
        'height': SIZE[1],
        'deviceScaleFactor': 1,
        'mobile': False,
      },
    )
    self.driver.get(f'file://{page.absolute()}')
    while not self.js('return !!(window.vrae && vrae.piece?.isWhole)'):
      time.sleep(0.1)
    self.js(_POINTER)
    self.pictures: list[tuple[float, str]] = []
    self._last = 0.0

  def js(self, script: str, *arguments: object) -> object:
    return self.driver.execute_script(script, *arguments)

  def at(self, dx: float, dy: float) -> ActionChains:
    overlay = self.driver.find_element('id', 'overlay')
    chain = ActionChains(self.driver, duration=0)
    return chain.move_to_element_with_offset(overlay, int(dx), int(dy))

  def watch(self, until: float) -> None:
    """Takes pictures until so many seconds after the first."""
    while True:
      now = time.time()
      if self.pictures and now - self.pictures[0][0] > until:
        return
      taken = self.driver.execute_cdp_cmd(
        'Page.captureScreenshot',
        {'format': 'jpeg', 'quality': 92, 'optimizeForSpeed': True},
      )
      self.pictures.append((now, taken['data']))
      time.sleep(max(0.0, LEAST - (time.time() - now)))

  def save(self, path: pathlib.Path) -> None:
    first = self.pictures[0][0]
    times = [at - first for at, _ in self.pictures] + [float(SECONDS)]
    lengths = [max(20, round(1000 * (b - a))) for a, b in zip(times, times[1:])]
    images = [_image(data) for _, data in self.pictures]
    images[0].save(
      path,
      save_all=True,
      append_images=images[1:],
      duration=lengths,
      loop=0,
      quality=QUALITY,
      method=4,
    )


def _image(data: str) -> PIL.Image.Image:
  image = PIL.Image.open(io.BytesIO(base64.b64decode(data))).convert('RGB')
  return image.resize((WIDTH, round(WIDTH * image.height / image.width)))


def scenes(film: Recording) -> list[tuple[float, Callable[[], object]]]:
  """What the hand does, and when, in seconds."""
  trail = film.js(_TRAIL, 0)
  assert isinstance(trail, list)

  def along(i: int) -> Callable[[], object]:
    return lambda: film.at(*trail[min(i, len(trail) - 1)]).perform()

  def find(text: str) -> Callable[[], object]:
    return lambda: film.driver.find_element('id', 'search').send_keys(text)

  def change(name: str, value: float) -> Callable[[], object]:
    return lambda: film.js(_SET, name, value)

  return [
    (1.5, film.at(-60, 20).click().perform),
    (4.0, film.at(70, -40).click().perform),
    (6.0, lambda: film.at(*trail[0]).click_and_hold().perform()),
    *[(6.4 + 0.5 * i, along(i)) for i in range(1, 6)],
    (9.6, film.at(0, 0).release().perform),
    (10.0, change('mark-color', 'register')),
    (12.0, find('bwv2')),
    (14.0, lambda: film.js("document.getElementById('search').value = ''")),
    (14.1, change('search', '')),
    (14.4, film.at(20, 30).click().perform),
    (15.0, lambda: film.js("document.getElementById('change').open = true")),
    (15.8, change('change-register', 0.6)),
    (16.4, change('change-register', 1.4)),
    (17.6, change('change-direction-1', 1.0)),
    (18.2, change('change-direction-1', 2.0)),
  ]


def main() -> None:
  page, picture = map(pathlib.Path, sys.argv[1:3])
  film = Recording(page)
  try:
    film.watch(0.0)
    for at, act in scenes(film):
      film.watch(at)
      act()
    film.watch(SECONDS)
  finally:
    film.driver.quit()
  film.save(picture)
  size = picture.stat().st_size
  print(f'{picture}: {len(film.pictures)} pictures, {size / 1e6:.1f} MB')


if __name__ == '__main__':
  main()
