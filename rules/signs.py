"""The signs in one message, kept for the messages after it: never its words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from rules.talk import Sign
from rules.types import Category, Finding, Message, Purpose, Role, Suppression

KEPT = 20_000  # messages: some hours of a busy district, a few megabytes
_Key = tuple[int, int, Role, Purpose]
# A permission to collect money says nothing here. Pauses come and go, and not everywhere: they are
# looked at when a sign is used, not when it is kept.
_COUNTED = (None, Suppression.AUTHORISED, Suppression.PAUSED)


class Source(Protocol):
    """What a sign tells of the rule that found it."""

    @property
    def id(self) -> str:
        """`category.subject`."""

    @property
    def category(self) -> Category:
        """What its findings are about."""

    @property
    def alone(self) -> bool:
        """Whether what it finds is a finding by itself."""


def signs_of(found: Iterable[tuple[Source, Finding]]) -> tuple[Sign, ...]:
    """The signs that count: what no context, audience or channel clears."""
    return tuple(
        Sign(
            rule.id,
            frozenset((rule.id, f"{rule.category}.*")) if rule.alone else frozenset((rule.id,)),
            finding.start,
            finding.end,
        )
        for rule, finding in found
        if finding.suppressed in _COUNTED and finding.start is not None and finding.end is not None
    )


class SignMemory:
    """What was found in messages seen before, so that each is judged once.

    It changes no answer, only how soon it comes. It holds hashes and offsets, no words.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._signs: dict[_Key, tuple[Sign, ...]] = {}

    def of(self, message: Message) -> tuple[Sign, ...] | None:
        """The signs of a message; None if it has not been seen, or long ago."""
        return self._signs.get(_key(message))

    def keep(self, message: Message, signs: tuple[Sign, ...]) -> None:
        """Remember; the oldest is forgotten where there are too many."""
        self._signs[_key(message)] = signs
        while len(self._signs) > self._kept:
            self._signs.pop(next(iter(self._signs)), None)


def _key(message: Message) -> _Key:
    return hash(message.text), len(message.text), message.author_role, message.channel_purpose
