// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The map against magenta_vrae/explorer/projection.py.

import {test} from 'node:test';
import {Projection} from '../src/map/projection.js';
import {assertClose, golden} from './golden.js';

for (const [name, given] of Object.entries(golden.projections)) {
  const means = Float32Array.from(given.means.flat());
  const plane = new Projection(given.facts, means, given.means[0].length);

  test(`${name}: windows are where Python puts them`, () => {
    assertClose(plane.points, given.points.flat(), 1e-6);
  });

  test(`${name}: points are the latent vectors that Python finds`, () => {
    given.from.forEach((point, i) => {
      assertClose(plane.fromMap(point), given.latents[i], 1e-6);
    });
  });

  test(`${name}: a point's latent vector is at the point`, () => {
    for (const [x, y] of given.from) {
      const again = plane.toMap(plane.fromMap([x, y]));
      // Of one dimension, the map is a line.
      assertClose(again, [x, name === 'line' ? 0 : y], 1e-6);
    }
  });
}
