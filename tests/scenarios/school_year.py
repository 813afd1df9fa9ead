"""A year in a school, told: the shipped rules, the real store and engine, a clock that is moved.

`python -m tests.scenarios.school_year` writes the page, docs/a-school-year.md, anew.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.ports import Action, Command, DeliveryError, Person, spell
from bot.store.port import Flag
from rules.loader import PACKS
from rules.types import MessageKey
from tests.scenarios.world import World

SETTINGS = """
[[workspace]]
platform = "discord"
id = "9"
default_role = "student"
moderators_channel = "moderators"

[lists.appeals]
people = ["playground/demo/board"]

[school]
holidays = ["2026-11-26/2026-11-27", "2026-12-21/2027-01-01"]
"""
PRINCIPAL = """in_turn = true
every_minutes = 30
rounds = 2
hours = "07:30-16:00"
fallback = "it"
"""
HEAD = """# A school year

What happens to messages in one school, from September to the September after. A script plays it
with the shipped rules, the real records and the real deliveries; the clock is moved by hand, and
the platform is paper. `tests/scenarios/school_year.py` is the script; a test holds this page to it.

Maya, Leo, Tom and Nora are students; Ortiz and Chen moderate; the board hears appeals. The
principal is called in turn, twice, half an hour apart, between 07:30 and 16:00 of school days; then
IT.
"""
PAGE = Path(__file__).parents[2] / "docs" / "a-school-year.md"
ON_DISCORD = Person("discord", "9", "nora_discord")
CLOSED = DeliveryError("cannot_dm_bot", refused=True)
_ID = re.compile(r"\b([FA])-[0-9A-Z]{4}-[0-9A-Z]{4}\b")


class Year:
    """Plays and tells: each thing done or sent is a line under the day it belongs to."""

    def __init__(self, folder: Path) -> None:
        self.world = World(folder, SETTINGS, PRINCIPAL, PACKS)
        self.world.clock.at = datetime(2026, 9, 1, tzinfo=UTC)
        self.lines = [HEAD]
        self._names: dict[str, str] = {}
        self._told = (0, 0, 0, 0)
        self._day = ""

    # --- what is told -----------------------------------------------------------------------

    def chapter(self, title: str) -> None:
        """Begin a part."""
        self.lines.append(f"\n## {title}\n")
        self._day = ""

    def tell(self, what: str) -> None:
        """One line, with the day where it is another, and the time."""
        at = self.world.clock.now().astimezone(self.world.settings.timezone)
        day = f"{at:%A, %B} {at.day}, {at.year}"
        if day != self._day:
            self.lines.append(f"\n**{day}**\n")
            self._day = day
        self.lines.append(f"- {at:%H:%M} {self._plain(what)}")

    def _plain(self, text: str) -> str:
        """Mentions as names, and ids by the order in which they come up."""
        spelt = spell(
            text, plain=str, person=lambda one: one.id, channel=lambda place: f"#{place.channel}"
        )
        return _ID.sub(lambda found: self._name(found[0]), spelt)

    def _name(self, id_: str) -> str:
        kind = id_[0]
        known = sum(name.startswith(kind) for name in self._names.values())
        return self._names.setdefault(id_, f"{kind}-{known + 1}")

    def _tell_sent(self) -> None:
        """What the bot has sent since the last look."""
        chat, (notices, shown, cards, pages) = self.world.chat, self._told
        for card in list(chat.cards.values())[cards:]:
            self.tell(f"card for the moderators about {card.flag_id}: *{card.title}*")
        # What goes out at the same moment has no order of its own.
        for who, notice in sorted(chat.notices[notices:], key=lambda one: one[0]):
            self.tell(f"letter to {who}: *{notice.title}*")
        for who, notice in chat.shown[shown:]:
            self.tell(f"shown to {who} alone, in the channel: *{notice.title}*")
        for who, page in sorted(chat.pages[pages:], key=lambda one: (one[1].title, one[0])):
            text = "" if page.buttons else f": “{page.sections[0].text}”"
            self.tell(f"call to {who}: *{page.title}*{text}")
        self._told = len(chat.notices), len(chat.shown), len(chat.cards), len(chat.pages)

    def card_says(self, flag: Flag, words: str) -> None:
        """A line of the flag's card as it stands now; it must hold these words."""
        text = self._plain(self.world.text_of(flag))
        line = next((line for line in text.splitlines() if words in line), None)
        assert line is not None, f"no line of the card says {words!r}:\n{text}"
        self.tell(f"the card of {self._plain(flag.id)} says: “{line.strip()}”")

    # --- what happens -----------------------------------------------------------------------

    async def at(self, when: str) -> None:
        """Let the time pass until then, doing what falls due when it falls due."""
        zone, clock = self.world.settings.timezone, self.world.clock
        target = datetime.fromisoformat(when).replace(tzinfo=zone).astimezone(UTC)
        while clock.now() < target:
            due = await self.world.store.read(lambda tx: tx.next_due())
            # Reminders look once a day; in the long summer nobody has anything to be reminded of.
            pause = timedelta(days=1 if target - clock.now() < timedelta(days=60) else 20)
            soonest = max(due or target, clock.now() + timedelta(seconds=1))
            clock.at = min(target, clock.now() + pause, soonest)
            await self.world.settle()
            self._tell_sent()

    async def post(self, author: str, text: str, channel: str = "class-7b") -> Flag | None:
        """Somebody posts; the flag, if it became one."""
        self.tell(f"{author} in #{channel}: “{text}”")
        message = self.world.message(author, text, channel=channel)
        if author == ON_DISCORD.id:
            key = MessageKey("discord", "9", channel, message.key.message)
            message = replace(message, key=key, author_groups=frozenset())
        await self.world.desk.message(message)
        await self.world.settle()
        self._tell_sent()
        flag = await self.world.store.read(lambda tx: tx.flag_of(message.key))
        if flag is None:
            self.tell("nothing follows")
        self.world.clock.forward(minutes=1)
        return flag

    async def flagged(self, author: str, text: str, channel: str = "class-7b") -> Flag:
        """The same, where a flag is what the story rests on."""
        flag = await self.post(author, text, channel)
        assert flag is not None, text
        return flag

    async def press(self, who: str, action: Action, flag: Flag, reason: str = "") -> None:
        """Somebody presses a button."""
        why = f", “{reason}”" if reason else ""
        self.tell(f"{who}: {action.value} {self._plain(flag.id)}{why}")
        reply = await self.world.press(who, action, flag, reason)
        if not reply.accepted:
            self.tell(f"refused: “{reply.text}”")
        self._tell_sent()

    async def types(self, who: str, words: str) -> None:
        """Somebody types the slash command."""
        self.tell(f"{who} types /hallmonitor {words}")
        command = Command(f"typed-{who}-{words}", Person("playground", "demo", who), words)
        reply = await self.world.desk.command(command)
        self.tell(f"answer: “{reply.text}”")
        await self.world.settle()
        self._tell_sent()


async def _first_weeks(year: Year) -> None:
    year.chapter("A first time, and a closed door")
    await year.at("2026-09-08T10:12")
    first = await year.flagged("maya", "shut up tom, you are such a loser")
    year.card_says(first, "First this school year")
    await year.at("2026-09-09T09:00")
    await year.press("ortiz", Action.CONFIRM, first)
    await year.at("2026-09-15T13:40")
    year.world.chat.errors["send_notice"] = CLOSED
    closed = await year.flagged("leo", "you are such an idiot, maya")
    year.world.chat.errors.clear()
    year.card_says(closed, "not proven")


async def _appeal(year: Year) -> None:
    year.chapter("Three strikes, and an appeal that is won")
    await year.at("2026-11-03T11:20")
    second = await year.flagged("maya", "you are a pathetic loser")
    await year.at("2026-11-10T12:05")
    third = await year.flagged("maya", "tom you are such an idiot")
    year.card_says(third, "number 3")
    await year.at("2026-11-10T12:20")
    await year.press("principal", Action.ACKNOWLEDGE, third)
    await year.at("2026-11-10T15:30")
    await year.press("maya", Action.APPEAL, second, "That was a line of our play.")
    await year.at("2026-11-12T10:00")
    await year.press("maya", Action.OVERTURN, second, "I am right.")
    await year.press("board", Action.OVERTURN, second, "The drama teacher says so too.")
    year.card_says(third, "number 2")


async def _fundraiser(year: Year) -> None:
    year.chapter("A fundraiser that ends")
    raffle = "raffle tickets for the band trip, $5 each, buy yours from me"
    await year.at("2026-11-13T08:00")
    await year.types("principal", "authorise fundraiser until 2026-11-20: band trip")
    await year.at("2026-11-16T08:30")
    await year.post("ortiz", raffle, "staff-room")
    await year.at("2026-11-23T08:30")
    late = await year.flagged("ortiz", raffle, "staff-room")
    year.card_says(late, "has ended")
    await year.at("2026-11-23T09:00")
    await year.press("chen", Action.DISMISS, late, "The form is being renewed.")


async def _holiday(year: Year) -> None:
    year.chapter("Ten in the evening before a holiday")
    for when in ("2026-11-24T09:00", "2026-11-24T14:00"):
        await year.at(when)
        await year.flagged("tom", "leo you are such an idiot")
    await year.at("2026-11-25T22:00")
    third = await year.flagged("tom", "leo you are such a loser")
    year.card_says(third, "on its way")
    await year.at("2026-11-30T09:00")
    year.card_says(third, "nobody has answered")
    await year.press("it", Action.ACKNOWLEDGE, third)


async def _night(year: Year) -> None:
    year.chapter("A threat at ten in the evening")
    await year.at("2026-12-10T22:00")
    threat = await year.flagged("leo", "im going to kill you tomorrow after school tom")
    await year.at("2026-12-10T22:45")
    year.card_says(threat, "nobody has answered")
    await year.press("principal", Action.ACKNOWLEDGE, threat)
    await year.at("2026-12-10T23:30")
    await year.press("chen", Action.ESCALATE, threat, "He says that he has a knife.")
    await year.at("2026-12-11T07:40")
    await year.press("principal", Action.ACKNOWLEDGE, threat)


async def _linked(year: Year) -> None:
    year.chapter("One person with two accounts")
    links, store = year.world.review.links, year.world.store
    for author, when in (("nora", "2027-01-12T09:30"), (ON_DISCORD.id, "2027-01-19T09:30")):
        await year.at(when)
        await year.flagged(author, "leo you are such a loser")
    await year.at("2027-01-20T10:00")
    one = Person("playground", "demo", "nora")
    year.tell("the office: nora and nora_discord are one person, “by the school's register”")
    await store.write(lambda tx: links.propose(tx, one, ON_DISCORD, "cli:office", "the register"))
    (link,) = await store.read(lambda tx: tx.links(ended=True))
    await year.at("2027-01-21T10:00")
    year.tell("the board confirms it: two people must say so")
    await store.write(lambda tx: links.confirm(tx, link.id, "cli:board"))
    await year.at("2027-01-26T13:00")
    third = await year.flagged(ON_DISCORD.id, "leo you are such an idiot")
    year.card_says(third, "number 3")
    await year.press("principal", Action.ACKNOWLEDGE, third)
    await year.at("2027-01-27T09:00")
    year.tell("the office takes it apart: “they are cousins”")
    await store.write(lambda tx: links.end(tx, link.id, "cli:office", "they are cousins"))
    await year.at("2027-01-27T09:01")
    year.card_says(third, "number 2")


async def _next_year(year: Year) -> None:
    year.chapter("Another September")
    await year.at("2027-09-07T10:00")
    again = await year.flagged("maya", "you are such a loser")
    year.card_says(again, "First this school year")


async def told(folder: Path) -> str:
    """The whole page."""
    year = Year(folder)
    for part in (_first_weeks, _appeal, _fundraiser, _holiday, _night, _linked, _next_year):
        await part(year)
    assert await year.world.store.read(lambda tx: tx.broken_audit()) is None
    await year.world.close()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(year.lines)) + "\n"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        PAGE.write_text(asyncio.run(told(Path(made))), encoding="utf-8")
