"""A real browser for the pages: whichever Chromium is installed, and nothing from elsewhere.

All browser tests share one event loop, so that one browser serves them all; a test module says
`pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, NoReturn

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.adapters.playground.serving import playground, serving
from tests.browser.desk import Desk, DeskInbox

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NewPage = Callable[..., Awaitable[Page]]

# Conditions are waited for, never slept for; this only bounds how long a failing test takes.
expect.set_options(timeout=30_000)


def no_browser() -> NoReturn:
    """Skip, or fail where a browser is a must (HALLMONITOR_REQUIRE_BROWSER=1)."""
    reason = f"no browser found: install one of {', '.join(NAMES)}"
    if os.environ.get("HALLMONITOR_REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    path = next((found for found in map(shutil.which, NAMES) if found), None)
    if path is None:
        no_browser()
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="session")
async def new_page(browser: Browser) -> AsyncIterator[NewPage]:
    """Opens an address in a window of its own (`options` are a browser context's).

    Afterwards no page may have had a script error, a breach of its content security policy, or a
    request to anywhere but its own server.
    """
    complaints: list[str] = []
    contexts = []

    async def open_page(address: str, **options: Any) -> Page:
        context = await browser.new_context(**options)
        contexts.append(context)
        page = await context.new_page()
        page.set_default_timeout(30_000)
        origin = "/".join(address.split("/")[:3]) + "/"
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda line: "Content Security" in line.text and complaints.append(line.text),
        )
        page.on(
            "request",
            lambda request: (
                request.url.startswith(origin) or complaints.append(f"request to {request.url}")
            ),
        )
        await page.goto(address)
        return page

    yield open_page
    for context in contexts:
        await context.close()
    assert complaints == []


@pytest_asyncio.fixture(loop_scope="session")
async def desk() -> AsyncIterator[Desk]:
    inbox = DeskInbox()
    adapter = inbox.port = playground(inbox)
    async with serving(adapter) as base:
        yield Desk(base, inbox, adapter)
