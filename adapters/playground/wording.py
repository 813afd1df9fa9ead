"""The application's texts and people's words, as the page's templates take them."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.playground.cast import CHANNELS, MEMBERS, MODERATORS_PLACE
from bot.ports import Person, Place, spell

_CHANNELS = {channel.id: channel.name for channel in CHANNELS}
_CHANNELS[MODERATORS_PLACE.channel] = f"#{MODERATORS_PLACE.channel}"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a text, not yet escaped; `name`: it is somebody's or a channel's name."""

    text: str
    name: bool = False


def shown(text: str) -> str:
    """People's words; a NUL, which a browser would drop, as a sign for it."""
    return text.replace("\0", "\u2400")


def stretches(text: str) -> list[Stretch]:
    """A section's text in pieces, with everybody and every channel it mentions by name."""
    pieces: list[Stretch] = []

    def put(words: str, *, name: bool = False) -> str:
        pieces.append(Stretch(shown(words), name))
        return ""

    def person(who: Person) -> str:
        member = MEMBERS.get(who.id)
        return put(member.name if member else who.id, name=True)

    def channel(place: Place) -> str:
        return put(_CHANNELS.get(place.channel, f"#{place.channel}"), name=True)

    spell(text, plain=put, person=person, channel=channel)
    return pieces
