"""The playground for the adapters' contract: a browser without script."""

from __future__ import annotations

from adapters.playground import MODERATORS_PLACE
from adapters.playground.cast import CHEN, LEO, MAYA, ORTIZ, Member
from bot.ports import Action, Person, Place, Receipt
from tests.adapters.playground.conftest import Visit

FLAG_FIELD = 'name="flag" value="'


class PlaygroundBench:
    """A visited page, as `Bench` in tests/contract says."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self.adapter, self.inbox = visit.adapter, visit.inbox
        self.student, self.other = MAYA.person, LEO.person
        self.moderator, self.intruder = ORTIZ.person, CHEN.person
        self.room = Place(MAYA.person.platform, MAYA.person.workspace, "class-7b")
        self.desk = MODERATORS_PLACE

    async def post(self, text: str, *, taken: bool = True) -> str:
        page = await self._visit.send("posts", text=text)
        assert page.status == (200 if taken else 503)
        assert ("Not recorded. Try again" in page.words) is not taken
        return page.text.split('id="post-')[-1].split('"')[0]

    async def edit(self, message: str, text: str) -> None:
        await self._visit.send("posts/edit", post=message, text=text)

    async def delete(self, message: str) -> None:
        await self._visit.send("posts/delete", post=message)

    async def answer(self, text: str) -> None:
        await self._visit.send("answers", text=text)

    async def again(self, message: str) -> None:
        page = await self._visit.send("posts/again", post=message)
        assert "Not recorded" not in page.words

    async def press(self, by: Person, action: Action, *, reason: str = "") -> None:
        view = _view(MAYA, CHEN if by == CHEN.person else ORTIZ)
        page = await self._visit.get(f"/{view}")
        form = next(f for f in page.text.split("<form") if f'value="{action}"' in f)
        address = form.split('action="')[1].split("?")[0].removeprefix("/playground/")
        flag = form.split(FLAG_FIELD)[1].split('"')[0]
        pressed = await self._visit.send(address, view, action=str(action), flag=flag)
        if 'name="reason"' in pressed.text:
            await self._visit.send("presses", view, action=str(action), flag=flag, reason=reason)

    async def sees(self, person: Person) -> str:
        """The page as theirs; beside it the desk, which only a moderator sees as their own."""
        moderators = {CHEN.id: "?as=chen&in=staff-room&mod=chen", ORTIZ.id: _view(ORTIZ, ORTIZ)}
        people = {MAYA.id: _view(MAYA, CHEN), LEO.id: _view(LEO, CHEN)}
        return (await self._visit.get(f"/{(moderators | people)[person.id]}")).words

    async def close_dm(self) -> None:
        await self._visit.send("direct-messages", state="closed")

    async def lock_out(self, message: str) -> None:
        await self.delete(message)

    def is_one_act(self, first: Receipt, second: Receipt) -> bool:
        """The second is answered with the first one's receipt."""
        return first == second


def _view(person: Member, moderator: Member) -> str:
    return f"?as={person.id}&in=class-7b&mod={moderator.id}"
