"""Whose eyes the page is seen through; it lives in the address, so that no cookie is needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from adapters.playground.cast import CHANNELS, MODERATORS, PEOPLE, Channel, Member
from adapters.playground.examples import EXAMPLES
from bot.ports import Action, Button


@dataclass(frozen=True, slots=True)
class View:
    """The person and channel on the left, the moderator on the right, and which form is open."""

    person: Member = PEOPLE[0]
    channel: Channel = CHANNELS[0]
    moderator: Member = MODERATORS[0]
    asking: str = ""  # `pane:action:flag_id` of the button whose reason is asked for
    example: int | None = None  # the example that stands in the box, for pages without script

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The channels this person is in."""
        return tuple(channel for channel in CHANNELS if self.person.id in channel.members)

    def seen_by(self, person: Member) -> View:
        """The same page through another person's eyes, in a channel they are in."""
        view = replace(self, person=person, example=None)
        return view if self.channel in view.channels else replace(view, channel=view.channels[0])

    def in_channel(self, channel: Channel) -> View:
        """The same page with another channel open; who is not in it gives way to who is."""
        inside = [member for member in PEOPLE if member.id in channel.members]
        if self.person not in inside:
            alike = [member for member in inside if member.groups == self.person.groups]
            return replace(self, person=(alike or inside)[0], channel=channel, example=None)
        return replace(self, channel=channel, example=None)

    def moderated_by(self, moderator: Member) -> View:
        """The same page with another moderator at the desk."""
        return replace(self, moderator=moderator, asking="")

    def asked(self, pane: str, action: Action, flag_id: str) -> View:
        """The same page with the form for a reason open."""
        return replace(self, asking=f"{pane}:{action}:{flag_id}")

    def asks(self, pane: str, button: Button) -> bool:
        """Whether the form of this button's reason is open."""
        return self.asking == f"{pane}:{button.action}:{button.flag_id}"

    def answered(self) -> View:
        """The same page with no form open."""
        return replace(self, asking="", example=None)

    def trying(self, example: int) -> View:
        """The same page with an example in the box."""
        return replace(self, example=example)

    def form(self, name: str) -> str:
        """The address that the form of this name is sent to."""
        return replace(self, example=None).at(f"/playground/{name}")

    def at(self, path: str = "/", pane: str = "") -> str:
        """The address of `path` as seen this way, scrolled to a pane."""
        query = {"as": self.person.id, "in": self.channel.id, "mod": self.moderator.id}
        if self.asking:
            query["ask"] = self.asking
        if self.example is not None:
            query["try"] = str(self.example)
        return f"{path}?{urlencode(query)}" + (f"#{pane}" if pane else "")


def view_of(query: Mapping[str, str]) -> View:
    """The view that an address names; what it does not name, or wrongly, is the default."""
    people = {member.id: member for member in PEOPLE}
    moderators = {member.id: member for member in MODERATORS}
    view = View().seen_by(people.get(query.get("as", ""), PEOPLE[0]))
    for channel in view.channels:
        if channel.id == query.get("in"):
            view = view.in_channel(channel)
    view = view.moderated_by(moderators.get(query.get("mod", ""), MODERATORS[0]))
    numbers = {str(number): number for number in range(len(EXAMPLES[view.channel.id]))}
    return replace(view, asking=query.get("ask", ""), example=numbers.get(query.get("try", "")))


def names_exactly(query: Mapping[str, str], view: View) -> bool:
    """Whether the address named this person, channel and moderator, with nothing filled in."""
    named = (query.get("as"), query.get("in"), query.get("mod"))
    return named == (view.person.id, view.channel.id, view.moderator.id)
