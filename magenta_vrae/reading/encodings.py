# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The bytes of a file of text or XML -> text, whatever program wrote them."""

from __future__ import annotations

import codecs
import re

_MARKS_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Before any text, and with no mark.
_SPACE = b' \t\r\n'
_DECLARATION = re.compile(r'<\?xml(?:\s[^>]{0,300})?\?>')
_ENCODING = re.compile(r'encoding\s*=\s*["\']([\w.:-]{1,40})["\']', re.ASCII)
# Those of several bytes that expat does not know.
_OF_SEVERAL_BYTES = (
  'shift_jis cp932 euc_jp iso2022_jp gb2312 gbk gb18030 big5 euc_kr'
).split()


def text_of(data: bytes) -> str:
  """The text of a file: UTF-8 or UTF-16, with or without a mark, or Latin-1.

  Args:
    data: The file's bytes.
  """
  text = _of_utf_16(data)
  if text is not None:
    return text
  try:
    return data.decode('utf-8-sig')
  except UnicodeDecodeError:
    return data.decode('latin-1')


def xml_of(data: bytes) -> bytes:
  """XML that expat reads, where its declaration is wrong or it knows it not.

  Programs write a string as UTF-8 that declares UTF-16, or the other way round,
  or space before the declaration.

  Args:
    data: The file's bytes.
  """
  text = _of_utf_16(data)
  if text is not None:
    return _without_declaration(text).encode('utf-8', 'replace')
  if data.startswith(codecs.BOM_UTF8):
    data = data[len(codecs.BOM_UTF8) :]
  data = data.lstrip(_SPACE)
  declaration = _DECLARATION.match(data[:400].decode('latin-1'))
  said = _ENCODING.search(declaration[0]) if declaration else None
  if not declaration or not said:
    return data
  name = _plain(said[1])
  if name.startswith(('utf', 'ucs')):
    # It is no UTF-16, as is seen above.
    return data[declaration.end() :]
  if name in _OF_SEVERAL_BYTES:
    text = data[declaration.end() :].decode(name, 'replace')
    return text.encode('utf-8', 'replace')
  return data


def _of_utf_16(data: bytes) -> str | None:
  """The text of a file of UTF-16; None if it is none."""
  if data[:2] in _MARKS_16:
    return data.decode('utf-16', 'replace')
  # Every second byte of its first letters is none.
  if data[1:2] == b'\0' != data[:1]:
    return data.decode('utf-16-le', 'replace')
  if data[:1] == b'\0' != data[1:2]:
    return data.decode('utf-16-be', 'replace')
  return None


def _without_declaration(text: str) -> str:
  text = text.lstrip()
  declaration = _DECLARATION.match(text[:400])
  return text[declaration.end() :] if declaration else text


def _plain(name: str) -> str:
  """A name of an encoding, as Python's are compared."""
  try:
    return codecs.lookup(name).name
  except LookupError:
    return name.lower()
