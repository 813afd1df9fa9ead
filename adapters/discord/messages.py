"""The listener of messages: look up what their JSON does not tell, then hand over."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import TypeVar

from adapters.discord.errors import REFUSED
from adapters.discord.events import Posted, Removed, optional_text, to_message
from adapters.discord.files import FileTexts
from adapters.discord.people import People
from adapters.discord.rest import Rest
from adapters.discord.servers import Servers
from bot.ports import Clock, DeliveryError, Inbox
from rules.types import Message, MessageKey

KEPT = 10_000

K = TypeVar("K")
V = TypeVar("V")


class MessageListener:
    """Hands messages, edits and deletions to the inbox; raises `IntakeError` as the inbox does."""

    def __init__(
        self,
        inbox: Inbox,
        rest: Rest,
        servers: Servers,
        people: People,
        files: FileTexts,
        clock: Clock,
    ) -> None:
        self._inbox = inbox
        self._rest = rest
        self._servers = servers
        self._people = people
        self._files = files
        self._clock = clock
        self._faces: OrderedDict[tuple[str, str], str] = OrderedDict()  # the edit seen last
        self._parents: OrderedDict[str, tuple[str, str]] = OrderedDict()  # of uncached threads
        self._hidden: OrderedDict[str, None] = OrderedDict()

    async def take(self, posted: Posted) -> None:
        """Take a new or edited message."""
        seen = (posted.key.channel, posted.key.message)
        if posted.edited_at and self._faces.get(seen) == posted.edited_at:
            return  # a preview of a link in it, a pin: the words are the same
        if posted.direct and posted.edited_at:
            return  # an answer stands as it was given
        message = await self.complete(posted)
        whole = posted.edited_at or message.direct
        if posted.files and whole:
            # It is judged against what was found before: without its files' text, what stands in
            # them would seem taken back. And an answer stands as it came first.
            message = await self._files.added_to(message, posted.files)
        await self._inbox.message(message)
        if posted.direct:
            self._people.seen(*seen)
        if posted.files and not whole:
            read = await self._files.added_to(message, posted.files)
            if read.text != message.text:
                await self._inbox.message(replace(read, edited=True))
        if posted.edited_at:
            _remember(self._faces, seen, posted.edited_at)

    async def remove(self, removed: Removed) -> None:
        """Take the news that messages are gone."""
        now = self._clock.now()
        for message in removed.messages:
            if message in self._hidden:
                continue  # by ourselves: nobody has mended anything
            key = MessageKey("discord", removed.guild, removed.channel, message)
            await self._inbox.deleted(key, now)

    def hidden(self, message: str) -> None:
        """We are about to delete this message ourselves."""
        _remember(self._hidden, message, None)

    async def complete(self, posted: Posted) -> Message:
        """The message with its server, roles, thread and the title of a forum's post."""
        guild = posted.key.workspace or await self._people.home(posted)
        groups = posted.groups
        if groups is None:
            groups = await self._people.groups(guild, posted.author)
        parent, title = "", ""
        if not posted.direct:
            parent, title = await self._thread(guild, posted.key.channel)
        starts_thread = posted.key.message == posted.key.channel
        text = f"{title}\n{posted.text}".strip() if starts_thread else posted.text
        message = to_message(posted, guild=guild, groups=groups, parent=parent, text=text)
        # Whoever writes where a notice was shown to them answers it.
        answers = bool(parent) and self._servers.is_own_private(guild, posted.key.channel)
        return replace(message, direct=True) if answers else message

    async def _thread(self, guild: str, channel: str) -> tuple[str, str]:
        """The channel that a thread hangs in, and the thread's name; both empty for none."""
        parent = self._servers.parent(guild, channel)
        if parent is not None:
            return parent, self._servers.thread_name(guild, channel)
        kept = self._parents.get(channel)
        if kept is not None:
            return kept
        try:
            found = await self._rest.call("GET", "/channels/{channel_id}", channel_id=channel)
        except DeliveryError as error:
            if error.reason not in REFUSED.values():
                return "", ""
            found = {}
        is_thread = isinstance(found, dict) and found.get("type") in (10, 11, 12)
        told = (optional_text(found, "parent_id"), optional_text(found, "name"))
        _remember(self._parents, channel, told if is_thread else ("", ""))
        return self._parents[channel]


def _remember(kept: OrderedDict[K, V], key: K, value: V) -> None:
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > KEPT:
        kept.popitem(last=False)
