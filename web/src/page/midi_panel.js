// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// MIDI: which port and channel each part goes to, the clock, and what a
// controller moves.

import {askForMidi} from '../midi/access.js';
import {ClockIn} from '../midi/clock_in.js';
import {USES} from '../midi/hands.js';
import {button, find, input, part} from './find.js';
import {showRows} from './rows.js';

/** @import {ClockOut} from '../midi/clock_out.js' */
/** @import {Hands, Learned} from '../midi/hands.js' */
/** @import {MidiOut} from '../midi/midi_out.js' */
/** @import {Part} from '../music/part.js' */
/** @import {Player} from '../sound/player.js' */
/** @import {Kept} from './kept.js' */
/** @import {TempoPanel} from './tempo_panel.js' */

const CHANNELS = 16;
const SHOWN_MILLISECONDS = 250; // Between two looks at the clock's tempo.

/** What to do to have each learned, in words. */
const ASKS = {
  across: 'Move the knob or slider that is to go left and right …',
  up: 'Now the one that is to go up and down …',
  key: 'Now press the key that is to start and stop …',
};

export class MidiPanel {
  /** @type {MIDIAccess | null} */
  #access = null;
  #clockIn = new ClockIn();
  /** Called when the clock from outside says so. */
  onStart = () => {};
  onStop = () => {};

  /**
   * @param {object} parts
   * @param {Part[]} parts.parts
   * @param {MidiOut} parts.out
   * @param {ClockOut} parts.clockOut
   * @param {Hands} parts.hands
   * @param {Player} parts.player
   * @param {TempoPanel} parts.tempoPanel
   * @param {Kept} parts.kept
   */
  constructor(parts) {
    this.parts = parts;
    const {out, hands, player} = parts;
    button('midi-connect').addEventListener('click', () => this.#connect());
    button('panic').addEventListener('click', () => {
      player.stop();
      player.onChange();
      out.panic();
    });
    button('learn').addEventListener('click', () => {
      hands.learn();
      this.showHands();
    });
    const sound = input('own-sound');
    sound.addEventListener('change', () => {
      player.isSilent = !sound.checked;
    });
    const clock = find('clock', HTMLSelectElement);
    clock.addEventListener('change', () => this.#chooseClock(clock.value));
    const learned = parts.kept.get('hands');
    if (isLearned(learned)) hands.learned = learned;
    this.showHands();
  }

  async #connect() {
    const {access, why} = await askForMidi();
    part('midi-why').textContent = why;
    part('midi-why').hidden = !why;
    if (!access) return;
    this.#access = access;
    button('midi-connect').hidden = true;
    part('midi-ports').hidden = false;
    this.#showPorts();
    access.addEventListener('statechange', () => this.#showPorts());
  }

  /** Shows what is plugged in now; what was chosen stays so. */
  #showPorts() {
    const access = this.#access;
    if (!access) return;
    const {parts, out} = this.parts;
    const outputs = [...access.outputs.values()];
    const inputs = [...access.inputs.values()];
    for (const port of inputs) {
      port.onmidimessage = (event) => this.#take(port, event);
    }
    for (const route of out.routes) {
      // Who was pulled out is gone.
      if (route.output && !outputs.includes(route.output)) route.output = null;
    }
    const rows = parts.map((of) => this.#rowOf(of, outputs));
    showRows(part('midi-routes'), rows);
    const clock = find('clock', HTMLSelectElement);
    const chosen = clock.value;
    clock.replaceChildren(
      new Option('not used', ''),
      ...inputs.map(
        ({id, name}) => new Option(`follow ${name ?? id}`, `in ${id}`),
      ),
      ...outputs.map(
        ({id, name}) => new Option(`send to ${name ?? id}`, `out ${id}`),
      ),
    );
    clock.value = chosen;
    if (clock.value !== chosen) {
      clock.value = '';
      this.#chooseClock('');
    }
    const none = !outputs.length && !inputs.length;
    part('midi-why').textContent = none
      ? 'No MIDI port is there. Plug a device in, or open a virtual port.'
      : '';
    part('midi-why').hidden = !none;
  }

  /**
   * @param {Part} of
   * @param {MIDIOutput[]} outputs
   */
  #rowOf({number, name}, outputs) {
    const {out} = this.parts;
    const {output, channel} = out.routes[number];
    const ports = selectOf(`MIDI port of ${name}`, [
      ['', 'no port'],
      ...outputs.map(
        (port) =>
          /** @type {[string, string]} */ ([port.id, port.name ?? port.id]),
      ),
    ]);
    ports.value = output?.id ?? '';
    ports.addEventListener('change', () => {
      const port = outputs.find(({id}) => id === ports.value) ?? null;
      out.route(number, {output: port});
    });
    const channels = selectOf(
      `MIDI channel of ${name}`,
      Array.from({length: CHANNELS}, (_, i) => [String(i), `${i + 1}`]),
    );
    channels.value = String(channel);
    channels.addEventListener('change', () => {
      out.route(number, {channel: Number(channels.value)});
    });
    const title = document.createElement('b');
    title.textContent = title.title = name;
    const row = document.createElement('li');
    row.append(title, ports, channels);
    return row;
  }

  /** @param {string} value Of the choice: 'in' or 'out' and a port's id. */
  #chooseClock(value) {
    const {clockOut, player, tempoPanel} = this.parts;
    const [way, ...rest] = value.split(' ');
    const id = rest.join(' ');
    const outputs = [...(this.#access?.outputs.values() ?? [])];
    clockOut.output =
      (way === 'out' && outputs.find((port) => port.id === id)) || null;
    this.#clockId = way === 'in' ? id : '';
    this.#clockIn = new ClockIn();
    player.tempo.clock = way === 'in' ? this.#clockIn : null;
    clearInterval(this.#showing);
    if (way === 'in') {
      const show = () => tempoPanel.showClock();
      this.#showing = setInterval(show, SHOWN_MILLISECONDS);
    } else player.clockStarted();
    tempoPanel.showClock();
  }
  #clockId = '';
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #showing;

  /**
   * @param {MIDIInput} port
   * @param {MIDIMessageEvent} event
   */
  #take(port, {data, timeStamp}) {
    if (!data?.length) return;
    if (data[0] < 0xf8) {
      this.parts.hands.take(data);
      return;
    }
    if (port.id !== this.#clockId) return;
    const what = this.#clockIn.take(data[0], timeStamp);
    if (what === 'start') this.onStart();
    if (what === 'stop') this.onStop();
  }

  /** Says what is learned, or is to be. */
  showHands() {
    const {hands, kept} = this.parts;
    const {learning, learned} = hands;
    let words = 'Two knobs can move the cursor, and a key start and stop.';
    if (learning) words = ASKS[learning];
    else if (learned.across && learned.up) {
      const [x, y] = [learned.across, learned.up].map(
        ({number, channel}) => `controller ${number} (channel ${channel + 1})`,
      );
      words = `${x} goes left and right, ${y} up and down`;
      words += learned.key
        ? `, key ${learned.key.number} starts and stops.`
        : '.';
      words = words[0].toUpperCase() + words.slice(1);
      kept.set('hands', learned);
    }
    part('hands').textContent = words;
  }
}

/**
 * @param {string} label
 * @param {[string, string][]} options Values and texts.
 */
function selectOf(label, options) {
  const select = document.createElement('select');
  select.setAttribute('aria-label', label);
  select.replaceChildren(
    ...options.map(([value, text]) => new Option(text, value)),
  );
  return select;
}

/**
 * Whether it is what a page once learned.
 * @param {unknown} value
 * @returns {value is Learned}
 */
function isLearned(value) {
  if (typeof value !== 'object' || value === null) return false;
  const all =
    /** @type {Record<string, {channel?: unknown, number?: unknown}>} */ (
      value
    );
  return USES.every((use) => {
    const of = all[use];
    return (
      of === undefined ||
      (Number.isInteger(of?.channel) && Number.isInteger(of?.number))
    );
  });
}
