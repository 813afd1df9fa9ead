"""The border between the application and the chat platforms: Protocols and frozen types only.

An adapter calls an `Inbox` with what happened on its platform, and is called as a `ChatPort` to
act there. It translates and delivers; it decides nothing about policy.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from rules.types import Message, MessageKey


class Clock(Protocol):
    """The time, as an argument: tests bring their own."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""


@dataclass(frozen=True, slots=True, order=True)
class Person:
    """Somebody on a platform. Display names are not kept here: they are people's words too."""

    platform: str
    workspace: str
    id: str

    def __str__(self) -> str:
        return f"{self.platform}/{self.workspace}/{self.id}"


@dataclass(frozen=True, slots=True)
class Place:
    """A channel (or, with `thread`, a thread of it) on a platform."""

    platform: str
    workspace: str
    channel: str
    thread: str = ""


# --- people and channels inside texts -----------------------------------------------------------

_OPEN, _CLOSE = "\ue000", "\ue001"  # private use: no keyboard types them, `words` strips them
_MENTION = re.compile(f"{_OPEN}([@#])([^/{_CLOSE}]+)/([^/{_CLOSE}]+)/([^{_CLOSE}]+){_CLOSE}")


def mention(person: Person) -> str:
    """Stands for a person inside a `Section` text; `spell` gives it the platform's form."""
    return f"{_OPEN}@{person}{_CLOSE}"


def mention_channel(place: Place) -> str:
    """Stands for a channel inside a `Section` text."""
    return f"{_OPEN}#{place.platform}/{place.workspace}/{place.channel}{_CLOSE}"


def words(text: str) -> str:
    """People's words, unable to pose as a mention."""
    return text.replace(_OPEN, "").replace(_CLOSE, "")


def spell(
    text: str,
    *,
    plain: Callable[[str], str],
    person: Callable[[Person], str],
    channel: Callable[[Place], str],
) -> str:
    """Write a `Section` text in a platform's form: `plain` escapes the text between mentions."""
    spelt, end = [], 0
    for found in _MENTION.finditer(text):
        spelt.append(plain(text[end : found.start()]))
        sign, platform, workspace, name = found.groups()
        if sign == "@":
            spelt.append(person(Person(platform, workspace, name)))
        else:
            spelt.append(channel(Place(platform, workspace, name)))
        end = found.end()
    return "".join([*spelt, plain(text[end:])])


# --- what the application asks a platform to do -------------------------------------------------


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its text: plain, but for mentions, which the adapter writes with `spell`."""

    heading: str
    text: str = field(repr=False)


class Action(StrEnum):
    """What a button does; its value on the platform is `action:flag_id`."""

    CONFIRM = "confirm"
    DISMISS = "dismiss"
    ESCALATE = "escalate"
    RETRY = "retry"
    ACKNOWLEDGE = "acknowledge"
    APPEAL = "appeal"
    ENTER_APPEAL = "enter_appeal"  # in its author's name; no button does it
    UPHOLD = "uphold"
    OVERTURN = "overturn"


@dataclass(frozen=True, slots=True)
class Button:
    """One action offered under a card or page. `style` is primary, danger or plain.

    `asks_reason`: the adapter opens the platform's form for a short text (required) first.
    """

    action: Action
    flag_id: str
    label: str
    style: str = "plain"
    asks_reason: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """A private letter to an author; `footer` is a closing line in small print."""

    flag_id: str
    lang: str
    title: str
    sections: tuple[Section, ...]
    footer: str = ""
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """What moderators see of a flag. Evidence in it is masked already.

    `tone` is open, urgent, done or dismissed; `revision` grows with every change, so that a late
    update never overwrites a newer one.
    """

    flag_id: str
    title: str
    tone: str
    sections: tuple[Section, ...]
    buttons: tuple[Button, ...] = ()
    link: str = ""  # to the message on the platform
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """A call to one person of an escalation list."""

    flag_id: str
    title: str
    sections: tuple[Section, ...]
    buttons: tuple[Button, ...] = ()
    link: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that the platform took an act: where it stands and since when.

    `proven` is False where the platform cannot say that the person saw it (an ephemeral message).
    """

    channel: str
    message: str
    at: datetime
    proven: bool = True


class DeliveryError(Exception):
    """An act that the platform did not take. The text is a reason code, never people's words.

    `refused`: this person or place will not take it (closed DM, left the workspace): fall back.
    `gone`: refused because the message that it would change is there no more, or not the bot's.
    `retryable`: the same act may succeed later; `retry_after_s` where the platform said when.
    """

    def __init__(
        self,
        reason: str,
        *,
        retryable: bool = False,
        refused: bool = False,
        gone: bool = False,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retryable = retryable
        self.refused = refused
        self.gone = gone
        self.retry_after_s = retry_after_s


class ChatPort(Protocol):
    """One platform, as the application acts on it. Each verb raises `DeliveryError` or returns.

    `key` is the delivery's idempotency key: where the platform offers a nonce or a client message
    id, the adapter derives it from `key`, so that an act repeated after a crash is done once.
    """

    platform: str

    async def send_notice(self, to: Person, notice: Notice, *, key: str) -> Receipt:
        """Write to a person privately (DM)."""

    async def show_notice(
        self, to: Person, about: MessageKey, notice: Notice, *, key: str
    ) -> Receipt:
        """The way left when the DM is refused (Slack ephemeral, Discord private thread).

        Raises `DeliveryError(refused=True)` where there is none. Not for private flags: who manages
        the channel may see it.
        """

    async def post_card(self, place: Place, card: Card, *, key: str) -> Receipt:
        """Post a card to the moderators' channel."""

    async def update_card(self, posted: Receipt, card: Card) -> Receipt:
        """Bring a posted card up to date, in place."""

    async def page(self, to: Person, page: Page, *, key: str) -> Receipt:
        """Call one person of an escalation list, privately."""

    async def hide(self, message: MessageKey) -> Receipt:
        """Take the message out of sight where the platform lets a bot do that."""


# --- what a platform tells the application -------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Press:
    """Somebody pressed a button. `groups` are the presser's groups or roles on the platform."""

    event_id: str
    person: Person
    action: Action
    flag_id: str
    reason: str = field(default="", repr=False)
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Report:
    """Somebody reported a message to the moderators."""

    event_id: str
    reporter: Person
    message: Message
    reason: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command: `words` as typed after the command's name."""

    event_id: str
    person: Person
    words: str = field(repr=False)
    groups: frozenset[str] = frozenset()
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the person who pressed, reported or asked is told, for their eyes only."""

    text: str = field(repr=False)
    accepted: bool = True


class IntakeError(Exception):
    """The record could not be made. The adapter must not acknowledge, so that it comes again."""


class Inbox(Protocol):
    """The application, as adapters call it. Every method returns after its record is committed.

    Each raises `IntakeError` if the record could not be made, and nothing else.
    """

    async def message(self, message: Message) -> None:
        """A new or edited post; a message with `direct` is the author's answer."""

    async def deleted(self, key: MessageKey, at: datetime) -> None:
        """The post is gone (its author's or a moderator's doing)."""

    async def asked(self, press: Press) -> Reply:
        """May this person press this? Called before a form is opened; a refusal is audited."""

    async def pressed(self, press: Press) -> Reply:
        """A button (with its form's reason). The card's new face follows as a delivery."""

    async def reported(self, report: Report) -> Reply:
        """A person's report: a flag for review, never told to the author before a decision."""

    async def command(self, command: Command) -> Reply:
        """A slash command."""

    def malformed(self, platform: str, event: str, problem: str) -> None:
        """Count and log an event that could not be read; `problem` holds no people's words."""

    async def cursors(self, platform: str, workspace: str) -> Mapping[str, str]:
        """Channel -> the newest message seen there, for catching up after a gap.

        Under an empty name stands what `caught_up` told last.
        """

    async def caught_up(self, platform: str, workspace: str, message: str) -> None:
        """Nothing up to this message was missed, in whichever channel."""
