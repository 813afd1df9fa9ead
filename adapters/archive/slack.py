"""Slack exports: tables of channels and people, and a file for each channel and day."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from adapters.archive.export import Portion
from adapters.archive.members import Damage, Members
from adapters.archive.rows import read_rows
from adapters.archive.slack_tables import TABLES, Channel, read_channels, read_people, string
from adapters.shapes.slack import IGNORED_SUBTYPES, mentions, readable_text, ts_to_datetime
from rules.types import Message, MessageKey

_DAY = re.compile(r"(?P<folder>[^/]+)/(?P<day>\d{4}-\d{2}-\d{2})\.json")
_EXPORT_OF = re.compile(r"(?P<name>.+?) Slack export\b.*", re.IGNORECASE)
_SLACKBOT = "USLACKBOT"


class SlackExport:
    """A Slack export as `Export`."""

    platform = "slack"

    def __init__(self, members: Members, root: str, name: str) -> None:
        self._members = members
        self._root = root
        damage = list(members.refused)
        self._folders = read_channels(members, root, damage)
        self._authors = read_people(members, root, damage)
        teams = {author.team for author in self._authors.values() if author.team}
        self.workspace = teams.pop() if len(teams) == 1 else name
        self.people = {id: author.name for id, author in self._authors.items()}
        self._days = sorted(
            (found["folder"], found["day"], member)
            for member in members.names
            if (found := _DAY.fullmatch(member.removeprefix(root)))
        )
        self.channels = {c.id: c.name for c in (self._channel(day[0]) for day in self._days)}
        self.damage = tuple(damage)
        self.size = len(self._days)

    def portions(self, since: datetime | None = None) -> Iterator[Portion]:
        """Read the messages posted since then, channel by channel and day by day."""
        # A file's day is the workspace's own, which may begin half a day before that of UTC.
        first = (since - timedelta(days=1)).date().isoformat() if since else ""
        for folder, day, member in self._days:
            if day < first:
                yield Portion(member)
                continue
            damage: list[Damage] = []
            found = self._messages(member, self._channel(folder), damage)
            wanted = [m for m in found if since is None or m.posted_at >= since]
            wanted.sort(key=lambda message: message.posted_at)
            yield Portion(member, tuple(wanted), tuple(damage))

    def close(self) -> None:
        """Let go of the archive."""
        self._members.close()

    def _channel(self, folder: str) -> Channel:
        return self._folders.get(folder) or Channel(folder, folder)

    def _messages(self, member: str, channel: Channel, damage: list[Damage]) -> Iterator[Message]:
        """Yield what people wrote, noting what could not be read."""
        odd = 0
        for row in read_rows(self._members, member, damage):
            try:
                message = self._message(row, channel)
            except ValueError:
                odd += 1
                continue
            if message is not None:
                yield message
        if odd:
            damage.append(Damage(member, f"{odd} of its messages have an unknown form"))

    def _message(self, row: Any, channel: Channel) -> Message | None:
        """Translate one message; None if no person wrote it, ValueError if it is none."""
        if not isinstance(row, Mapping):
            raise ValueError("not an object")
        comment = row.get("comment")  # on a file, in exports from before 2018
        author = row.get("user") or (comment.get("user") if isinstance(comment, Mapping) else "")
        known = self._authors.get(author) if isinstance(author, str) else None
        by_machine = not author or author == _SLACKBOT or (known is not None and known.bot)
        if string(row, "subtype") in IGNORED_SUBTYPES or by_machine:
            return None
        if not isinstance(author, str) or not isinstance(row.get("ts"), str):
            raise ValueError("no author or no time")
        posted_at = ts_to_datetime(row["ts"])
        text = readable_text(row)
        if not text.strip():
            return None
        thread = string(row, "thread_ts")
        return Message(
            key=MessageKey(self.platform, self.workspace, channel.id, row["ts"]),
            author_id=author,
            text=text,
            posted_at=posted_at,
            author_domain=known.domain if known else "",
            thread=thread if thread != row["ts"] else "",  # what was answered stands in its channel
            reply_to=string(row, "parent_user_id"),
            mentions=mentions(row),
            edited="edited" in row,
        )


def open_export(members: Members, name: str) -> SlackExport | None:
    """Take the members for a Slack export if they look like one."""
    root = _root(members.names)
    if root is None:
        return None
    found = _EXPORT_OF.fullmatch(name)
    return SlackExport(members, root, found["name"] if found else name)


def _root(names: tuple[str, ...]) -> str | None:
    """The folder in which the export lies, with its slash; None if this is no Slack export."""
    roots = [name[: name.rfind("/") + 1] for name in names if name.rpartition("/")[2] in TABLES]
    if roots:
        return min(roots, key=lambda root: (root.count("/"), root))
    days = [name.split("/") for name in names if _DAY.fullmatch("/".join(name.split("/")[-2:]))]
    if not days:
        return None
    parents = {"".join(f"{part}/" for part in parts[:-2]) for parts in days}
    return min(parents, key=lambda root: (root.count("/"), root))
