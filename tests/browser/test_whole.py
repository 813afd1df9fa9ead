"""The README's first command as a newcomer sees it: the real program and rules, in a browser."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from bot.loading import RULES_HELD
from tests.browser.conftest import NewPage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

INSULTS = (
    "you are such a loser, nobody likes you",
    "shut up you ugly idiot",
    "Maya you are so stupid, everyone hates you",
)
SECRETS = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "DISCORD_TOKEN", "HALLMONITOR_SECRET_KEY")


@pytest_asyncio.fixture(loop_scope="session")
async def address(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """`hallmonitor run` in a process of its own, in an empty folder.

    The first tries the rules' examples, as a newcomer's does; the others take its word that they
    hold.
    """
    data, held = tmp_path / "var", tmp_path_factory.getbasetemp() / RULES_HELD
    if held.exists():
        data.mkdir()
        shutil.copy(held, data)
    env = {name: value for name, value in os.environ.items() if name not in SECRETS}
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        *(
            "-c",
            "from bot.cli.__main__ import main; main()",
            "run",
            "--port",
            "0",
            "--data",
            str(data),
        ),
        cwd=tmp_path,
        env={**env, "PYTHONPATH": str(Path(__file__).parents[2])},
        stderr=asyncio.subprocess.PIPE,
    )
    assert program.stderr is not None
    said = b""
    while not (found := re.search(rb"http://\S+/", said)):
        line = await program.stderr.readline()
        assert line, said.decode()
        said += line
    shutil.copy(data / RULES_HELD, held)
    yield found[0].decode()
    program.terminate()
    await program.communicate()


async def post(page: Page, text: str) -> None:
    """Write into the class channel."""
    await page.locator("#text").fill(text)
    await page.get_by_role("button", name="Send", exact=True).click()


async def test_three_insults_reach_the_administrators_and_a_dismissal_takes_one_back(
    address: str, new_page: NewPage
) -> None:
    """Notice, firmer notice, page; then a moderator dismisses and the author hears of it."""
    page = await new_page(f"{address}?as=leo&in=class-7b&mod=ortiz")
    letters = page.locator("#notices .letter h3")
    titles = (
        "A private note about your message",
        "This has happened before",
        "The administrators are being told",
    )
    for number, (insult, title) in enumerate(zip(INSULTS, titles, strict=True), start=1):
        await post(page, insult)
        await expect(letters).to_have_count(number)
        await expect(page.locator("#notices")).to_contain_text(title)
        await expect(page.locator("#moderators .card h3")).to_have_count(number)
    await expect(page.locator("#moderators")).to_contain_text("Repeat: number 2 this school year")
    await expect(page.locator("#admins")).to_contain_text("Repeat violations: number 3")
    await expect(page.locator("#moderators")).to_contain_text("Notice: delivered")

    card = page.locator("#moderators .card", has_text="Repeat: number 2").first
    await card.get_by_role("button", name="Dismiss").click()
    reason = page.locator("#moderators .reason textarea")
    await reason.fill("They were quoting a play.")
    await page.locator("#moderators .reason").get_by_role("button", name="Dismiss").click()

    await expect(page.locator("#notices")).to_contain_text("The flag was taken back")
    await expect(page.locator("#notices")).to_contain_text("They were quoting a play.")
    await expect(page.locator("#admins")).to_contain_text("Taken back")


async def test_an_appeal_is_asked_for_and_heard(address: str, new_page: NewPage) -> None:
    """The button in the notice, the reviewer's page, and the letter that takes the flag back."""
    page = await new_page(f"{address}?as=leo&in=class-7b")
    await post(page, INSULTS[0])
    letters = page.locator("#notices .letter")
    await expect(letters).to_have_count(1)

    await page.locator("#notices").get_by_role("button", name="Appeal").click()
    await page.locator("#notices .reason textarea").fill("It was a line of our play.")
    await page.locator("#notices .reason").get_by_role("button", name="Appeal").click()
    call = page.locator("#admins article.card")
    await expect(call).to_contain_text("It was a line of our play.")
    await call.get_by_role("button", name="Overturn the flag").click()
    await page.locator("#admins .reason textarea").fill("Indeed a play.")
    await page.locator("#admins .reason").get_by_role("button", name="Overturn the flag").click()

    await expect(letters).to_have_count(2)
    await expect(letters.last).to_contain_text("Indeed a play.")
    await expect(page.locator("#moderators .card")).to_contain_text("Overturned")
    await expect(page.locator("#admins")).to_contain_text("Nothing waits for an answer")
