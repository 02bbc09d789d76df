// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Frames of an exported model, a half window at a time, without end.

import * as ort from 'onnxruntime-web';

// One thread needs no headers of the server, and is plenty.
ort.env.wasm.numThreads = 1;

const normal = () =>
  Math.sqrt(-2 * Math.log(1 - Math.random())) *
  Math.cos(2 * Math.PI * Math.random());

/** z of the prior: of N(0, I), or of a mixture fitted to the music. */
function drawZ({prior, z_size}) {
  if (prior.kind === 'standard') return Array.from({length: z_size}, normal);
  let left = Math.random();
  let c = prior.weights.findIndex((weight) => (left -= weight) < 0);
  if (c < 0) c = prior.weights.length - 1;
  const eps = Array.from({length: z_size}, normal);
  return prior.means[c].map((mean, i) =>
    prior.factors[c][i].reduce((sum, l, j) => sum + l * eps[j], mean),
  );
}

export class Music {
  static async load(folder) {
    const meta = await (await fetch(`${folder}/metadata.json`)).json();
    const name = meta.hears_what_it_plays ? 'step' : 'decode';
    const session = await ort.InferenceSession.create(`${folder}/${name}.onnx`);
    return new Music(meta, name, session);
  }

  constructor(meta, name, session) {
    Object.assign(this, {meta, name, session, number: 0});
    this.width = meta.functions[name].inputs.state.shape[1];
    this.state = new Float32Array(this.width);
    this.frame = new Float32Array(meta.depth);
  }

  /** The next frames, each of zeros and ones. */
  async next(temperature) {
    const {meta, name, width} = this;
    const {depth, half_window_frames: half, sampling} = meta;
    // z stays for two windows. `decode` knows but one, and begins it anew.
    if (this.number++ % (name === 'step' ? 4 : 2) === 0) {
      this.z = Float32Array.from(drawZ(meta));
      if (name === 'decode') this.state = new Float32Array(width);
    }
    const uniforms = new Float32Array(half * depth).map(
      sampling.kind === 'bernoulli' ? Math.random : () => sampling.threshold,
    );
    const f32 = (values, ...sizes) => new ort.Tensor('float32', values, sizes);
    const given = {
      z: f32(this.z, 1, meta.z_size),
      state: f32(this.state, 1, width),
      uniforms: f32(uniforms, half, 1, depth),
      temperature: f32(Float32Array.of(temperature), 1),
    };
    if (name === 'step') given.frame = f32(this.frame, 1, depth);
    const {frames, next_state} = await this.session.run(given);
    this.state = next_state.data;
    const rows = Array.from({length: half}, (_, t) =>
      frames.data.slice(t * depth, (t + 1) * depth),
    );
    this.frame = rows.at(-1);
    return rows;
  }
}
