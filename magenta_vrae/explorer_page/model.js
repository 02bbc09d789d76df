// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The model's equations, as magenta_vrae's cells.py, encoder.py, decoder.py and
// model.py have them. Weights are float32, sums are double.

const sigm = (x) => 1 / (1 + Math.exp(-x));

/** A matrix [rows][columns] turned over, so that a product reads in order. */
function transposed(matrix) {
  const [rows, columns] = matrix.shape;
  const result = new Float32Array(matrix.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      result[j * rows + i] = matrix[i * columns + j];
    }
  }
  result.shape = [columns, rows];
  return result;
}

/** out = M v + b. Four rows at a time read v once. */
function product(out, M, v, b) {
  const [rows, columns] = M.shape;
  let j = 0;
  for (; j + 3 < rows; j += 4) {
    let k0 = j * columns;
    let k1 = k0 + columns;
    let k2 = k1 + columns;
    let k3 = k2 + columns;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let i = 0; i < columns; i++) {
      const x = v[i];
      s0 += M[k0++] * x;
      s1 += M[k1++] * x;
      s2 += M[k2++] * x;
      s3 += M[k3++] * x;
    }
    out[j] = s0 + (b ? b[j] : 0);
    out[j + 1] = s1 + (b ? b[j + 1] : 0);
    out[j + 2] = s2 + (b ? b[j + 2] : 0);
    out[j + 3] = s3 + (b ? b[j + 3] : 0);
  }
  for (; j < rows; j++) {
    let s = b ? b[j] : 0;
    for (let i = 0, k = j * columns; i < columns; i++, k++) s += M[k] * v[i];
    out[j] = s;
  }
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
      Wz: transposed(of('decoder/W_z')),
      bz: of('decoder/b_z'),
      W: transposed(of('decoder/W_dec')),
      Wx: transposed(of('decoder/W_x')),
      b: of('decoder/b_dec'),
      Wout: transposed(of('decoder/W_out')),
      bout: of('decoder/b_out'),
      Wzx: of('decoder/W_zx') && transposed(of('decoder/W_zx')),
    };
    this.encoder = {
      H: of('encoder/W_enc').shape[0],
      W: transposed(of('encoder/W_enc')),
      Win: of('encoder/W_in'), // Row by row: a frame adds up few of them.
      b: of('encoder/b_enc'),
      Wmu: transposed(of('encoder/W_mu')),
      bmu: of('encoder/b_mu'),
    };
  }

  /**
   * The decoder started from z.
   * @return A function that makes one step: it writes the frame's logits to
   *   `logits` from `offset` on. `emit`, for models that are fed the frames
   *   they emit, turns a logit and its column into 0 or 1.
   */
  decoding(z) {
    const {H, Wz, bz, W, Wx, b, Wout, bout, Wzx} = this.decoder;
    const {cell} = this;
    const {depth, feedback} = this.facts;
    const state = new Float64Array(H * cell.states);
    product(state, Wz, z, bz);
    for (let i = 0; i < state.length; i++) state[i] = Math.tanh(state[i]);
    const bias = Float64Array.from(b);
    if (Wzx) product(bias, Wzx, z, b);
    const wh = new Float64Array(b.length);
    const a = new Float64Array(b.length);
    const x = new Float64Array(depth);
    const y = new Float64Array(depth);
    return (logits, offset, emit) => {
      product(wh, W, state, null);
      product(a, Wx, x, bias);
      cell.step(state, wh, a, H);
      product(y, Wout, state, bout);
      for (let d = 0; d < depth; d++) {
        logits[offset + d] = y[d];
        x[d] = feedback === 'output' ? sigm(y[d]) : emit(y[d], d);
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
    const {depth, reverseInput, zSize} = this.facts;
    const state = new Float64Array(H * cell.states);
    const wh = new Float64Array(b.length);
    const a = new Float64Array(b.length);
    const G = b.length;
    for (let t = 0; t < T; t++) {
      const frame = (start + (reverseInput ? T - 1 - t : t)) * depth;
      a.set(b);
      for (let d = 0; d < depth; d++) {
        if (!roll[frame + d]) continue; // Past the end, undefined: silence.
        for (let j = 0, k = d * G; j < G; j++, k++) a[j] += Win[k];
      }
      product(wh, W, state, null);
      cell.step(state, wh, a, H);
    }
    const mu = new Float64Array(zSize);
    product(mu, Wmu, state, bmu);
    return mu;
  }
}
