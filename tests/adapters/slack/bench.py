"""Slack, over Socket Mode, for the adapters' contract."""

from __future__ import annotations

import asyncio

from bot.ports import Action, Person, Place, Receipt
from tests.adapters.slack.conftest import School
from tests.contract.adapter_bench import FLAG
from tests.doubles.slack.blockkit import shown_text


class SlackBench:
    """A connected school, as `Bench` in tests/contract says."""

    def __init__(self, school: School) -> None:
        self._school, self._slack = school, school.slack
        self.adapter, self.inbox = school.adapter, school.inbox
        self.student, self.other = self._person(school.student), self._person(school.teacher)
        self.moderator, self.intruder = self._person(school.moderator), self.other
        self.room = Place("slack", school.slack.team, school.room)
        self.desk = Place("slack", school.slack.team, school.desk)

    async def post(self, text: str, *, taken: bool = True) -> str:
        posted = await self._slack.post(self.student.id, self.room.channel, text, wait=taken)
        if not taken:
            await asyncio.wait_for(self.inbox.failed.wait(), 15)
            assert self._slack.deliveries[-1].acked_at is None
        return posted

    async def edit(self, message: str, text: str) -> None:
        await self._slack.edit(self.room.channel, message, text)

    async def delete(self, message: str) -> None:
        await self._slack.delete(self.room.channel, message)

    async def answer(self, text: str) -> None:
        await self._slack.dm(self.student.id, text)

    async def again(self, message: str) -> None:
        assert await self._slack.redeliver() == 1
        assert await self._slack.redeliver() == 0

    async def press(self, by: Person, action: Action, *, reason: str = "") -> None:
        told = len(self._slack.whispers(by.id))
        card = self._slack.messages(self.desk.channel)[-1]
        opened = await self._slack.press(card, f"hm:{action}", by.id)
        if opened.view is not None:
            outcome = await self._slack.submit(
                opened.view, {"reason": reason}, subject=f"flag:{FLAG}"
            )
            assert outcome.errors == {}
        await self._slack.until(lambda: len(self._slack.whispers(by.id)) > told)

    async def sees(self, person: Person) -> str:
        places = [self.room.channel]
        if person.id in self._slack.workspace.channels[self.desk.channel].members:
            places.append(self.desk.channel)
        shown = [shown_text(m) for place in places for m in self._slack.messages(place)]
        shown += [shown_text(letter) for letter in self._slack.dms(person.id)]
        for whisper in self._slack.whispers(person.id):
            shown += [whisper.text, shown_text({"blocks": whisper.blocks})]
        return "\n".join(shown)

    async def close_dm(self) -> None:
        self._slack.refuse_dm(self.student.id)

    async def lock_out(self, message: str) -> None:
        self._slack.leave(self.room.channel, self.student.id)

    def is_one_act(self, first: Receipt, second: Receipt) -> bool:
        """Slack promises nothing: what can be promised is one `client_msg_id` for both."""
        sent = [a["client_msg_id"] for method, a in self._slack.calls if "postMessage" in method]
        posted = [letter["ts"] for letter in self._slack.dms(self.student.id)]
        return sent[posted.index(first.message)] == sent[posted.index(second.message)]

    def _person(self, user: str) -> Person:
        return Person("slack", self._school.slack.team, user)
