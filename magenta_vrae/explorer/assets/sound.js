// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// A piece made audible, frame by frame, by Web Audio.

class Player {
  /** @param onEnd Called when a piece has ended by itself. */
  constructor(converter, onEnd) {
    this.converter = converter;
    this.onEnd = onEnd;
    this.volume_ = 0.8;
    this.loop = false;
    this.piece = null;
  }

  get isPlaying() {
    return this.piece !== null;
  }

  set volume(value) {
    this.volume_ = value;
    if (this.context) {
      this.master.gain.setTargetAtTime(value, this.context.currentTime, 0.02);
    }
  }

  /** Plays a piece from a frame on. Must follow a click or a key. */
  play(piece, frame = 0) {
    this.stop();
    this.open_();
    this.piece = piece;
    this.next = {frame, time: this.context.currentTime + 0.06};
    this.marks = [{...this.next}]; // Which frame began when, latest last.
    this.timer = setInterval(() => this.schedule_(), 30);
    this.schedule_();
  }

  stop() {
    if (!this.piece) return;
    clearInterval(this.timer);
    this.releaseAll_(this.context.currentTime);
    this.piece = null;
  }

  /** The frame that is heard now, with its fraction. */
  get frame() {
    const now = this.context.currentTime - (this.context.outputLatency || 0);
    let mark = this.marks[0];
    for (const candidate of this.marks) {
      if (candidate.time <= now) mark = candidate;
    }
    const since = (now - mark.time) * this.converter.framesPerSecond;
    return mark.frame + Math.min(Math.max(since, 0), 0.999);
  }

  open_() {
    if (!this.context) {
      const context = new AudioContext({latencyHint: 'interactive'});
      const limiter = new DynamicsCompressorNode(context, {
        threshold: -16,
        ratio: 6,
        attack: 0.004,
        release: 0.2,
      });
      this.master = new GainNode(context, {gain: this.volume_});
      this.dry = new GainNode(context, {gain: 0.9});
      const room = new ConvolverNode(context, {buffer: roomOf(context)});
      const wet = new GainNode(context, {gain: 0.22});
      this.dry.connect(limiter);
      this.dry.connect(room).connect(wet).connect(limiter);
      limiter.connect(this.master).connect(context.destination);
      this.noise = noiseOf(context, 1);
      this.context = context;
      this.voices = new Map(); // By column.
    }
    if (this.context.state !== 'running') this.context.resume();
  }

  schedule_() {
    const {context, piece, next} = this;
    // Timers of a page in the background run once a second.
    const horizon = context.currentTime + (document.hidden ? 1.5 : 0.12);
    while (next.time < horizon) {
      if (next.frame >= piece.frames) {
        this.releaseAll_(next.time);
        if (!this.loop) {
          if (context.currentTime < next.time) return;
          this.stop();
          this.onEnd();
          return;
        }
        next.frame = 0;
      }
      if (next.frame >= piece.decoded) {
        // Decoding is behind: the music waits for it.
        next.time = Math.max(next.time, context.currentTime + 0.05);
        return;
      }
      this.playFrame_(next.frame, next.time);
      this.marks.push({...next});
      if (this.marks.length > 64) this.marks.shift();
      next.frame++;
      next.time += 1 / this.converter.framesPerSecond;
    }
  }

  playFrame_(t, time) {
    const {converter, piece, voices} = this;
    converter.pitches.forEach((pitch, column) => {
      const {sounds, begins} = converter.at(piece.roll, t, column);
      const voice = voices.get(column);
      if (voice && (!sounds || begins)) {
        voice.release(time);
        voices.delete(column);
      }
      if (begins || (sounds && !voice)) {
        if (converter.isDrums) this.strike_(pitch, time);
        else voices.set(column, this.startNote_(pitch, time));
      }
    });
  }

  releaseAll_(time) {
    for (const voice of this.voices.values()) voice.release(time);
    this.voices.clear();
  }

  /** A struck string: bright at first, then ever softer. */
  startNote_(pitch, time) {
    const {context} = this;
    const frequency = 440 * 2 ** ((pitch - 69) / 12);
    const loudness = 0.2 * Math.min(1.4, (440 / frequency) ** 0.25);
    const level = new GainNode(context, {gain: 0});
    level.gain.setValueAtTime(0, time);
    level.gain.linearRampToValueAtTime(loudness, time + 0.006);
    level.gain.setTargetAtTime(loudness * 0.32, time + 0.006, 0.28);
    const tone = new BiquadFilterNode(context, {type: 'lowpass', Q: 0.4});
    tone.frequency.setValueAtTime(Math.min(frequency * 9, 12000), time);
    tone.frequency.setTargetAtTime(frequency * 2.5, time, 0.25);
    const sources = [
      {type: 'triangle', ratio: 1, gain: 0.8},
      {type: 'sine', ratio: 2.001, gain: 0.24},
      {type: 'sine', ratio: 3.003, gain: 0.1},
    ].map(({type, ratio, gain}) => {
      const source = new OscillatorNode(context, {
        type,
        frequency: frequency * ratio,
      });
      source.connect(new GainNode(context, {gain})).connect(tone);
      source.start(time);
      return source;
    });
    tone.connect(level).connect(this.dry);
    return {
      release(at) {
        level.gain.cancelScheduledValues(at);
        level.gain.setTargetAtTime(0, at, 0.07);
        for (const source of sources) source.stop(at + 0.6);
      },
    };
  }

  /** A drum of the General MIDI set, roughly: skins by tone, the rest noise. */
  strike_(pitch, time) {
    const {context} = this;
    const kick = pitch === 35 || pitch === 36;
    const snare = [37, 38, 39, 40].includes(pitch);
    const tom = [41, 43, 45, 47, 48, 50].includes(pitch) || pitch >= 60;
    const ringing = [46, 49, 51, 52, 53, 55, 57, 59].includes(pitch);
    const envelope = (loudness, seconds) => {
      const level = new GainNode(context, {gain: 0});
      level.gain.setValueAtTime(loudness, time);
      level.gain.setTargetAtTime(0, time, seconds / 4);
      level.connect(this.dry);
      return level;
    };
    if (kick || tom) {
      const from = kick ? 140 : 90 + 6 * (pitch - 35);
      const skin = new OscillatorNode(context, {frequency: from});
      skin.frequency.setValueAtTime(from, time);
      skin.frequency.setTargetAtTime(from * 0.4, time, 0.05);
      skin.connect(envelope(kick ? 0.9 : 0.45, 0.4));
      skin.start(time);
      skin.stop(time + 0.6);
    }
    if (!kick && !tom) {
      const seconds = ringing ? 0.9 : snare ? 0.25 : 0.09;
      const hiss = new AudioBufferSourceNode(context, {buffer: this.noise});
      const color = new BiquadFilterNode(context, {
        type: snare ? 'bandpass' : 'highpass',
        frequency: snare ? 1800 : 7000,
        Q: 0.6,
      });
      hiss.connect(color).connect(envelope(snare ? 0.6 : 0.3, seconds));
      hiss.start(time);
      hiss.stop(time + seconds);
    }
  }
}

function noiseOf(context, seconds, shape = () => 1, channels = 1) {
  const length = Math.round(seconds * context.sampleRate);
  const buffer = context.createBuffer(channels, length, context.sampleRate);
  for (let c = 0; c < channels; c++) {
    const samples = buffer.getChannelData(c);
    for (let i = 0; i < length; i++) {
      samples[i] = (Math.random() * 2 - 1) * shape(i / length);
    }
  }
  return buffer;
}

/** The echo of a small hall: noise that dies away. */
function roomOf(context) {
  return noiseOf(context, 1.6, (part) => (1 - part) ** 3.5, 2);
}
