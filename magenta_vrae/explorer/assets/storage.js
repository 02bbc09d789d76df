// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What the page was given: facts as JSON, numbers as one compressed block.

const storage = (() => {
  const ITEM_BYTES = {float32: 4, int32: 4, float16: 2};

  /** The value of a half-precision number, given its 16 bits. */
  function fromHalf(bits) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 0x1f;
    const fraction = bits & 0x3ff;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }

  /** Puts the bytes of each number together again. */
  function fromPlanes(planes, itemBytes) {
    const n = planes.length / itemBytes;
    const bytes = new Uint8Array(planes.length);
    for (let b = 0; b < itemBytes; b++) {
      for (let i = 0; i < n; i++) bytes[i * itemBytes + b] = planes[b * n + i];
    }
    return bytes.buffer;
  }

  async function unpacked(text) {
    const binary = atob(text.trim());
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
    const stream = new Blob([bytes])
      .stream()
      .pipeThrough(new DecompressionStream('gzip'));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  /**
   * Reads everything.
   * @return {facts, arrays} with arrays by name: typed arrays that have the
   *   property `shape`.
   */
  async function load() {
    const facts = JSON.parse(document.getElementById('facts').textContent);
    const element = document.getElementById('arrays');
    const block = await unpacked(element.textContent);
    element.remove();
    const arrays = {};
    let offset = 0;
    for (const {name, type, shape} of facts.arrays) {
      const length = shape.reduce((a, b) => a * b, 1) * ITEM_BYTES[type];
      const buffer = fromPlanes(
        block.subarray(offset, offset + length),
        ITEM_BYTES[type],
      );
      offset += length;
      arrays[name] =
        type === 'int32'
          ? new Int32Array(buffer)
          : type === 'float32'
            ? new Float32Array(buffer)
            : Float32Array.from(new Uint16Array(buffer), fromHalf);
      arrays[name].shape = shape;
    }
    return {facts, arrays};
  }

  return {load};
})();
