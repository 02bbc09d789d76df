# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The README and the docs: what can be told without running their commands.

`make docs-check` runs those.
"""

from __future__ import annotations

import ast
import importlib.util
import pathlib
import re
import sys

import markdown_it
import pytest
from broken_music import NOTE
from broken_music import midi
from broken_music import number

from magenta_vrae.errors import InputError
from magenta_vrae.reading import music_files

ROOT = pathlib.Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / 'tools'))
import docs_check

PAGES = [*docs_check.PAGES, 'BUILD.md', 'CHANGELOG.md']


def anchors(path):
  """The fragments that a page's headings can be linked by, as GitHub's."""
  tokens = markdown_it.MarkdownIt().parse(path.read_text(encoding='utf-8'))
  found = set()
  for opening, title in zip(tokens, tokens[1:]):
    if opening.type == 'heading_open':
      text = ''.join(
        child.content
        for child in title.children
        if child.type in ('text', 'code_inline')
      )
      found.add(re.sub(r'[^\w\- ]', '', text.lower()).replace(' ', '-'))
  return found


def inline(path):
  """What stands within a page's sentences and tables, as tokens."""
  text = path.read_text(encoding='utf-8')
  for token in markdown_it.MarkdownIt().enable('table').parse(text):
    yield from token.children or ()


def links(path):
  """Targets of a page's links and pictures."""
  for token in inline(path):
    target = token.attrs.get('href') or token.attrs.get('src')
    if target:
      yield str(target)


@pytest.mark.parametrize('page', PAGES)
def test_links_lead_somewhere(page):
  path = ROOT / page
  for target in links(path):
    if re.match(r'https?:', target):
      continue
    name, _, fragment = target.partition('#')
    goal = (path.parent / name).resolve() if name else path
    assert goal.exists(), target
    if fragment:
      assert fragment in anchors(goal), target


def test_every_page_is_in_the_index():
  index = ROOT / 'docs' / 'README.md'
  linked = {target.partition('#')[0] for target in links(index)}
  pages = {p.name for p in index.parent.glob('*.md')} - {index.name}
  assert pages <= linked


@pytest.mark.parametrize('page', docs_check.PAGES)
def test_every_block_is_run_or_known_why_not(page):
  for block in docs_check.blocks(page):
    docs_check.check_known(block)


def test_every_reason_not_to_run_is_needed():
  commands = [
    docs_check.plain(command)
    for page in docs_check.PAGES
    for block in docs_check.blocks(page)
    if block.language == 'sh'
    for command in docs_check.shell_commands(block.text)
  ]
  for pattern in docs_check.NOT_RUN:
    assert [c for c in commands if re.fullmatch(pattern, c, re.DOTALL)], pattern


def test_flags_and_targets_named_in_sentences_exist():
  commands = (ROOT / 'magenta_vrae' / 'commands').glob('*.py')
  # Not imported: each defines its flags anew.
  magentas = (
    importlib.util.find_spec(name).origin
    for name in (
      'magenta.models.music_vae.music_vae_train',
      'magenta.models.music_vae.music_vae_generate',
      'magenta.scripts.convert_dir_to_note_sequences',
    )
  )
  code = ''.join(
    pathlib.Path(path).read_text(encoding='utf-8')
    for path in (*commands, *magentas)
  )
  flags = set(re.findall(r"(?:DEFINE_\w+|path_list\.define)\(\s*'(\w+)'", code))
  # absl's own, those of our benchmarks and of examples/cpp, and any flag's in
  # docs/commands.md.
  flags |= {'help', 'helpfull', 'flagfile', 'name', 'noname'}
  flags |= {'cells', 'no_peers', 'uniforms', 'z'}
  for page in docs_check.PAGES:
    codes = (t for t in inline(ROOT / page) if t.type == 'code_inline')
    for text in (code.content for code in codes):
      for flag in re.findall(r'(?:^|\s)--(\w+)', text):
        assert flag in flags, f'{page}: {text}'
      for target in re.findall(r'\bmake ([a-z-]+)', text):
        assert target in docs_check.make_targets(), f'{page}: {text}'


@pytest.mark.parametrize(
  'language, text, says',
  [
    ('sh', 'rm -rf run', 'not among what is run'),
    ('sh', 'make coffee', 'not among what is run'),
    ('sh', "vrae_train --x='a", 'does not end'),
    ('', 'magenta_vrae/   the package', 'not among what is run'),
    ('ruby', 'puts 1', "block of 'ruby'"),
  ],
)
def test_what_is_unknown_fails(language, text, says):
  block = docs_check.Block('page.md', 1, language or 'sh', text)
  with pytest.raises(docs_check.DocumentationError, match=says):
    docs_check.check_known(block)


def test_blocks_of_every_kind_are_found(tmp_path, monkeypatch):
  (tmp_path / 'page.md').write_text(
    'Text.\n\n    make test\n\n* In a list:\n\n  ```sh\n  vrae_train \\\n'
    '      --a=b  # c\n  ```\n\n~~~python\nx = 1\n~~~\n'
  )
  monkeypatch.setattr(docs_check, 'ROOT', tmp_path)
  found = docs_check.blocks('page.md')
  assert [(b.line, b.language) for b in found] == [
    (3, 'sh'), (7, 'sh'), (12, 'python'),
  ]  # fmt: skip
  (command,) = docs_check.shell_commands(found[1].text)
  assert docs_check.plain(command) == 'vrae_train --a=b'


def test_training_is_cut_short_and_goes_on(tmp_path):
  arguments = [f'--run_dir={tmp_path}', '--num_steps=5000']
  short = docs_check.shortened(arguments)
  assert short == [*arguments, f'--num_steps={docs_check.STEPS}']
  (tmp_path / 'train').mkdir()
  (tmp_path / 'train/model.ckpt-7.index').touch()
  (tmp_path / 'train/model.ckpt-12.index').touch()
  assert docs_check.shortened(arguments)[-1] == (
    f'--num_steps={12 + docs_check.STEPS}'
  )
  assert docs_check.shortened(['--mode=eval']) == ['--mode=eval']


# Some of what docs/questions.md says of files that are refused, word for word.
REFUSED = [
  b'RIFF' + b'x' * 20,
  b'',
  midi(NOTE * 9)[:60],
  midi(b''),
  midi(b'\x01\x90\x3c\x40' * 3),
  midi(b'\x00\xf4'),
  midi(number(2**28 - 1) + NOTE[1:]),
  midi(NOTE * 210000),
  midi(b'\x00\xb0\x07\x40' * 1100000),
  b'MThd' + bytes(34 * 2**20),
  midi(b'\x00\xff\x51\x03\xff\xff\xff' + number(2**24) + NOTE[1:]),
]


@pytest.mark.parametrize('data', REFUSED, ids=range(len(REFUSED)))
def test_refusals_are_as_the_questions_say(data, tmp_path):
  (tmp_path / 'bad.mid').write_bytes(data)
  with pytest.raises(InputError) as e:
    music_files.read('bad.mid', str(tmp_path))
  text = (ROOT / 'docs' / 'questions.md').read_text(encoding='utf-8')
  assert f'`{e.value}`' in text


def as_pattern(node):
  """The pattern of what an expression may say."""
  if isinstance(node, ast.Constant):
    return re.escape(str(node.value))
  if isinstance(node, ast.JoinedStr):
    return ''.join(
      as_pattern(part) if isinstance(part, ast.Constant) else '.*'
      for part in node.values
    )
  if isinstance(node, ast.BinOp):
    return as_pattern(node.left) + as_pattern(node.right)
  return '.*'


def said_by(path):
  """Patterns of all that a module of reading says of a file."""
  text = path.read_text(encoding='utf-8')
  for node in ast.walk(ast.parse(text)):
    if isinstance(node, ast.Call):
      name = ast.get_source_segment(text, node.func)
      if name == 'InputError' or re.search(r'(warnings|lines)\.append$', name):
        yield as_pattern(node.args[0])
    if isinstance(node, ast.FunctionDef) and (
      node.name in ('warnings', '_obituary', '_out_of_memory', 'musicxml')
    ):
      for inner in ast.walk(node):
        is_text = isinstance(inner, (ast.JoinedStr, ast.Constant))
        if is_text and re.match(r'(it|its) ', str(as_pattern(inner))):
          yield as_pattern(inner)


@pytest.mark.parametrize(
  'path',
  sorted((ROOT / 'magenta_vrae' / 'reading').rglob('*.py')),
  ids=lambda path: path.stem,
)
def test_the_questions_have_every_message_of_a_reader(path):
  text = (ROOT / 'docs' / 'questions.md').read_text(encoding='utf-8')
  cells = [
    said
    for line in text.splitlines()
    if line.startswith('|')
    for said in re.findall(r'`([^`]+)`', line.split(' | ')[0])
  ]
  # Of flags, not of files.
  of_flags = '--limits', 'input_dir', 'no music in'
  for pattern in said_by(path):
    plain = pattern.replace('\\', '')
    if pattern == '.*' or plain.startswith(of_flags) or '--limits is' in plain:
      continue
    assert any(re.fullmatch(pattern, cell) for cell in cells), plain
