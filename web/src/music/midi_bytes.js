// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The numbers of which MIDI files are made.

import {InputError} from '../errors.js';

export const DRUM_CHANNEL = 9;

/** Goes through the bytes of a file, and never past their end. */
export class Reader {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  byte() {
    if (this.at >= this.bytes.length) {
      throw new InputError('the MIDI file ends too early');
    }
    return this.bytes[this.at++];
  }

  /** @param {number} size In bytes, the highest first. */
  number(size) {
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + this.byte();
    return value;
  }

  /** @param {number} size */
  text(size) {
    let value = '';
    for (let i = 0; i < size; i++) value += String.fromCharCode(this.byte());
    return value;
  }

  /**
   * A text in UTF-8, with a sign in place of what is none.
   * @param {number} size
   */
  unicode(size) {
    const begin = this.at;
    this.skip(size);
    const decoder = new TextDecoder('utf-8', {ignoreBOM: true});
    return decoder.decode(this.bytes.subarray(begin, this.at));
  }

  /** A number in bytes of seven bits, the last without its top bit. */
  variable() {
    let value = 0;
    for (;;) {
      const byte = this.byte();
      value = value * 128 + (byte & 0x7f);
      if (byte < 0x80) return value;
    }
  }

  /** @param {number} size */
  skip(size) {
    if (this.at + size > this.bytes.length) {
      throw new InputError('the MIDI file ends too early');
    }
    this.at += size;
  }
}

/** @param {number} value Written as `Reader.variable` reads it. */
export function variableBytes(value) {
  const bytes = [value & 0x7f];
  for (let rest = value >> 7; rest; rest >>= 7) {
    bytes.unshift((rest & 0x7f) | 0x80);
  }
  return bytes;
}

/**
 * @param {number} value
 * @param {number} size In bytes.
 */
export const numberBytes = (value, size) =>
  Array.from({length: size}, (_, i) => (value >> (8 * (size - 1 - i))) & 0xff);

/** @param {string} text Of ASCII. */
export const textBytes = (text) => Array.from(text, (c) => c.charCodeAt(0));
