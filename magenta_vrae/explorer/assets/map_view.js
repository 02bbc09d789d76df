// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The map: heat, contours, windows and names on one canvas, what moves on
// another above it.

const CONTOURS = 9;
const LEGEND_PIXELS = 44; // At the bottom, kept free of windows at first.

// Where a name may stand, counted from its song's place: as near as it can.
const NAME_PLACES = [0, -1, 1, -2, 2, -3, 3]
  .flatMap((right) =>
    [0, -1, 1, -2, 2, -3, 3, -4, 4].map((down) => [right * 46, down * 21]),
  )
  .sort((a, b) => Math.hypot(...a) - Math.hypot(...b));

class MapView {
  /** @param songs A list that may grow; see addSong in page.js. */
  constructor(base, overlay, heat, values, songs) {
    Object.assign(this, {base, overlay, heat, values, songs});
    this.quantity = 0;
    this.highlighted = null;
    this.images = new Map();
    this.view = null;
    this.ranges = heat.units.map((_, q) => this.rangeOf_(q));
    this.lines = heat.units.map(() => null);
  }

  /** How many windows there are. */
  get count() {
    return this.songs.reduce((n, {points}) => n + points.length / 2, 0);
  }

  // Values and places.

  valuesOf_(q) {
    const n = this.heat.rows * this.heat.columns;
    return this.values.subarray(q * n, (q + 1) * n);
  }

  /** Nearly all values: a few extreme cells must not flatten the rest. */
  rangeOf_(q) {
    const sorted = Float32Array.from(this.valuesOf_(q)).sort();
    const at = (part) => sorted[Math.round(part * (sorted.length - 1))];
    const [low, high] = [at(0.01), at(0.99)];
    return high > low ? [low, high] : [low, low + 1];
  }

  /** The quantity at a point of the map; null outside of the heat. */
  valueAt([x, y], q = this.quantity) {
    const {corner, cell, columns, rows} = this.heat;
    const column = Math.floor((x - corner[0]) / cell);
    const row = Math.floor((y - corner[1]) / cell);
    if (column < 0 || row < 0 || column >= columns || row >= rows) return null;
    return this.valuesOf_(q)[row * columns + column];
  }

  /** Puts all windows into view. */
  fit() {
    const {width, height} = this.base.getBoundingClientRect();
    const {view} = this.heat;
    const box = [0, 1].map((k) =>
      [-0.5, 0.5].map((part) => view.center[k] + part * view.size[k]),
    );
    for (const {points, isDropped} of this.songs) {
      if (!isDropped) continue;
      for (let i = 0; i < points.length; i += 2) {
        for (const k of [0, 1]) {
          box[k][0] = Math.min(box[k][0], points[i + k]);
          box[k][1] = Math.max(box[k][1], points[i + k]);
        }
      }
    }
    const sizes = box.map(([from, to]) => to - from);
    const free = Math.max(height - LEGEND_PIXELS, height / 2);
    const scale = Math.min(width / sizes[0], free / sizes[1]);
    const center = box.map(([from, to]) => (from + to) / 2);
    center[1] -= (height - free) / 2 / scale;
    this.view = {center, scale};
    this.fitScale = this.view.scale;
  }

  toScreen([x, y]) {
    const {center, scale} = this.view;
    return [
      this.width / 2 + (x - center[0]) * scale,
      this.height / 2 - (y - center[1]) * scale,
    ];
  }

  toMap([sx, sy]) {
    const {center, scale} = this.view;
    return [
      center[0] + (sx - this.width / 2) / scale,
      center[1] - (sy - this.height / 2) / scale,
    ];
  }

  zoom(factor, at = [this.width / 2, this.height / 2]) {
    const before = this.toMap(at);
    const scale = this.view.scale * factor;
    this.view.scale = Math.min(
      Math.max(scale, this.fitScale / 3),
      this.fitScale * 40,
    );
    const after = this.toMap(at);
    this.view.center = this.view.center.map((c, k) => c + before[k] - after[k]);
    this.keepInReach_();
  }

  pan(dx, dy) {
    const {center, scale} = this.view;
    this.view.center = [center[0] - dx / scale, center[1] + dy / scale];
    this.keepInReach_();
  }

  keepInReach_() {
    const {corner, cell, columns, rows} = this.heat;
    this.view.center = this.view.center.map((c, k) =>
      Math.min(Math.max(c, corner[k]), corner[k] + cell * [columns, rows][k]),
    );
  }

  /** The window drawn nearest to a place on the screen, within some pixels. */
  windowAt(screen, pixels) {
    const [x, y] = this.toMap(screen);
    let best = (pixels / this.view.scale) ** 2;
    let found = null;
    for (const song of this.songs) {
      if (!song.shown) continue;
      const {points} = song;
      for (let i = 0; i < points.length; i += 2) {
        const dx = points[i] - x;
        const dy = points[i + 1] - y;
        const squared = dx * dx + dy * dy;
        if (squared < best) {
          best = squared;
          found = {song, index: i / 2};
        }
      }
    }
    return found;
  }

  /** Where a song is most by itself: among its own windows, far from others. */
  homeOf(song) {
    const {points} = song;
    if (song.home && song.home.of === points.length) return song.home.point;
    const some = ({points}) => {
      const every = Math.max(1, Math.floor(points.length / 2 / 90));
      const sample = [];
      for (let i = 0; i < points.length; i += 2 * every) {
        sample.push([points[i], points[i + 1]]);
      }
      return sample;
    };
    const reach = 0.09 * Math.max(...this.heat.view.size);
    const close = ([x, y], sample) =>
      sample.filter(([a, b]) => Math.hypot(a - x, b - y) < reach).length /
      sample.length;
    const others = this.songs.filter((s) => s !== song && s.points.length);
    const samples = others.map(some);
    const own = some(song);
    let best = -Infinity;
    let point = own[0];
    for (const candidate of own) {
      const crowd = samples.reduce((sum, s) => sum + close(candidate, s), 0);
      const score = close(candidate, own) - 2 * crowd;
      if (score > best) [best, point] = [score, candidate];
    }
    song.home = {of: points.length, point};
    return point;
  }

  // Drawing.

  draw(theme, font) {
    this.base.style.transform = '';
    const {context, width, height, ratio} = fitCanvas(this.base);
    Object.assign(this, {width, height, theme});
    if (!this.view) this.fit();
    this.drawn = {...this.view};
    context.fillStyle = theme.land[0];
    context.fillRect(0, 0, width, height);
    this.drawHeat_(context);
    this.drawContours_(context);
    const total = this.count;
    const zoomed = Math.sqrt(this.view.scale / this.fitScale);
    const crowd = Math.sqrt((width * height) / Math.max(total, 1)) / 4.2;
    const r = Math.min(Math.max(crowd, 2.3), 5) * Math.min(zoomed, 2);
    // What is highlighted comes last, above all others.
    const order = [...this.songs].sort(
      (a, b) => (a === this.highlighted) - (b === this.highlighted),
    );
    for (const song of order) {
      if (song.shown) this.drawSong_(context, song, r, ratio);
    }
    this.drawNames_(context, order, font);
  }

  /** Moves what was drawn to where the view is now: less exact, but at once. */
  follow() {
    const factor = this.view.scale / this.drawn.scale;
    const [x, y] = this.toScreen(this.drawn.center);
    const [dx, dy] = [
      x - (factor * this.width) / 2,
      y - (factor * this.height) / 2,
    ];
    this.base.style.transform = `translate(${dx}px, ${dy}px) scale(${factor})`;
  }

  drawHeat_(context) {
    const {corner, cell, columns, rows} = this.heat;
    const key = `${this.quantity} ${this.theme.land}`;
    if (this.heatKey !== key) {
      this.heatKey = key;
      this.heatImage = document.createElement('canvas');
      this.heatImage.width = columns;
      this.heatImage.height = rows;
      const colors = ramp(this.theme.land);
      const [low, high] = this.ranges[this.quantity];
      const image = new ImageData(columns, rows);
      this.valuesOf_(this.quantity).forEach((value, i) => {
        const part = Math.min(Math.max((value - low) / (high - low), 0), 1);
        const row = rows - 1 - Math.floor(i / columns);
        const at = 4 * (row * columns + (i % columns));
        image.data.set(colors[Math.round(part * 255)], at);
      });
      this.heatImage.getContext('2d').putImageData(image, 0, 0);
    }
    const [x, y] = this.toScreen([corner[0], corner[1] + cell * rows]);
    const {scale} = this.view;
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = 'high';
    context.drawImage(
      this.heatImage,
      x,
      y,
      cell * columns * scale,
      cell * rows * scale,
    );
  }

  drawContours_(context) {
    const q = this.quantity;
    if (!this.lines[q]) {
      this.lines[q] = contours(this.valuesOf_(q), this.heat, this.ranges[q]);
    }
    context.strokeStyle = this.theme.contour;
    context.lineWidth = 1;
    context.beginPath();
    for (const [x0, y0, x1, y1] of this.lines[q]) {
      context.moveTo(...this.toScreen([x0, y0]));
      context.lineTo(...this.toScreen([x1, y1]));
    }
    context.stroke();
  }

  drawSong_(context, song, r, ratio) {
    const {points} = song;
    const dimmed = this.highlighted && this.highlighted !== song;
    const color = this.theme.songs[song.color];
    context.globalAlpha = dimmed ? 0.05 : song === this.highlighted ? 0.6 : 0.2;
    context.strokeStyle = color;
    context.lineWidth = 1.2;
    context.beginPath();
    for (let i = 0; i < points.length; i += 2) {
      const place = this.toScreen([points[i], points[i + 1]]);
      if (i) context.lineTo(...place);
      else context.moveTo(...place);
    }
    context.stroke();

    const radius = song.isDropped ? Math.max(r * 1.35, 4.5) : r;
    const halo = song.isDropped ? this.theme.ink : this.theme.halo;
    const key = `${song.shape} ${color} ${halo} ${radius} ${ratio}`;
    if (!this.images.has(key)) {
      this.images.set(key, markerImage(song.shape, color, halo, radius, ratio));
    }
    const image = this.images.get(key);
    context.globalAlpha = dimmed ? 0.14 : 0.85;
    for (let i = 0; i < points.length; i += 2) {
      const [x, y] = this.toScreen([points[i], points[i + 1]]);
      if (x < -9 || y < -9 || x > this.width + 9 || y > this.height + 9)
        continue;
      context.drawImage(
        image,
        x - image.half,
        y - image.half,
        2 * image.half,
        2 * image.half,
      );
    }
    context.globalAlpha = 1;
  }

  /** Names where their songs are, as far as they find room. */
  drawNames_(context, songs, font) {
    // Of the box's own parts.
    const taken = [...this.base.parentElement.querySelectorAll('div')]
      .filter(({className}) => ['zoom', 'legend'].includes(className))
      .map((part) => ({
        x: part.offsetLeft + part.offsetWidth / 2,
        y: part.offsetTop + part.offsetHeight / 2,
        w: part.offsetWidth / 2,
        h: part.offsetHeight / 2,
      }));
    context.font = font;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.lineJoin = 'round';
    for (const song of [...songs].reverse()) {
      if (!song.shown || !song.points.length) continue;
      if (this.highlighted && this.highlighted !== song) continue;
      const name = shortened(song.title, 30);
      const [x, y] = this.toScreen(this.homeOf(song));
      const w = context.measureText(name).width / 2 + 6;
      if (x < 0 || y < 0 || x > this.width || y > this.height) continue;
      const spot = NAME_PLACES.map(([dx, dy]) => ({
        x: Math.min(Math.max(x + dx, w), this.width - w),
        y: y + dy,
        w,
        h: 10,
      })).find(
        (box) =>
          box.y > 14 &&
          box.y < this.height - 14 &&
          taken.every(
            (other) =>
              Math.abs(other.x - box.x) > other.w + box.w ||
              Math.abs(other.y - box.y) > other.h + box.h,
          ),
      );
      if (!spot) continue;
      taken.push(spot);
      if (Math.abs(spot.y - y) > 24 || Math.abs(spot.x - x) > w) {
        // A name that stands apart points to its place.
        for (const [width, color] of [
          [3.5, this.theme.halo],
          [1.3, this.theme.ink],
        ]) {
          context.lineWidth = width;
          context.strokeStyle = color;
          context.beginPath();
          context.moveTo(x, y);
          context.lineTo(spot.x, spot.y);
          context.stroke();
        }
      }
      context.lineWidth = 4.5;
      context.strokeStyle = this.theme.halo;
      context.globalAlpha = 0.85;
      context.strokeText(name, spot.x, spot.y);
      context.globalAlpha = 1;
      context.fillStyle = this.theme.ink;
      context.fillText(name, spot.x, spot.y);
    }
  }

  /**
   * Draws what moves.
   * @param cursor Where the pointer is, or null.
   * @param path Points of a drawn path, or of a blend's two ends.
   * @param steps Of a blend, else 0.
   * @param playing The point that is heard, or null.
   * @param shown The point whose music is shown, or null.
   */
  drawOverlay({cursor, path, steps, playing, shown, isDrawing}) {
    const {context} = fitCanvas(this.overlay);
    const {theme} = this;
    context.lineJoin = context.lineCap = 'round';
    const line = path.map((point) => this.toScreen(point));
    if (steps && line.length === 1 && cursor) line.push(this.toScreen(cursor));
    if (line.length > 1) {
      for (const [width, color] of [
        [6, theme.halo],
        [2.6, theme.cursor],
      ]) {
        context.lineWidth = width;
        context.strokeStyle = color;
        context.beginPath();
        line.forEach(([x, y], i) =>
          i ? context.lineTo(x, y) : context.moveTo(x, y),
        );
        context.stroke();
      }
    }
    const dot = ([x, y], r, fill, letter) => {
      context.beginPath();
      context.arc(x, y, r, 0, 2 * Math.PI);
      context.lineWidth = 2;
      context.fillStyle = fill;
      context.strokeStyle = theme.halo;
      context.fill();
      context.stroke();
      if (!letter) return;
      context.fillStyle = theme.halo;
      context.font = '700 12px system-ui, sans-serif';
      context.textAlign = 'center';
      context.textBaseline = 'middle';
      context.fillText(letter, x, y + 0.5);
    };
    if (steps && path.length === 2) {
      for (let i = 1; i < steps - 1; i++) {
        const part = i / (steps - 1);
        dot(
          line[0].map((a, k) => a + part * (line[1][k] - a)),
          4,
          theme.cursor,
        );
      }
    }
    if (steps) {
      path.forEach((_, i) => dot(line[i], 11, theme.cursor, 'AB'[i]));
    } else if (line.length) {
      dot(line[0], 5, theme.cursor);
      if (!isDrawing) dot(line[line.length - 1], 5, theme.cursor);
    }
    if (cursor) {
      const [x, y] = this.toScreen(cursor);
      for (const [width, color] of [
        [4.5, theme.halo],
        [2, theme.ink],
      ]) {
        context.lineWidth = width;
        context.strokeStyle = color;
        context.beginPath();
        context.arc(x, y, 9, 0, 2 * Math.PI);
        for (const [dx, dy] of [
          [1, 0],
          [-1, 0],
          [0, 1],
          [0, -1],
        ]) {
          context.moveTo(x + 9 * dx, y + 9 * dy);
          context.lineTo(x + 15 * dx, y + 15 * dy);
        }
        context.stroke();
      }
    }
    if (shown && !playing) dot(this.toScreen(shown), 6, theme.cursor);
    if (playing) {
      const place = this.toScreen(playing);
      context.globalAlpha = 0.25;
      dot(place, 18, theme.cursor);
      context.globalAlpha = 1;
      dot(place, 8, theme.cursor);
    }
  }
}

/** 256 colours between those given, as RGBA. */
function ramp(colors) {
  const stops = colors.map((color) =>
    [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16)),
  );
  return Array.from({length: 256}, (_, i) => {
    const at = (i / 255) * (stops.length - 1);
    const low = Math.min(Math.floor(at), stops.length - 2);
    const mixed = stops[low].map((from, k) =>
      Math.round(from + (at - low) * (stops[low + 1][k] - from)),
    );
    return [...mixed, 255];
  });
}

/** Lines of equal value: [x0, y0, x1, y1] in the map's units. */
function contours(values, {corner, cell, columns, rows}, [low, high]) {
  const lines = [];
  const place = (column, row) => [
    corner[0] + cell * (column + 0.5),
    corner[1] + cell * (row + 0.5),
  ];
  for (let level = 1; level <= CONTOURS; level++) {
    const value = low + (level / (CONTOURS + 1)) * (high - low);
    for (let row = 0; row + 1 < rows; row++) {
      for (let column = 0; column + 1 < columns; column++) {
        const corners = [
          [0, 0],
          [1, 0],
          [1, 1],
          [0, 1],
        ].map(([dx, dy]) => [
          column + dx,
          row + dy,
          values[(row + dy) * columns + column + dx],
        ]);
        const crossings = [];
        corners.forEach(([x0, y0, v0], i) => {
          const [x1, y1, v1] = corners[(i + 1) % 4];
          if (v0 < value === v1 < value) return;
          const part = (value - v0) / (v1 - v0);
          crossings.push(place(x0 + part * (x1 - x0), y0 + part * (y1 - y0)));
        });
        for (let i = 0; i + 1 < crossings.length; i += 2) {
          lines.push([...crossings[i], ...crossings[i + 1]]);
        }
      }
    }
  }
  return lines;
}

function shortened(text, length) {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
