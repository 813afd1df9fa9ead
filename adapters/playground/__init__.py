"""A browser chat room on loopback, for trying the product without tokens."""

from adapters.playground.adapter import PlaygroundAdapter
from adapters.playground.cast import (
    ADMINS,
    CHANNELS,
    MODERATORS,
    MODERATORS_PLACE,
    PEOPLE,
    PLATFORM,
    WORKSPACE,
)

__all__ = [
    "ADMINS",
    "CHANNELS",
    "MODERATORS",
    "MODERATORS_PLACE",
    "PEOPLE",
    "PLATFORM",
    "WORKSPACE",
    "PlaygroundAdapter",
]
