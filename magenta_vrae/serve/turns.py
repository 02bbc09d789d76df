# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""Who waits, in what order they are served, and how many may wait.

Who sends again before it was served has the older thing dropped: it floods. Two
take turns: who floods least, by what it has waiting and had dropped lately, and
who has waited longest. So who waits for its answers is served soon beside
hundreds that flood, and all are served at last. If too many wait, who floods
most makes place. Newcomers of a machine count as one: so does a program that
takes a new port for each packet, however many ports it has.
"""

from __future__ import annotations

import collections
from typing import Any
from typing import Generic
from typing import Hashable
from typing import OrderedDict
from typing import Tuple
from typing import TypeVar

Item = TypeVar('Item')
# Things of one who waits, by sender and kind, oldest first.
_Things = OrderedDict[Tuple[Any, Hashable], Item]
# So many of the last things that were dropped are those of lately.
_LATELY = 4096


class Turns(Generic[Item]):
  """Things of senders that wait for their turn.

  Args:
    most: How many may wait.
    most_each: How many of a sender may wait, or of all newcomers of a machine.

  Attributes:
    num_dropped: How many made place for others.
  """

  def __init__(self, most: int, most_each: int) -> None:
    self._most, self._most_each = most, most_each
    # By sender, or by machine; those that have waited longest first.
    self._waiting: OrderedDict[Hashable, _Things[Item]]
    self._waiting = collections.OrderedDict()
    self._count = 0
    # Whose things were dropped last, and how many of each.
    self._dropped: collections.deque[Hashable] = collections.deque()
    self._lately: collections.Counter[Hashable] = collections.Counter()
    # How much those who wait flood elsewhere.
    self._elsewhere: dict[Hashable, int] = {}
    self._is_for_longest = False
    self.num_dropped = 0

  def __len__(self) -> int:
    return self._count

  def put(
    self,
    sender: Any,
    is_known: bool,
    kind: Hashable,
    item: Item,
    elsewhere: int = 0,
  ) -> None:
    """Has a thing wait.

    Args:
      sender: A socket address.
      is_known: Whether it is no newcomer.
      kind: The thing takes the place of another of its sender and kind, at the
        end of what its sender has waiting.
      item: The thing.
      elsewhere: The sender's `flooding` where it had to wait before: who was
        held back there seems to flood less here than it does.
    """
    who = _who(sender, is_known)
    self._elsewhere[who] = elsewhere
    things = self._waiting.setdefault(who, collections.OrderedDict())
    if (sender, kind) in things:
      self._drop(who, (sender, kind))
    elif len(things) == self._most_each:
      self._drop(who, next(iter(things)))
    things[sender, kind] = item
    self._count += 1
    if self._count > self._most:
      self._make_place()

  def _drop(self, who: Hashable, key: tuple[Any, Hashable]) -> None:
    """Drops a thing, and forgets whose were dropped long before."""
    del self._waiting[who][key]
    self._count -= 1
    self.num_dropped += 1
    self._dropped.append(who)
    self._lately[who] += 1
    if len(self._dropped) > _LATELY:
      first = self._dropped.popleft()
      self._lately[first] -= 1
      if not self._lately[first]:
        del self._lately[first]

  def _make_place(self) -> None:
    """Who floods most has all but its newest thing dropped, or that."""
    # Of equals, the one who would have to wait longest.
    who = max(reversed(self._waiting), key=self._flooding)
    things = self._waiting[who]
    for key in list(things)[:-1] or list(things):
      self._drop(who, key)
    if not things:
      self._leave(who)

  def flooding(self, sender: Any, is_known: bool) -> int:
    """How much somebody sends beyond what it was served."""
    return self._flooding(_who(sender, is_known))

  def _flooding(self, who: Hashable) -> int:
    waiting = len(self._waiting.get(who, ()))
    return self._lately[who] + waiting + self._elsewhere.get(who, 0)

  def _leave(self, who: Hashable) -> None:
    """Has somebody wait no more."""
    del self._waiting[who], self._elsewhere[who]

  def know(self, sender: Any) -> None:
    """From now on, a newcomer is none: what it has waiting is its own."""
    of_machine = self._waiting.get(sender[0])
    if of_machine is None:
      return
    for key in [key for key in of_machine if key[0] == sender]:
      item = of_machine.pop(key)
      self._count -= 1
      self.put(sender, True, key[1], item)
    if not of_machine:
      self._leave(sender[0])

  def take(self) -> Item:
    """The oldest thing of who is next; there must be one."""
    who = next(iter(self._waiting))
    if not self._is_for_longest:
      # Of equals, the latest: there may be hundreds that nobody waits for.
      who = min(reversed(self._waiting), key=self._flooding)
    self._is_for_longest = not self._is_for_longest
    things = self._waiting[who]
    _, item = things.popitem(last=False)
    if things:
      self._waiting.move_to_end(who)
    else:
      self._leave(who)
    self._count -= 1
    return item

  def clear(self) -> None:
    """Nobody waits any more."""
    self._waiting.clear()
    self._elsewhere.clear()
    self._count = 0


def _who(sender: Any, is_known: bool) -> Hashable:
  """Whose turn it is: newcomers of a machine are one."""
  return sender if is_known else sender[0]
