// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Makes src/model/kernel_wasm.js of kernel.wat.
//
//   node wasm.mjs           writes it
//   node wasm.mjs --check   fails if the written one is of another source

import {readFileSync, writeFileSync} from 'node:fs';
import wabt from 'wabt';

const SOURCE = 'src/model/kernel.wat';
const MADE = 'src/model/kernel_wasm.js';

process.chdir(import.meta.dirname);
const {parseWat} = await wabt();
const parsed = parseWat(SOURCE, readFileSync(SOURCE, 'utf8'), {simd: true});
const {buffer} = parsed.toBinary({});
const text = `// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Made of kernel.wat by \`node wasm.mjs\`: do not edit it here.

export const KERNEL_WASM =
${Buffer.from(buffer)
  .toString('base64')
  .match(/.{1,70}/g)
  ?.map((line) => `  '${line}'`)
  .join(' +\n')};
`;
if (!process.argv.includes('--check')) {
  writeFileSync(MADE, text);
} else if (readFileSync(MADE, 'utf8') !== text) {
  console.error(`${MADE} is not what ${SOURCE} makes: run node wasm.mjs`);
  process.exit(1);
}
