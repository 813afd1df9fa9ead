"""A small application for the browser tests: it flags one word and delivers at once.

It stands in for the real pipeline where only the page is under test; the pipeline's own browser
tests are beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from playwright.async_api import Page, expect

from adapters.playground import ADMINS, MODERATORS_PLACE, PlaygroundAdapter
from bot.ports import (
    Action,
    Button,
    Card,
    DeliveryError,
    Notice,
    Person,
    Press,
    Receipt,
    Reply,
    Section,
)
from bot.ports import (
    Page as Call,
)
from rules.types import Message, MessageKey
from tests.adapters.playground.inboxes import RecordingInbox

WORD = "loser"
INSULT = "Leo you are such a loser"
BUTTONS = (
    (Action.CONFIRM, "Confirm", "primary", False),
    (Action.DISMISS, "Dismiss", "plain", True),
    (Action.ESCALATE, "Escalate", "danger", False),
)


class DeskInbox(RecordingInbox):
    """Flags messages with `WORD`; two moderators cannot both decide."""

    port: PlaygroundAdapter

    def __init__(self) -> None:
        super().__init__()
        self._cards: dict[str, tuple[Receipt, Card]] = {}
        self._flags: dict[MessageKey, str] = {}

    async def message(self, message: Message) -> None:
        await super().message(message)
        if message.direct:
            await self._note(list(self._cards)[-1], Section("The author’s answer", message.text))
        elif WORD in message.text and message.key not in self._flags:
            await self._flag(message)

    async def pressed(self, press: Press) -> Reply:
        await super().pressed(press)
        _, card = self._cards[press.flag_id]
        if press.action is Action.ACKNOWLEDGE:
            return Reply("Thank you. Nobody else is called.")
        if card.tone != "open":
            return Reply("This was decided already.", accepted=False)
        if press.action is Action.ESCALATE:
            await self._escalate(press.flag_id)
            return Reply("The principal was called.")
        tone = "done" if press.action is Action.CONFIRM else "dismissed"
        said = f"{press.action.value} by {press.person.id}. {press.reason}".strip()
        await self._note(press.flag_id, Section("Decision", said), tone)
        return Reply("Your decision is on record.")

    async def _flag(self, message: Message) -> None:
        flag_id = self._flags[message.key] = f"F-{len(self._flags) + 1:04d}"
        author = Person("playground", "demo", message.author_id)
        notice = Notice(
            flag_id,
            "en",
            "About your message",
            (
                Section("What was seen", "An insult aimed at a person: “such a loser”."),
                Section("The rule", "6.34 section 4: Everyone is treated with respect here."),
                Section("What follows", "This is a first notice. Nothing else follows from it."),
                Section("How to put it right", "Edit or delete the message; an apology helps."),
            ),
            "If you think this is a mistake, answer here. A person will read it.",
        )
        try:
            await self.port.send_notice(author, notice, key=f"{flag_id}:notice")
            told = "By direct message."
        except DeliveryError as error:
            if not error.refused:
                raise
            await self.port.show_notice(author, message.key, notice, key=f"{flag_id}:shown")
            told = "Shown under the message, unproven: direct messages are closed."
        card = Card(
            flag_id,
            f"Insult by {message.author_id} in {message.key.channel}",
            "open",
            (
                Section("Message", message.text),
                Section("Finding", "cyberbullying.insult · medium · 90% sure"),
                Section("The author was told", told),
            ),
            tuple(
                Button(action, flag_id, label, style, reason)
                for action, label, style, reason in BUTTONS
            ),
            link=message.permalink,
            revision=1,
        )
        receipt = await self.port.post_card(MODERATORS_PLACE, card, key=f"{flag_id}:card")
        self._cards[flag_id] = (receipt, card)

    async def _note(self, flag_id: str, section: Section, tone: str = "open") -> None:
        receipt, card = self._cards[flag_id]
        card = replace(
            card,
            sections=(*card.sections, section),
            tone=tone,
            buttons=card.buttons if tone == "open" else (),
            revision=card.revision + 1,
        )
        self._cards[flag_id] = (await self.port.update_card(receipt, card), card)

    async def _escalate(self, flag_id: str) -> None:
        _, card = self._cards[flag_id]
        button = Button(Action.ACKNOWLEDGE, flag_id, "I take this", "primary")
        call = Call(flag_id, f"Please look: {card.title}", card.sections, (button,), card.link)
        await self.port.page(ADMINS["principal"], call, key=f"{flag_id}:page:principal")


@dataclass(frozen=True, slots=True)
class Desk:
    """A running playground with the small application of this module behind it."""

    base: str
    inbox: DeskInbox
    adapter: PlaygroundAdapter

    def seen_by(self, person: str, moderator: str = "ortiz", channel: str = "class-7b") -> str:
        return f"{self.base}/?as={person}&in={channel}&mod={moderator}"


async def live(page: Page) -> Page:
    """The page once its stream is open."""
    await expect(page.locator("#live")).to_have_text("Live")
    return page


async def say(page: Page, text: str, box: str = "#text") -> None:
    await page.locator(box).fill(text)
    await page.locator(box).press("Enter")
    await expect(page.locator(box)).to_have_value("")
