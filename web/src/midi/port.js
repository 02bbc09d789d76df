// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// A port of MIDI, which may have been pulled out since the browser said that it
// is there.

/**
 * Sends a message, if the port is still there: of one that is gone, browsers
 * may throw, and the music goes on.
 * @param {Pick<MIDIOutput, 'send'>} output
 * @param {number[]} message
 * @param {number} [milliseconds] When; without it, now.
 */
export function sendTo(output, message, milliseconds) {
  try {
    if (milliseconds === undefined) output.send(message);
    else output.send(message, milliseconds);
  } catch (error) {
    const {name} = /** @type {Error} */ (error);
    if (name !== 'InvalidStateError') throw error;
  }
}
