// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What is on the page, put together: modes, pointer and keys, settings, files.

const SLICE_MILLISECONDS = 12; // Of decoding or encoding, between two drawings.
const HALF_A_SECOND = 0.5; // What one point of a walk gives.
const MANY_WINDOWS = 12000; // A map of more is drawn once it stands still.
const CLICK_PIXELS = 5; // A press that moves less is a click.
const SNAP_PIXELS = 7;
const NEAR_PIXELS = 36;
const LARGEST_FILE = 20e6; // Bytes; MIDI files are a hundredth of it.

const $ = (id) => document.getElementById(id);

function start({facts, arrays}) {
  const model = new Model(facts.model, arrays);
  const converter = new Converter(facts.converter, facts.model.depth);
  const {zSize} = facts.model;
  const projection = new Projection(facts.projection, arrays.means, zSize);
  const emission = new Emission(facts.model);
  const fps = converter.framesPerSecond;
  const T = converter.windowFrames;
  const hasTouch = matchMedia('(pointer: coarse)').matches;

  // The songs.

  const songs = [];

  /** @param means [windows][z]. @param starts First frames of the windows. */
  function addSong(title, means, starts, isDropped = false) {
    const song = {title, means, starts, isDropped, shown: true};
    Object.assign(song, lookOf(songs.length));
    song.points = [];
    songs.push(song);
    for (let i = 0; i < starts.length; i++) addPoint(song, i);
    return song;
  }

  const meanOf = (song, i) => song.means.subarray(i * zSize, (i + 1) * zSize);

  function addPoint(song, i) {
    song.points.push(...projection.toMap(meanOf(song, i)));
  }

  let before = 0;
  for (const {title, windows} of facts.songs) {
    const [from, to] = [before, before + windows];
    addSong(
      title,
      arrays.means.subarray(from * zSize, to * zSize),
      arrays.starts.subarray(from, to),
    );
    before = to;
  }

  // What is shown and heard.

  const map = new MapView(
    $('map'),
    $('overlay'),
    facts.heat,
    arrays.heat,
    songs,
  );
  const rollView = new RollView($('roll'), converter);
  const player = new Player(converter, () => showPlaying());

  const state = {
    mode: 'listen',
    cursor: null, // A point of the map.
    path: [], // Of the present mode: a blend's ends, or a drawn path.
    isDrawing: false,
    isPolyline: false, // The path was made of single points.
    piece: null,
    waiting: null, // A point to show once the present piece is decoded.
    theme: null,
  };

  const seconds = (frames) => `${(frames / fps).toFixed(1)} s`;

  function clock(frame) {
    const whole = Math.floor(frame / fps);
    return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
  }

  /** A window in words. */
  const nameOf = ({song, index}) =>
    `${song.title}, ${clock(song.starts[index])}`;

  /** The latent vector of a point: on a window of a projection, its own. */
  function latentOf(point) {
    if (projection.kind === 'plane') return projection.fromMap(point);
    const found = map.windowAt(map.toScreen(point), SNAP_PIXELS);
    if (found) return Float64Array.from(meanOf(found.song, found.index));
    return projection.fromMap(point);
  }

  const stretchAt = (point, frames) => ({z: latentOf(point), point, frames});

  function pieceOfPoint(point) {
    const near = map.windowAt(map.toScreen(point), NEAR_PIXELS);
    const title = near ? `Near ${nameOf(near)}` : 'Between the songs';
    const frames = T * Number($('windows').value);
    return new Piece(
      'point',
      title,
      [stretchAt(point, frames)],
      converter.depth,
    );
  }

  function pieceOfBlend([from, to]) {
    const steps = Number($('steps').value);
    const [z0, z1] = [from, to].map(latentOf);
    const stretches = Array.from({length: steps}, (_, i) => {
      const part = i / (steps - 1);
      const between = (a, b) => a + part * (b - a);
      return {
        z: z0.map((value, k) => between(value, z1[k])),
        point: from.map((value, k) => between(value, to[k])),
        frames: T,
      };
    });
    return new Piece(
      'blend',
      `From A to B in ${steps} steps`,
      stretches,
      converter.depth,
    );
  }

  /** A walk: half a second of the music of each point on the way. */
  function pieceOfPath(path) {
    const lengths = path
      .slice(1)
      .map(([x, y], i) => Math.hypot(x - path[i][0], y - path[i][1]));
    const length = lengths.reduce((a, b) => a + b, 0);
    const width = Math.max(...facts.heat.view.size);
    const stride = Math.max(1, Math.round(HALF_A_SECOND * fps));
    const pace = Number($('pace').value);
    const frames = Math.max(stride, Math.round((length / width) * pace * fps));
    const stretches = [];
    for (let frame = 0; frame < frames; frame += stride) {
      let left = (frame / frames) * length;
      let i = 0;
      while (i < lengths.length - 1 && left > lengths[i]) left -= lengths[i++];
      const part = lengths[i] ? Math.min(left / lengths[i], 1) : 0;
      const point = path[i].map((x, k) => x + part * (path[i + 1][k] - x));
      stretches.push(stretchAt(point, Math.min(stride, frames - frame)));
    }
    return new Piece('path', 'Your walk', stretches, converter.depth);
  }

  /** A song's own trail, as fast as the song: half a second of every window. */
  function pieceOfSong(song) {
    const {hopFrames} = converter;
    const every = Math.max(1, Math.round((HALF_A_SECOND * fps) / hopFrames));
    const stretches = [];
    for (let i = 0; i < song.starts.length; i += every) {
      stretches.push({
        z: Float64Array.from(meanOf(song, i)),
        point: [song.points[2 * i], song.points[2 * i + 1]],
        frames: Math.min(T, every * hopFrames),
      });
    }
    return new Piece('song', `Along ${song.title}`, stretches, converter.depth);
  }

  /** Shows a piece, and decodes it bit by bit. */
  function show(piece, {play = false} = {}) {
    state.piece = piece;
    state.waiting = null;
    piece.decodeSome(model, emission, SLICE_MILLISECONDS);
    if (play) player.play(piece);
    else player.stop();
    showPlaying();
    showPiece();
    if (!piece.isWhole) setTimeout(decodeOn, 0);
  }

  function decodeOn() {
    const {piece} = state;
    if (!piece || piece.isWhole) return;
    piece.decodeSome(model, emission, SLICE_MILLISECONDS);
    if (piece.isWhole && state.waiting) {
      show(pieceOfPoint(state.waiting));
      return;
    }
    if (piece.isWhole) showPiece();
    draw('roll');
    if (!piece.isWhole) setTimeout(decodeOn, 0);
  }

  function showPiece() {
    const {piece} = state;
    $('play').disabled = false;
    $('download').disabled = !piece.isWhole;
    $('now-title').textContent = piece.title;
    const notes = piece.isWhole
      ? converter.toNotes(piece.roll, piece.frames).length
      : null;
    const what = converter.isDrums ? 'hits' : 'notes';
    $('roll').setAttribute(
      'aria-label',
      `Piano roll: ${piece.title}, ${seconds(piece.frames)}` +
        (notes === null ? ', decoding' : `, ${notes} ${what}`),
    );
    showTime();
    draw('roll');
  }

  function showTime() {
    const {piece} = state;
    if (!piece) return;
    const at = player.isPlaying ? `${seconds(player.frame)} of ` : '';
    const todo = piece.isWhole
      ? ''
      : ` · decoding, ${Math.floor((100 * piece.decoded) / piece.frames)}%`;
    $('now-time').textContent = `${at}${seconds(piece.frames)}${todo}`;
  }

  function showPlaying() {
    const {isPlaying} = player;
    $('play').classList.toggle('playing', isPlaying);
    $('play').setAttribute('aria-label', isPlaying ? 'Stop' : 'Play');
    showTime();
    draw('overlay', 'roll');
  }

  function togglePlay() {
    if (player.isPlaying) player.stop();
    else if (state.piece) player.play(state.piece);
    showPlaying();
  }

  // Drawing: at most once a frame, and only what has changed.

  const stale = new Set();

  function draw(...parts) {
    if (!stale.size) requestAnimationFrame(drawStale);
    for (const part of parts) stale.add(part);
  }

  function drawStale() {
    const parts = new Set(stale);
    stale.clear();
    const playhead = player.isPlaying ? player.frame : null;
    if (parts.has('map')) {
      const size = $('stage').clientWidth < 560 ? 14 : 17;
      const serif = getComputedStyle(document.body).getPropertyValue('--serif');
      map.draw(state.theme, `italic 600 ${size}px ${serif}`);
      drawScale();
      parts.add('overlay');
    }
    if (parts.has('overlay')) {
      const isPoint = state.piece && state.piece.kind === 'point';
      map.drawOverlay({
        cursor: state.cursor,
        path: state.path,
        steps: state.mode === 'blend' ? Number($('steps').value) : 0,
        isDrawing: state.isDrawing,
        playing: playhead === null ? null : player.piece.pointAt(playhead),
        shown: isPoint ? state.piece.stretches[0].point : null,
      });
    }
    if (parts.has('roll')) rollView.draw(state.piece, playhead, state.theme);
    if (player.isPlaying) {
      showTime();
      draw('overlay', 'roll');
    }
  }

  let settled;

  /** Draws a map that is being moved: one of many windows later, in full. */
  function drawMoved() {
    if (map.count < MANY_WINDOWS) {
      draw('map');
      return;
    }
    map.follow();
    draw('overlay');
    clearTimeout(settled);
    settled = setTimeout(() => draw('map'), 150);
  }

  function drawScale() {
    const {context, width, height} = fitCanvas($('heat-scale'));
    const gradient = context.createLinearGradient(0, 0, width, 0);
    const {land} = state.theme;
    land.forEach((color, i) =>
      gradient.addColorStop(i / (land.length - 1), color),
    );
    context.fillStyle = gradient;
    context.fillRect(0, 0, width, height);
  }

  /** A value of the heat in words, as exact as its range asks for. */
  function amount(unit, value) {
    if (unit === 'mean pitch') return noteName(value);
    const [low, high] = map.ranges[map.quantity];
    const digits = 1 - Math.floor(Math.log10(high - low));
    return value.toFixed(Math.min(Math.max(digits, 1), 4));
  }

  function showQuantity() {
    map.quantity = Number($('quantity').value);
    const unit = facts.heat.units[map.quantity];
    const [low, high] = map.ranges[map.quantity];
    $('heat-low').textContent = amount(unit, low);
    $('heat-high').textContent = amount(unit, high);
    draw('map');
  }

  function describe(point) {
    const near = map.windowAt(map.toScreen(point), NEAR_PIXELS);
    const unit = facts.heat.units[map.quantity];
    const value = map.valueAt(point);
    return {
      name: near ? nameOf(near) : 'Between the songs',
      value: value === null ? '' : `${amount(unit, value)} ${unit}`,
    };
  }

  function showTag(point) {
    const tag = $('tag');
    tag.hidden = !point;
    if (!point) return;
    const {name, value} = describe(point);
    const strong = document.createElement('b');
    strong.textContent = name;
    tag.replaceChildren(strong, value);
    const [x, y] = map.toScreen(point);
    const left =
      x + 18 + tag.offsetWidth > map.width ? -18 - tag.offsetWidth : 18;
    // A finger covers what is below it.
    const above = hasTouch || y + 18 + tag.offsetHeight > map.height;
    const top = above ? -18 - tag.offsetHeight : 18;
    const place = [x + left, y + top].map((at) => `${Math.max(4, at)}px`);
    tag.style.transform = `translate(${place.join()})`;
  }

  // Modes.

  const move = hasTouch ? 'Drag' : 'Move';
  const click = hasTouch ? 'tap' : 'click';

  function showHint() {
    const {mode, path, piece} = state;
    let hint;
    if (mode === 'listen') {
      hint = `${move} over the map to see its music, ${click} to hear it.`;
    } else if (mode === 'blend') {
      hint = [
        'Choose the point to start from.',
        'Now choose the point to end at.',
        'You hear the way from A to B. Choose another start whenever you like.',
      ][path.length];
    } else if (path.length < 2) {
      hint = `Press and draw a path to walk along it, or ${click} its corners.`;
    } else {
      const time = piece && piece.kind === 'path' ? seconds(piece.frames) : '';
      hint = state.isPolyline
        ? `A walk of ${time}. Add another corner, or press Play.`
        : `A walk of ${time}. Draw another whenever you like.`;
    }
    $('hint').textContent = hint;
  }

  function setMode(mode) {
    state.mode = mode;
    state.path = [];
    state.isPolyline = state.isDrawing = false;
    for (const row of document.querySelectorAll('[data-mode]')) {
      row.hidden = row.dataset.mode !== mode;
    }
    showHint();
    draw('overlay');
  }

  /** The pointer, or the keys' cursor, is at a point. */
  function hover(point) {
    state.cursor = point;
    showTag(point);
    draw('overlay');
    // While something plays, the roll is of what is heard.
    if (!point || player.isPlaying || state.isDrawing) return;
    if (state.mode === 'draw' && state.path.length) return;
    if (state.mode === 'blend' && state.path.length === 2) return;
    if (state.piece && !state.piece.isWhole) state.waiting = point;
    else show(pieceOfPoint(point));
  }

  function choose(point) {
    highlight(null);
    if (state.mode === 'listen') {
      show(pieceOfPoint(point), {play: true});
    } else if (state.mode === 'blend') {
      state.path = state.path.length === 1 ? [state.path[0], point] : [point];
      if (state.path.length === 2) show(pieceOfBlend(state.path), {play: true});
      else player.stop();
      showPlaying();
    } else {
      if (!state.isPolyline) state.path = [];
      state.isPolyline = true;
      state.path.push(point);
      if (state.path.length > 1) show(pieceOfPath(state.path));
    }
    showHint();
    draw('overlay');
  }

  function endDrawing() {
    state.isDrawing = false;
    state.isPolyline = false;
    if (state.path.length > 1) show(pieceOfPath(state.path), {play: true});
    showHint();
    draw('overlay');
  }

  /** A setting of the present mode's piece has changed: makes it anew. */
  function remake() {
    const {piece, path} = state;
    if (!piece) return;
    const play = player.isPlaying;
    if (piece.kind === 'point' && state.mode === 'listen') {
      show(pieceOfPoint(piece.stretches[0].point), {play});
    } else if (piece.kind === 'blend' && path.length === 2) {
      show(pieceOfBlend(path), {play});
    } else if (piece.kind === 'path' && path.length > 1) {
      show(pieceOfPath(path), {play});
    }
    showHint();
    draw('overlay');
  }

  // The pointer.

  const pointers = new Map(); // Screen places by pointer, of all that are down.
  let pressed = null; // Where and how the first of them came down.
  const overlay = $('overlay');

  const placeOf = (event) => {
    const box = overlay.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  overlay.addEventListener('pointerdown', (event) => {
    if (event.button) return;
    overlay.classList.add('pointed');
    overlay.focus({preventScroll: true});
    overlay.setPointerCapture(event.pointerId);
    const place = placeOf(event);
    pointers.set(event.pointerId, place);
    if (pointers.size === 1) {
      pressed = {place, last: place, isClick: true, type: event.pointerType};
    } else {
      // A second finger: they move the map, and choose nothing.
      pressed = null;
      if (state.isDrawing) {
        state.isDrawing = false;
        state.path = [];
      }
    }
  });

  overlay.addEventListener('pointermove', (event) => {
    const place = placeOf(event);
    if (pointers.size > 1 && pointers.has(event.pointerId)) {
      pinch(event.pointerId, place);
      return;
    }
    if (pressed) {
      const moved = Math.hypot(
        place[0] - pressed.place[0],
        place[1] - pressed.place[1],
      );
      if (pressed.isClick && moved > CLICK_PIXELS) {
        pressed.isClick = false;
        if (state.mode === 'draw') {
          state.isDrawing = true;
          state.path = [map.toMap(pressed.place)];
          player.stop();
          showPlaying();
        }
      }
      if (!pressed.isClick) {
        if (state.isDrawing) {
          // All places since the last event: a quick stroke stays round.
          const events = event.getCoalescedEvents
            ? event.getCoalescedEvents()
            : [];
          for (const each of events.length ? events : [event]) {
            state.path.push(map.toMap(placeOf(each)));
          }
        } else if (pressed.type === 'mouse') {
          map.pan(place[0] - pressed.last[0], place[1] - pressed.last[1]);
          drawMoved();
        }
      }
      pressed.last = place;
    }
    if (event.pointerType !== 'touch' || pressed) hover(map.toMap(place));
  });

  function pinch(id, place) {
    const [a, b] = [...pointers.values()];
    const before = Math.hypot(a[0] - b[0], a[1] - b[1]);
    const middle = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    pointers.set(id, place);
    const [c, d] = [...pointers.values()];
    const after = Math.hypot(c[0] - d[0], c[1] - d[1]);
    map.pan((c[0] + d[0]) / 2 - middle[0], (c[1] + d[1]) / 2 - middle[1]);
    if (before > 0) map.zoom(after / before, middle);
    drawMoved();
  }

  function lift(event) {
    pointers.delete(event.pointerId);
    if (!pressed || pointers.size) return;
    const {isClick} = pressed;
    pressed = null;
    if (event.type === 'pointercancel') {
      if (state.isDrawing) endDrawing();
      return;
    }
    const point = map.toMap(placeOf(event));
    if (state.isDrawing) endDrawing();
    else if (isClick) {
      state.cursor = point;
      choose(point);
    }
  }

  overlay.addEventListener('pointerup', lift);
  overlay.addEventListener('pointercancel', lift);
  overlay.addEventListener('pointerleave', () => {
    if (pointers.size) return;
    state.cursor = null;
    state.waiting = null;
    showTag(null);
    draw('overlay');
  });
  overlay.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      map.zoom(1.0016 ** -event.deltaY, placeOf(event));
      drawMoved();
    },
    {passive: false},
  );

  // The keys.

  const ARROWS = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
  };

  overlay.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    overlay.classList.remove('pointed');
    const cursor = state.cursor || map.toMap([map.width / 2, map.height / 2]);
    if (event.key in ARROWS) {
      const pixels = event.shiftKey ? 40 : 8;
      const place = map.toScreen(cursor).map((at, k) => {
        const to = at + pixels * ARROWS[event.key][k];
        return Math.min(Math.max(to, 0), k ? map.height : map.width);
      });
      const point = map.toMap(place);
      hover(point);
      const {name, value} = describe(point);
      $('spoken').textContent = `${name}. ${value}`;
    } else if (event.key === 'Enter' || event.key === ' ') {
      if (!state.cursor) hover(cursor);
      choose(cursor);
    } else if (event.key === '+' || event.key === '=') {
      zoomBy(1.4);
    } else if (event.key === '-') {
      zoomBy(1 / 1.4);
    } else if (event.key === '0') {
      showAll();
    } else if (event.key === 'Escape') {
      player.stop();
      state.path = [];
      showPlaying();
      showHint();
    } else if (event.key === 'Backspace' && state.isPolyline) {
      state.path.pop();
      if (state.path.length > 1) show(pieceOfPath(state.path));
      showHint();
      draw('overlay');
    } else {
      return;
    }
    event.preventDefault();
  });

  overlay.addEventListener('blur', () => {
    overlay.classList.remove('pointed');
    state.cursor = null;
    showTag(null);
    draw('overlay');
  });

  function zoomBy(factor) {
    map.zoom(factor);
    draw('map');
  }

  function showAll() {
    map.fit();
    draw('map');
  }

  $('zoom-in').addEventListener('click', () => zoomBy(1.5));
  $('zoom-out').addEventListener('click', () => zoomBy(1 / 1.5));
  $('zoom-fit').addEventListener('click', showAll);

  // The player and the settings.

  $('play').addEventListener('click', togglePlay);
  $('loop').addEventListener('change', () => {
    player.loop = $('loop').checked;
  });
  $('roll').addEventListener('click', (event) => {
    const {piece} = state;
    if (!piece) return;
    const box = $('roll').getBoundingClientRect();
    player.play(piece, rollView.frameAt(event.clientX - box.left));
    showPlaying();
  });

  function emitAnew() {
    const {piece} = state;
    if (!piece) return;
    piece.emit(model, emission);
    if (piece.isWhole) showPiece();
    else setTimeout(decodeOn, 0);
    draw('roll');
  }

  function showSampling() {
    const isThreshold = emission.sampling === 'threshold';
    $('threshold-row').hidden = !isThreshold;
    $('temperature-row').hidden = isThreshold;
  }

  for (const input of document.querySelectorAll('[name=sampling]')) {
    input.checked = input.value === emission.sampling;
    input.addEventListener('change', () => {
      emission.sampling = input.value;
      showSampling();
      emitAnew();
    });
  }
  showSampling();

  /** Ties a slider to what it sets, and shows its value in words. */
  function slider(id, words, set) {
    const input = $(id);
    const update = () => {
      const value = Number(input.value);
      $(`${id}-value`).textContent = words(value);
      input.setAttribute('aria-valuetext', words(value));
      return value;
    };
    input.addEventListener('input', () => set(update()));
    update();
  }

  $('threshold').value = emission.threshold;
  slider(
    'threshold',
    (v) => `likelier than ${Math.round(100 * v)}%`,
    (value) => {
      emission.threshold = value;
      emitAnew();
    },
  );
  slider(
    'temperature',
    (v) => v.toFixed(2),
    (value) => {
      emission.temperature = value;
      emitAnew();
    },
  );
  $('redraw').addEventListener('click', () => {
    emission.draw++;
    emitAnew();
  });
  slider('windows', (v) => seconds(v * T), remake);
  slider('steps', (v) => `${v}, ${seconds(v * T)}`, remake);
  slider('pace', (v) => `${v} s`, remake);
  slider(
    'volume',
    (v) => `${Math.round(100 * v)}%`,
    (value) => {
      player.volume = value;
    },
  );

  for (const input of document.querySelectorAll('[name=mode]')) {
    input.checked = input.value === 'listen';
    input.addEventListener('change', () => setMode(input.value));
  }

  facts.heat.units.forEach((unit, i) => {
    $('quantity').append(new Option(unit[0].toUpperCase() + unit.slice(1), i));
  });
  $('quantity').addEventListener('change', showQuantity);

  // Download.

  function midiOf(piece) {
    const notes = converter.toNotes(piece.roll, piece.frames);
    return midi.write(notes, piece.frames, converter);
  }

  $('download').addEventListener('click', () => {
    const {piece} = state;
    const name = piece.title.replace(/[^\p{L}\p{N}]+/gu, ' ').trim() || 'music';
    const url = URL.createObjectURL(
      new Blob([midiOf(piece)], {type: 'audio/midi'}),
    );
    const link = document.createElement('a');
    link.href = url;
    link.download = `${name.slice(0, 60).trim()}.mid`;
    link.click();
    // The browser reads it after this; a minute is more than it needs.
    setTimeout(() => URL.revokeObjectURL(url), 60000);
  });

  // Files.

  function say(text) {
    $('message').hidden = !text;
    $('message-text').textContent = text;
  }

  function highlight(song) {
    if (map.highlighted === song) return;
    map.highlighted = song;
    draw('map');
  }

  $('message-close').addEventListener('click', () => {
    say('');
    highlight(null);
  });

  const pause = () => new Promise((resolve) => setTimeout(resolve, 0));

  /** Reads and encodes a file; its windows appear as they are encoded. */
  async function addFile(file) {
    const title = file.name.replace(/\.midi?$/i, '');
    if (file.size > LARGEST_FILE) {
      throw new InputError('it is larger than any MIDI file');
    }
    const notes = midi.read(new Uint8Array(await file.arrayBuffer()));
    if (!notes.length) throw new InputError('it holds no notes');
    const held = notes.filter((note) => converter.holds(note));
    if (!held.length) {
      const pitches = [...converter.pitches].sort((a, b) => a - b);
      const range = [pitches[0], pitches[pitches.length - 1]];
      throw new InputError(
        converter.isDrums
          ? 'it has no drum note that this model knows'
          : `none of its notes is a pitch that this model knows, ${range
              .map(noteName)
              .join(' to ')}`,
      );
    }
    const {roll, frames} = converter.toRoll(notes);
    const starts = converter.windowStarts(roll, frames);
    const song = addSong(
      title,
      new Float32Array(starts.length * zSize),
      [],
      true,
    );
    addRow(song);
    song.row.scrollIntoView({block: 'nearest'});
    highlight(song);
    let nextDraw = 0;
    for (let i = 0; i < starts.length;) {
      const until = performance.now() + SLICE_MILLISECONDS;
      while (i < starts.length && performance.now() < until) {
        song.means.set(model.encode(roll, starts[i], T), i * zSize);
        song.starts.push(starts[i]);
        addPoint(song, i);
        i++;
      }
      say(`Reading ${title}: ${i} of ${starts.length} windows`);
      if (performance.now() > nextDraw) {
        draw('map');
        nextDraw = performance.now() + 300 + map.count / 30;
      }
      await pause();
    }
    describeRow(song);
    showAll();
    const kind = notes.filter((note) => note.isDrum === converter.isDrums);
    const outside = kind.length - held.length;
    const without = outside
      ? ` ${Math.round((100 * outside) / kind.length)}% of its notes are ` +
        'pitches that the model does not know, and left out.'
      : '';
    say(`${title} is on the map: ${countOf(starts.length)}.${without}`);
  }

  let reading = Promise.resolve();

  /** One file after another. */
  function addFiles(files) {
    for (const file of files) {
      reading = reading
        .then(() => addFile(file))
        .catch((error) => {
          if (
            !(error instanceof InputError) &&
            error.name !== 'NotReadableError'
          ) {
            throw error;
          }
          const reason =
            error instanceof InputError ? error.message : 'it cannot be read';
          say(`${file.name} was not added: ${reason}.`);
        });
    }
    return reading;
  }

  $('add').addEventListener('click', () => $('file').click());
  $('file').addEventListener('change', () => {
    addFiles([...$('file').files]);
    $('file').value = '';
  });

  const hasFiles = (event) => [...event.dataTransfer.types].includes('Files');
  document.addEventListener('dragover', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
    $('veil').hidden = false;
  });
  document.addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) $('veil').hidden = true;
  });
  document.addEventListener('drop', (event) => {
    $('veil').hidden = true;
    if (!hasFiles(event)) return;
    event.preventDefault();
    addFiles([...event.dataTransfer.files]);
  });

  // The list of songs.

  const icon = (shapes) =>
    `<svg viewBox="0 0 20 20" aria-hidden="true">${shapes}</svg>`;

  const ICONS = {
    walk: icon('<path class="full" d="M6 3.5v13l10.5-6.5z"/>'),
    eye: icon(
      '<path d="M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5z"/>' +
        '<circle class="open" cx="10" cy="10" r="2.3"/>' +
        '<path class="shut" d="M4 16 16 4"/>',
    ),
  };

  function addRow(song) {
    const row = document.createElement('li');
    row.className = 'row';
    const marker = document.createElement('canvas');
    marker.setAttribute('aria-hidden', 'true');
    const name = document.createElement('div');
    name.className = 'name';
    const title = document.createElement('b');
    const detail = document.createElement('small');
    title.textContent = title.title = song.title;
    name.append(title, detail);
    const walk = document.createElement('button');
    walk.className = 'button icon';
    walk.innerHTML = ICONS.walk;
    walk.setAttribute('aria-label', `Walk along ${song.title}`);
    walk.title = 'Walk along this song';
    const eye = document.createElement('button');
    eye.className = 'button icon eye';
    eye.innerHTML = ICONS.eye;
    eye.setAttribute('aria-label', `Show ${song.title}`);
    eye.setAttribute('aria-pressed', 'true');
    eye.title = 'Show or hide';
    walk.type = eye.type = 'button';
    row.append(marker, name, walk, eye);
    $('songs').append(row);
    Object.assign(song, {row, marker, detail});
    describeRow(song);
    drawMarker(song);

    walk.addEventListener('click', () => {
      state.path = [];
      show(pieceOfSong(song), {play: true});
      showHint();
    });
    eye.addEventListener('click', () => {
      song.shown = !song.shown;
      row.classList.toggle('off', !song.shown);
      eye.setAttribute('aria-pressed', String(song.shown));
      draw('map');
    });
    for (const event of ['pointerenter', 'focusin']) {
      row.addEventListener(event, () => highlight(song));
    }
    for (const event of ['pointerleave', 'focusout']) {
      row.addEventListener(event, () => highlight(null));
    }
  }

  const countOf = (n) =>
    `${n.toLocaleString('en')} ${n === 1 ? 'window' : 'windows'}`;

  function describeRow({detail, starts, isDropped}) {
    const length = starts.length
      ? clock(starts[starts.length - 1] + T)
      : '0:00';
    detail.textContent =
      `${countOf(starts.length)} · ${length}` + (isDropped ? ' · yours' : '');
  }

  function drawMarker({marker, shape, color, isDropped}) {
    const ratio = window.devicePixelRatio || 1;
    const {theme} = state;
    const image = markerImage(
      shape,
      theme.songs[color],
      isDropped ? theme.ink : theme.halo,
      6,
      ratio,
    );
    marker.width = marker.height = 20 * ratio;
    const context = marker.getContext('2d');
    context.drawImage(
      image,
      (marker.width - image.width) / 2,
      (marker.width - image.width) / 2,
    );
  }

  // The theme: the system's until chosen.

  const system = matchMedia('(prefers-color-scheme: dark)');
  let chosen = null;

  function setTheme() {
    const name = chosen || (system.matches ? 'dark' : 'light');
    document.documentElement.dataset.theme = name;
    state.theme = THEMES[name];
    for (const song of songs) if (song.marker) drawMarker(song);
    draw('map', 'roll');
  }

  system.addEventListener('change', setTheme);
  $('theme').addEventListener('click', () => {
    chosen = state.theme === THEMES.dark ? 'light' : 'dark';
    setTheme();
  });

  // What it all means.

  function showAbout() {
    const percent = Math.round(100 * facts.projection.share);
    const others = zSize - 2;
    const lenders = projection.numLenders;
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
          `${others} directions from the ${lenders} windows nearest to it, ` +
          'by distance: at a window you hear that window, between windows a ' +
          'blend of them, and far from all only what the two directions say.';
    const things = converter.isDrums ? 'hits' : 'notes';
    const texts = [
      `Each mark is a window of ${seconds(T)} of one of the songs, where the ` +
        "model's encoder puts it (the mean of q(z|x)). Windows that sound " +
        'alike lie together, and a song is a trail.',
      meaning,
      'Colour and contours show what the map decodes to. In the roll, tints ' +
        `are the decoder's outputs, how likely each of the ${things} is, and ` +
        'bars are what sounds.',
      'Everything happens in this page: the model decodes and encodes here, ' +
        'and no file leaves your device.',
    ];
    if (facts.weightsType === 'float16') {
      texts.push(
        'For its size the page holds the weights in half precision; outputs ' +
          'differ from the model by about 0.001.',
      );
    }
    $('about').replaceChildren(
      ...texts.map((text) => {
        const p = document.createElement('p');
        p.textContent = text;
        return p;
      }),
    );
  }

  // Begin.

  setTheme();
  for (const song of songs) addRow(song);
  const windows = arrays.starts.length.toLocaleString('en');
  $('subtitle').textContent =
    `${songs.length} ${songs.length === 1 ? 'song' : 'songs'} · ` +
    `${windows} windows of ${seconds(T)} · ${facts.name}`;
  showAbout();
  setMode('listen');
  showQuantity();
  new ResizeObserver(() => {
    if (map.view) {
      const whole = map.view.scale === map.fitScale;
      if (whole) map.fit();
    }
    draw('map', 'roll');
  }).observe($('stage'));
  new ResizeObserver(() => draw('roll')).observe($('roll'));
  $('loading').remove();

  // There is music from the start: press Play.
  requestAnimationFrame(() => {
    if (state.piece) return;
    const homes = songs.map((song) => map.homeOf(song));
    const fullest = homes.reduce((a, b) =>
      map.valueAt(a, 0) >= map.valueAt(b, 0) ? a : b,
    );
    show(pieceOfPoint(fullest));
  });

  // For the console: what the page computes with, and what it shows.
  window.vrae = {
    model,
    converter,
    projection,
    emission,
    map,
    player,
    songs,
    addFiles,
    midi,
    midiOf,
    get piece() {
      return state.piece;
    },
    /** The outputs of `frames` frames of z, as one row after another. */
    decode(z, frames) {
      const piece = new Piece(
        'point',
        '',
        [{z: Float64Array.from(z), point: [0, 0], frames}],
        converter.depth,
      );
      piece.decodeSome(model, emission, Infinity);
      return Array.from(piece.logits, sigm);
    },
  };
}

storage
  .load()
  .then(start)
  .catch((error) => {
    document.getElementById('loading').textContent =
      typeof DecompressionStream === 'undefined'
        ? 'This browser is too old for the page; one of 2023 or later opens it.'
        : 'The page is damaged; make it anew with vrae_explore.';
    throw error;
  });
