"""Open pages hear what changed, and never keep the server from stopping."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import ClientResponse

from adapters.playground import ADMINS, MODERATORS_PLACE
from adapters.playground.live import Changes
from bot.ports import Person
from tests.adapters.playground.conftest import Visit
from tests.adapters.playground.test_delivery import CARD, NOTICE, PAGE


async def heard(stream: ClientResponse, until: set[str]) -> set[str]:
    """The panes named on the stream until all of `until` were."""
    panes: set[str] = set()
    async with asyncio.timeout(30):
        while not until <= panes:
            line = (await stream.content.readline()).decode()
            if line.startswith("data: "):
                panes.update(line.removeprefix("data: ").split())
    return panes


async def test_each_change_names_its_panes(visit: Visit) -> None:
    """A post changes the room, a notice the notices, a card the moderators' pane, and so on."""
    async with visit.session.get(f"{visit.base}/playground/events") as stream:
        assert stream.content_type == "text/event-stream"
        assert await stream.content.readline() == b"retry: 1000\n"

        await visit.send("posts", text="hello")
        assert await heard(stream, {"room"}) == {"room"}
        await visit.adapter.send_notice(Person("playground", "demo", "maya"), NOTICE, key="n")
        assert await heard(stream, {"notices"}) == {"notices"}
        await visit.adapter.post_card(MODERATORS_PLACE, CARD, key="c")
        assert await heard(stream, {"moderators"}) == {"moderators"}
        await visit.adapter.page(ADMINS["it"], PAGE, key="p")
        assert await heard(stream, {"admins"}) == {"admins"}


async def test_every_open_page_hears(visit: Visit) -> None:
    """Two tabs hear of the same post."""
    address = f"{visit.base}/playground/events"
    async with visit.session.get(address) as one, visit.session.get(address) as two:
        for stream in (one, two):
            assert await stream.content.readline() == b"retry: 1000\n"
        await visit.send("posts", text="hello")

        assert await heard(one, {"room"}) == await heard(two, {"room"}) == {"room"}


async def test_closing_ends_the_streams(visit: Visit) -> None:
    """The server could not stop while a page listens."""
    async with visit.session.get(f"{visit.base}/playground/events") as stream:
        assert await stream.content.readline() == b"retry: 1000\n"
        visit.adapter.close()
        async with asyncio.timeout(30):
            rest = await stream.content.read()
    later = await visit.get("/playground/events")

    assert rest == b"\n"
    assert later.text == "retry: 1000\n\n"


@pytest.mark.parametrize("pane", ["room", "notices", "moderators", "admins"])
async def test_a_pane_comes_with_the_tabs_and_a_version(visit: Visit, pane: str) -> None:
    """The version grows with every change, so that a late answer is told from a newer one."""
    before = await visit.get(f"/playground/panes/{pane}")
    await visit.send("posts", text="hello")
    after = await visit.get(f"/playground/panes/{pane}")

    def version(text: str) -> int:
        return int(text.split('data-version="')[1].split('"')[0])

    assert f'id="{pane}"' in after.text
    assert 'id="tabs"' in after.text
    assert version(after.text) > version(before.text)


async def test_changes_before_anybody_listens_are_gathered() -> None:
    """A slow page gets one event for many changes, not a queue of them."""
    changes = Changes()
    stream = changes.stream()
    assert await anext(stream) == b"retry: 1000\n\n"
    for pane in ("room", "room", "notices"):
        changes.tell(pane)

    # The first look registers nothing new: the stream listens from its start.
    assert await anext(stream) == b"event: changed\ndata: notices room\n\n"
    await stream.aclose()
    assert changes.version == 3


async def test_a_quiet_stream_still_beats() -> None:
    """So that a connection whose browser is gone does not stay for ever."""
    changes = Changes(beat_s=0.001)
    stream = changes.stream()
    await anext(stream)

    assert await anext(stream) == b": still here\n\n"
    await stream.aclose()
