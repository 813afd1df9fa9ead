"""What a person is told after they pressed or sent something, for their eyes only."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import structlog
from slack_bolt.async_app import AsyncAck

from adapters.slack.blocks import REASON_BLOCK, reply_text
from adapters.slack.chat import Chat
from adapters.slack.events import Json
from adapters.slack.web import Web
from bot.ports import DeliveryError, Reply
from rules.messages import say

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Back:
    """The way back to the person: the interaction's own address, or their channel."""

    response_url: str = field(default="", repr=False)  # whoever holds it can write there
    channel: str = ""


class Answers:
    """Tells people beside the acknowledgement: what they did is on record already."""

    def __init__(self, web: Web, chat: Chat) -> None:
        self._web = web
        self._chat = chat
        self._tasks: set[asyncio.Task[None]] = set()

    def give(self, back: Back, user: str, reply: Reply) -> None:
        """Tell the person, in the background; a failure is logged by its reason."""
        if reply.text:
            task = asyncio.create_task(self._tell(back, user, reply_text(reply.text)))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def open_form(self, form: Json, trigger: str, user: str, back: Back, lang: str) -> None:
        """Open a form while its trigger lives (3 s, one use); say so where that failed."""
        try:
            await self._web.call("views.open", trigger_id=trigger, view=form)
        except DeliveryError as error:
            log.warning("slack-form-not-opened", user=user, reason=error.reason)
            self.give(back, user, Reply(say(lang, "form.try_again"), accepted=False))

    async def close_form(self, ack: AsyncAck, back: Back, user: str, reply: Reply) -> None:
        """Close the form and tell the person, or keep it open with what is wrong."""
        if not reply.accepted:
            wrong = reply_text(reply.text) or "…"
            await ack(response_action="errors", errors={REASON_BLOCK: wrong})
            return
        self.give(back, user, reply)
        await ack()

    async def close(self) -> None:
        """Let the answers in hand be given."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _tell(self, back: Back, user: str, text: str) -> None:
        try:
            if back.response_url:
                await self._web.respond(back.response_url, text)
                return
        except DeliveryError as error:
            log.warning("slack-answer-not-taken", user=user, reason=error.reason)
        try:
            if back.channel:
                await self._chat.whisper(back.channel, user, text)
        except DeliveryError as error:
            log.warning("slack-answer-not-shown", user=user, reason=error.reason)
