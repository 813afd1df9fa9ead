"""The listeners of buttons, forms, the command and the menu of messages."""

from __future__ import annotations

from collections import OrderedDict

from adapters.discord.answers import Answers
from adapters.discord.embeds import home_of
from adapters.discord.events import Json, Malformed, Posted, need_id, read_posted
from adapters.discord.forms import reason_form, report_form
from adapters.discord.interactions import (
    REPORT_FORM,
    Asked,
    Picked,
    Pressed,
    Sent,
    Typed,
    read_asked,
    read_what,
)
from adapters.discord.messages import MessageListener
from adapters.discord.people import People
from adapters.discord.rest import Rest
from adapters.discord.servers import Servers
from bot.ports import Action, Command, DeliveryError, Inbox, Person, Press, Reply, Report
from rules.messages import say

KEPT_REPORTS = 200


class PressListener:
    """Takes what people press, send, type and report; each is answered after its record."""

    def __init__(
        self,
        inbox: Inbox,
        rest: Rest,
        servers: Servers,
        people: People,
        messages: MessageListener,
        answers: Answers,
    ) -> None:
        self._inbox = inbox
        self._rest = rest
        self._servers = servers
        self._people = people
        self._messages = messages
        self._answers = answers
        self._reported: OrderedDict[tuple[str, ...], Posted] = OrderedDict()

    def take(self, event: Json) -> None:
        """Take one interaction, to be worked on in the background; raises `Malformed`."""
        asked, what = read_asked(event), read_what(event)
        guild = asked.guild or home_of(asked.home)
        if what is None or not guild or not self._servers.is_listed(guild):
            return
        match what:
            case Pressed():
                self._answers.begin(asked, self._pressed(asked, guild, what))
            case Sent():
                self._answers.begin(asked, self._sent(asked, guild, what))
            case Typed(words):
                self._answers.begin(asked, self._typed(asked, guild, words))
            case Picked(posted):
                self._answers.begin(asked, self._picked(asked, posted))

    async def _pressed(self, asked: Asked, guild: str, what: Pressed) -> None:
        if what.asks_reason:
            form = reason_form(what.label, what.action, what.flag_id, asked.lang)
            may = self._press(asked, guild, what.action, what.flag_id, "", only_ask=True)
            await self._answers.ask(asked, may, form)
            return
        making = self._press(asked, guild, what.action, what.flag_id, "")
        await self._answers.give(asked, making)

    async def _sent(self, asked: Asked, guild: str, sent: Sent) -> None:
        try:
            first, second = sent.about
            if sent.form == REPORT_FORM:
                need_id({"channel": first}, "channel")
                need_id({"message": second}, "message")
                await self._answers.give(asked, self._report(asked, guild, sent))
                return
            action = Action(first)
        except (Malformed, ValueError):
            self._inbox.malformed("discord", "interaction", "the form is not readable")
            return
        if not sent.reason:
            await self._answers.tell(asked, say(asked.lang, "form.reason_needed"))
            return
        await self._answers.give(asked, self._press(asked, guild, action, second, sent.reason))

    async def _typed(self, asked: Asked, guild: str, words: str) -> None:
        person = Person("discord", guild, asked.user)
        command = Command(f"command:{asked.id}", person, words, asked.groups, asked.lang)
        await self._answers.give(asked, self._inbox.command(command))

    async def _picked(self, asked: Asked, posted: Posted | None) -> None:
        if posted is None:
            await self._answers.tell(asked, say(asked.lang, "form.not_reportable"))
            return
        place = (posted.key.channel, posted.key.message)
        self._reported[place] = posted  # as the reporter saw it, should it be gone meanwhile
        if len(self._reported) > KEPT_REPORTS:
            self._reported.popitem(last=False)
        await self._answers.open_form(asked, report_form(*place, asked.lang))

    async def _press(
        self,
        asked: Asked,
        guild: str,
        action: Action,
        flag_id: str,
        reason: str,
        *,
        only_ask: bool = False,
    ) -> Reply:
        groups = asked.groups
        if not asked.guild:  # pressed in a private channel, where Discord tells no roles
            groups = await self._people.groups(guild, asked.user) or frozenset()
        person = Person("discord", guild, asked.user)
        press = Press(f"press:{asked.id}", person, action, flag_id, reason, groups)
        return await (self._inbox.asked(press) if only_ask else self._inbox.pressed(press))

    async def _report(self, asked: Asked, guild: str, sent: Sent) -> Reply:
        posted = self._reported.get(sent.about) or await self._fetched(guild, sent.about)
        if posted is None:
            return Reply(say(asked.lang, "form.not_reportable"), accepted=False)
        message = await self._messages.complete(posted)
        reporter = Person("discord", guild, asked.user)
        report = Report(f"report:{asked.id}", reporter, message, sent.reason)
        reply = await self._inbox.reported(report)
        self._reported.pop(sent.about, None)
        return reply

    async def _fetched(self, guild: str, about: tuple[str, ...]) -> Posted | None:
        """The reported message as it stands: the form was opened before a restart."""
        channel, message = about
        path = "/channels/{channel_id}/messages/{message_id}"
        try:
            found = await self._rest.call("GET", path, channel_id=channel, message_id=message)
            return read_posted(found, guild=guild) if isinstance(found, dict) else None
        except (DeliveryError, Malformed):
            return None
