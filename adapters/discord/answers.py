"""What a person is told after they pressed, sent or typed something, for their eyes only.

Discord wants the first answer within three seconds. Where the record takes longer, the person sees
that it is being worked on, and then the answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

from adapters.discord.embeds import NOBODY, Node, reply_text
from adapters.discord.interactions import Asked
from adapters.discord.lanes import fault
from adapters.discord.rest import Rest
from bot.ports import DeliveryError, IntakeError, Reply
from rules.messages import say

SAY, DEFER, DEFER_PRESS, OPEN_FORM = 4, 5, 6, 9
FOR_THEM_ALONE = 1 << 6

log = structlog.get_logger()


class Answers:
    """Answers interactions, each once; a failure is logged by its reason."""

    def __init__(self, rest: Rest, patience_s: float) -> None:
        self._rest = rest
        self._patience_s = patience_s
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, asked: Asked, work: Coroutine[Any, Any, None]) -> None:
        """Work on an interaction in the background; a fault of ours is logged by its place."""
        task = asyncio.create_task(self._guard(asked, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Let the interactions in hand be answered."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def give(self, asked: Asked, making: Coroutine[Any, Any, Reply]) -> Reply | None:
        """Tell the person what came of it; None where it could not be recorded."""
        task = asyncio.create_task(making)
        done, _ = await asyncio.wait({task}, timeout=self._patience_s)
        late = not done
        if late:
            await self._first(asked, DEFER, {"flags": FOR_THEM_ALONE})
        reply = await self._outcome(asked, task)
        text = reply.text if reply else say(asked.lang, "form.not_recorded")
        if late:
            await self._later(asked, _said(text))
        else:
            await self._first(asked, SAY, {**_said(text), "flags": FOR_THEM_ALONE})
        return reply

    async def ask(self, asked: Asked, making: Coroutine[Any, Any, Reply], form: Node) -> None:
        """Open the form for whoever may, tell the others why not. A form cannot open later."""
        task = asyncio.create_task(making)
        done, _ = await asyncio.wait({task}, timeout=self._patience_s)
        if not done:
            await self.tell(asked, say(asked.lang, "form.try_again"))
            await self._outcome(asked, task)
            return
        reply = await self._outcome(asked, task)
        if reply is None:
            await self.tell(asked, say(asked.lang, "form.not_recorded"))
        elif reply.accepted:
            await self.open_form(asked, form)
        else:
            await self.tell(asked, reply.text)

    async def open_form(self, asked: Asked, form: Node) -> None:
        """Open a form at once."""
        await self._first(asked, OPEN_FORM, form)

    async def tell(self, asked: Asked, text: str) -> None:
        """Tell the person something at once."""
        await self._first(asked, SAY, {**_said(text), "flags": FOR_THEM_ALONE})

    async def _outcome(self, asked: Asked, task: asyncio.Task[Reply]) -> Reply | None:
        try:
            return await task
        except IntakeError:
            log.error("discord-not-recorded", event_type="interaction", user=asked.user)
            return None

    async def _first(self, asked: Asked, kind: int, data: Node) -> None:
        path = "/interactions/{interaction_id}/{interaction_token}/callback"
        try:
            await self._rest.call(
                "POST",
                path,
                {"type": kind, "data": data},
                interaction_id=asked.id,
                interaction_token=asked.token,
            )
        except DeliveryError as error:
            log.warning("discord-answer-not-taken", user=asked.user, reason=error.reason)

    async def _later(self, asked: Asked, data: Node) -> None:
        path = "/webhooks/{webhook_id}/{webhook_token}/messages/@original"
        try:
            await self._rest.call(
                "PATCH", path, data, webhook_id=asked.application, webhook_token=asked.token
            )
        except DeliveryError as error:
            log.warning("discord-answer-not-taken", user=asked.user, reason=error.reason)

    async def _guard(self, asked: Asked, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 - a fault of ours; the person may press again
            log.error("discord-listener-failed", user=asked.user, **fault(error))


def _said(text: str) -> Node:
    return {"content": reply_text(text), "allowed_mentions": NOBODY}
