// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What is shown, played and downloaded: stretches of frames, each decoded from
// a point, one after another.

/** How frames are made of logits, as the decoder's `sample` does. */
class Emission {
  constructor({sampling, threshold}) {
    this.sampling = sampling; // 'threshold' or 'bernoulli'.
    this.threshold = threshold;
    this.temperature = 1;
    this.draw = 1; // Other numbers give other draws.
  }

  /** 1 if a note sounds, else 0; a frame and column keep their draw. */
  emit(logit, t, column) {
    if (this.sampling === 'threshold')
      return sigm(logit) >= this.threshold ? 1 : 0;
    const p = sigm(logit / Math.max(this.temperature, 1e-6));
    return uniform(this.draw, t, column) < p ? 1 : 0;
  }
}

/** A number from 0 to below 1 that three integers choose. */
function uniform(a, b, c) {
  let n = 0x9e3779b9;
  for (const k of [a, b, c]) {
    n = Math.imul(n ^ k, 0x85ebca6b);
    n = Math.imul(n ^ (n >>> 13), 0xc2b2ae35);
    n ^= n >>> 16;
  }
  return (n >>> 0) / 2 ** 32;
}

class Piece {
  /**
   * @param kind 'point', 'blend', 'path' or 'song'.
   * @param title What it is, in words.
   * @param stretches A list of {z, point, frames}.
   */
  constructor(kind, title, stretches, depth) {
    Object.assign(this, {kind, title, stretches, depth});
    this.frames = stretches.reduce((sum, {frames}) => sum + frames, 0);
    this.logits = new Float32Array(this.frames * depth);
    // With a model that hears the frames it emits, frames are made in decoding.
    this.roll = new Uint8Array(this.frames * depth);
    this.version = 0; // Changes with what there is to see.
    this.restart();
  }

  restart() {
    this.decoded = 0; // Frames.
    this.stretch = 0;
    this.within = 0; // Frames of this stretch.
    this.step = null;
  }

  get isWhole() {
    return this.decoded === this.frames;
  }

  /** Decodes until it is whole, or some milliseconds have passed. */
  decodeSome(model, emission, milliseconds) {
    const until = performance.now() + milliseconds;
    this.version++;
    while (!this.isWhole) {
      const {z, frames} = this.stretches[this.stretch];
      if (!this.step) this.step = model.decoding(z);
      const t = this.decoded;
      this.step(this.logits, t * this.depth, (logit, column) =>
        emission.emit(logit, t, column),
      );
      this.emitFrame(t, emission);
      this.decoded++;
      this.within++;
      if (this.within === frames) {
        this.stretch++;
        this.within = 0;
        this.step = null;
      }
      if (performance.now() > until) return;
    }
  }

  /** Makes the frames anew from the logits: the emission has changed. */
  emit(model, emission) {
    this.version++;
    if (model.facts.feedback !== 'output') {
      this.restart(); // The frames are part of what was decoded.
      this.roll.fill(0);
      return;
    }
    for (let t = 0; t < this.decoded; t++) this.emitFrame(t, emission);
  }

  emitFrame(t, emission) {
    for (let d = 0, i = t * this.depth; d < this.depth; d++, i++) {
      this.roll[i] = emission.emit(this.logits[i], t, d);
    }
  }

  /** Where on the map a frame is, or a part of it: walks are even. */
  pointAt(frame) {
    let before = 0;
    for (let i = 0; i < this.stretches.length; i++) {
      const {point, frames} = this.stretches[i];
      if (frame < before + frames) {
        const next = this.stretches[i + 1];
        if (!next || this.kind === 'blend') return point;
        const part = (frame - before) / frames;
        return point.map((x, k) => x + part * (next.point[k] - x));
      }
      before += frames;
    }
    return this.stretches[this.stretches.length - 1].point;
  }
}
