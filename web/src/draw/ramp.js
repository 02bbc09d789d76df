// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// A scale of colours.

/**
 * 256 colours, evenly between those given.
 * @param {string[]} colors As #rrggbb.
 * @returns {number[][]} Red, green, blue and alpha, 0 to 255.
 */
export function ramp(colors) {
  const stops = colors.map((color) =>
    [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)),
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
