"""What the adapters' contract works with: a platform with people on it, and things to deliver."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Protocol

import pytest

from bot.ports import (
    Action,
    Button,
    Card,
    ChatPort,
    DeliveryError,
    Notice,
    Page,
    Person,
    Place,
    Receipt,
    Section,
)
from rules.types import MessageKey
from tests.doubles.slack import RecordingInbox

FLAG = "F-1"
LETTER, FACE, CALL = "Nothing follows this time", "An insult was seen", "Three strikes so far"
NOTICE = Notice(FLAG, "en", "A private note", (Section("What follows", LETTER),), "Answer here")
PAGE = Page(
    FLAG,
    "Repeat violations",
    (Section("Why", CALL),),
    (Button(Action.ACKNOWLEDGE, FLAG, "Seen", "primary"),),
)
BUTTONS = (
    Button(Action.CONFIRM, FLAG, "Confirm", "primary"),
    Button(Action.DISMISS, FLAG, "Dismiss", asks_reason=True),
)


class Bench(Protocol):
    """An adapter on its platform. Each act of a person returns when the inbox has heard of it."""

    adapter: ChatPort
    inbox: RecordingInbox
    student: Person  # who writes
    other: Person  # in the same room, and no moderator there
    moderator: Person
    intruder: Person  # who sees a card and may not press
    room: Place
    desk: Place  # the moderators' channel

    async def post(self, text: str, *, taken: bool = True) -> str:
        """The student writes in the room; returns the message's id.

        Where it is not `taken`, the inbox refused it, and the platform was not told otherwise.
        """

    async def edit(self, message: str, text: str) -> None:
        """The student changes a post."""

    async def delete(self, message: str) -> None:
        """The student removes a post."""

    async def answer(self, text: str) -> None:
        """The student writes to the bot."""

    async def again(self, message: str) -> None:
        """What was not taken is brought again, in the platform's way."""

    async def press(self, by: Person, action: Action, *, reason: str = "") -> None:
        """Somebody presses a button of the newest card, and sends the form if one opens."""

    async def sees(self, person: Person) -> str:
        """All texts that this person can see now: rooms, letters, what is shown to them alone."""

    async def close_dm(self) -> None:
        """The student takes no private messages from the bot any more."""

    async def lock_out(self, message: str) -> None:
        """Nothing can be shown to the student beside this message any more."""

    def is_one_act(self, first: Receipt, second: Receipt) -> bool:
        """Whether the adapter kept its documented promise for a key that was used twice."""


def card(revision: int = 0, face: str = FACE) -> Card:
    """A card with a button that asks for a reason and one that does not."""
    tone = "done" if revision else "open"
    return Card(FLAG, "A flag", tone, (Section("Seen", face),), BUTTONS, revision=revision)


def key(bench: Bench, message: str) -> MessageKey:
    """The key of a post in the room."""
    return MessageKey(bench.room.platform, bench.room.workspace, bench.room.channel, message)


async def refusal(act: Awaitable[Receipt]) -> DeliveryError:
    """The refusal that this act ends in; its reason is a code."""
    with pytest.raises(DeliveryError) as caught:
        await act
    assert caught.value.refused
    assert not caught.value.retryable
    assert caught.value.reason.replace("-", "").replace("_", "").isalpha()
    return caught.value
