// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Decodes what it is asked for, bit by bit: in a worker of the page, or in the
// page itself where a browser gives it no worker.

import {Wander} from '../map/wander.js';
import {Model} from '../model/model.js';
import {Emission} from '../music/emission.js';
import {Live} from './live.js';

/** @import {ModelFacts, Shaped, Weights} from '../given/facts.js' */
/** @import {EmissionSettings} from '../music/emission.js' */
/** @import {Place, Steering} from './live.js' */

const SLICE_MILLISECONDS = 12; // Of decoding, between two looks at the post.
// Frames of a slice: there is no need of room for all of a walk of two hours.
const MOST_FRAMES = 512;

/**
 * @typedef {object} Codes
 * @property {Shaped} codes
 * @property {ArrayLike<number>} follows
 * @property {ArrayLike<number>} deviations
 */
/**
 * @typedef {{kind: 'model', facts: ModelFacts, weights: Weights,
 *   codes: Codes | null}} ModelMessage What all decode with; comes first.
 */
/**
 * @typedef {{kind: 'decode', id: number, emission: EmissionSettings,
 *   spans: {z: number[], frames: number}[]}} DecodeMessage A whole piece.
 */
/**
 * @typedef {{kind: 'live', id: number, start: Required<Steering>,
 *   beatFrames: number}} LiveMessage Music without an end.
 */
/** @typedef {{kind: 'more', id: number, until: number}} MoreMessage Of it. */
/** @typedef {{kind: 'steer', id: number, change: Steering}} SteerMessage */
/** @typedef {{kind: 'drop', id: number}} DropMessage */
/**
 * @typedef {ModelMessage | DecodeMessage | LiveMessage | MoreMessage |
 *   SteerMessage | DropMessage} Message
 */
/**
 * @typedef {object} Frames What was decoded: the answer.
 * @property {number} id Of what was asked for.
 * @property {number} from The first frame.
 * @property {Float32Array} logits
 * @property {Uint8Array} roll
 * @property {Place[]} places Of music without an end.
 */
/**
 * @typedef {object} Job
 * @property {number} id
 * @property {number} made Frames.
 * @property {number} until
 * @property {Live | null} live
 * @property {(logits: Float32Array, roll: Uint8Array, offset: number) => void}
 *   frame
 */

export class Service {
  /** @type {Model | null} */
  #model = null;
  /** @type {Codes | null} */
  #codes = null;
  /** @type {Map<number, Job>} */
  #jobs = new Map();
  #isBusy = false;

  /**
   * @param {(frames: Frames) => void} reply
   * @param {(run: () => void) => void} later Runs it after what waits.
   */
  constructor(reply, later) {
    this.reply = reply;
    this.later = later;
  }

  /** @param {Message} message */
  take(message) {
    if (message.kind === 'model') {
      const {facts, weights, codes} = message;
      this.#model = new Model(facts, weights);
      this.#codes = codes;
    } else if (message.kind === 'drop') {
      this.#jobs.delete(message.id);
    } else if (message.kind === 'more') {
      const job = this.#jobs.get(message.id);
      if (job) job.until = Math.max(job.until, message.until);
    } else if (message.kind === 'steer') {
      this.#jobs.get(message.id)?.live?.steer(message.change);
    } else {
      this.#jobs.set(message.id, this.#jobOf(message));
    }
    this.#work();
  }

  /**
   * @param {DecodeMessage | LiveMessage} message
   * @returns {Job}
   */
  #jobOf(message) {
    const model = this.#model;
    if (!model) throw new Error('a model has to come first');
    const {id} = message;
    if (message.kind === 'live') {
      const {start, beatFrames} = message;
      const wander = this.#codes ? new Wander(this.#codes) : null;
      const live = new Live(model, wander, start, beatFrames);
      const frame = live.frame.bind(live);
      return {id, made: 0, until: 0, live, frame};
    }
    const {spans} = message;
    const emission = Emission.of(message.emission);
    const makeFrame = model.playing(spans);
    const until = spans.reduce((sum, {frames}) => sum + frames, 0);
    let t = 0;
    return {
      ...{id, made: 0, until, live: null},
      frame(logits, roll, offset) {
        makeFrame(logits, roll, offset, (logit, column) =>
          emission.emit(logit, t, column),
        );
        t++;
      },
    };
  }

  /** Goes on as long as there is something to do. */
  #work() {
    if (this.#isBusy) return;
    this.#isBusy = true;
    const turn = () => {
      const waiting = [...this.#jobs.values()].filter(
        ({made, until}) => made < until,
      );
      for (const job of waiting) this.#slice(job);
      this.#isBusy = waiting.length > 0;
      if (this.#isBusy) this.later(turn);
    };
    this.later(turn);
  }

  /** @param {Job} job */
  #slice(job) {
    const depth = this.#model?.facts.depth ?? 0;
    const from = job.made;
    const most = Math.min(job.until - from, MOST_FRAMES);
    const logits = new Float32Array(most * depth);
    const roll = new Uint8Array(most * depth);
    const end = performance.now() + SLICE_MILLISECONDS;
    while (job.made < from + most) {
      job.frame(logits, roll, (job.made - from) * depth);
      job.made++;
      if (performance.now() > end) break;
    }
    const length = (job.made - from) * depth;
    this.reply({
      ...{id: job.id, from, places: job.live?.takePlaces() ?? []},
      logits: logits.slice(0, length),
      roll: roll.slice(0, length),
    });
    if (!job.live && job.made === job.until) this.#jobs.delete(job.id);
  }
}

/** Takes what the page asks for: this is a worker. */
export function serve() {
  const {port1, port2} = new MessageChannel();
  /** @type {(() => void)[]} */
  const waiting = [];
  port1.onmessage = () => waiting.shift()?.();
  const service = new Service(
    (frames) => postMessage(frames),
    (run) => {
      waiting.push(run);
      port2.postMessage(null);
    },
  );
  addEventListener('message', ({data}) => service.take(data));
  postMessage('ready');
}
