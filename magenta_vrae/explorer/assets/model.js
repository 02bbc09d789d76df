// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The model's equations, as magenta_vrae's cells.py, encoder.py, decoder.py and
// model.py have them. Weights are float32, sums are double.

const sigm = (x) => 1 / (1 + Math.exp(-x));

/**
 * A matrix [inputs][outputs], cut into blocks of eight outputs: a product then
 * reads it from front to back, and sums eight outputs at a time.
 */
function packed(matrix) {
  const [inputs, outputs] = matrix.shape;
  const blocks = Math.ceil(outputs / 8);
  const weights = new Float32Array(blocks * inputs * 8);
  for (let i = 0; i < inputs; i++) {
    for (let j = 0; j < outputs; j++) {
      weights[((j >> 3) * inputs + i) * 8 + (j & 7)] = matrix[i * outputs + j];
    }
  }
  return {weights, inputs, outputs};
}

/** out = v M + b, of the first `inputs` numbers of v; b may be null. */
function product(out, {weights, inputs, outputs}, v, b) {
  let k = 0;
  for (let j = 0; j < outputs; j += 8) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let s4 = 0;
    let s5 = 0;
    let s6 = 0;
    let s7 = 0;
    for (let i = 0; i < inputs; i++, k += 8) {
      const x = v[i];
      s0 += weights[k] * x;
      s1 += weights[k + 1] * x;
      s2 += weights[k + 2] * x;
      s3 += weights[k + 3] * x;
      s4 += weights[k + 4] * x;
      s5 += weights[k + 5] * x;
      s6 += weights[k + 6] * x;
      s7 += weights[k + 7] * x;
    }
    // Writing past the end of a typed array does nothing.
    out[j] = s0;
    out[j + 1] = s1;
    out[j + 2] = s2;
    out[j + 3] = s3;
    out[j + 4] = s4;
    out[j + 5] = s5;
    out[j + 6] = s6;
    out[j + 7] = s7;
  }
  if (b) for (let j = 0; j < outputs; j++) out[j] += b[j];
}

/**
 * One step of each cell: the state (h; c behind it for the LSTM) goes on to the
 * next, given wh = W h and a, both with H numbers per gate.
 */
const CELLS = {
  tanh: {
    states: 1,
    step(state, wh, a, H) {
      for (let i = 0; i < H; i++) state[i] = Math.tanh(wh[i] + a[i]);
    },
  },
  gru: {
    states: 1,
    step(state, wh, a, H) {
      for (let i = 0; i < H; i++) {
        const u = sigm(wh[i] + a[i]);
        const r = sigm(wh[H + i] + a[H + i]);
        const n = Math.tanh(a[2 * H + i] + r * wh[2 * H + i]);
        state[i] = u * state[i] + (1 - u) * n;
      }
    },
  },
  lstm: {
    states: 2,
    step(state, wh, a, H) {
      for (let k = 0; k < H; k++) {
        const i = sigm(wh[k] + a[k]);
        const f = sigm(wh[H + k] + a[H + k]);
        const g = Math.tanh(wh[2 * H + k] + a[2 * H + k]);
        const o = sigm(wh[3 * H + k] + a[3 * H + k]);
        const c = f * state[H + k] + i * g;
        state[H + k] = c;
        state[k] = o * Math.tanh(c);
      }
    },
  },
};

class Model {
  constructor(facts, arrays) {
    this.facts = facts;
    this.cell = CELLS[facts.cell];
    const of = (name) => arrays[name];
    this.decoder = {
      H: of('decoder/W_dec').shape[0],
      Wz: packed(of('decoder/W_z')),
      bz: of('decoder/b_z'),
      W: packed(of('decoder/W_dec')),
      Wx: packed(of('decoder/W_x')),
      b: of('decoder/b_dec'),
      Wout: packed(of('decoder/W_out')),
      bout: of('decoder/b_out'),
      Wzx: of('decoder/W_zx') && packed(of('decoder/W_zx')),
    };
    this.encoder = {
      H: of('encoder/W_enc').shape[0],
      W: packed(of('encoder/W_enc')),
      Win: of('encoder/W_in'), // Row by row: a frame adds up few of them.
      b: of('encoder/b_enc'),
      Wmu: packed(of('encoder/W_mu')),
      bmu: of('encoder/b_mu'),
    };
  }

  /**
   * The decoder started from z.
   * @return A function that makes one frame: it writes the frame's logits to
   *   `logits` from `offset` on. `emit`, for models that are fed the frames
   *   they emit, turns a logit and its column into 0 or 1. A step of the
   *   recurrence is made whenever the frames of the last one are used up.
   */
  decoding(z) {
    const {H, Wz, bz, W, Wx, b, Wout, bout, Wzx} = this.decoder;
    const {cell} = this;
    const {depth, feedback, framesPerStep} = this.facts;
    const state = new Float64Array(H * cell.states);
    product(state, Wz, z, bz);
    for (let i = 0; i < state.length; i++) state[i] = Math.tanh(state[i]);
    const bias = Float64Array.from(b);
    if (Wzx) product(bias, Wzx, z, b);
    const wh = new Float64Array(b.length);
    const a = new Float64Array(b.length);
    const x = new Float64Array(framesPerStep * depth);
    const y = new Float64Array(framesPerStep * depth);
    let used = y.length;
    return (logits, offset, emit) => {
      if (used === y.length) {
        product(wh, W, state, null);
        product(a, Wx, x, bias);
        cell.step(state, wh, a, H);
        product(y, Wout, state, bout);
        used = 0;
      }
      for (let d = 0; d < depth; d++, used++) {
        logits[offset + d] = y[used];
        x[used] = feedback === 'output' ? sigm(y[used]) : emit(y[used], d);
      }
    };
  }

  /**
   * The posterior mean of a window.
   * @param roll Zeros and ones, [frames][depth].
   * @param start The window's first frame.
   * @param T Its frames; those past the roll's end are silent.
   */
  encode(roll, start, T) {
    const {H, W, Win, b, Wmu, bmu} = this.encoder;
    const {cell} = this;
    const {depth, framesPerStep, reverseInput, zSize} = this.facts;
    const state = new Float64Array(H * cell.states);
    const wh = new Float64Array(b.length);
    const a = new Float64Array(b.length);
    const G = b.length;
    for (let first = 0; first < T; first += framesPerStep) {
      a.set(b);
      for (let t = first; t < Math.min(first + framesPerStep, T); t++) {
        const frame = (start + (reverseInput ? T - 1 - t : t)) * depth;
        const row = (t - first) * depth;
        for (let d = 0; d < depth; d++) {
          if (!roll[frame + d]) continue; // Past the end, undefined: silence.
          for (let j = 0, k = (row + d) * G; j < G; j++, k++) a[j] += Win[k];
        }
      }
      product(wh, W, state, null);
      cell.step(state, wh, a, H);
    }
    const mu = new Float64Array(zSize);
    product(mu, Wmu, state, bmu);
    return mu;
  }
}
