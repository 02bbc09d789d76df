# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: E501
"""ABC by its standard (2.1): tunes, and the notes that they are.

A note is (MIDI pitch, start, end), in seconds.
"""

from __future__ import annotations

HEAD = 'X:1\nT:t\nM:4/4\nL:1/4\nQ:1/4=60\nK:C\n'


def seq(*pitches, start=0, length=1):
  """Notes one after the other."""
  return [
    (pitch, start + i * length, start + (i + 1) * length)
    for i, pitch in enumerate(pitches)
    if pitch is not None
  ]


TUNES = {}
TUNES['rests'] = (
  HEAD + 'C z E x|Z|F2 G2|\n',
  [(60, 0, 1), (64, 2, 3), (65, 8, 10), (67, 10, 12)],
)
TUNES['Z2'] = (HEAD + 'CDEF|Z2|C4|\n', seq(60, 62, 64, 65) + [(60, 12, 16)])
TUNES['lengths'] = (
  HEAD + 'C/ D/2 E/4F/4 G3/2 A// B//|\n',
  [
    (60, 0, 0.5),
    (62, 0.5, 1),
    (64, 1, 1.25),
    (65, 1.25, 1.5),
    (67, 1.5, 3),
    (69, 3, 3.25),
    (71, 3.25, 3.5),
  ],
)
TUNES['octaves'] = (
  HEAD + "C,,C,Cc|c'c''C,'B|\n",
  seq(36, 48, 60, 72, 84, 96, 60, 71),
)
TUNES['chords'] = (
  HEAD + '[CEG]2 [C2E2] |[C/E/]D3/2 [CE]3/2 z/|\n',
  [
    (60, 0, 2),
    (64, 0, 2),
    (67, 0, 2),
    (60, 2, 4),
    (64, 2, 4),
    (60, 4, 4.5),
    (64, 4, 4.5),
    (62, 4.5, 6),
    (60, 6, 7.5),
    (64, 6, 7.5),
  ],
)
TUNES['chord_decorations'] = (
  HEAD + '[!f!CE] [!1!C!fermata!E]2 [C"^add"{ag}E]|\n',
  [(60, 0, 1), (64, 0, 1), (60, 1, 3), (64, 1, 3), (60, 3, 4), (64, 3, 4)],
)
TUNES['chord_named_inside'] = (
  HEAD + '["Am"CE]2 z|["G"DG]4|["last time"E4|]\n',
  [(60, 0, 2), (64, 0, 2), (62, 3, 7), (67, 3, 7), (64, 7, 11)],
)
TUNES['chord_times'] = (HEAD + '[C2E2]3/2 z|\n', [(60, 0, 3), (64, 0, 3)])
TUNES['triplet'] = (
  HEAD + '(3CDE F G|A4|\n',
  [
    (60, 0, 0.66667),
    (62, 0.66667, 1.33333),
    (64, 1.33333, 2),
    (65, 2, 3),
    (67, 3, 4),
    (69, 4, 8),
  ],
)
TUNES['tuplets'] = (
  HEAD + '(2CD (3:2:2EF|(5CDEFG|\n',
  [(60, 0, 1.5), (62, 1.5, 3), (64, 3, 3.66667), (65, 3.66667, 4.33333)]
  + [
    (p, 4.33333 + i * 0.4, 4.33333 + (i + 1) * 0.4)
    for i, p in enumerate((60, 62, 64, 65, 67))
  ],
)
TUNES['tuplet_rest'] = (
  HEAD + '(3CzE F2|\n',
  [(60, 0, 0.66667), (64, 1.33333, 2), (65, 2, 4)],
)
TUNES['broken'] = (
  HEAD + 'C>D E<F|C>>D E2|\n',
  [
    (60, 0, 1.5),
    (62, 1.5, 2),
    (64, 2, 2.5),
    (65, 2.5, 4),
    (60, 4, 5.75),
    (62, 5.75, 6),
    (64, 6, 8),
  ],
)
TUNES['ties'] = (
  HEAD + 'C D E F-|F G2 C-|C4|\n',
  seq(60, 62, 64) + [(65, 3, 5), (67, 5, 7), (60, 7, 12)],
)
TUNES['chord_ties'] = (
  HEAD + '[CE]4-|[CE]2 z2|[C-E]2 C2|\n',
  [(60, 0, 6), (64, 0, 6), (60, 8, 12), (64, 8, 10)],
)
TUNES['slurs'] = (HEAD + '(CD) (E(F)G)|\n', seq(60, 62, 64, 65, 67))
TUNES['accidentals'] = (
  HEAD + '^C C =C C|C _E E ^^F|__G ^c C c|\n',
  seq(61, 61, 60, 60, 60, 63, 63, 67, 65, 73, 61, 73),
)
TUNES['key'] = (
  HEAD.replace('K:C', 'K:D') + 'F C =F F|F G A c|\n',
  seq(66, 61, 65, 65, 66, 67, 69, 73),
)
TUNES['modes'] = (
  'X:1\nM:4/4\nL:1/4\nQ:1/4=60\nK:Ddor\nFCBc|[K:Am]FCBc|[K:Gmix]FCBc|[K:F#m]FCGc|[K:Bb]BEAe|[K:E phrygian]FCBc|[K:HP]FCBc|[K:none]FCBc|\n',
  seq(
    65,
    60,
    71,
    72,
    65,
    60,
    71,
    72,
    65,
    60,
    71,
    72,
    66,
    61,
    68,
    73,
    70,
    63,
    69,
    75,
    65,
    60,
    71,
    72,
    65,
    60,
    71,
    72,
    65,
    60,
    71,
    72,
  ),
)
TUNES['hp'] = (
  'X:1\nM:4/4\nL:1/4\nQ:1/4=60\nK:Hp\nF C G c|\n',
  seq(66, 61, 67, 73),
)
TUNES['key_explicit'] = (
  'X:1\nM:4/4\nL:1/4\nQ:1/4=60\nK:D =c\nFCEc|[K:C exp ^f_b]FBEf|\n',
  seq(66, 60, 64, 72, 66, 70, 64, 78),
)
TUNES['default_length'] = (
  'X:1\nM:6/8\nQ:1/4=60\nK:C\nCDE FGA|\n',
  seq(60, 62, 64, 65, 67, 69, length=0.5),
)
TUNES['default_short'] = (
  'X:1\nM:2/4\nQ:1/4=60\nK:C\nCDEF GABc|\n',
  seq(60, 62, 64, 65, 67, 69, 71, 72, length=0.25),
)
TUNES['common'] = (
  'X:1\nM:C|\nQ:1/4=60\nK:C\nCDEFGABc|\n',
  seq(60, 62, 64, 65, 67, 69, 71, 72, length=0.5),
)
TUNES['length_change'] = (
  HEAD + 'CD[L:1/8]CD[L:1/2]C|\nL:1/4\nCDEF|\n',
  [(60, 0, 1), (62, 1, 2), (60, 2, 2.5), (62, 2.5, 3), (60, 3, 5)]
  + seq(60, 62, 64, 65, start=5),
)
TUNES['tempo_dotted'] = (
  HEAD.replace('Q:1/4=60', 'Q:3/8=40') + 'CDEF|\n',
  seq(60, 62, 64, 65),
)
TUNES['tempo_text'] = (
  HEAD.replace('Q:1/4=60', 'Q:"Slow" 1/4=60') + 'CDEF|\n',
  seq(60, 62, 64, 65),
)
TUNES['tempo_text_after'] = (
  HEAD.replace('Q:1/4=60', 'Q:1/4=60 "Slow"') + 'CDEF|\n',
  seq(60, 62, 64, 65),
)
TUNES['tempo_old'] = (
  HEAD.replace('Q:1/4=60', 'Q:60') + 'CDEF|\n',
  seq(60, 62, 64, 65),
)
TUNES['tempo_several'] = (
  HEAD.replace('Q:1/4=60', 'Q:1/4 1/8=40') + 'CDEF|\n',
  seq(60, 62, 64, 65),
)
TUNES['tempo_change'] = (
  HEAD + 'CDEF|[Q:1/4=120]CDEF|\nQ:1/4=30\nC2|\n',
  seq(60, 62, 64, 65)
  + seq(60, 62, 64, 65, start=4, length=0.5)
  + [(60, 6, 10)],
)
TUNES['repeat'] = (
  HEAD + '|:CDEF:|GABc|\n',
  seq(60, 62, 64, 65, 60, 62, 64, 65, 67, 69, 71, 72),
)
TUNES['repeat_from_start'] = (
  HEAD + 'CDEF:|GABc|]\n',
  seq(60, 62, 64, 65, 60, 62, 64, 65, 67, 69, 71, 72),
)
TUNES['repeat_double'] = (
  HEAD + '|:C4::D4:|E4|\n',
  [(60, 0, 4), (60, 4, 8), (62, 8, 12), (62, 12, 16), (64, 16, 20)],
)
TUNES['endings'] = (
  HEAD + '|:C4|1 D4:|2 E4|F4|]\n',
  [(60, 0, 4), (62, 4, 8), (60, 8, 12), (64, 12, 16), (65, 16, 20)],
)
TUNES['endings_brackets'] = (
  HEAD + '|:C4|[1 D4:|[2 E4|]\nF4|\n',
  [(60, 0, 4), (62, 4, 8), (60, 8, 12), (64, 12, 16), (65, 16, 20)],
)
TUNES['endings_list'] = (
  HEAD + '|:C4|[1,2 D4:|[3 E4|]\n',
  [
    (60, 0, 4),
    (62, 4, 8),
    (60, 8, 12),
    (62, 12, 16),
    (60, 16, 20),
    (64, 20, 24),
  ],
)
TUNES['graces'] = (HEAD + 'C{e}D {/gf}E F|\n', seq(60, 62, 64, 65))
TUNES['graces_chord'] = (HEAD + '{[eg]}C D E F|\n', seq(60, 62, 64, 65))
TUNES['chord_symbols'] = (
  HEAD + '"Am"C "G7/B"D "^above"E "<(">"F|\n'.replace('"<(">"', '"_below"'),
  seq(60, 62, 64, 65),
)
TUNES['decorations'] = (
  HEAD + '.C ~D !trill!E !f!F|vC uD TE HF|!>!C +fermata+D JE LF|\n',
  seq(60, 62, 64, 65) * 1
  + seq(60, 62, 64, 65, start=4)
  + seq(60, 62, 64, 65, start=8),
)
TUNES['voices'] = (
  'X:1\nM:4/4\nL:1/4\nQ:1/4=60\nV:1\nV:2 clef=bass\nK:C\nV:1\nCDEF|G4|\nV:2\nC,4|G,,4|\n',
  seq(60, 62, 64, 65) + [(67, 4, 8), (48, 0, 4), (43, 4, 8)],
)
TUNES['voices_inline'] = (
  'X:1\nM:4/4\nL:1/4\nQ:1/4=60\nK:C\n[V:1]CDEF|\n[V:2]C,4|\n[V:1]G4|\n[V:2]G,,4|\n',
  seq(60, 62, 64, 65) + [(67, 4, 8), (48, 0, 4), (43, 4, 8)],
)
TUNES['voices_lines'] = (
  'X:1\nM:4/4\nL:1/4\nQ:1/4=60\n%%score (1 2)\nV:1 name="a"\nV:2 name="b"\nK:C\nV:1\nCDEF|\nV:2\nC,4|\nV:1\nG4|\nV:2\nG,,4|\n',
  seq(60, 62, 64, 65) + [(67, 4, 8), (48, 0, 4), (43, 4, 8)],
)
TUNES['voice_accidental'] = (
  'X:1\nM:4/4\nL:1/4\nQ:1/4=60\nV:1\nV:2\nK:G\nV:1\nFGAB|\nV:2\nF,2G,2|\n',
  seq(66, 67, 69, 71) + [(54, 0, 2), (55, 2, 4)],
)
TUNES['overlay'] = (
  HEAD + 'C4 & E2 G2|CDEF|\n',
  [(60, 0, 4), (64, 0, 2), (67, 2, 4)] + seq(60, 62, 64, 65, start=4),
)
TUNES['comments'] = (
  HEAD + 'CD % two\n% all\nEF|\n%%MIDI program 20\nC4|\n',
  seq(60, 62, 64, 65) + [(60, 4, 8)],
)
TUNES['lyrics'] = (
  HEAD + 'CDEF|\nw:one two three four\nW:words\nC4|\n',
  seq(60, 62, 64, 65) + [(60, 4, 8)],
)
TUNES['continuation'] = (
  HEAD + 'CD\\\nEF|\\\nG4|\n',
  seq(60, 62, 64, 65) + [(67, 4, 8)],
)
TUNES['crlf'] = (
  (HEAD + 'CDEF|\nG4|\n').replace('\n', '\r\n'),
  seq(60, 62, 64, 65) + [(67, 4, 8)],
)
TUNES['fields'] = (
  'X:1\nT:t\nC:me\nO:here\nR:reel\nZ:x\nN:note C D E\nS:book\nA:a\nB:b\nD:d\nF:f\nG:g\nH:a long\n+:history\nI:abc-charset utf-8\nM:4/4\nL:1/4\nQ:1/4=60\nK:C\nN:CDEF\nCDEF|[r:remark]G4|\n',
  seq(60, 62, 64, 65) + [(67, 4, 8)],
)
TUNES['meter_change'] = (
  HEAD + 'CDEF|[M:3/4]CDE|\nM:2/4\nCD|E2|\n',
  seq(60, 62, 64, 65, 60, 62, 64, 60, 62) + [(64, 9, 11)],
)
TUNES['meter_none'] = (
  HEAD.replace('M:4/4', 'M:none') + 'CDEFGAB|c4|\n',
  seq(60, 62, 64, 65, 67, 69, 71) + [(72, 7, 11)],
)
TUNES['meter_complex'] = (
  HEAD.replace('M:4/4', 'M:2+3/8') + 'C2 D/|\n',
  [(60, 0, 2), (62, 2, 2.5)],
)
TUNES['pickup'] = (
  HEAD + 'C|DEFG|A4|\n',
  seq(60, 62, 64, 65, 67) + [(69, 5, 9)],
)
TUNES['key_change'] = (
  HEAD + 'F4|\nK:G\nF4|[K:C]F4|\n',
  [(65, 0, 4), (66, 4, 8), (65, 8, 12)],
)
TUNES['clef_octave'] = (
  HEAD.replace('K:C', 'K:C clef=treble octave=-1') + 'CDEF|\n',
  seq(48, 50, 52, 53),
)
TUNES['transpose'] = (
  HEAD.replace('K:C', 'K:C transpose=-2') + 'CDEF|\n',
  seq(58, 60, 62, 63),
)
TUNES['parts'] = (
  'X:1\nM:4/4\nL:1/4\nQ:1/4=60\nP:ABA\nK:C\nP:A\nC4|\nP:B\nD4|\n',
  [(60, 0, 4), (62, 4, 8), (60, 8, 12)],
)
TUNES['spacer'] = (HEAD + 'C y D y20 E`F|\n', seq(60, 62, 64, 65))
TUNES['dotted_bar'] = (
  HEAD + 'CD.|EF||G4|]\n',
  seq(60, 62, 64, 65) + [(67, 4, 8)],
)
TUNES['unicode'] = (
  HEAD.replace('T:t', 'T:Fädé') + 'CDEF|\n',
  seq(60, 62, 64, 65),
)
TUNES['no_x'] = (
  'T:t\nM:4/4\nL:1/4\nQ:1/4=60\nK:C\nCDEF|\n',
  seq(60, 62, 64, 65),
)
TUNES['no_space_key'] = (
  HEAD.replace('K:C', 'K:Amaj').replace('M:4/4', 'M: 4/4 ') + 'C F G c|\n',
  seq(61, 66, 68, 73),
)
TUNES['shifted_bar_rest'] = (HEAD + 'C>z D<z|\n', [(60, 0, 1.5), (62, 2, 2.5)])
TUNES['nested_chord_symbol_tuplet'] = (
  HEAD + '"C"(3CDE"G"F2|\n',
  [(60, 0, 0.66667), (62, 0.66667, 1.33333), (64, 1.33333, 2), (65, 2, 4)],
)
TUNES['user_symbols'] = (
  HEAD.replace('K:C', 'U:T=!trill!\nK:C') + 'TC D E F|\n',
  seq(60, 62, 64, 65),
)
TUNES['chord_accidentals'] = (
  HEAD + '[^F_B]2 [FB]2|\n',
  [(66, 0, 2), (70, 0, 2), (66, 2, 4), (70, 2, 4)],
)
TUNES['old_chord'] = (HEAD + '!D.S.!C D E F|\n', seq(60, 62, 64, 65))
TUNES['tie_accidental'] = (
  HEAD + '^C2 D ^F-|F4|\n',
  [(61, 0, 2), (62, 2, 3), (66, 3, 8)],
)
