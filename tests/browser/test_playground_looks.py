"""The playground's page on all screens: it fits, can be read, and can be touched and heard."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.desk import INSULT, Desk, live, say

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
PANES = ("room", "notices", "moderators", "admins")

# The contrast of every visible text with the nearest background behind it (WCAG 2.2, 1.4.3).
LOW_CONTRAST = """() => {
  const light = ([r, g, b]) => [r, g, b].map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const parts = (color) => color.match(/[\\d.]+/g).map(Number);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = parts(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color.slice(0, 3);
    }
    throw new Error("nothing behind " + element.outerHTML);
  };
  const low = [];
  for (const element of document.body.querySelectorAll("*")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || !element.checkVisibility()) continue;
    const [one, two] = [parts(getComputedStyle(element).color), behind(element)].map(light);
    const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    if (ratio < 4.5) low.push(`${ratio.toFixed(2)} ${element.outerHTML.slice(0, 90)}`);
  }
  return low;
}"""
SMALL_TARGETS = """(least) => [...document.querySelectorAll("button, textarea, nav a, summary")]
  .filter((element) => element.checkVisibility() && element.closest(".top") === null)
  .map((element) => [element, element.getBoundingClientRect()])
  .filter(([, box]) => box.height < least || box.width < Math.min(least, 24))
  .map(([element, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ` +
    element.outerHTML.slice(0, 90))"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


async def busy(desk: Desk, new_page: NewPage, **options: Any) -> Page:
    """A page with a post, a letter, an answer, an open form, a page and a problem on it."""
    page = await live(await new_page(desk.seen_by("maya"), **options))
    await say(page, INSULT)
    await turn_to(page, "notices")
    await say(page, "I am sorry.", "#answer")
    await turn_to(page, "moderators")
    await expect(page.locator(".card")).to_contain_text("I am sorry.")
    await page.get_by_role("button", name="Escalate").click()
    await expect(page.locator(".card .answer")).to_have_count(1)
    await page.get_by_role("button", name="Dismiss").click()
    await expect(page.locator(".reason")).to_have_count(1)
    await turn_to(page, "room")
    desk.inbox.failing = True
    await say(page, "hold on")
    await expect(page.locator(".again")).to_have_count(1)
    await page.get_by_label("Edit your post").first.click()
    return page


async def turn_to(page: Page, pane: str) -> None:
    """On a narrow screen, choose the pane; on a wide one it is there already."""
    tab = page.locator(f'.tabs a[href="#{pane}"]')
    if await tab.is_visible():
        await tab.click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_can_be_read(desk: Desk, new_page: NewPage, scheme: str) -> None:
    """At least 4.5 to 1, in both colour schemes."""
    page = await busy(desk, new_page, color_scheme=scheme, reduced_motion="reduce")
    await page.get_by_text("What is stored?").click()

    assert await page.evaluate(LOW_CONTRAST) == []


@pytest.mark.parametrize("width", [320, 390])
async def test_a_phone_shows_one_pane_at_a_time(desk: Desk, new_page: NewPage, width: int) -> None:
    """Nothing runs over the side, and everything that is touched is large enough."""
    phone = {**PHONE, "viewport": {"width": width, "height": 844}}
    page = await busy(desk, new_page, **phone)
    for pane in PANES:
        await turn_to(page, pane)
        for other in PANES:
            seen = expect(page.locator(f"#{other}"))
            await (seen.to_be_visible() if other == pane else seen.to_be_hidden())

        assert await page.evaluate(OVERFLOW) == 0
        assert await page.evaluate(SMALL_TARGETS, 44) == []


async def test_a_phone_without_script_finds_every_pane(desk: Desk, new_page: NewPage) -> None:
    """The tabs are links; a form leads back to the pane it was sent from."""
    page = await new_page(desk.seen_by("maya"), java_script_enabled=False, **PHONE)
    await page.locator("#text").fill(INSULT)
    await page.get_by_role("button", name="Send").click()
    await page.get_by_role("link", name="Moderators 1").click()
    await page.get_by_role("button", name="Confirm").click()

    await expect(page.locator(".card .tone")).to_have_text("Decided")
    await expect(page.locator("#moderators")).to_be_visible()
    await expect(page.locator("#room")).to_be_hidden()


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1280, 600), (1000, 700), (1920, 1080)])
async def test_a_wide_window_shows_all_panes(
    desk: Desk, new_page: NewPage, width: int, height: int
) -> None:
    """Side by side, within the window, each with room for its own content."""
    page = await busy(desk, new_page, viewport={"width": width, "height": height})

    assert await page.evaluate(OVERFLOW) == 0
    assert await page.evaluate("document.documentElement.scrollHeight") == height
    assert await page.evaluate(SMALL_TARGETS, 24) == []
    for pane in PANES:
        box = await page.locator(f"#{pane}").bounding_box()
        assert box is not None
        assert box["height"] >= 100
        assert box["y"] + box["height"] <= height


async def test_everything_has_a_name(desk: Desk, new_page: NewPage) -> None:
    """Landmarks, headings and controls are told apart by ear."""
    page = await busy(desk, new_page)

    for role in ("button", "link", "textbox", "switch", "region", "navigation", "log"):
        for element in await page.get_by_role(role).all():  # type: ignore[arg-type]
            snapshot = await element.aria_snapshot()
            assert re.match(rf'- \'?{role} "[^"]+"', snapshot), snapshot
    for name in ("Chat room", "Private notices", "Moderators", "Administrators’ inbox"):
        await expect(page.get_by_role("region", name=name, exact=True)).to_be_visible()
    await expect(page.get_by_role("heading", level=1)).to_have_count(1)
    await expect(page.get_by_role("main")).to_have_count(1)
