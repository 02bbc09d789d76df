// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Which colour each part of a band has.

import {NUM_PART_COLORS} from './theme.js';

/** @import {Part} from '../music/part.js' */
/** @import {Theme} from './theme.js' */

/** @param {Part} part */
const numberOf = ({number}) => number % NUM_PART_COLORS;

/**
 * The colour of a part, to draw with.
 * @param {Part} part
 * @param {Theme} theme
 */
export const colorOf = (part, theme) =>
  part.isDrums ? theme.kit : theme.parts[numberOf(part)];

/**
 * The same, as page.css names it.
 * @param {Part} part
 */
export const cssColorOf = (part) =>
  part.isDrums ? 'var(--kit)' : `var(--part-${numberOf(part) + 1})`;
