"""Who and what is in the playground: its people, its channels and its administrators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.ports import Person, Place
from rules.types import Purpose

PLATFORM = "playground"
WORKSPACE = "demo"
STUDENTS = frozenset({"students"})
STAFF = frozenset({"staff"})


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in the playground; `groups` are what an audience map can name."""

    id: str
    name: str
    title: str
    groups: frozenset[str]

    @property
    def person(self) -> Person:
        """The same one, as the application knows people."""
        return Person(PLATFORM, WORKSPACE, self.id)

    @property
    def initials(self) -> str:
        """One or two letters to know them by."""
        words = [word for word in self.name.split() if not word.endswith(".")]
        return "".join(word[0] for word in words[:2])


@dataclass(frozen=True, slots=True)
class Channel:
    """A room to write in; only `members` see it."""

    id: str
    name: str
    about: str
    purpose: Purpose
    members: frozenset[str]


MAYA = Member("maya", "Maya", "Student", STUDENTS)
LEO = Member("leo", "Leo", "Student", STUDENTS)
TOMAS = Member("tomas", "Tomás", "Student", STUDENTS)
AALIYAH = Member("aaliyah", "Aaliyah", "Student", STUDENTS)
ORTIZ = Member("ortiz", "Ms. Ortiz", "Teacher", STAFF)
CHEN = Member("chen", "Mr. Chen", "Teacher", STAFF)
PRINCIPAL = Member("principal", "Dr. Hughes", "Principal", STAFF)
IT = Member("it", "Mr. Novak", "IT", STAFF)
COUNSELLOR = Member("counsellor", "Ms. Amari", "Counsellor", STAFF)

# Those one can post as; the first is chosen when the page is opened.
PEOPLE = (MAYA, LEO, TOMAS, AALIYAH, ORTIZ, CHEN)
MODERATORS = (ORTIZ, CHEN)
OFFICE = (PRINCIPAL, IT, COUNSELLOR)
MEMBERS: Mapping[str, Member] = {member.id: member for member in (*PEOPLE, *OFFICE)}

CHANNELS = (
    Channel(
        "class-7b",
        "#class-7b",
        "Students and their teacher",
        Purpose.CLASS,
        frozenset({"maya", "leo", "tomas", "aaliyah", "ortiz"}),
    ),
    Channel("staff-room", "#staff-room", "Staff only", Purpose.STAFF, frozenset({"ortiz", "chen"})),
)
MODERATORS_PLACE = Place(PLATFORM, WORKSPACE, "moderators")
ADMINS: Mapping[str, Person] = {
    "principal": PRINCIPAL.person,
    "it": IT.person,
    "counsellor": COUNSELLOR.person,
}


def direct_channel(member: Member) -> str:
    """The id of the private conversation between this member and the bot."""
    return f"dm-{member.id}"
