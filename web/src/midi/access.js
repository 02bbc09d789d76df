// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The ports of MIDI, if this browser gives any.

/**
 * @typedef {{access: MIDIAccess, why: ''} | {access: null, why: string}} Answer
 *   Where there is none, why.
 */

/**
 * Asks the browser, which asks the reader.
 * @returns {Promise<Answer>}
 */
export async function askForMidi() {
  if (!navigator.requestMIDIAccess) {
    // Browsers hide it from pages that came over an open line.
    const why = window.isSecureContext
      ? 'This browser has no Web MIDI. Chrome, Edge, Opera and Firefox on a ' +
        'computer have it.'
      : 'Browsers give MIDI to secure pages only. Open this file from your ' +
        'disk, or over https.';
    return {access: null, why};
  }
  try {
    const access = await navigator.requestMIDIAccess({sysex: false});
    return {access, why: ''};
  } catch (error) {
    const {name} = /** @type {Error} */ (error);
    const why =
      name === 'NotAllowedError' || name === 'SecurityError'
        ? 'The browser did not allow MIDI. Allow it for this page in the ' +
          "browser's site settings, and press Connect again."
        : 'The browser could not open MIDI on this device.';
    return {access: null, why};
  }
}
