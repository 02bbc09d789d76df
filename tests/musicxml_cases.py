# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: E501
"""MusicXML as programs write it: scores, and the notes that they are.

A note is (MIDI pitch, start, end), in seconds, and 'd' if it is a drum. A
quarter lasts half a second unless a score says otherwise.
"""

from __future__ import annotations


def note(
  step, octave=4, dur=1, alter=None, extra='', pre='', chord=False, post=''
):
  a = f'<alter>{alter}</alter>' if alter is not None else ''
  return (
    f'<note>{pre}{"<chord/>" if chord else ""}<pitch><step>{step}</step>{a}<octave>{octave}</octave></pitch>'
    + (f'<duration>{dur}</duration>' if dur is not None else '')
    + extra
    + f'<voice>1</voice>{post}</note>'
  )


def rest(dur=1):
  return f'<note><rest/><duration>{dur}</duration><voice>1</voice></note>'


ATT = '<attributes><divisions>1</divisions>{}<time><beats>4</beats><beat-type>4</beat-type></time>{}</attributes>'


PLAIN = ATT.format('', '')


def score(*parts, attributes=PLAIN, plist=None, root='score-partwise'):
  plist = plist or ''.join(
    f'<score-part id="P{i + 1}"><part-name>p{i + 1}</part-name></score-part>'
    for i in range(len(parts))
  )
  body = ''
  for i, ms in enumerate(parts):
    body += (
      f'<part id="P{i + 1}">'
      + ''.join(
        f'<measure number="{j + 1}">{attributes if j == 0 else ""}{m}</measure>'
        for j, m in enumerate(ms)
      )
      + '</part>'
    )
  return f'<?xml version="1.0" encoding="UTF-8"?><{root} version="3.1"><part-list>{plist}</part-list>{body}</{root}>'


CDEF = ''.join(note(s) for s in 'CDEF')


def seq(*ps, start=0, length=0.5):
  return [
    (p, start + i * length, start + (i + 1) * length)
    for i, p in enumerate(ps)
    if p is not None
  ]


SC = seq(60, 62, 64, 65)


def sc(start):
  return seq(60, 62, 64, 65, start=start)


def sound(t):
  return f'<sound tempo="{t}"/>'


def words(t):
  return f'<direction><direction-type><words>x</words></direction-type><sound tempo="{t}"/></direction>'


def metro(u, n, dot=''):
  return f'<direction><direction-type><metronome><beat-unit>{u}</beat-unit>{dot}<per-minute>{n}</per-minute></metronome></direction-type></direction>'


def bar(where, inner):
  return f'<barline location="{where}">{inner}</barline>'


fw = bar(
  'left', '<bar-style>heavy-light</bar-style><repeat direction="forward"/>'
)
bw = bar(
  'right', '<bar-style>light-heavy</bar-style><repeat direction="backward"/>'
)


def ending(n, typ, where):
  return f'<ending number="{n}" type="{typ}"/>'


SCORES = {}
SCORES['plain'] = (score([CDEF]), SC)
SCORES['cflat'] = (
  score(
    [
      note('C', 5, alter=-1)
      + note('B', 3, alter=1)
      + note('C', 4, alter=-2)
      + note('B', 4, alter=2)
    ]
  ),
  seq(71, 60, 58, 73),
)
SCORES['tempo_part2'] = (
  score([CDEF, CDEF], [CDEF, words(60) + CDEF]),
  sorted(SC + seq(60, 62, 64, 65, start=2, length=1)) * 2,
)
SCORES['tempo_backup'] = (
  score(
    [
      CDEF
      + '<backup><duration>2</duration></backup>'
      + words(60)
      + '<forward><duration>2</duration></forward>',
      CDEF,
    ]
  ),
  seq(60, 62) + seq(64, 65, 60, 62, 64, 65, start=1, length=1),
)
SCORES['tempo_bare'] = (
  score([sound(60) + CDEF, CDEF + sound(240), CDEF]),
  seq(60, 62, 64, 65, 60, 62, 64, 65, length=1)
  + seq(60, 62, 64, 65, start=8, length=0.25),
)
SCORES['tempo_bare_mid'] = (
  score([note('C') + note('D') + sound(60) + note('E') + note('F')]),
  seq(60, 62) + seq(64, 65, start=1, length=1),
)
SCORES['tempo_metronome'] = (
  score(
    [metro('half', 60) + CDEF, metro('quarter', 90, '<beat-unit-dot/>') + CDEF]
  ),
  SC + seq(60, 62, 64, 65, start=2, length=60 / 135),
)
SCORES['tempo_offset'] = (
  score(
    [
      '<direction><direction-type><words>x</words></direction-type><offset>2</offset><sound tempo="60"/></direction>'
      + CDEF
    ]
  ),
  [(60, 0, 0.5), (62, 0.5, 1), (64, 1, 2), (65, 2, 3)],
)
SCORES['tempo_zero'] = (score([sound(0) + CDEF]), SC)
SCORES['tempo_second_wins'] = (
  score(
    [
      metro('quarter', 100).replace('</direction>', sound(60) + '</direction>')
      + CDEF
    ]
  ),
  seq(60, 62, 64, 65, length=1),
)
SCORES['grace'] = (
  score([CDEF, note('G', 5, None, pre='<grace slash="yes"/>') + CDEF]),
  SC + sc(2),
)
SCORES['grace_chord'] = (
  score(
    [
      note('G', 5, None, pre='<grace/>')
      + note('A', 5, None, pre='<grace/>', chord=True)
      + CDEF
    ]
  ),
  SC,
)
SCORES['cue'] = (
  score([note('G', 5, 1, pre='<cue/>') + note('D') + note('E') + note('F')]),
  seq(None, 62, 64, 65),
)
SCORES['cue_order'] = (
  score(
    [
      '<note><cue/><chord/>'.replace('<chord/>', '')
      + '<pitch><step>G</step><octave>5</octave></pitch><duration>2</duration></note>'
      + note('E')
      + note('F')
    ]
  ),
  seq(None, None, 64, 65),
)
SCORES['harmony'] = (
  score(
    [
      '<harmony><root><root-step>C</root-step></root><kind>major-seventh</kind></harmony>'
      + CDEF
    ]
  ),
  SC,
)
SCORES['harmony_other'] = (
  score(
    [
      '<harmony><root><root-step>C</root-step></root><kind>other</kind></harmony>'
      + CDEF
    ]
  ),
  SC,
)
SCORES['harmony_none'] = (
  score(
    [
      '<harmony><root><root-step>C</root-step></root><kind>none</kind></harmony>'
      + CDEF
    ]
  ),
  SC,
)
SCORES['harmony_function'] = (
  score(
    [
      '<harmony><function>V7</function><kind text="x">dominant</kind></harmony>'
      + CDEF
    ]
  ),
  SC,
)
SCORES['harmony_weird'] = (
  score(
    [
      '<harmony><root><root-step>C</root-step><root-alter>1</root-alter></root><kind text="zz">wrong</kind><bass><bass-step>G</bass-step></bass><degree><degree-value>9</degree-value><degree-alter>1</degree-alter><degree-type>add</degree-type></degree></harmony>'
      + CDEF
    ]
  ),
  SC,
)
SCORES['harmony_numeral'] = (
  score(
    [
      '<harmony><numeral><numeral-root>5</numeral-root></numeral><kind>dominant</kind></harmony>'
      + CDEF
    ]
  ),
  SC,
)
T = '<transpose><diatonic>{}</diatonic><chromatic>{}</chromatic>{}</transpose>'
SCORES['transpose'] = (
  score([CDEF], attributes=ATT.format('', T.format(-1, -2, ''))),
  seq(58, 60, 62, 63),
)
SCORES['octave_change'] = (
  score(
    [CDEF],
    attributes=ATT.format(
      '', T.format(0, 0, '<octave-change>-1</octave-change>')
    ),
  ),
  seq(48, 50, 52, 53),
)
SCORES['octave_change_both'] = (
  score(
    [CDEF],
    attributes=ATT.format(
      '', T.format(-5, -9, '<octave-change>-1</octave-change>')
    ),
  ),
  seq(39, 41, 43, 44),
)
SCORES['octave_only'] = (
  score(
    [CDEF],
    attributes=ATT.format(
      '',
      '<transpose><chromatic>0</chromatic><octave-change>1</octave-change></transpose>',
    ),
  ),
  seq(72, 74, 76, 77),
)
SCORES['transpose_change'] = (
  score([CDEF, '<attributes>' + T.format(-1, -2, '') + '</attributes>' + CDEF]),
  SC + seq(58, 60, 62, 63, start=2),
)
SCORES['octave_clef'] = (
  score(
    [CDEF],
    attributes=ATT.format(
      '',
      '<clef><sign>G</sign><line>2</line><clef-octave-change>-1</clef-octave-change></clef>',
    ),
  ),
  SC,
)
SCORES['octave_shift'] = (
  score(
    [
      '<direction><direction-type><octave-shift type="down" size="8"/></direction-type></direction>'
      + ''.join(note(s, 5) for s in 'CDEF')
      + '<direction><direction-type><octave-shift type="stop" size="8"/></direction-type></direction>'
    ]
  ),
  seq(72, 74, 76, 77),
)
for nm, t in dict(
  senza='<time><senza-misura/></time>',
  senza_x='<time><senza-misura>X</senza-misura></time>',
  add='<time><beats>3+2</beats><beat-type>8</beat-type></time>',
  two='<time><beats>3</beats><beat-type>8</beat-type><beats>1</beats><beat-type>4</beat-type></time>',
  inter='<time><interchangeable><beats>3</beats><beat-type>4</beat-type></interchangeable><beats>6</beats><beat-type>8</beat-type></time>',
  odd='<time><beats>4</beats><beat-type>3</beat-type></time>',
  zero='<time><beats>0</beats><beat-type>4</beat-type></time>',
  common='<time symbol="common"><beats>4</beats><beat-type>4</beat-type></time>',
  text='<time><beats>x</beats><beat-type>4</beat-type></time>',
  empty='<time/>',
  none='',
  five='<time><beats>5</beats><beat-type>16</beat-type></time>',
  big='<time><beats>255</beats><beat-type>4</beat-type></time>',
).items():
  SCORES['metre_' + nm] = (
    score(
      [CDEF], attributes=f'<attributes><divisions>1</divisions>{t}</attributes>'
    ),
    SC,
  )
SCORES['metre_senza_two'] = (
  score(
    [CDEF, CDEF],
    attributes='<attributes><divisions>1</divisions><time><senza-misura/></time></attributes>',
  ),
  SC + sc(2),
)
SCORES['short_bar'] = (score([note('C'), CDEF]), seq(60) + sc(0.5))
SCORES['long_bar'] = (score([CDEF + CDEF, CDEF]), SC + sc(2) + sc(4))


def tie(t):
  return f'<tie type="{t}"/>'


SCORES['ties'] = (
  score(
    [
      note('C', dur=4, extra=tie('start')),
      note('C', dur=4, extra=tie('stop') + tie('start')),
      note('C', dur=2, extra=tie('stop')) + note('D', dur=2),
    ]
  ),
  [(60, 0, 5), (62, 5, 6)],
)
SCORES['tie_chord'] = (
  score(
    [
      note('C', dur=4, extra=tie('start')) + note('E', dur=4, chord=True),
      note('C', dur=4, extra=tie('stop')) + note('E', dur=4, chord=True),
    ]
  ),
  [(60, 0, 4), (64, 0, 2), (64, 2, 4)],
)
SCORES['tie_voices'] = (
  score(
    [
      note('C', dur=4, extra=tie('start'))
      + '<backup><duration>4</duration></backup>'
      + note('E', dur=4).replace('<voice>1', '<voice>2'),
      note('C', dur=4, extra=tie('stop')).replace('<voice>1', '<voice>2'),
    ]
  ),
  [(60, 0, 4), (64, 0, 2)],
)
SCORES['tie_dangling'] = (
  score([note('C', dur=4, extra=tie('start')), note('D', dur=4)]),
  [(60, 0, 2), (62, 2, 4)],
)
SCORES['chord'] = (
  score(
    [
      note('C', dur=4)
      + note('E', dur=4, chord=True)
      + note('G', dur=4, chord=True)
    ]
  ),
  [(60, 0, 2), (64, 0, 2), (67, 0, 2)],
)
SCORES['voices'] = (
  score(
    [
      note('C', dur=4)
      + '<backup><duration>4</duration></backup>'
      + note('E', dur=2).replace('<voice>1', '<voice>2')
      + note('G', dur=2).replace('<voice>1', '<voice>2')
    ]
  ),
  [(60, 0, 2), (64, 0, 1), (67, 1, 2)],
)
SCORES['decimal'] = (
  score([note('C', dur='0.5') + note('D', dur='1.5') + note('E', dur='2.0')]),
  [(60, 0, 0.25), (62, 0.25, 1), (64, 1, 2)],
)
SCORES['decimal_divisions'] = (
  score(
    [note('C', dur='1.5') + note('D', dur='1.5') + note('E', dur='3')],
    attributes='<attributes><divisions>1.5</divisions></attributes>',
  ),
  [(60, 0, 0.5), (62, 0.5, 1), (64, 1, 2)],
)
SCORES['decimal_backup'] = (
  score(
    [
      note('C', dur='2')
      + '<backup><duration>2.0</duration></backup><forward><duration>1.0</duration></forward>'
      + note('E', dur='1.0').replace('<voice>1', '<voice>2')
    ]
  ),
  [(60, 0, 1), (64, 0.5, 1)],
)
SCORES['timewise'] = (
  '<?xml version="1.0"?><score-timewise version="3.1"><part-list><score-part id="P1"><part-name>a</part-name></score-part><score-part id="P2"><part-name>b</part-name></score-part></part-list><measure number="1"><part id="P1">'
  + ATT.format('', '')
  + CDEF
  + '</part><part id="P2">'
  + ATT.format('', '')
  + note('C', 3, 4)
  + '</part></measure><measure number="2"><part id="P1">'
  + CDEF
  + '</part><part id="P2">'
  + note('G', 3, 4)
  + '</part></measure></score-timewise>',
  SC + sc(2) + [(48, 0, 2), (55, 2, 4)],
)
DR = '<score-part id="P1"><part-name>Drums</part-name>{}</score-part>'


def mi(i, un, ch=10):
  return (
    f'<midi-instrument id="{i}"><midi-channel>{ch}</midi-channel><midi-program>1</midi-program>'
    + (f'<midi-unpitched>{un}</midi-unpitched>' if un else '')
    + '</midi-instrument>'
  )


def si(i, name):
  return f'<score-instrument id="{i}"><instrument-name>{name}</instrument-name></score-instrument>'


def un(i=None, step='E', oc=4):
  return (
    f'<note><unpitched><display-step>{step}</display-step><display-octave>{oc}</display-octave></unpitched><duration>1</duration>'
    + (f'<instrument id="{i}"/>' if i else '')
    + '<voice>1</voice></note>'
  )


SCORES['unpitched'] = (
  score(
    [un('A') + un('B') + un('A') + un('B')],
    plist=DR.format(
      si('A', 'Kick') + si('B', 'Snare') + mi('A', 37) + mi('B', 39)
    ),
  ),
  [(p, s, e, 'd') for p, s, e in seq(36, 38, 36, 38)],
)
SCORES['unpitched_bare'] = (
  score([un() * 4]),
  [(38, s, e, 'd') for _, s, e in SC],
)
SCORES['unpitched_chord'] = (
  score(
    [un('A') + un('B').replace('<note>', '<note><chord/>')],
    plist=DR.format(
      si('A', 'Kick') + si('B', 'Hat') + mi('A', 37) + mi('B', 43)
    ),
  ),
  [(36, 0, 0.5, 'd'), (42, 0, 0.5, 'd')],
)
SCORES['channel10'] = (
  score(
    [''.join(note(s, 2) for s in 'CDEF')],
    plist=DR.format(si('A', 'Kit') + mi('A', None)),
  ),
  [(p, s, e, 'd') for p, s, e in seq(36, 38, 40, 41)],
)
SCORES['program'] = (
  score(
    [CDEF],
    plist='<score-part id="P1"><part-name>x</part-name>'
    + si('A', 'Thing')
    + '<midi-instrument id="A"><midi-channel>1</midi-channel><midi-program>33</midi-program></midi-instrument></score-part>',
  ),
  SC,
)
SCORES['repeat'] = (
  score([fw + CDEF + bw, note('G', dur=4)]),
  SC + sc(2) + [(67, 4, 6)],
)
SCORES['repeat_start'] = (
  score([CDEF + bw, note('G', dur=4)]),
  SC + sc(2) + [(67, 4, 6)],
)
SCORES['repeat_times'] = (
  score(
    [
      fw
      + note('C', dur=4)
      + bar('right', '<repeat direction="backward" times="3"/>'),
      note('G', dur=4),
    ]
  ),
  [(60, 0, 2), (60, 2, 4), (60, 4, 6), (67, 6, 8)],
)
SCORES['endings'] = (
  score(
    [
      fw + note('C', dur=4),
      bar('left', ending(1, 'start', 0))
      + note('D', dur=4)
      + bar('right', ending(1, 'stop', 0) + '<repeat direction="backward"/>'),
      bar('left', ending(2, 'start', 0))
      + note('E', dur=4)
      + bar('right', ending(2, 'discontinue', 0)),
      note('F', dur=4),
    ]
  ),
  [(60, 0, 2), (62, 2, 4), (60, 4, 6), (64, 6, 8), (65, 8, 10)],
)
SCORES['endings_two_bars'] = (
  score(
    [
      fw + note('C', dur=4),
      bar('left', ending(1, 'start', 0)) + note('D', dur=4),
      note('A', dur=4)
      + bar('right', ending(1, 'stop', 0) + '<repeat direction="backward"/>'),
      bar('left', ending(2, 'start', 0))
      + note('E', dur=4)
      + bar('right', ending(2, 'stop', 0)),
    ]
  ),
  [(60, 0, 2), (62, 2, 4), (69, 4, 6), (60, 6, 8), (64, 8, 10)],
)
SCORES['endings_list'] = (
  score(
    [
      fw + note('C', dur=4),
      bar('left', ending('1, 2', 'start', 0))
      + note('D', dur=4)
      + bar(
        'right', ending('1, 2', 'stop', 0) + '<repeat direction="backward"/>'
      ),
      bar('left', ending(3, 'start', 0))
      + note('E', dur=4)
      + bar('right', ending(3, 'stop', 0)),
    ]
  ),
  [(60, 0, 2), (62, 2, 4), (60, 4, 6), (62, 6, 8), (60, 8, 10), (64, 10, 12)],
)
SCORES['repeat_two_parts'] = (
  score([fw + CDEF + bw], [fw + note('C', 3, 4) + bw]),
  SC + sc(2) + [(48, 0, 2), (48, 2, 4)],
)
SCORES['repeat_one_part'] = (
  score([fw + CDEF + bw], [note('C', 3, 4)]),
  SC + sc(2) + [(48, 0, 2), (48, 2, 4)],
)


def D(inner, snd):
  return f'<direction><direction-type>{inner}</direction-type><sound {snd}/></direction>'


SCORES['da_capo'] = (
  score(
    [
      note('C', dur=4),
      note('D', dur=4) + D('<words>Fine</words>', 'fine="yes"'),
      note('E', dur=4) + D('<words>D.C. al Fine</words>', 'dacapo="yes"'),
    ]
  ),
  [(60, 0, 2), (62, 2, 4), (64, 4, 6), (60, 6, 8), (62, 8, 10)],
)
SCORES['dal_segno'] = (
  score(
    [
      note('C', dur=4),
      D('<segno/>', 'segno="s"')
      + note('D', dur=4)
      + D('<words>Fine</words>', 'fine="yes"'),
      note('E', dur=4) + D('<words>D.S. al Fine</words>', 'dalsegno="s"'),
    ]
  ),
  [(60, 0, 2), (62, 2, 4), (64, 4, 6), (62, 6, 8)],
)
SCORES['coda'] = (
  score(
    [
      note('C', dur=4) + D('<words>To Coda</words>', 'tocoda="c"'),
      note('D', dur=4) + D('<words>D.C. al Coda</words>', 'dacapo="yes"'),
      D('<coda/>', 'coda="c"') + note('E', dur=4),
    ]
  ),
  [(60, 0, 2), (62, 2, 4), (60, 4, 6), (64, 6, 8)],
)
SCORES['sounds_only_dc'] = (
  score(
    [
      note('C', dur=4),
      note('D', dur=4)
      + '<direction><direction-type><words>x</words></direction-type><sound dacapo="yes"/></direction>',
    ]
  ),
  [(60, 0, 2), (62, 2, 4), (60, 4, 6), (62, 6, 8)],
)
SCORES['staves'] = (
  score(
    [
      note('C', dur=4, post='<staff>1</staff>')
      + '<backup><duration>4</duration></backup>'
      + note('C', 2, dur=4, post='<staff>2</staff>').replace(
        '<voice>1', '<voice>5'
      )
    ],
    attributes='<attributes><divisions>1</divisions><time><beats>4</beats><beat-type>4</beat-type></time><staves>2</staves></attributes>',
  ),
  [(60, 0, 2), (36, 0, 2)],
)
SCORES['tuplet'] = (
  score(
    [
      ''.join(
        note(
          s,
          dur=2,
          post='<time-modification><actual-notes>3</actual-notes><normal-notes>2</normal-notes></time-modification>',
        )
        for s in 'CDE'
      )
    ],
    attributes='<attributes><divisions>3</divisions></attributes>',
  ),
  [(60, 0, 0.33333), (62, 0.33333, 0.66667), (64, 0.66667, 1)],
)
SCORES['divisions_change'] = (
  score(
    [
      CDEF,
      '<attributes><divisions>2</divisions></attributes>'
      + ''.join(note(s, dur=2) for s in 'CDEF'),
    ]
  ),
  SC + sc(2),
)
SCORES['microtone'] = (score([note('C', alter='0.5') + note('D')]), seq(61, 62))
SCORES['no_octave_part_missing'] = (
  score([CDEF]).replace('<part-name>p1</part-name>', ''),
  SC,
)
SCORES['entities'] = (score([CDEF]).replace('p1', '&lt;p&gt;'), SC)
SCORES['doctype'] = (
  score([CDEF]).replace(
    '?><score',
    '?><!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 3.1 Partwise//EN" "http://www.musicxml.org/dtds/partwise.dtd"><score',
  ),
  SC,
)
SCORES['utf16'] = (
  score([CDEF]).replace('UTF-8', 'UTF-16').encode('utf-16'),
  SC,
)
SCORES['latin1'] = (
  score([CDEF])
  .replace('UTF-8', 'ISO-8859-1')
  .replace('p1', 'pé')
  .encode('latin-1'),
  SC,
)
SCORES['print_object'] = (
  score([CDEF.replace('<note>', '<note print-object="no">', 1)]),
  SC,
)
SCORES['dynamics_words'] = (
  score(
    [
      '<direction><direction-type><dynamics><ff/></dynamics></direction-type><sound dynamics="130"/></direction>'
      + CDEF
    ]
  ),
  SC,
)
SCORES['multi_rest'] = (
  score(
    [
      CDEF,
      '<attributes><measure-style><multiple-rest>2</multiple-rest></measure-style></attributes><note><rest measure="yes"/><duration>4</duration></note>',
      '<note><rest measure="yes"/><duration>4</duration></note>',
      CDEF,
    ]
  ),
  SC + sc(6),
)
SCORES['empty_measure'] = (score([CDEF, '', CDEF]), SC + sc(4))
SCORES['tremolo'] = (
  score(
    [
      note(
        'C',
        dur=4,
        post='<notations><ornaments><tremolo type="single">3</tremolo></ornaments></notations>',
      )
    ]
  ),
  [(60, 0, 2)],
)
SCORES['harmonic'] = (
  score(
    [
      note(
        'C',
        dur=4,
        post='<notations><technical><harmonic><artificial/><base-pitch/></harmonic></technical></notations>',
      )
    ]
  ),
  [(60, 0, 2)],
)


def attributes(inner):
  return f'<attributes><divisions>1</divisions>{inner}</attributes>'


def metronome(unit, text):
  return (
    '<direction><direction-type><metronome>'
    f'<beat-unit>{unit}</beat-unit><per-minute>{text}</per-minute>'
    '</metronome></direction-type></direction>'
  )


# What says nothing about notes is no reason to refuse them.
for _text in (
  '<key><fifths>x</fifths></key>',
  '<key/>',
  '<key><fifths>1.0</fifths><mode>weird</mode></key>',
  '<key><fifths>11</fifths></key>',
  '<key><key-step>Q</key-step><key-alter>z</key-alter></key>',
  '<clef><sign>zz</sign></clef>',
  '<clef><sign>G</sign><line>9</line></clef>',
  '<clef/>',
  '<staves>x</staves>',
  '<transpose/>',
  '<transpose><chromatic>x</chromatic></transpose>',
  '<staff-details><staff-lines>x</staff-lines></staff-details>',
  '<measure-style><slash type="zz"/></measure-style>',
):
  SCORES[f'odd {_text}'] = (score([CDEF], attributes=attributes(_text)), SC)
for _text in (
  sound('abc'),
  sound(''),
  sound('nan'),
  sound('inf'),
  sound('-5'),
  metronome('quarter', ''),
  metronome('quarter', '0'),
  metronome('quarter', 'x'),
  metronome('zz', '60'),
  '<print new-system="zz"><system-layout/></print>',
  '<zz><yy/></zz>',
  '<barline><bar-style>zz</bar-style></barline>',
  '<direction><direction-type><dynamics><zz/></dynamics></direction-type></direction>',
):
  SCORES[f'odd {_text}'] = (score([_text + CDEF]), SC)
for _text in ('c. 60', '60-72', '60.0', ' 60 '):
  SCORES[f'tempo {_text}'] = (
    score([metronome('quarter', _text) + CDEF]),
    seq(60, 62, 64, 65, length=1),
  )
for _given, _odd in (
  ('<divisions>1</divisions>', ''),
  ('<divisions>1</divisions>', '<divisions>0</divisions>'),
  (' number="1"', ''),
  (' number="1"', ' number="X1"'),
  ('<part id="P1">', '<part>'),
  ('<part id="P1">', '<part id="Q1">'),
  ('<part-list>', '<part-list><part-group type="start" number="x"/>'),
  ('<part-list>', '<defaults><scaling/></defaults><part-list>'),
  ('<voice>1</voice>', '<voice>abc</voice>'),
  ('<voice>1</voice>', '<voice>1</voice><type>zz</type><dot/><dot/>'),
  ('<voice>1</voice>', '<voice>1</voice><staff>x</staff>'),
  ('<voice>1</voice>', '<voice>1</voice><tie/>'),
  ('<step>C</step>', '<step>c</step><alter>x</alter>'),
  ('<note>', '<note dynamics="x">'),
):
  SCORES[f'odd {_given} as {_odd}'] = (
    score([CDEF]).replace(_given, _odd),
    SC,
  )
SCORES['transposed at odd steps'] = (
  score(
    [CDEF],
    attributes=attributes(
      '<transpose><diatonic>-1</diatonic><chromatic>-14.0</chromatic>'
      '<octave-change>-1</octave-change></transpose>'
    ),
  ),
  seq(34, 36, 38, 39),
)
SCORES['a rest without a length'] = (
  score(['<note><rest measure="yes"/></note>', CDEF]),
  sc(2),
)
SCORES['an upbeat that begins with a rest'] = (
  score(
    [
      rest(1) + note('C', dur=1),
      CDEF,
    ]
  ).replace('number="1"', 'number="0" implicit="yes"'),
  seq(60, start=0.5) + sc(1),
)
SCORES['a rest that is shorter than its bar'] = (
  score([CDEF, rest(1), CDEF]).replace(
    'number="2"', 'number="2" implicit="yes"'
  ),
  SC + sc(2.5),
)
SCORES['an upbeat that is a rest of a measure'] = (
  score(
    [
      '<note><rest measure="yes"/><duration>1</duration><voice>1</voice></note>',
      CDEF,
    ]
  ).replace('number="1"', 'number="0" implicit="yes"'),
  sc(0.5),
)
