// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

/** Something the user gave cannot be used; the message says why. */
export class InputError extends Error {}
