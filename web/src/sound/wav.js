// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Samples -> the bytes of a WAV file of 16 bits.

import {textBytes} from '../music/midi_bytes.js';

const HEAD_BYTES = 44;
const LOUDEST = 32767;

/**
 * @param {Float32Array[]} channels Of one length.
 * @param {number} sampleRate
 */
export function wavOf(channels, sampleRate) {
  const frameBytes = 2 * channels.length;
  const size = channels[0].length * frameBytes;
  const bytes = new DataView(new ArrayBuffer(HEAD_BYTES + size));
  let at = 0;
  const text = (/** @type {string} */ id) => {
    for (const byte of textBytes(id)) bytes.setUint8(at++, byte);
  };
  const number = (/** @type {number} */ value, /** @type {2 | 4} */ length) => {
    if (length === 2) bytes.setUint16(at, value, true);
    else bytes.setUint32(at, value, true);
    at += length;
  };
  text('RIFF');
  number(HEAD_BYTES - 8 + size, 4);
  text('WAVEfmt ');
  number(16, 4); // Bytes that follow of the format,
  number(1, 2); // which is PCM.
  number(channels.length, 2);
  number(sampleRate, 4);
  number(sampleRate * frameBytes, 4);
  number(frameBytes, 2);
  number(16, 2);
  text('data');
  number(size, 4);
  for (let i = 0; i < channels[0].length; i++) {
    for (const samples of channels) {
      const value = Math.min(Math.max(samples[i], -1), 1);
      bytes.setInt16(at, Math.round(value * LOUDEST), true);
      at += 2;
    }
  }
  return new Uint8Array(bytes.buffer);
}
