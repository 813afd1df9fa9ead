"""The listeners of the shortcut "Report to moderators" and of its form."""

from __future__ import annotations

import uuid
from collections import OrderedDict

from slack_bolt.async_app import AsyncAck, AsyncApp

from adapters.shapes.slack import ts_to_datetime
from adapters.slack.answers import Answers
from adapters.slack.blocks import REPORT_FORM, report_form
from adapters.slack.events import (
    Json,
    Malformed,
    Posted,
    need_object,
    need_text,
    read_message,
    to_message,
)
from adapters.slack.interactions import Sent, form_back, pack, pack_back, read_back, read_form
from adapters.slack.people import People
from adapters.slack.web import Identity
from bot.ports import Inbox, Person, Reply, Report
from rules.messages import say
from rules.types import MessageKey

SHORTCUT = "report_message"
KEPT_REPORTS = 200


class ReportListeners:
    """Takes a person's report of a message: shortcut, form, inbox."""

    def __init__(self, inbox: Inbox, me: Identity, people: People, answers: Answers) -> None:
        self._inbox = inbox
        self._me = me
        self._people = people
        self._answers = answers
        self._open: OrderedDict[str, Posted] = OrderedDict()  # by form, until it is sent

    def register(self, app: AsyncApp) -> None:
        """Put the listeners into the Bolt app."""
        app.message_shortcut(SHORTCUT)(self.asked)
        app.view(REPORT_FORM)(self.sent)

    async def asked(self, ack: AsyncAck, body: Json) -> None:
        """The shortcut on a message: opens the form."""
        try:
            user = need_text(need_object(body, "user"), "id")
            channel = need_text(need_object(body, "channel"), "id")
            message = need_object(body, "message")
            posted = read_message(message, team=self._me.team, channel=channel)
        except Malformed as problem:
            self._inbox.malformed("slack", "message_action", str(problem))
            await ack()
            return
        lang, back = (await self._people.look_up(user)).lang, read_back(body)
        if posted is None or (posted.by_app and (await self._people.look_up(posted.author)).bot):
            refusal = Reply(say(lang, "form.not_reportable"), accepted=False)
            self._answers.give(back, user, refusal)
        else:
            metadata = pack({**self._keep(posted), **pack_back(back)})
            form = report_form(lang=lang, metadata=metadata)
            trigger = str(body.get("trigger_id", ""))
            await self._answers.open_form(form, trigger, user, back, lang)
        await ack()

    async def sent(self, ack: AsyncAck, body: Json) -> None:
        """The form: the report goes to the inbox."""
        try:
            sent = read_form(body)
            posted = self._kept(sent)
        except (Malformed, KeyError, ValueError):
            self._inbox.malformed("slack", "view_submission", "the report form is not readable")
            await ack()
            return
        author = await self._people.look_up(posted.author)
        key = posted.key
        message = to_message(
            posted,
            groups=author.groups,
            domain=author.domain,
            permalink=self._me.permalink(key.channel, key.message, posted.thread),
        )
        reporter = Person("slack", self._me.team, sent.user)
        reply = await self._inbox.reported(Report(sent.event_id, reporter, message, sent.reason))
        if reply.accepted:
            self._open.pop(sent.opened_with["form"], None)
        await self._answers.close_form(ack, form_back(sent), sent.user, reply)

    def _keep(self, posted: Posted) -> dict[str, str]:
        """What the form carries. It has room for 3,000 characters, so the whole stays here too."""
        form = uuid.uuid4().hex
        self._open[form] = posted
        if len(self._open) > KEPT_REPORTS:
            self._open.popitem(last=False)
        key = posted.key
        return {
            "form": form,
            "channel": key.channel,
            "ts": key.message,
            "author": posted.author,
            "thread": posted.thread,
            "text": posted.text,
        }

    def _kept(self, sent: Sent) -> Posted:
        """The reported message; after a restart, as much of it as the form itself carries."""
        carried = sent.opened_with
        kept = self._open.get(carried["form"])
        return kept or Posted(
            key=MessageKey("slack", self._me.team, carried["channel"], carried["ts"]),
            author=carried["author"],
            text=carried["text"],
            posted_at=ts_to_datetime(carried["ts"]),
            thread=carried["thread"],
        )
