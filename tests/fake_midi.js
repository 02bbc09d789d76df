// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Ports of MIDI for a browser that has none: two that note what is sent to them
// and when, and one that tests send from. It runs before the page does.

(() => {
  window.sent = [];
  const output = (id) => ({
    ...{id, name: `Synth ${id}`, type: 'output'},
    send(data, at = performance.now()) {
      // The page's music is even by the clock of sound; beside it the
      // browser's runs as the machine lets it.
      const heard = 1000 * vrae.player.clocks.toSeconds(at);
      window.sent.push({id, data: [...data], at, heard, now: performance.now()});
    },
  });
  const input = (id) => ({
    ...{id, name: `Keys ${id}`, type: 'input', onmidimessage: null},
  });
  const ports = (list) => new Map(list.map((port) => [port.id, port]));
  window.midi = Object.assign(new EventTarget(), {
    outputs: ports([output('a'), output('b')]),
    inputs: ports([input('k')]),
  });
  navigator.requestMIDIAccess = async () => window.midi;

  window.play = (data, timeStamp = performance.now()) =>
    window.midi.inputs
      .get('k')
      .onmidimessage({data: Uint8Array.from(data), timeStamp});

  // A clock whose ticks come some milliseconds late or early.
  window.beat = (qpm, offMilliseconds) => {
    const clock = {begin: performance.now(), tick: 60000 / qpm / 24, ticks: 0};
    window.clock = clock;
    clock.timer = setInterval(() => {
      for (;;) {
        const at = clock.begin + clock.ticks * clock.tick;
        if (at > performance.now()) return;
        const off = offMilliseconds * Math.sin(12.9898 * clock.ticks++);
        window.play([0xf8], at + off);
      }
    }, 4);
  };
})();
