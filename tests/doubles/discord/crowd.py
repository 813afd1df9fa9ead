"""People act on the double, and the application is told of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tests.doubles.discord.forms import buttons, inputs
from tests.doubles.discord.interactions import Interaction
from tests.doubles.discord.payloads import (
    attachment_json,
    channel_json,
    member_json,
    message_json,
    user_json,
)
from tests.doubles.discord.server import Server
from tests.doubles.discord.world import FORUM, PUBLIC_THREAD, Channel, File, Json

WAIT_S = 15.0  # a test that waits longer than this has failed


@dataclass
class Outcome:
    """What came of a press, a command or a sent form."""

    answer: Json | None = None
    form: Json | None = None
    text: str = ""


class Crowd(Server):
    """What a person can do on Discord. Discord waits for nobody: an act returns when it is done."""

    _spent_s = 0.0  # of each interaction's three seconds, before the app hears of it

    async def post(
        self,
        user: str,
        channel: str,
        text: str = "",
        *,
        files: Sequence[File] = (),
        reply_to: str = "",
        **fields: Any,
    ) -> str:
        """A person writes; `fields` are further fields of the message. Returns its id."""
        place = self.world.channels[channel]
        if files:
            fields["attachments"] = [attachment_json(file, self.origin) for file in files]
        if reply_to:
            answered = place.messages[reply_to]
            fields["type"] = 19
            fields["message_reference"] = {"message_id": reply_to, "channel_id": channel}
            fields["referenced_message"] = answered
            fields["mentions"] = [answered["author"], *fields.get("mentions", [])]
        message = message_json(self.world, place, user, text, **fields)
        place.messages[message["id"]] = message
        self.tell("MESSAGE_CREATE", place, message)
        return str(message["id"])

    async def dm(self, user: str, text: str, **fields: Any) -> str:
        """A person writes to the bot itself."""
        return await self.post(user, self.world.direct(user).id, text, **fields)

    async def edit(self, channel: str, message: str, text: str) -> None:
        """The author changes a message's words."""
        place = self.world.channels[channel]
        edited = "2030-01-01T00:00:00.000000+00:00"
        place.messages[message].update(content=text, edited_timestamp=edited)
        self.tell("MESSAGE_UPDATE", place, place.messages[message])

    async def unfurl(
        self, channel: str, message: str, embed: Json, *, partial: bool = False
    ) -> None:
        """4.1: embed resolution fires updates, with the whole message or a part of it."""
        place = self.world.channels[channel]
        place.messages[message]["embeds"] = [embed]
        told = place.messages[message]
        if partial:
            told = {"id": message, "channel_id": channel, "embeds": [embed]}
        self.tell("MESSAGE_UPDATE", place, told)

    async def delete(self, channel: str, message: str) -> None:
        """4.1: MESSAGE_DELETE has no author or content."""
        place = self.world.channels[channel]
        del place.messages[message]
        self.tell("MESSAGE_DELETE", place, {"id": message, "channel_id": channel})

    async def bulk_delete(self, channel: str, messages: Sequence[str]) -> None:
        """4.1, 4.3: one event for 2 to 100."""
        assert 2 <= len(messages) <= 100
        place = self.world.channels[channel]
        for message in messages:
            del place.messages[message]
        told = {"ids": list(messages), "channel_id": channel}
        self.tell("MESSAGE_DELETE_BULK", place, told)

    async def forward(self, user: str, channel: str, text: str, **of_original: Any) -> str:
        """4.3: a snapshot without author; the words are not in `content`."""
        snapshot = {"content": text, "embeds": [], "attachments": [], "type": 0, **of_original}
        return await self.post(
            user,
            channel,
            flags=1 << 14,
            message_reference={"type": 1, "message_id": "1", "channel_id": "2"},
            message_snapshots=[{"message": snapshot}],
        )

    async def poll(self, user: str, channel: str, question: str, answers: Sequence[str]) -> str:
        """4.3: a question and at most ten answers."""
        told = [{"answer_id": n, "poll_media": {"text": t}} for n, t in enumerate(answers, start=1)]
        return await self.post(
            user, channel, poll={"question": {"text": question}, "answers": told}
        )

    async def open_thread(self, user: str, channel: str, name: str) -> str:
        """A public thread; Discord posts a line of its own into the channel."""
        thread = self._new_thread(user, channel, name)
        await self.post(user, channel, name, type=18)
        return thread.id

    async def open_post(self, user: str, forum: str, title: str, text: str) -> str:
        """4.5: a forum's post: a thread whose first message has the thread's id."""
        assert self.world.channels[forum].type == FORUM
        thread = self._new_thread(user, forum, title)
        return await self.post(user, thread.id, text, id=thread.id)

    def _new_thread(self, user: str, channel: str, name: str) -> Channel:
        parent = self.world.channels[channel]
        thread = self.world.add_channel(
            parent.guild, name, PUBLIC_THREAD, parent=channel, owner=user
        )
        told = channel_json(self.world, thread) | {"newly_created": True}
        self.tell("THREAD_CREATE", thread, told)
        return thread

    # --- interactions (4.4) ---------------------------------------------------------------------

    async def press(
        self,
        message: Mapping[str, Any],
        action: str,
        user: str,
        *,
        modal: Mapping[str, str] | None = None,
        wait: bool = True,
    ) -> Outcome:
        """A person presses a button that they see, and fills in the form that opens."""
        shown = [b for b in buttons(message.get("components")) if _is(b, action)]
        assert shown, f"nobody can press {action}: the message has no such button"
        data = {"custom_id": shown[0]["custom_id"], "component_type": 2}
        place = self.world.channels[message["channel_id"]]
        outcome = await self._interact(user, place, 3, data, message=dict(message), wait=wait)
        if modal is None:
            return outcome
        assert outcome.form is not None, f"{action} opened no form"
        return await self.submit(user, place.id, outcome.form, modal, message=dict(message))

    async def submit(
        self,
        user: str,
        channel: str,
        form: Json,
        values: Mapping[str, str],
        *,
        message: Json | None = None,
        wait: bool = True,
    ) -> Outcome:
        """Send an open form. Discord's own client refuses empty required and over-long inputs."""
        sent = []
        for box in inputs(form):
            typed = values.get(box["custom_id"], "")
            assert typed or not box.get("required", True), "required"
            assert len(typed) <= box.get("max_length", 4_000), "too long"
            inner = {"type": 4, "id": 2, "custom_id": box["custom_id"], "value": typed}
            sent.append({"type": 18, "id": 1, "component": inner})
        data = {"custom_id": form["custom_id"], "components": sent}
        more = {"message": message} if message else {}
        return await self._interact(user, self.world.channels[channel], 5, data, wait=wait, **more)

    async def command(self, user: str, word: str, channel: str, *, wait: bool = True) -> str:
        """A person types `/hallmonitor word`; what they are answered is returned."""
        place = self.world.channels[channel]
        known = [c for c in self.world.guilds[place.guild].commands if c["type"] == 1]
        assert known, "no command is registered in this server"
        words = [option["name"] for option in known[0]["options"]]
        assert word in words, f"{word} is none of {words}"
        data = {
            "id": known[0]["id"],
            "name": known[0]["name"],
            "type": 1,
            "options": [{"type": 1, "name": word, "options": []}],
        }
        return (await self._interact(user, place, 2, data, wait=wait)).text

    async def pick(self, user: str, channel: str, message: str) -> Outcome:
        """A person picks "Report to moderators" in a message's menu."""
        place = self.world.channels[channel]
        known = [c for c in self.world.guilds[place.guild].commands if c["type"] == 3]
        assert known, "no message command is registered in this server"
        # 4.1: the target of a message command comes with its content, whatever the intents
        found = {message: dict(place.messages[message])}
        data = {
            "id": known[0]["id"],
            "name": known[0]["name"],
            "type": 3,
            "target_id": message,
            "resolved": {"messages": found},
        }
        return await self._interact(user, place, 2, data)

    async def report(self, user: str, channel: str, message: str, reason: str = "") -> Outcome:
        """A person reports a message to the moderators."""
        opened = await self.pick(user, channel, message)
        assert opened.form is not None, f"the menu opened no form: {opened.text}"
        return await self.submit(user, channel, opened.form, {"reason": reason})

    async def until(self, holds: Callable[[], Any], *, seconds: float = WAIT_S) -> None:
        """Wait until something is so, here or in the application."""

        async def watch() -> None:
            while not holds():
                self.changed.clear()
                with suppress(TimeoutError):  # what changes elsewhere tells nobody
                    await asyncio.wait_for(self.changed.wait(), 0.03)

        await asyncio.wait_for(watch(), seconds)

    async def _interact(
        self, user: str, place: Channel, kind: int, data: Json, *, wait: bool = True, **more: Any
    ) -> Outcome:
        token = f"token-{self.world.snowflake()}"
        told: Json = {
            "id": self.world.snowflake(),
            "application_id": self.world.application,
            "type": kind,
            "token": token,
            "version": 1,
            "channel_id": place.id,
            "channel": channel_json(self.world, place),
            "locale": self.world.users[user].locale,
            "entitlements": [],
            "authorizing_integration_owners": {},
            "app_permissions": "0",
            "attachment_size_limit": 10_485_760,
            "data": data,
            **more,
        }
        if place.guild:
            told["guild_id"] = place.guild
            told["member"] = member_json(self.world, place.guild, user, whole=True)
            told["member"]["permissions"] = "0"
        else:
            told["user"] = user_json(self.world.users[user])
        at = self.rest.clock() - self._spent_s
        waiting = Interaction(told["id"], token, user, place.id, kind, at)
        self.rest.interactions[token] = waiting
        self.gateway.dispatch("INTERACTION_CREATE", told)
        if not wait:
            return Outcome()
        await self.until(lambda: _is_settled(waiting))
        first = waiting.first or {}
        form = first["data"] if first.get("type") == 9 else None
        said = waiting.late or (first.get("data") or {})
        return Outcome(first, form, str(said.get("content") or ""))


def _is_settled(waiting: Interaction) -> bool:
    if waiting.first is None:
        return bool(waiting.refusals)
    return waiting.first["type"] != 5 or waiting.late is not None


def _is(button: Json, action: str) -> bool:
    parts = str(button["custom_id"]).split(":")
    return len(parts) > 1 and parts[1] == action
