"""Texts as the page shows them: people and channels by the names that they have here."""

from __future__ import annotations

from adapters.playground.cast import CHANNELS, MEMBERS
from bot.ports import Person, Place, spell

_ROOMS = {channel.id: channel.name for channel in CHANNELS}


def shown(text: str) -> str:
    """The text with its mentions spelt out.

    An HTML parser drops NUL; people should see that something stood there.
    """
    return spell(text.replace("\0", "\u2400"), plain=str, person=_person, channel=_channel)


def _person(person: Person) -> str:
    member = MEMBERS.get(person.id)
    return member.name if member else person.id


def _channel(place: Place) -> str:
    return _ROOMS.get(place.channel, f"#{place.channel}")
