"""People act in the double's workspace, and Slack tells the app of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from tests.doubles.slack.blockkit import buttons
from tests.doubles.slack.delivery import Delivery
from tests.doubles.slack.payloads import (
    change_event,
    command_form,
    event_envelope,
    file_object,
    interaction,
    message_event,
    rich_words,
    tombstone,
)
from tests.doubles.slack.server import HISTORY_SCOPE, Server
from tests.doubles.slack.web_api import Ephemeral, Trigger, View
from tests.doubles.slack.workspace import Channel, File, Json

WAIT_S = 15.0  # a test that waits longer than this has failed


@dataclass
class Outcome:
    """What came of a press or a sent form."""

    view: View | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    answer: Any = None


class Crowd(Server):
    """What a person can do in Slack. Each act waits until the app has acknowledged it."""

    _next_trigger_is_late = False

    async def post(
        self,
        user: str,
        channel: str,
        text: str = "",
        *,
        thread: str = "",
        broadcast: bool = False,
        files: Sequence[File] = (),
        wait: bool = True,
        **fields: Any,
    ) -> str:
        """A person writes; `fields` are further fields of the message. Returns its ts."""
        place = self.workspace.channels[channel]
        message: Json = {
            "type": "message",
            "user": user,
            "team": self.team,
            "ts": self.workspace.next_ts(),
            "client_msg_id": self.workspace.unique("client-"),
            **rich_words(text),
        }
        if files:
            message["subtype"] = "file_share"
            message["files"] = [file_object(file, self.origin, self.team) for file in files]
        if thread:
            message["thread_ts"] = thread
            message["parent_user_id"] = place.messages[thread]["user"]
        if broadcast:
            message["subtype"] = "thread_broadcast"
        message.update(fields)
        place.messages[message["ts"]] = message
        await self._tell(message_event(message, place), place, message["ts"], wait=wait)
        return str(message["ts"])

    async def dm(self, user: str, text: str, **more: Any) -> str:
        """A person writes to the bot itself; `more` is as in `post`."""
        return await self.post(user, self.workspace.open_direct(user).id, text, **more)

    async def edit(self, channel: str, ts: str, text: str, *, wait: bool = True) -> None:
        """The author changes a message's words."""
        before = self.workspace.channels[channel].messages[ts]
        after = {**before, **rich_words(text)}
        after["edited"] = {"user": before["user"], "ts": self.workspace.next_ts()}
        await self.change(channel, ts, after, record=True, wait=wait)

    async def change(
        self, channel: str, ts: str, after: Json, *, record: bool = False, wait: bool = True
    ) -> None:
        """3.2: message_changed. An unfurl and a broadcast of an old reply come this way too."""
        place = self.workspace.channels[channel]
        before, place.messages[ts] = place.messages[ts], after
        now = self.workspace.next_ts()
        event = change_event("message_changed", place, now, message=after, previous_message=before)
        await self._tell(event, place, ts, record=record, wait=wait)

    async def delete(self, channel: str, ts: str, *, wait: bool = True) -> None:
        """A message is deleted; one with replies leaves a tombstone (3.2)."""
        place = self.workspace.channels[channel]
        if any(m.get("thread_ts") == ts for m in place.messages.values() if m["ts"] != ts):
            await self.change(channel, ts, tombstone(ts), record=True, wait=wait)
            return
        before = place.messages.pop(ts)
        now = self.workspace.next_ts()
        event = change_event("message_deleted", place, now, deleted_ts=ts, previous_message=before)
        await self._tell(event, place, ts, record=True, wait=wait)

    async def send_event(
        self, event: Any, *, team: str = "", subject: str = "", wait: bool = True, **wrapper: Any
    ) -> Delivery:
        """Any event, as it stands; `wrapper` replaces fields of its envelope."""
        payload = event_envelope(self.workspace, event, team or self.team)
        payload.update(wrapper)
        delivery = Delivery("events_api", payload, subject, expects_record=bool(subject))
        return await self.send(delivery, wait=wait)

    async def press(
        self,
        message: Mapping[str, Any],
        action_id: str,
        user: str,
        *,
        modal: Mapping[str, str] | None = None,
        wait: bool = True,
    ) -> Outcome:
        """A person presses a button that they see, and fills in the form that opens.

        `modal` maps an input's block_id or action_id to what is typed.
        """
        shown = [b for b in buttons(message.get("blocks")) if b.get("action_id") == action_id]
        assert shown, f"nobody can press {action_id}: the message has no such button"
        button = {**shown[0], "action_ts": self.workspace.next_ts()}
        trigger = self._trigger(user)
        place, ts = message["channel"], message["ts"]
        payload = {
            **interaction(self.workspace, "block_actions", user, trigger),
            "container": {"type": "message", "message_ts": ts, "channel_id": place},
            "channel": {"id": place, "name": self.workspace.channels[place].name},
            "message": {k: v for k, v in message.items() if k != "channel"},
            "response_url": self.new_response_url(user, place),
            "actions": [button],
        }
        subject = f"flag:{button.get('value', '')}"
        await self.send(
            Delivery("interactive", payload, subject, action_id.startswith("hm:")), wait=wait
        )
        view = self._view_of(trigger)
        if modal is None:
            return Outcome(view)
        assert view is not None, f"{action_id} opened no form"
        return await self.submit(view, modal, subject=subject)

    async def submit(
        self, view: View, values: Mapping[str, str], *, subject: str = "", wait: bool = True
    ) -> Outcome:
        """Send an open form. Slack itself refuses empty required and over-long inputs."""
        state, errors = _fill_in(view, values)
        if errors:
            return Outcome(view, errors)
        body = {**view.body, "id": view.id, "state": {"values": state}, "team_id": self.team}
        trigger = self._trigger(view.user)
        payload = interaction(self.workspace, "view_submission", view.user, trigger)
        payload.update(view=body, response_urls=[])
        delivery = Delivery("interactive", payload, subject, expects_record=bool(subject))
        await self.send(delivery, wait=wait)
        answer = delivery.answer or {}
        # 3.5: clear, update, push or errors{block_id: text}; nothing closes the form
        if answer.get("response_action") == "errors":
            known = {block.get("block_id") for block in view.body["blocks"]}
            if not set(answer["errors"]) <= known:
                self.courier.violations.append("errors for a block that the form does not have")
            return Outcome(view, answer["errors"], answer)
        if delivery.acked_at is not None:
            del self.api.views[view.id]
        return Outcome(answer=answer)

    async def shortcut(self, user: str, channel: str, ts: str, callback: str) -> Outcome:
        """A person picks a message shortcut; the form that opens is returned."""
        trigger = self._trigger(user)
        payload = {
            **interaction(self.workspace, "message_action", user, trigger),
            "callback_id": callback,
            "action_ts": self.workspace.next_ts(),
            "message_ts": ts,
            "message": dict(self.workspace.channels[channel].messages[ts]),
            "channel": {"id": channel, "name": self.workspace.channels[channel].name},
            "response_url": self.new_response_url(user, channel),
        }
        await self.send(Delivery("interactive", payload, f"shortcut:{ts}", expects_record=False))
        return Outcome(view=self._view_of(trigger))

    async def report(self, user: str, channel: str, ts: str, reason: str = "") -> Outcome:
        """A person reports a message to the moderators."""
        opened = await self.shortcut(user, channel, ts, "report_message")
        assert opened.view is not None, "the shortcut opened no form"
        return await self.submit(opened.view, {"reason": reason}, subject=f"report:{channel}/{ts}")

    async def command(
        self, user: str, text: str, channel: str, command: str = "/hallmonitor"
    ) -> str:
        """A person types a slash command; the answer they see at once is returned."""
        typed = {"command": command, "text": text, "trigger_id": self._trigger(user)}
        typed["response_url"] = self.new_response_url(user, channel)
        payload = command_form(self.workspace, user, channel, **typed)
        delivery = Delivery("slash_commands", payload, f"command:{user}", expects_record=True)
        await self.send(delivery)
        answer = delivery.answer or {}
        if answer.get("text"):
            self.api.ephemerals.append(Ephemeral(user, channel, answer["text"]))
            if answer.get("response_type") == "in_channel":
                self.courier.violations.append("answered a command before everybody")
        return str(answer.get("text", ""))

    def expire_triggers(self) -> None:
        """3.4: three seconds have passed since every press so far."""
        for trigger in self.api.triggers.values():
            trigger.expired = True

    def let_next_trigger_expire(self) -> None:
        """The next press's trigger has run out by the time the app uses it."""
        self._next_trigger_is_late = True

    async def until(self, holds: Callable[[], Any], *, seconds: float = WAIT_S) -> None:
        """Wait until something is so, here or in the application."""

        async def watch() -> None:
            while not holds():
                self.changed.clear()
                with suppress(TimeoutError):  # what changes elsewhere tells nobody
                    await asyncio.wait_for(self.changed.wait(), 0.05)

        await asyncio.wait_for(watch(), seconds)

    async def send(self, delivery: Delivery, *, wait: bool = True) -> Delivery:
        """Send one delivery and, unless told otherwise, insist on its acknowledgement."""
        self.courier.send(delivery)
        if wait:
            await self.settled(delivery)
            failed = f"{delivery.kind} {delivery.subject}: not acknowledged ({delivery.failure})"
            assert delivery.acked_at is not None, failed
        return delivery

    async def settled(self, delivery: Delivery) -> None:
        """Wait until the app has answered this delivery, well or not."""
        try:
            await asyncio.wait_for(delivery.done.wait(), WAIT_S)
        except TimeoutError:
            raise AssertionError(f"{delivery.kind} {delivery.subject}: no answer came") from None

    async def _tell(
        self, event: Json, place: Channel, ts: str, *, record: bool | None = None, wait: bool
    ) -> None:
        # 3.2: events only for conversations the bot is in, and only with the history scope
        if self.workspace.bot_user not in place.members:
            return
        if HISTORY_SCOPE[place.kind] not in self.scopes:
            return
        author = self.workspace.users.get(event.get("user", ""))
        expects = record if record is not None else author is not None and not author.bot
        payload = event_envelope(self.workspace, event, self.team)
        await self.send(Delivery("events_api", payload, f"{place.id}/{ts}", expects), wait=wait)

    def _trigger(self, user: str) -> str:
        trigger = self.workspace.unique("trigger.")
        self.api.triggers[trigger] = Trigger(user, expired=self._next_trigger_is_late)
        self._next_trigger_is_late = False
        return trigger

    def _view_of(self, trigger: str) -> View | None:
        return next((v for v in self.api.views.values() if v.trigger == trigger), None)


def _fill_in(view: View, values: Mapping[str, str]) -> tuple[Json, Mapping[str, str]]:
    """The form's state as typed, and what Slack's own client would not let pass."""
    state: Json = {}
    for block in view.body["blocks"]:
        if block["type"] != "input":
            continue
        name, element = block["block_id"], block["element"]
        typed = values.get(name, values.get(element["action_id"], ""))
        if not typed and not block.get("optional"):
            return {}, {name: "Please complete this required field."}
        if len(typed) > element.get("max_length", 3_000):
            return {}, {name: "Please use fewer characters."}
        entry = {"type": "plain_text_input", "value": typed or None}
        state[name] = {element["action_id"]: entry}
    return state, {}
