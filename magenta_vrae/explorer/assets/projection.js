// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The map: z -> a point, and a point -> z. See magenta_vrae/projection.py.

class Projection {
  /** @param means Of the windows, [windows][z]. */
  constructor(facts, means, zSize) {
    Object.assign(this, facts);
    this.zSize = zSize;
    this.means = means;
    this.count = means.length / zSize;
    this.points = new Float64Array(this.count * 2);
    for (let i = 0; i < this.count; i++) {
      this.points.set(this.toMap(this.mean_(i)), 2 * i);
    }
  }

  mean_(i) {
    return this.means.subarray(i * this.zSize, (i + 1) * this.zSize);
  }

  toMap(z) {
    return this.basis.map((row) =>
      row.reduce((sum, b, k) => sum + b * (z[k] - this.mean[k]), 0),
    );
  }

  fromMap([x, y]) {
    const [first, second] = this.basis;
    const z = this.mean.map((m, k) => m + x * first[k] + y * second[k]);
    if (this.kind === 'plane') return Float64Array.from(z);
    const lenders = this.nearest([x, y], this.numLenders);
    const weights = lenders.map(
      ({squared}) => 1 / (squared + (this.reach / 1000) ** 2) ** 2,
    );
    const total = weights.reduce((a, b) => a + b, 0);
    const fade = Math.exp(-lenders[0].squared / this.reach ** 2);
    lenders.forEach(({index}, i) => {
      const weight = (fade * weights[i]) / total;
      const mu = this.mean_(index);
      const [px, py] = this.points.subarray(2 * index, 2 * index + 2);
      for (let k = 0; k < this.zSize; k++) {
        const onPlane = px * first[k] + py * second[k];
        z[k] += weight * (mu[k] - this.mean[k] - onPlane);
      }
    });
    return Float64Array.from(z);
  }

  /** The windows nearest to a point, nearest first. */
  nearest([x, y], count = 1) {
    const found = [];
    for (let i = 0; i < this.count; i++) {
      const dx = this.points[2 * i] - x;
      const dy = this.points[2 * i + 1] - y;
      const squared = dx * dx + dy * dy;
      if (found.length === count && squared >= found[count - 1].squared) {
        continue;
      }
      let at = found.length;
      while (at && found[at - 1].squared > squared) at--;
      found.splice(at, 0, {index: i, squared});
      found.length = Math.min(found.length, count);
    }
    return found;
  }
}
