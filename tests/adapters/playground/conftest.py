"""The playground as a browser without script meets it: addresses, forms and the page's text."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from html import unescape

import pytest
from aiohttp import ClientSession

from adapters.playground import PlaygroundAdapter
from tests.adapters.playground.inboxes import RecordingInbox
from tests.adapters.playground.serving import playground, serving

MAYA = "?as=maya&in=class-7b&mod=ortiz"
CHEN = "?as=chen&in=staff-room&mod=chen"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said in the end, redirects followed."""

    status: int
    text: str = field(repr=False)
    address: str

    @property
    def words(self) -> str:
        """The page without its tags."""
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", self.text)).split())


@dataclass(frozen=True, slots=True)
class Visit:
    """A running playground, its application, and a browser's eye on it."""

    base: str
    adapter: PlaygroundAdapter
    inbox: RecordingInbox
    session: ClientSession

    async def get(self, path: str = f"/{MAYA}") -> Answer:
        async with self.session.get(self.base + path) as response:
            return Answer(response.status, await response.text(), response.url.path_qs)

    async def send(self, form: str, view: str = MAYA, **fields: str) -> Answer:
        address = f"{self.base}/playground/{form}{view}"
        async with self.session.post(address, data=fields) as response:
            return Answer(response.status, await response.text(), response.url.path_qs)


@pytest.fixture
async def visit() -> AsyncIterator[Visit]:
    inbox = RecordingInbox()
    adapter = playground(inbox)
    async with serving(adapter) as base, ClientSession() as session:
        yield Visit(base, adapter, inbox, session)
