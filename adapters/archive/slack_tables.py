"""The tables of a Slack export: who its channels and people are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from adapters.archive.members import Damage, Members
from adapters.archive.rows import read_rows

_DIRECT = "dms.json"
_CHANNELS = ("channels.json", "groups.json", _DIRECT, "mpims.json")
_PEOPLE = "users.json"
TABLES = frozenset({*_CHANNELS, _PEOPLE})


@dataclass(frozen=True, slots=True)
class Channel:
    """A conversation: its id, and its name as people say it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Author:
    """Somebody of the export's people."""

    name: str
    domain: str  # of the e-mail address, where the export tells
    team: str
    bot: bool


def read_channels(members: Members, root: str, damage: list[Damage]) -> dict[str, Channel]:
    """The conversations by the name of their folder: their name, or the id if they have none."""
    found: dict[str, Channel] = {}
    for table in _CHANNELS:
        for row in _table(members, root + table, damage):
            id, name = string(row, "id"), string(row, "name")
            if id:
                shown = f"#{name}" if name else "direct message" if table == _DIRECT else id
                found[name or id] = Channel(id, shown)
    return found


def read_people(members: Members, root: str, damage: list[Damage]) -> dict[str, Author]:
    """The people by their id."""
    return {string(row, "id"): _author(row) for row in _table(members, root + _PEOPLE, damage)}


def string(row: Mapping[str, Any], key: str) -> str:
    """The value if it is text, else empty."""
    value = row.get(key)
    return value if isinstance(value, str) else ""


def _author(row: Mapping[str, Any]) -> Author:
    found = row.get("profile")
    profile = found if isinstance(found, Mapping) else {}
    names = (
        string(profile, "display_name"),
        string(profile, "real_name"),
        string(row, "real_name"),
        string(row, "name"),
        string(row, "id"),
    )
    return Author(
        name=next(filter(None, names), ""),
        domain=string(profile, "email").rpartition("@")[2].lower(),
        team=string(row, "team_id"),
        bot=row.get("is_bot") is True,
    )


def _table(members: Members, member: str, damage: list[Damage]) -> Iterator[Mapping[str, Any]]:
    """The rows of one table; nothing if the export has no such table."""
    if member not in members.names:
        return
    odd = 0
    for row in read_rows(members, member, damage):
        if isinstance(row, Mapping):
            yield row
        else:
            odd += 1
    if odd:
        damage.append(Damage(member, f"{odd} of its rows have an unknown form"))
