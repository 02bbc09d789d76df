// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Colours and shapes of what is drawn. Colours of songs are those that
// colour-blind readers tell apart; each has a shape beside.

const THEMES = {
  light: {
    songs: [
      '#0069a6',
      '#d98a00',
      '#00805d',
      '#c44f00',
      '#b3508a',
      '#2f9bd6',
      '#16202a',
      '#7b1e4d',
    ],
    land: ['#faf6ec', '#efeddb', '#dbe4cc', '#bed6c1', '#9cc4b8', '#7cb0b0'],
    contour: 'rgba(38, 76, 78, 0.22)',
    ink: '#17211f',
    halo: '#fffdf7',
    line: 'rgba(23, 33, 31, 0.14)',
    quiet: '#5c6b67',
    note: '#0d6a6d',
    ghost: [13, 106, 109],
    cursor: '#c2410c',
  },
  dark: {
    songs: [
      '#58b4f0',
      '#f4b740',
      '#35cf9f',
      '#ff8a4c',
      '#eb9fcb',
      '#a9defb',
      '#f4f1e8',
      '#e0679f',
    ],
    land: ['#0d1517', '#0f2024', '#132d31', '#183c3f', '#1f4d4d', '#2a615b'],
    contour: 'rgba(190, 232, 220, 0.17)',
    ink: '#eef2ec',
    halo: '#0b1214',
    line: 'rgba(238, 242, 236, 0.13)',
    quiet: '#9bb0aa',
    note: '#7fe0cb',
    ghost: [127, 224, 203],
    cursor: '#ffb27d',
  },
};

const SHAPES = [
  'circle',
  'square',
  'triangle',
  'diamond',
  'wedge',
  'plus',
  'star',
  'cross',
];

/** The look of the song of a number: eight colours, then other pairs. */
function lookOf(number) {
  const color = number % 8;
  return {color, shape: SHAPES[(number + Math.floor(number / 8)) % 8]};
}

/** A closed path around the origin, about r in radius. */
function shapePath(shape, r) {
  const path = new Path2D();
  const polygon = (corners) => {
    corners.forEach(([x, y], i) =>
      i ? path.lineTo(x * r, y * r) : path.moveTo(x * r, y * r),
    );
    path.closePath();
    return path;
  };
  const w = 0.38;
  const plus = [
    [-w, -1.1],
    [w, -1.1],
    [w, -w],
    [1.1, -w],
    [1.1, w],
    [w, w],
    [w, 1.1],
    [-w, 1.1],
    [-w, w],
    [-1.1, w],
    [-1.1, -w],
    [-w, -w],
  ];
  switch (shape) {
    case 'square':
      return polygon([
        [-0.85, -0.85],
        [0.85, -0.85],
        [0.85, 0.85],
        [-0.85, 0.85],
      ]);
    case 'triangle':
      return polygon([
        [0, -1.15],
        [1.1, 0.8],
        [-1.1, 0.8],
      ]);
    case 'wedge':
      return polygon([
        [0, 1.15],
        [1.1, -0.8],
        [-1.1, -0.8],
      ]);
    case 'diamond':
      return polygon([
        [0, -1.25],
        [1, 0],
        [0, 1.25],
        [-1, 0],
      ]);
    case 'plus':
      return polygon(plus);
    case 'cross':
      return polygon(
        plus.map(([x, y]) => [(x - y) * Math.SQRT1_2, (x + y) * Math.SQRT1_2]),
      );
    case 'star':
      return polygon(
        Array.from({length: 10}, (_, i) => {
          const radius = i % 2 ? 0.55 : 1.3;
          const angle = (Math.PI * i) / 5;
          return [radius * Math.sin(angle), -radius * Math.cos(angle)];
        }),
      );
    default:
      path.arc(0, 0, r, 0, 2 * Math.PI);
      return path;
  }
}

/** A marker with its halo, ready to be drawn often. */
function markerImage(shape, color, halo, r, ratio) {
  const size = Math.ceil((r * 1.35 + 1.5) * 2 * ratio);
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = size;
  const context = canvas.getContext('2d');
  context.translate(size / 2, size / 2);
  context.scale(ratio, ratio);
  const path = shapePath(shape, r);
  context.lineJoin = 'round';
  context.lineWidth = 1.4;
  context.strokeStyle = halo;
  context.stroke(path);
  context.fillStyle = color;
  context.fill(path);
  canvas.half = size / 2 / ratio;
  return canvas;
}

/** Sizes a canvas to its box, in the screen's own pixels. */
function fitCanvas(canvas) {
  const ratio = window.devicePixelRatio || 1;
  const {width, height} = canvas.getBoundingClientRect();
  const w = Math.max(1, Math.round(width * ratio));
  const h = Math.max(1, Math.round(height * ratio));
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
  }
  const context = canvas.getContext('2d');
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return {context, width, height, ratio};
}
