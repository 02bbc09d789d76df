// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What Python gives the page (magenta_vrae/explorer), as types.

/** @typedef {[number, number]} Point Of the map, or of the screen in pixels. */

/**
 * @typedef {object} ModelFacts
 * @property {'tanh' | 'gru' | 'lstm'} cell
 * @property {number} zSize
 * @property {number} depth Columns of a frame.
 * @property {number} framesPerStep Of the recurrence.
 * @property {string} feedback What the decoder hears: 'output', its own
 *   outputs, else the frames it emits.
 * @property {boolean} autoregressive Whether a recurrence beside it is told
 *   every frame that is played.
 * @property {number} windowFrames
 * @property {boolean} reverseInput Whether the encoder hears a window's last
 *   frame first.
 * @property {string} sampling 'threshold' or 'bernoulli'.
 * @property {number} threshold
 * @property {number} [temperature] Of draws; 1 in pages without it.
 */

/**
 * @typedef {object} ConverterFacts
 * @property {'piano' | 'drums' | 'band'} kind
 * @property {PartFacts[]} parts A band's groups; of other kinds, one.
 * @property {number} velocityLevels Of loudness; 0 for none.
 * @property {number} framesPerSecond Of a grid by the beat, that at `qpm`.
 * @property {number} framesPerBeat 0 of a grid by the clock.
 * @property {number} qpm Quarters a minute of the model's music.
 * @property {[number, number]} metre Of the bars that new music begins on.
 * @property {'frame' | 'beat' | 'bar'} align Where windows may begin.
 * @property {number} windowFrames
 * @property {number} hopFrames From the start of a window to the next.
 * @property {number | null} maxWindows Of a song.
 * @property {boolean} keepSilentWindows
 * @property {number} velocity Of the notes that are written, without levels.
 */

/**
 * @typedef {object} PartFacts What plays together as one.
 * @property {string} name
 * @property {number} program Of General MIDI, that its music is played with.
 * @property {number[]} programs Those that it takes in, of a band's part.
 * @property {number[]} pitches Of the columns, in any order.
 * @property {boolean} isDrums
 * @property {boolean} onsets Whether columns of onsets stand behind the others.
 * @property {number} first Its first column.
 * @property {number} loudness The first of its columns of loudness.
 */

/**
 * @typedef {object} ProjectionFacts
 * @property {'plane' | 'pca'} kind
 * @property {number[]} mean
 * @property {number[][]} basis Two rows.
 * @property {number} share Of the windows' variance that the map shows.
 * @property {number} reach
 * @property {number} numLenders
 */

/**
 * @typedef {object} HeatFacts
 * @property {Point} corner The lowest values of the map that it covers.
 * @property {number} cell The side of a cell, in the map's units.
 * @property {number} columns
 * @property {number} rows
 * @property {{center: Point, size: Point}} view Where all the windows are.
 * @property {string[]} units Of the quantities.
 */

/**
 * @typedef {object} AttributeFacts Something that windows have more or less of.
 * @property {string} name
 * @property {string} unit
 * @property {number} low The value of level 0.
 * @property {number} high That of level 254; 255 stands for none.
 */

/**
 * @typedef {object} Facts
 * @property {string} name
 * @property {'float32' | 'float16'} weightsType
 * @property {'float32' | 'float16' | number} meansType A number is that of
 *   the steps in which each column is kept.
 * @property {ArrayFacts[]} arrays
 * @property {ModelFacts} model
 * @property {ConverterFacts} converter
 * @property {ProjectionFacts} projection
 * @property {HeatFacts} heat
 * @property {AttributeFacts[]} attributes
 * @property {SongFacts[]} songs
 * @property {string} [music] Whose it is, in paragraphs; pages of before have none.
 */

/**
 * @typedef {object} SongFacts
 * @property {string} title
 * @property {number} windows
 * @property {number} [frames] Of its notes, where the page has them.
 */

/**
 * @typedef {object} ArrayFacts
 * @property {string} name
 * @property {'float32' | 'float16' | 'int32' | 'uint8'} type
 * @property {number[]} shape
 * @property {true} [differences] Of the bits of each row to those before.
 * @property {number[]} [low] Of bytes: what 0 stands for, of each column.
 * @property {number[]} [step] And what 1 adds to it.
 */

/**
 * @template {Float32Array | Int32Array} [Values=Float32Array]
 * @typedef {object} Shaped An array of numbers, its last index the quickest.
 * @property {number[]} shape
 * @property {Values} values
 */

/** @typedef {Record<string, Shaped>} Weights */

export {};
