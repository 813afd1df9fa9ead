"""The items of a member that holds a JSON array, one by one, as far as it is sound."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from adapters.archive.members import Damage, DamagedMemberError, Members

_ARRAY = re.compile(r"\s*\[\s*")
_NEXT = re.compile(r"\s*(,|\])\s*")


def read_rows(members: Members, member: str, damage: list[Damage]) -> Iterator[Any]:
    """Yield the items of a member's array up to the first that is damaged, and note the fault."""
    try:
        text = members.read(member).decode("utf-8-sig")
    except DamagedMemberError as error:
        damage.append(Damage(member, str(error)))
    except UnicodeDecodeError:
        damage.append(Damage(member, "is not UTF-8 text"))
    else:
        yield from read_items(text, member, damage)


def read_items(text: str, member: str, damage: list[Damage]) -> Iterator[Any]:
    """Yield a JSON array's items one by one; what follows a fault is named as lost."""
    decoder = json.JSONDecoder()
    opening = _ARRAY.match(text)
    if opening is None:
        damage.append(Damage(member, "is not a JSON list"))
        return
    count, at = 0, opening.end()
    if text.startswith("]", at):
        return
    while True:
        try:
            item, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):  # no JSON, or nested too deep
            break
        yield item
        count += 1
        following = _NEXT.match(text, at)
        if following is None:
            break
        at = following.end()
        if following[1] == "]":
            return
    lost = "all of it was" if not count else f"what follows its first {count} entries was"
    damage.append(Damage(member, f"is damaged JSON: {lost} skipped"))
