// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What it all means.

import {part} from './find.js';

/** @import {Facts} from '../given/facts.js' */
/** @import {Times} from '../music/words.js' */

/**
 * @param {Facts} facts
 * @param {Times} times
 */
export function aboutTexts(facts, times) {
  const {model, converter, projection, weightsType, meansType} = facts;
  const {zSize} = model;
  const percent = Math.round(100 * projection.share);
  const numbers = zSize === 1 ? 'one number' : 'two numbers';
  const meaning =
    projection.kind === 'plane'
      ? `This model describes a window by ${numbers}, and the map is that ` +
        'space itself: a point is its numbers, and what you hear is what ' +
        'the model makes of them.'
      : `This model describes a window by ${zSize} numbers. The map is a ` +
        'projection (principal components): it shows the two directions in ' +
        `which the windows spread most, ${percent}% of their variance. A ` +
        'point stands for its place in those two, and takes the other ' +
        `${zSize - 2} directions from the ${projection.numLenders} windows ` +
        'nearest to it, by distance: at a window you hear that window, ' +
        'between windows a blend of them, and far from all only what the two ' +
        'directions say. The sliders of Change the point lead to music that ' +
        'is not on the map.';
  const length = times.window(converter.windowFrames);
  const things = converter.kind === 'drums' ? 'hits' : 'notes';
  const texts = [
    `Each mark is a window of ${length} of one ` +
      "of the songs, where the model's encoder puts it (the mean of q(z|x)). " +
      'Windows that sound alike lie together, and a song is a trail.',
    meaning,
    'Colour and contours show what the map decodes to. In the roll, tints ' +
      (model.autoregressive
        ? `are how likely the point alone makes each of the ${things}, and ` +
          'bars are what sounds: the model hears what it plays, and draws ' +
          `the ${things} one after another. A point and a throw of the dice ` +
          'give the same music each time.'
        : `are the decoder's outputs, how likely each of the ${things} is, ` +
          'and bars are what sounds.'),
    'Everything happens in this page: the model decodes and encodes here, ' +
      'and no file leaves your device.',
  ];
  if (weightsType === 'float16') {
    texts.push(
      'For its size the page holds the weights in half precision; outputs ' +
        'differ from the model by about 0.001.',
    );
  }
  if (meansType !== 'float32') {
    texts.push(
      'For its size the page holds the places of the windows in ' +
        (meansType === 'float16'
          ? 'half precision.'
          : `${meansType} steps of each number.`),
    );
  }
  const hasNotes = facts.arrays.some(({name}) => name === 'notes');
  if (!hasNotes && facts.songs.some(({frames}) => frames)) {
    texts.push(
      "For its size the page leaves out the songs' own notes, so the model " +
        'cannot be compared with them.',
    );
  }
  if (hasNotes && facts.music) texts.push(...facts.music.split('\n'));
  return texts;
}

/**
 * @param {Facts} facts
 * @param {Times} times
 */
export function showAbout(facts, times) {
  const paragraphs = aboutTexts(facts, times).map((text) => {
    const p = document.createElement('p');
    p.textContent = text;
    return p;
  });
  part('about').replaceChildren(...paragraphs);
}
