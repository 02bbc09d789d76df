// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Bundles src/ into the one script that Python puts into the page.
//
//   node build.mjs           writes it
//   node build.mjs --check   fails if the written one is of other sources

import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {build} from 'esbuild';

const BUILT = '../magenta_vrae/explorer/assets/page.js';

const HEAD = `// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Built from web/ by \`make web\`: do not edit it here. web/README.md says how.
`;

process.chdir(import.meta.dirname);
const {outputFiles, metafile} = await build({
  // It looks at the folder before the line above.
  absWorkingDir: import.meta.dirname,
  entryPoints: ['src/main.js'],
  bundle: true,
  write: false,
  metafile: true,
  // Else packages in a folder that is linked have no notice.
  preserveSymlinks: true,
  format: 'iife',
  target: 'es2022',
  charset: 'utf8',
  legalComments: 'inline',
});
const script = [HEAD, ...noticesOf(metafile), outputFiles[0].text].join('\n');
// Either would end the element of the page that the script stands in.
if (/<\/script|<!--/i.test(script)) {
  fail('the script holds </script or <!--, which a page cannot hold');
}
if (!process.argv.includes('--check')) {
  writeFileSync(BUILT, script);
} else if (readFileSync(BUILT, 'utf8') !== script) {
  fail(
    'magenta_vrae/explorer/assets/page.js is not what web/ makes: ' +
      'run `make web` and commit the file',
  );
}

/**
 * The licences of the packages that are part of a bundle.
 * @param {import('esbuild').Metafile} metafile
 */
function noticesOf({outputs}) {
  const inputs = Object.values(outputs).flatMap((output) =>
    Object.entries(output.inputs)
      .filter(([, {bytesInOutput}]) => bytesInOutput > 0)
      .map(([path]) => path),
  );
  const folders = inputs.flatMap(
    (path) => path.match(/^node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0] ?? [],
  );
  return [...new Set(folders)].sort().map((folder) => {
    const text = (/** @type {string} */ name) =>
      readFileSync(`${folder}/${name}`, 'utf8').trim();
    const {name, version} = JSON.parse(text('package.json'));
    const licence = readdirSync(folder).find((file) =>
      /^licen[cs]e/i.test(file),
    );
    return `/*! ${name} ${version}\n\n${text(licence ?? 'LICENSE')}\n*/`;
  });
}

/** @param {string} why */
function fail(why) {
  console.error(why);
  process.exit(1);
}
