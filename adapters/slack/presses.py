"""The listeners of buttons, of the form that asks for a reason, and of the command."""

from __future__ import annotations

import re

from slack_bolt.async_app import AsyncAck, AsyncApp

from adapters.slack.answers import Answers
from adapters.slack.blocks import (
    ACTION_PREFIX,
    REASON_BLOCK,
    REASON_FORM,
    reason_form,
    reply_text,
)
from adapters.slack.events import Json, Malformed, need_text
from adapters.slack.interactions import Pressed, form_back, pack, pack_back, read_form, read_press
from adapters.slack.people import People, Profile
from bot.ports import Action, Command, Inbox, Person, Press
from rules.messages import say

COMMAND = "/hallmonitor"


class PressListeners:
    """Takes what people press and type; each is acknowledged after the inbox has recorded it."""

    def __init__(self, inbox: Inbox, team: str, people: People, answers: Answers) -> None:
        self._inbox = inbox
        self._team = team
        self._people = people
        self._answers = answers

    def register(self, app: AsyncApp) -> None:
        """Put the listeners into the Bolt app."""
        app.action(re.compile(f"^{ACTION_PREFIX}"))(self.pressed)
        app.action(re.compile(""))(self.ignored)
        app.view(REASON_FORM)(self.reason_sent)
        app.command(COMMAND)(self.command)

    async def ignored(self, ack: AsyncAck) -> None:
        """A press of something that is not ours."""
        await ack()

    async def pressed(self, ack: AsyncAck, body: Json) -> None:
        """A button: recorded at once, or asked about and its form opened."""
        try:
            press = read_press(body)
        except Malformed as problem:
            self._inbox.malformed("slack", "block_actions", str(problem))
            await ack()
            return
        presser = await self._people.look_up(press.user)
        asked = Press(
            press.event_id,
            self._person(press.user),
            press.action,
            press.flag_id,
            groups=presser.groups or frozenset(),
        )
        if press.asks_reason:
            await self._ask(press, presser, asked)
        else:
            self._answers.give(press.back, press.user, await self._inbox.pressed(asked))
        await ack()

    async def reason_sent(self, ack: AsyncAck, body: Json) -> None:
        """The form of a button that asks for a reason."""
        try:
            sent = read_form(body)
            action, flag_id = Action(sent.opened_with["action"]), sent.opened_with["flag"]
        except (Malformed, KeyError, ValueError):
            self._inbox.malformed("slack", "view_submission", "the reason form is not readable")
            await ack()
            return
        presser = await self._people.look_up(sent.user)
        if not sent.reason:
            await ack(
                response_action="errors",
                errors={REASON_BLOCK: say(presser.lang, "form.reason_needed")},
            )
            return
        groups = presser.groups or frozenset()
        press = Press(sent.event_id, self._person(sent.user), action, flag_id, sent.reason, groups)
        reply = await self._inbox.pressed(press)
        await self._answers.close_form(ack, form_back(sent), sent.user, reply)

    async def command(self, ack: AsyncAck, body: Json) -> None:
        """The slash command; its answer is the acknowledgement itself."""
        try:
            user, trigger = need_text(body, "user_id"), need_text(body, "trigger_id")
        except Malformed as problem:
            self._inbox.malformed("slack", "slash_command", str(problem))
            await ack()
            return
        asker = await self._people.look_up(user)
        typed = str(body.get("text") or "")
        groups, person = asker.groups or frozenset(), self._person(user)
        reply = await self._inbox.command(
            Command(f"command:{trigger}", person, typed, groups, asker.lang)
        )
        await ack(text=reply_text(reply.text), response_type="ephemeral")

    async def _ask(self, press: Pressed, presser: Profile, asked: Press) -> None:
        """Open the form for whoever may press, tell the others why not."""
        reply = await self._inbox.asked(asked)
        if not reply.accepted:
            self._answers.give(press.back, press.user, reply)
            return
        metadata = pack(
            {"action": press.action.value, "flag": press.flag_id, **pack_back(press.back)}
        )
        form = reason_form(press.label, lang=presser.lang, metadata=metadata)
        await self._answers.open_form(form, press.trigger, press.user, press.back, presser.lang)

    def _person(self, user: str) -> Person:
        return Person("slack", self._team, user)
