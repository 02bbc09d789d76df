// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What the page remembers over a reload.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Kept} from '../src/page/kept.js';

/** A store as browsers have it. */
function storeOf() {
  /** @type {Map<string, string>} */
  const entries = new Map();
  return {
    entries,
    getItem: (/** @type {string} */ name) => entries.get(name) ?? null,
    setItem: (/** @type {string} */ name, /** @type {string} */ value) => {
      entries.set(name, value);
    },
  };
}

test('what was set is there when the page comes back', () => {
  const store = storeOf();
  const first = new Kept('a.html', store);
  assert.ok(!first.isKnown);
  first.set('theme', 'dark');
  first.set('view', {center: [1, 2], scale: 3});
  const again = new Kept('a.html', store);
  assert.ok(again.isKnown);
  assert.equal(again.get('theme'), 'dark');
  assert.deepEqual(again.get('view'), {center: [1, 2], scale: 3});
  assert.equal(again.get('other'), undefined);
  assert.ok(!new Kept('b.html', store).isKnown);
});

test('a page that changes nothing writes nothing', () => {
  const store = storeOf();
  new Kept('a.html', store);
  assert.equal(store.entries.size, 0);
});

test('a damaged entry is as a first visit', () => {
  const store = storeOf();
  for (const text of ['{', '3', 'null', '"x"']) {
    store.setItem('vrae a.html', text);
    assert.ok(!new Kept('a.html', store).isKnown, text);
  }
});

test('without a store, or with one that refuses, the page forgets', () => {
  const refuses = () => {
    throw new DOMException('no', 'SecurityError');
  };
  for (const store of [null, {getItem: refuses, setItem: refuses}]) {
    const kept = new Kept('a.html', store);
    kept.set('theme', 'dark');
    assert.equal(kept.get('theme'), 'dark');
    assert.ok(!new Kept('a.html', store).isKnown);
  }
});

test('a page that is open twice keeps what both have set', () => {
  const store = storeOf();
  const one = new Kept('a.html', store);
  const other = new Kept('a.html', store);
  one.set('theme', 'dark');
  other.set('view', {zoom: 2});
  one.set('heard', true);
  const again = new Kept('a.html', store);
  assert.equal(again.get('theme'), 'dark');
  assert.deepEqual(again.get('view'), {zoom: 2});
  assert.equal(again.get('heard'), true);
});
