// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The piano roll: what may sound as a tint, what sounds as bars, and where the
// music is.

const MIN_FRAME_PIXELS = 1.6;
const LEFT = 34; // Room for the names of notes, and below for the time.
const BELOW = 17;
const NOTE_NAMES = [
  'C',
  'C♯',
  'D',
  'D♯',
  'E',
  'F',
  'F♯',
  'G',
  'G♯',
  'A',
  'A♯',
  'B',
];

function noteName(pitch) {
  const whole = Math.round(pitch);
  return `${NOTE_NAMES[whole % 12]}${Math.floor(whole / 12) - 1}`;
}

class RollView {
  constructor(canvas, converter) {
    this.canvas = canvas;
    this.converter = converter;
    // Rows by height: columns may be in any order.
    this.rowOf = new Map(
      [...converter.pitches]
        .sort((a, b) => a - b)
        .map((pitch, i) => [pitch, i]),
    );
  }

  /** The frame at a place on the canvas. */
  frameAt(x) {
    const {frameWidth, first, piece} = this;
    const frame = Math.floor(first + (x - LEFT) / frameWidth);
    return Math.min(Math.max(frame, 0), piece.frames - 1);
  }

  /** @param playhead The frame heard, with its fraction, or null. */
  draw(piece, playhead, theme) {
    const {canvas} = this;
    const {width, height} = canvas.getBoundingClientRect();
    const frames = piece ? piece.frames : this.converter.windowFrames;
    const room = width - LEFT - 6;
    const frameWidth = Math.max(room / frames, MIN_FRAME_PIXELS);
    // A piece that is too long is shown by pages.
    const perPage = Math.floor(room / frameWidth);
    const page = playhead === null ? 0 : Math.floor(playhead / perPage);
    const first = Math.min(page * perPage, Math.max(0, frames - perPage));
    const last = Math.min(frames, first + perPage + 1);
    Object.assign(this, {frameWidth, first, last, room, piece});
    // All but the cursor stays as it is for long.
    const state = [
      piece,
      piece && piece.version,
      first,
      width,
      height,
      window.devicePixelRatio,
      theme,
    ];
    if (!this.state || state.some((part, i) => part !== this.state[i])) {
      this.state = state;
      this.drawStill_(theme);
      this.still = document.createElement('canvas');
      this.still.width = canvas.width;
      this.still.height = canvas.height;
      this.still.getContext('2d').drawImage(canvas, 0, 0);
    }
    const {context} = fitCanvas(canvas);
    context.drawImage(this.still, 0, 0, width, height);
    if (playhead === null) return;
    const at = LEFT + (playhead - first) * frameWidth;
    context.fillStyle = theme.cursor;
    context.fillRect(at - 1, 2, 2, height - BELOW - 2);
    context.beginPath();
    context.moveTo(at - 5, 0);
    context.lineTo(at + 5, 0);
    context.lineTo(at, 7);
    context.fill();
  }

  drawStill_(theme) {
    const {context, width, height} = fitCanvas(this.canvas);
    const {frameWidth, first, last, room, piece} = this;
    const {converter} = this;
    const {pitches, framesPerSecond} = converter;
    const rows = pitches.length;
    const left = LEFT;
    const bottom = height - BELOW;
    const top = 9; // Half of the highest name.
    const rowHeight = (bottom - top) / rows;
    const x = (frame) => left + (frame - first) * frameWidth;
    const y = (pitch) => top + (rows - 1 - this.rowOf.get(pitch)) * rowHeight;

    context.font = '11px system-ui, sans-serif';
    context.textBaseline = 'middle';
    context.textAlign = 'right';
    for (const pitch of pitches) {
      if (pitch % 12) continue;
      const line = Math.round(y(pitch) + rowHeight) - 0.5;
      context.fillStyle = theme.line;
      context.fillRect(left, line, room, 1);
      context.fillStyle = theme.quiet;
      context.fillText(noteName(pitch), left - 7, line - rowHeight / 2);
    }
    const seconds = (last - first) / framesPerSecond;
    const step =
      [0.5, 1, 2, 5, 10, 20, 30, 60].find((s) => (seconds / s) * 52 < room) ||
      120;
    context.textAlign = 'center';
    const from = Math.ceil(first / framesPerSecond / step);
    for (let i = from; i * step * framesPerSecond <= last; i++) {
      const at = x(i * step * framesPerSecond);
      context.fillStyle = theme.line;
      context.fillRect(Math.round(at) - 0.5, top, 1, bottom - top);
      context.fillStyle = theme.quiet;
      context.fillText(
        `${i * step} s`,
        Math.min(Math.max(at, left + 10), width - 16),
        bottom + 9,
      );
    }
    if (!piece) return;

    const {depth, logits, roll} = piece;
    const [red, green, blue] = theme.ghost;
    const shown = Math.min(last, piece.decoded);
    for (let t = first; t < shown; t++) {
      for (let c = 0; c < rows; c++) {
        const p = sigm(logits[t * depth + c]);
        if (p < 0.03) continue;
        context.fillStyle = `rgba(${red}, ${green}, ${blue}, ${0.45 * p})`;
        context.fillRect(x(t), y(pitches[c]), frameWidth + 0.4, rowHeight);
      }
    }
    context.fillStyle = theme.note;
    const gap = Math.min(1, rowHeight * 0.18);
    for (let c = 0; c < rows; c++) {
      let start = -1;
      for (let t = first; t <= shown; t++) {
        const {sounds, begins} =
          t < shown ? converter.at(roll, t, c) : {sounds: false, begins: false};
        if (start >= 0 && (!sounds || begins)) {
          const w = Math.max((t - start) * frameWidth - 0.8, 1.2);
          context.beginPath();
          context.roundRect(
            x(start),
            y(pitches[c]) + gap / 2,
            w,
            Math.max(rowHeight - gap, 1.2),
            Math.min(2.5, rowHeight / 2, w / 2),
          );
          context.fill();
          start = -1;
        }
        if (sounds && start < 0) start = t;
      }
    }
  }
}
