// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Marks of the page's windows drawn by the graphics processor, hundreds of
// thousands at a time. Where there is none, pixel_marks.js draws many of them and
// canvas_marks.js some.

import {
  createBufferInfoFromArrays,
  createProgramInfo,
  createTexture,
  createVertexArrayInfo,
  drawBufferInfo,
  setAttribInfoBufferFromArray,
  setBuffersAndAttributes,
  setTextureFromArray,
  setTextureFromElement,
  setUniforms,
} from 'twgl.js';
import {newCanvas} from './canvas.js';
import {atlasOf, paletteOf} from './mark_images.js';
import {SHAPES} from './shapes.js';
import {looksOf, shuffled} from './window_looks.js';

/** @import {Songs} from '../map/songs.js' */
/** @import {Picture} from './canvas_marks.js' */

// Software in its place takes seconds. Not all browsers heed this.
const NO_SOFTWARE = {failIfMajorPerformanceCaveat: true};
const END_OF_LINE = 0xffffffff; // As WebGL 2 has it.

const VERTICES = `#version 300 es
in vec2 position;
in vec4 look; // Color, shape and strength, 0 for none.
uniform vec2 scale;
uniform vec2 offset;
uniform float size;
out vec4 mark;
void main() {
  bool isShown = look.z > 0.0;
  gl_Position = isShown ? vec4(position * scale + offset, 0, 1) : vec4(2, 2, 2, 1);
  gl_PointSize = size;
  mark = look;
}`;

const FRAGMENTS = `#version 300 es
precision mediump float;
in vec4 mark;
uniform sampler2D atlas; // Red is inside of the shape, alpha with its halo.
uniform sampler2D palette;
uniform vec3 halo;
uniform float strength;
uniform bool isLine;
out vec4 color;
void main() {
  vec3 fill = texelFetch(palette, ivec2(mark.x * 255.0 + 0.5, 0), 0).rgb;
  float shape = floor(mark.y * 255.0 + 0.5);
  vec2 spot = vec2((shape + gl_PointCoord.x) / ${SHAPES.length}.0, gl_PointCoord.y);
  vec4 cover = isLine ? vec4(1) : texture(atlas, spot);
  color = vec4(mix(halo, fill, cover.r), 1) * cover.a * strength * mark.z;
}`;

export class GlMarks {
  isLost = false;
  /** Called when the browser has taken the canvas away, and the marks on it. */
  onLost = () => {};
  #made = {atlas: '', palette: '', looks: ''};
  /** @type {number[] | null} */
  #halo = null;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Songs} songs Those of the page.
   * @returns {GlMarks | null} null where the browser draws no such marks.
   */
  static make(canvas, songs) {
    // Asked on a canvas of its own: one that was asked cannot be drawn on
    // otherwise.
    const asked = contextOf(newCanvas(1, 1));
    if (!asked || isSoftware(asked) || !songs.count) return null;
    const gl = contextOf(canvas);
    return gl && new GlMarks(canvas, gl, songs);
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {WebGL2RenderingContext} gl
   * @param {Songs} songs
   */
  constructor(canvas, gl, songs) {
    this.gl = gl;
    this.canvas = canvas;
    canvas.addEventListener('webglcontextlost', () => {
      this.isLost = true;
      this.onLost();
    });
    this.program = createProgramInfo(gl, [VERTICES, FRAGMENTS]);
    const {points} = songs.projection;
    this.count = points.length / 2;
    // Some first marks of a shuffled order are a fair picture of all.
    this.slots = shuffled(this.count);
    const position = new Float32Array(2 * this.count);
    this.slots.forEach((slot, i) => {
      position[2 * slot] = points[2 * i];
      position[2 * slot + 1] = points[2 * i + 1];
    });
    const arrays = {
      position: {numComponents: 2, data: position},
      look: {numComponents: 4, data: new Uint8Array(4 * this.count)},
    };
    this.marks = createBufferInfoFromArrays(gl, arrays);
    this.trails = createBufferInfoFromArrays(
      gl,
      {indices: {numComponents: 1, data: trailsOf(songs, this.slots)}},
      this.marks,
    );
    this.marksOfProgram = createVertexArrayInfo(gl, this.program, this.marks);
    this.trailsOfProgram = createVertexArrayInfo(gl, this.program, this.trails);
    const small = {width: 1, height: 1, auto: false, wrap: gl.CLAMP_TO_EDGE};
    this.atlas = createTexture(gl, {...small, minMag: gl.LINEAR});
    this.palette = createTexture(gl, {...small, minMag: gl.NEAREST});
  }

  /** @param {Picture} picture */
  draw(picture) {
    const {gl, canvas} = this;
    const {view, ratio} = picture;
    const [width, height] = [view.width * ratio, view.height * ratio].map(
      Math.round,
    );
    if (canvas.width !== width || canvas.height !== height) {
      Object.assign(canvas, {width, height});
    }
    gl.viewport(0, 0, width, height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.useProgram(this.program.program);
    this.#update(picture);
    this.#drawAll(picture);
  }

  /** @param {Picture} picture */
  #drawAll({view, most, hasTrails, size}) {
    const {gl} = this;
    const across = (2 * view.scale * view.stretch) / view.width;
    const down = (2 * view.scale) / view.height;
    const [x, y] = view.center;
    setUniforms(this.program, {
      scale: [across, down],
      offset: [-x * across, -y * down],
      size,
      atlas: this.atlas,
      palette: this.palette,
      halo: this.#halo,
    });
    if (hasTrails) {
      setUniforms(this.program, {strength: 0.2, isLine: true});
      setBuffersAndAttributes(gl, this.program, this.trailsOfProgram);
      drawBufferInfo(gl, this.trailsOfProgram, gl.LINE_STRIP);
    }
    setUniforms(this.program, {strength: 0.9, isLine: false});
    setBuffersAndAttributes(gl, this.program, this.marksOfProgram);
    const count = Math.min(most, this.count);
    drawBufferInfo(gl, this.marksOfProgram, gl.POINTS, count);
  }

  /**
   * Uploads what has changed.
   * @param {Picture} picture
   */
  #update(picture) {
    const {gl} = this;
    const {theme, radius, ratio, size, colors} = picture;
    const made = this.#made;
    const atlas = `${radius} ${ratio} ${size}`;
    if (made.atlas !== atlas) {
      made.atlas = atlas;
      const image = atlasOf(radius, ratio, size);
      setTextureFromElement(gl, this.atlas, image, {auto: false});
    }
    const palette = `${theme.songs} ${theme.levels} ${colors.attribute}`;
    if (made.palette !== palette) {
      made.palette = palette;
      const {texels, halo} = paletteOf(theme, colors.attribute !== null);
      this.#halo = halo;
      setTextureFromArray(gl, this.palette, texels, {
        ...{width: 256, height: 1, auto: false},
      });
    }
    if (made.looks !== picture.looks) {
      made.looks = picture.looks;
      const looks = looksOf(picture, this.slots);
      setAttribInfoBufferFromArray(
        gl,
        /** @type {any} */ (this.marks.attribs).look,
        looks,
      );
    }
  }
}

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {WebGL2RenderingContext | null}
 */
const contextOf = (canvas) =>
  /** @type {WebGL2RenderingContext | null} */ (
    canvas.getContext('webgl2', NO_SOFTWARE)
  );

/**
 * Whether the processor stands in for a graphics processor: it takes seconds.
 * @param {WebGL2RenderingContext} gl
 */
function isSoftware(gl) {
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const name = gl.getParameter(info?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER);
  return /swiftshader|llvmpipe|software|basic render/i.test(name);
}

/**
 * The lines from window to window of each song.
 * @param {Songs} songs
 * @param {Uint32Array} slots
 */
function trailsOf(songs, slots) {
  const ends = songs.list.length;
  const indices = new Uint32Array(slots.length + ends);
  let [at, window] = [0, 0];
  for (const {starts} of songs.list) {
    for (let i = 0; i < starts.length; i++) indices[at++] = slots[window++];
    indices[at++] = END_OF_LINE;
  }
  return indices;
}
