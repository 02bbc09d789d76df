// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What the page says.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {
  clockOf,
  countOf,
  noteName,
  shortened,
  Times,
} from '../src/music/words.js';
import {handWords, hintOf} from '../src/page/hints.js';
import {amount} from '../src/page/legend.js';
import {fileName} from '../src/page/save.js';

test('pitches and times have names', () => {
  assert.equal(noteName(60), 'C4');
  assert.equal(noteName(60.6), 'C♯4');
  assert.equal(noteName(21), 'A0');
  const times = new Times(20);
  assert.equal(times.seconds(50), '2.5 s');
  assert.equal(times.window(50), '2.5 s');
  assert.equal(new Times(8, 4).window(64), '16 beats');
  assert.equal(clockOf(61.9), '1:01');
  assert.equal(countOf(1), '1 window');
  assert.equal(countOf(1200), '1,200 windows');
  assert.equal(shortened('abcdef', 4), 'abc…');
  // What is seen as one letter is not cut.
  assert.equal(shortened('🎹🎹🎹', 3), '🎹🎹🎹');
  assert.equal(shortened('🎹🎹🎹', 2), '🎹…');
  assert.equal(shortened('e\u0301tude', 3), 'e\u0301t…');
});

test('a value is as exact as its range asks for', () => {
  assert.equal(amount('notes at a time', 3.21098, [0, 10]), '3.2');
  assert.equal(amount('notes at a time', 3.21098, [3.2, 3.5]), '3.21');
  assert.equal(amount('hits a second', 32.1098, [10, 90]), '32.1');
  assert.equal(amount('mean pitch', 59.7, [40, 80]), 'C4');
});

test('a download is called by its piece, whatever that is called', () => {
  assert.equal(fileName('Near Rag, 0:12'), 'Near Rag 0 12.mid');
  assert.equal(fileName('../<b>?'), 'b.mid');
  assert.equal(fileName('«»'), 'music.mid');
  assert.equal(fileName('Für Elise', 'wav'), 'Für Elise.wav');
  assert.ok(fileName('a'.repeat(300)).length < 70);
  // Vowels and accents that are signs of their own stay at their letters.
  assert.equal(fileName('हिन्दी'), 'हिन्दी.mid');
  assert.equal(fileName('Cafe\u0301'), 'Cafe\u0301.mid');
  assert.equal(fileName('𝒜'.repeat(80), 'wav'), `${'𝒜'.repeat(60)}.wav`);
  assert.equal(fileName(`a${'𝒜'.repeat(80)}`), `a${'𝒜'.repeat(59)}.mid`);
});

test('a hint says what comes next', () => {
  const words = handWords(true);
  const state = {points: 0, isPolyline: false, time: '3.0 s'};
  assert.match(hintOf({...state, mode: 'listen'}, words), /^Drag .* tap to/);
  const first = hintOf({...state, mode: 'listen', isFirst: true}, words);
  assert.equal(first, 'Tap the pulsing point to hear its music.');
  assert.match(hintOf({...state, mode: 'blend'}, words), /start from/);
  assert.match(hintOf({...state, mode: 'blend', points: 1}, words), /end at/);
  assert.match(hintOf({...state, mode: 'draw'}, words), /tap its corners/);
  const drawn = {...state, mode: /** @type {'draw'} */ ('draw'), points: 5};
  assert.match(hintOf(drawn, words), /3\.0 s\. Draw another/);
  assert.match(hintOf({...drawn, isPolyline: true}, words), /another corner/);
});
