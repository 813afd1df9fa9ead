"""A chat platform that is looked at, or written to, without taking its events."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.ports import ChatPort


class StartError(Exception):
    """A platform cannot be connected; the text says why and what to do."""


class Check(Protocol):
    """What an adapter finds when it looks at its platform."""

    @property
    def name(self) -> str:
        """What was looked at."""

    @property
    def ok(self) -> bool:
        """Whether it is well."""

    @property
    def what(self) -> str:
        """How it is."""

    @property
    def remedy(self) -> str:
        """What to do if it is not well."""


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform to look at, or to write to without taking its events."""

    name: str
    address: str  # of its server
    chat: ChatPort
    check: Callable[[], Awaitable[Sequence[Check]]]
    connect: Callable[[], Awaitable[None]]  # raises `StartError`
    close: Callable[[], Awaitable[None]]
