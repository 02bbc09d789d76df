// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// How loud each part of a band is: its volume, if it is heard at all.

/** @typedef {{volume: number, isMuted: boolean, isSolo: boolean}} Setting */

export class Mix {
  /** @type {Setting[]} By part. */
  settings;
  /** Called when something has changed. */
  onChange = () => {};

  /** @param {number} parts How many there are. */
  constructor(parts) {
    this.settings = Array.from({length: parts}, () => {
      return {volume: 1, isMuted: false, isSolo: false};
    });
  }

  /**
   * @param {number} part
   * @param {Partial<Setting>} change
   */
  set(part, change) {
    Object.assign(this.settings[part], change);
    this.onChange();
  }

  /**
   * 0 for a part that is muted, or not among those that play solo.
   * @param {number} part
   */
  levelOf(part) {
    const {volume, isMuted, isSolo} = this.settings[part];
    const isAlone = this.settings.some((setting) => setting.isSolo);
    return isMuted || (isAlone && !isSolo) ? 0 : volume;
  }
}
