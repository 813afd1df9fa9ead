"""Discord for the adapters' contract."""

from __future__ import annotations

from bot.ports import Action, Person, Place, Receipt
from tests.adapters.discord.conftest import School
from tests.doubles.discord.world import Json


class DiscordBench:
    """A connected school, as `Bench` in tests/contract says."""

    def __init__(self, school: School) -> None:
        self._school, self._discord = school, school.discord
        self.adapter, self.inbox = school.adapter, school.inbox
        self.student, self.other = self._person(school.student), self._person(school.teacher)
        self.moderator, self.intruder = self._person(school.moderator), self.other
        self.room = Place("discord", school.guild, school.room)
        self.desk = Place("discord", school.guild, school.desk)

    async def post(self, text: str, *, taken: bool = True) -> str:
        heard = len(self.inbox.messages)
        posted = await self._discord.post(self.student.id, self.room.channel, text)
        if taken:
            await self._school.heard(heard + 1)
        else:
            await self._discord.until(self.inbox.failed.is_set)
            await self._discord.disconnected()
        return posted

    async def edit(self, message: str, text: str) -> None:
        heard = len(self.inbox.messages)
        await self._discord.edit(self.room.channel, message, text)
        await self._school.heard(heard + 1)

    async def delete(self, message: str) -> None:
        heard = len(self.inbox.deletions)
        await self._discord.delete(self.room.channel, message)
        await self._discord.until(lambda: len(self.inbox.deletions) > heard)

    async def answer(self, text: str) -> None:
        heard = len(self.inbox.messages)
        await self._discord.dm(self.student.id, text)
        await self._school.heard(heard + 1)

    async def again(self, message: str) -> None:
        """The adapter tries again by itself, then opens the gateway anew."""
        await self._discord.until(lambda: message in [m.key.message for m in self.inbox.messages])
        await self._discord.connected()

    async def press(self, by: Person, action: Action, *, reason: str = "") -> None:
        card = self._discord.messages(self.desk.channel)[-1]
        told = await self._discord.press(card, str(action), by.id)
        if told.form is not None:
            await self._discord.submit(
                by.id, self.desk.channel, told.form, {"reason": reason}, message=card
            )

    async def sees(self, person: Person) -> str:
        places = [self.room.channel, *self._discord.private_threads(person.id)]
        if person == self.moderator:
            places.append(self.desk.channel)
        shown = [_shown(m) for place in places for m in self._discord.messages(place)]
        shown += [_shown(letter) for letter in self._discord.dms(person.id)]
        shown += [whisper.text for whisper in self._discord.whispers(person.id)]
        return "\n".join(shown)

    async def close_dm(self) -> None:
        self._discord.refuse_dm(self.student.id)

    async def lock_out(self, message: str) -> None:
        self._discord.leave(self._school.guild, self.student.id)

    def is_one_act(self, first: Receipt, second: Receipt) -> bool:
        """The nonce makes Discord answer with the message that stands there already."""
        return first.message == second.message

    def _person(self, user: str) -> Person:
        return Person("discord", self._school.guild, user)


def _shown(message: Json) -> str:
    return f"{message['content']}\n{message['embeds']}"
