// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// A small synthesizer: what is to sound when, with Web Audio alone.

export class Sound {
  constructor() {
    this.audio = new AudioContext();
    this.out = new GainNode(this.audio, {gain: 0.15});
    this.out.connect(this.audio.destination);
    const {sampleRate} = this.audio;
    this.noise = new AudioBuffer({length: sampleRate / 5, sampleRate});
    this.noise.getChannelData(0).forEach((_, i, data) => {
      data[i] = 2 * Math.random() - 1;
    });
    this.voices = new Map();
  }

  get now() {
    return this.audio.currentTime;
  }

  begin(key, pitch, velocity, time) {
    const gain = new GainNode(this.audio, {gain: 0});
    gain.gain.setTargetAtTime(velocity / 127, time, 0.008);
    gain.gain.setTargetAtTime(velocity / 400, time + 0.1, 0.4);
    gain.connect(this.out);
    const frequency = 440 * 2 ** ((pitch - 69) / 12);
    const source = new OscillatorNode(this.audio, {type: 'triangle', frequency});
    source.connect(gain);
    source.start(time);
    this.voices.set(key, {source, gain});
  }

  end(key, time) {
    const voice = this.voices.get(key);
    if (!voice) return;
    voice.gain.gain.setTargetAtTime(0, time, 0.03);
    voice.source.stop(time + 0.3);
    this.voices.delete(key);
  }

  /** Low keys are drums, and high ones are of metal. */
  hit(key, velocity, time) {
    const gain = new GainNode(this.audio, {gain: velocity / 90});
    gain.gain.setTargetAtTime(0, time, key < 42 ? 0.06 : 0.025);
    const filter = new BiquadFilterNode(this.audio, {
      type: key < 42 ? 'lowpass' : 'highpass',
      frequency: key < 37 ? 150 : key < 42 ? 1800 : 6000,
    });
    const source = new AudioBufferSourceNode(this.audio, {buffer: this.noise});
    source.connect(filter).connect(gain).connect(this.out);
    source.start(time);
  }
}
