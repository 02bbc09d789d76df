// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Clocks and controllers of MIDI.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {ClockIn} from '../src/midi/clock_in.js';
import {ClockOut, ticksOf} from '../src/midi/clock_out.js';
import {Hands} from '../src/midi/hands.js';
import {CLOCK, START, STOP} from '../src/midi/messages.js';
import {MidiOut} from '../src/midi/midi_out.js';
import {Taps} from '../src/midi/tap.js';
import {ClockPair} from '../src/sound/clock_pair.js';
import {Mix} from '../src/sound/mix.js';

test('24 ticks to a beat, each once, whatever frames it is cut into', () => {
  for (const frames of [4, 10, 12.5]) {
    const ticks = [];
    for (let t = 0; t < 10 * frames; t++) {
      const [beats, seconds] = [1 / frames, 0.5 / frames];
      ticks.push(
        ...ticksOf({time: t * seconds, seconds, beat: t * beats, beats}),
      );
    }
    assert.equal(ticks.length, 240);
    ticks.forEach((time, i) => {
      assert.ok(Math.abs(time - (i * 0.5) / 24) < 1e-9);
    });
  }
});

test('a clock is followed through ticks that come late and early', () => {
  const clock = new ClockIn();
  const tick = 60000 / 132 / 24;
  assert.equal(clock.qpm, null);
  for (let i = 0; i < 100; i++) {
    if (i === 30) {
      assert.equal(clock.take(START, 1000 + i * tick - 1), 'start');
    }
    clock.take(CLOCK, 1000 + i * tick + 3 * Math.sin(12.9898 * i));
  }
  assert.ok(Math.abs((clock.qpm ?? 0) - 132) < 0.5);
  // The tick after the start is the first beat.
  const beat = clock.beatAt(1000 + (30 + 48) * tick);
  assert.ok(Math.abs(beat - 2) < 0.01, `${beat}`);
  assert.ok(clock.isRunning);
  assert.equal(clock.take(STOP, 9000), 'stop');
  assert.ok(!clock.isRunning);
});

test('a tempo is tapped, and a pause begins anew', () => {
  const taps = new Taps();
  assert.equal(taps.tap(0), null);
  assert.equal(taps.tap(500), 120);
  assert.equal(taps.tap(1100)?.toFixed(1), '109.1');
  assert.equal(taps.tap(9000), null);
  assert.equal(taps.tap(9250), 240);
});

test('knobs and a key are learned in turn, then obeyed', () => {
  /** @type {string[]} */
  const heard = [];
  const hands = new Hands({
    onMove: ({across, up}) => heard.push(`${across} ${up}`),
    onKey: () => heard.push('key'),
    onLearn: () => heard.push('learned'),
  });
  hands.take([0xb0, 7, 64]); // Nothing is learned yet.
  hands.learn();
  for (const message of [
    [0x90, 60, 64], // A key, where a knob is asked for.
    [0xb0, 7, 64],
    [0xb0, 7, 65],
    [0xb1, 8, 1],
    [0x80, 60, 0],
    [0x90, 60, 64],
  ]) {
    hands.take(message);
  }
  assert.deepEqual(heard, ['learned', 'learned', 'learned']);
  heard.length = 0;
  for (const message of [
    [0xb0, 7, 127],
    [0xb0, 8, 9], // Another channel.
    [0xb1, 8, 0],
    [0x90, 60, 0], // The key goes up.
    [0x90, 60, 1],
  ]) {
    hands.take(message);
  }
  assert.deepEqual(heard, ['1 0.5', '1 0', 'key']);
});

/** @import {Part} from '../src/music/part.js' */

/** A port that does as the specification of Web MIDI says. */
function portOf() {
  const port = {
    state: 'connected',
    /** @type {number[][]} */
    sent: [],
    send(/** @type {number[]} */ message) {
      if (port.state === 'disconnected') {
        throw new DOMException('it is gone', 'InvalidStateError');
      }
      port.sent.push(message);
    },
  };
  return port;
}

test('of a port that was pulled out, the music and the others go on', () => {
  const [gone, other] = [portOf(), portOf()];
  const outputs = /** @type {MIDIOutput[]} */ (
    /** @type {unknown} */ ([gone, other])
  );
  const parts = /** @type {Part[]} */ (
    [0, 1].map((number) => ({number, isDrums: false}))
  );
  const clocks = new ClockPair();
  clocks.observe(0, 0);
  const out = new MidiOut(parts, new Mix(2), clocks);
  const clock = new ClockOut(clocks);
  outputs.forEach((output, part) => {
    out.route(part, {output});
  });
  clock.output = outputs[0];
  const notes = parts.map((part) => ({part, pitch: 60, time: 1}));
  for (const note of notes) out.strike({...note, velocity: 80});
  clock.begin(1, 0);
  gone.state = 'disconnected';
  const before = other.sent.length;
  for (const note of notes) out.lift({...note, time: 2});
  for (const note of notes) out.strike({...note, velocity: 80, time: 3});
  clock.step({piece: null, frame: 0, time: 3, seconds: 1, beat: 0, beats: 1});
  out.route(0, {output: null});
  out.panic();
  // A note ends, another begins and ends, and 16 channels are silenced twice.
  assert.equal(other.sent.length - before, 3 + 32);
  assert.equal(gone.sent.length, 2);
});
