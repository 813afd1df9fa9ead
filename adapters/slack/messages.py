"""The listener of message events: look the author up, hand over, only then acknowledge."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from weakref import WeakValueDictionary

from slack_bolt.request.async_request import AsyncBoltRequest

from adapters.slack.events import Json, Malformed, Posted, Removed, read_event, to_message
from adapters.slack.files import FileTexts
from adapters.slack.people import People
from adapters.slack.web import Identity
from bot.ports import Inbox


class MessageListener:
    """Hands message events to the inbox, those of one channel in the order they came.

    It returns when the record is committed and raises `IntakeError` where there is none, so that
    Bolt acknowledges (`process_before_response`) or leaves Slack to deliver again.
    """

    def __init__(self, inbox: Inbox, me: Identity, people: People, files: FileTexts) -> None:
        self._inbox = inbox
        self._me = me
        self._people = people
        self._files = files
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def take(self, event: Json, req: AsyncBoltRequest) -> None:
        """Take one message event."""
        try:
            change = read_event(event, team=self._me.team)
        except Malformed as problem:
            self._inbox.malformed("slack", "message", str(problem))
            return
        match change:
            case Removed(key, at):
                async with self._turn(key.channel):
                    await self._inbox.deleted(key, at)
            case Posted(author=author) if author != self._me.bot_user:
                await self._hand_over(change, again=_is_retry(req))

    def _turn(self, channel: str) -> asyncio.Lock:
        """The channel's lock: asyncio's locks let waiters through first come, first served."""
        lock = self._turns.get(channel)
        if lock is None:
            lock = self._turns[channel] = asyncio.Lock()
        return lock

    async def _hand_over(self, posted: Posted, *, again: bool) -> None:
        # Asked before the turn is waited for, so that a busy channel waits once, not once each.
        asked = asyncio.ensure_future(self._people.look_up(posted.author))
        async with self._turn(posted.key.channel):
            author = await asked
            if posted.by_app and author.bot is not False:
                return
            message = to_message(
                posted,
                groups=author.groups,
                domain=author.domain,
                permalink=self._me.permalink(posted.key.channel, posted.key.message, posted.thread),
            )
            whole = posted.edited or again or posted.direct
            if posted.files and whole:
                # It is judged against what was found before: without its files' text, what stands
                # in them would seem taken back. And an answer stands as it came first.
                message = await self._files.added_to(message, posted.files)
            await self._inbox.message(message)
            if posted.files and not whole:
                read = await self._files.added_to(message, posted.files)
                if read.text != message.text:
                    await self._inbox.message(replace(read, edited=True))


def _is_retry(request: AsyncBoltRequest) -> bool:
    """Slack's header over HTTP; Bolt gives sockets' redeliveries the same."""
    number = request.headers.get("x-slack-retry-num") or ["0"]
    return str(number[0]) not in ("0", "")
