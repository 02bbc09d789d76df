// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// A program: runs ONNX files in onnxruntime-web. Each line of stdin is JSON,
// {path, times, inputs: {name: {type, dims, data}}}, and so is each line of
// stdout: {milliseconds, results: {name: {dims, data}}}.

import {createInterface} from 'node:readline';
import * as ort from 'onnxruntime-web';

ort.env.wasm.numThreads = 1; // Else its threads keep the program from ending.
/** @type {Map<string, ort.InferenceSession>} */
const sessions = new Map();

/** @param {string} path */
async function sessionOf(path) {
  const session =
    sessions.get(path) ?? (await ort.InferenceSession.create(path));
  sessions.set(path, session);
  return session;
}

for await (const line of createInterface({input: process.stdin})) {
  const {path, times, inputs} = JSON.parse(line);
  const session = await sessionOf(path);
  /** @type {Record<string, ort.Tensor>} */
  const feeds = {};
  for (const [name, {type, dims, data}] of Object.entries(inputs)) {
    feeds[name] = new ort.Tensor(type, data, dims);
  }
  const milliseconds = [];
  /** @type {ort.InferenceSession.ReturnType} */
  let results = {};
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    results = await session.run(feeds);
    milliseconds.push(performance.now() - start);
  }
  const told = Object.entries(results).map(([name, {dims, data}]) => [
    name,
    {dims, data: Array.from(/** @type {Float32Array} */ (data))},
  ]);
  console.log(
    JSON.stringify({milliseconds, results: Object.fromEntries(told)}),
  );
}
