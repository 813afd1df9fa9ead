"""The playground's page in a real browser: live, kind to what is being typed, and plain HTML."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from playwright.async_api import APIResponse, Page, Route, expect

from tests.adapters.playground.inboxes import RecordingInbox
from tests.adapters.playground.serving import START, playground, serving
from tests.browser.conftest import NewPage
from tests.browser.desk import INSULT, Desk, live, say

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_flag_appears_everywhere_at_once(desk: Desk, new_page: NewPage) -> None:
    """The author's notice and the moderators' card come without a reload, each where it belongs."""
    maya = await live(await new_page(desk.seen_by("maya")))
    leo = await live(await new_page(desk.seen_by("leo", "chen")))
    await say(maya, INSULT)

    for page in (maya, leo):
        await expect(page.locator("#room .words")).to_have_text([INSULT])
        await expect(page.locator("#moderators .card h3")).to_have_count(1)
        await expect(page.locator("#moderators .hint")).to_have_text("1 card waits for a decision")
    await expect(maya.locator("#notices .letter h3")).to_have_text("About your message")
    await expect(leo.locator("#notices .letter")).to_have_count(0)


async def test_nothing_typed_is_lost_when_a_pane_changes(desk: Desk, new_page: NewPage) -> None:
    """Text, caret and focus stay in every box while posts, notices and cards change around it."""
    maya = await live(await new_page(desk.seen_by("maya")))
    leo = await live(await new_page(desk.seen_by("leo")))
    await say(maya, INSULT)
    await leo.get_by_role("button", name="Dismiss").click()
    await leo.locator("#answer").fill("half an answer")
    await leo.locator("#text").fill("half a post")
    reason = leo.locator(".reason textarea")
    await reason.fill("half a reason")
    await reason.press("Home")
    await say(maya, "I am sorry.", "#answer")
    await say(maya, "another post")

    await expect(leo.locator("#room .words")).to_have_text([INSULT, "another post"])
    await expect(leo.locator(".card")).to_contain_text("I am sorry.")
    await expect(reason).to_be_focused()
    assert await reason.evaluate("box => box.selectionStart") == 0
    await expect(reason).to_have_value("half a reason")
    await expect(leo.locator("#answer")).to_have_value("half an answer")
    await expect(leo.locator("#text")).to_have_value("half a post")


async def test_sending_one_box_leaves_the_others_alone(desk: Desk, new_page: NewPage) -> None:
    """A post that is sent takes neither the half-written answer nor the open form with it."""
    page = await live(await new_page(desk.seen_by("maya")))
    await say(page, INSULT)
    await page.get_by_role("button", name="Dismiss").click()
    await page.get_by_label("Dismiss: why?").fill("half a reason")
    await page.locator("#answer").fill("half an answer")
    await say(page, "a whole post")
    await expect(page.locator("#room .words")).to_have_text([INSULT, "a whole post"])
    await expect(page.locator("#text")).to_be_focused()
    desk.inbox.failing = True
    await say(page, "a lost post")
    await expect(page.locator(".again")).to_have_count(1)

    await expect(page.locator("#answer")).to_have_value("half an answer")
    await expect(page.get_by_label("Dismiss: why?")).to_have_value("half a reason")


async def test_fast_typing_loses_nothing(desk: Desk, new_page: NewPage) -> None:
    """What is sent while the server is slow arrives in order, each under the name it was sent."""
    page = await live(await new_page(desk.seen_by("maya")))
    ready = asyncio.Event()

    async def hold(route: Route) -> None:
        await ready.wait()
        await route.continue_()

    await page.route("**/playground/posts?*", hold)
    for post in ("one", "two", "three"):
        await say(page, post)
    await page.get_by_role("link", name="Leo, student").click()
    ready.set()
    await expect(page.get_by_label("Message to #class-7b as Leo")).to_be_visible()

    await expect(page.locator("#room .words")).to_have_text(["one", "two", "three"])
    said = [(message.author_id, message.text) for message in desk.inbox.messages]
    assert said == [("maya", "one"), ("maya", "two"), ("maya", "three")]


async def test_each_person_keeps_their_own_draft(desk: Desk, new_page: NewPage) -> None:
    """Whoever is chosen finds what they had begun, and nobody else's words."""
    page = await live(await new_page(desk.seen_by("maya")))
    await page.locator("#text").fill("Maya begins")
    await page.get_by_role("link", name="Leo, student").click()
    await expect(page.get_by_label("Message to #class-7b as Leo")).to_be_visible()
    await expect(page.locator("#text")).to_have_value("")
    await page.locator("#text").fill("Leo begins")
    await page.go_back()

    await expect(page.locator("#text")).to_have_value("Maya begins")
    await page.go_forward()
    await expect(page.locator("#text")).to_have_value("Leo begins")


async def test_two_moderators_cannot_both_decide(desk: Desk, new_page: NewPage) -> None:
    """The one whose page is behind is told so, and nobody else sees that."""
    ortiz = await live(await new_page(desk.seen_by("maya", "ortiz")))
    chen = await live(await new_page(desk.seen_by("leo", "chen")))
    await say(ortiz, INSULT)
    await expect(chen.get_by_role("button", name="Confirm")).to_be_visible()
    await chen.route("**/playground/panes/**", lambda route: None)  # news do not get through
    await ortiz.get_by_role("button", name="Confirm").click()
    await expect(ortiz.locator(".card .tone")).to_have_text("Decided")
    await chen.get_by_role("button", name="Confirm").click()

    await expect(chen.locator(".card .answer")).to_contain_text("This was decided already.")
    await expect(chen.locator(".card .tone")).to_have_text("Decided")
    await expect(ortiz.locator(".card .answer")).to_contain_text("Your decision is on record.")
    await expect(ortiz.get_by_text("decided already")).to_have_count(0)
    await expect(ortiz.get_by_role("button", name="Confirm")).to_have_count(0)


async def test_dismissing_asks_why(desk: Desk, new_page: NewPage) -> None:
    """The form opens under the keyboard, can be left, and its reason reaches the application."""
    page = await live(await new_page(desk.seen_by("maya")))
    await say(page, INSULT)
    await page.get_by_role("button", name="Dismiss").click()
    await expect(page.get_by_label("Dismiss: why?")).to_be_focused()
    await page.get_by_role("link", name="Cancel").click()
    await expect(page.get_by_role("button", name="Confirm")).to_be_visible()
    await page.get_by_role("button", name="Dismiss").click()
    await page.get_by_label("Dismiss: why?").fill("They quoted a film.")
    await page.get_by_role("button", name="Dismiss").click()

    await expect(page.locator(".card .tone")).to_have_text("Dismissed")
    await expect(page.locator(".card")).to_contain_text("dismiss by ortiz. They quoted a film.")
    await expect(page.locator(".card")).to_be_focused()


async def test_an_escalation_reaches_the_office(desk: Desk, new_page: NewPage) -> None:
    """The page waits in the principal's inbox until it is acknowledged there."""
    page = await live(await new_page(desk.seen_by("maya")))
    await say(page, INSULT)
    await page.get_by_role("button", name="Escalate").click()
    inbox = page.get_by_role("region", name="Inbox of Dr. Hughes")
    await expect(inbox.locator(".tone")).to_have_text("Page")
    await inbox.get_by_role("button", name="I take this").click()

    await expect(inbox.locator(".tone")).to_have_text("Acknowledged")
    await expect(inbox.get_by_role("button")).to_have_count(0)
    assert [press.person.id for press in desk.inbox.presses] == ["ortiz", "principal"]


async def test_closed_messages_bring_the_notice_under_the_post(
    desk: Desk, new_page: NewPage
) -> None:
    """Its author alone sees it; opening direct messages brings the answer box back."""
    maya = await live(await new_page(desk.seen_by("maya")))
    leo = await live(await new_page(desk.seen_by("leo")))
    switch = maya.get_by_role("switch", name="Accepts DMs")
    await switch.click()
    await expect(switch).to_have_attribute("aria-checked", "false")
    await expect(maya.locator("#answer")).to_have_count(0)
    await say(maya, INSULT)

    await expect(maya.locator("#room .whisper")).to_contain_text("Only Maya can see this")
    await expect(leo.locator(".card")).to_contain_text("unproven")
    await expect(leo.locator(".whisper")).to_have_count(0)
    await switch.click()
    await expect(maya.locator("#answer")).to_be_visible()


async def test_a_card_leads_to_its_message(desk: Desk, new_page: NewPage) -> None:
    """The link opens the channel in a view that may see it, at the post."""
    page = await live(await new_page(desk.seen_by("maya")))
    await say(page, INSULT)
    await page.get_by_role("link", name="Mr. Chen, teacher").click()
    await expect(page.locator("#room .empty")).to_be_visible()
    await page.get_by_role("link", name="See the message").click()

    await expect(page.locator(".post:target .words")).to_have_text(INSULT)


async def test_a_post_is_edited_and_deleted(desk: Desk, new_page: NewPage) -> None:
    """Saving closes the form; deleting leaves the keyboard in the box."""
    page = await live(await new_page(desk.seen_by("maya")))
    await say(page, "teh homework")
    await page.get_by_label("Edit your post").click()
    await page.get_by_label("New text of your post").fill("the homework")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#room .words")).to_have_text("the homework")
    await expect(page.locator("#room .who")).to_contain_text("edited")
    await expect(page.get_by_role("button", name="Save")).to_be_hidden()
    await page.get_by_label("Delete your post").click()

    await expect(page.locator("#room .post")).to_have_count(0)
    await expect(page.locator("#text")).to_be_focused()
    assert [message.edited for message in desk.inbox.messages] == [False, True]
    assert len(desk.inbox.deletions) == 1


async def test_a_post_is_reported(desk: Desk, new_page: NewPage) -> None:
    """Others' posts have a report form instead, and its answer is for the reporter."""
    maya = await live(await new_page(desk.seen_by("maya")))
    leo = await live(await new_page(desk.seen_by("leo")))
    await say(maya, "look here")
    await leo.get_by_label("Report Maya’s post to the moderators").click()
    await leo.get_by_label("What is wrong with it").fill("it is about me")
    await leo.get_by_role("button", name="Report").click()

    await expect(leo.locator(".post .answer")).to_contain_text("Done.")
    assert [report.reason for report in desk.inbox.reports] == ["it is about me"]
    await expect(maya.locator(".post .answer")).to_have_count(0)


async def test_what_was_not_recorded_can_be_tried_again(desk: Desk, new_page: NewPage) -> None:
    """The words stay on the page with a button, and the box is free for the next ones."""
    page = await live(await new_page(desk.seen_by("maya")))
    desk.inbox.failing = True
    await say(page, "hold on")
    await expect(page.locator("#room").get_by_role("alert")).to_contain_text("Not recorded")
    await expect(page.locator("#room .words")).to_have_text("hold on")
    desk.inbox.failing = False
    await page.get_by_role("button", name="Try again").click()

    await expect(page.get_by_role("button", name="Try again")).to_have_count(0)
    await expect(page.locator("#room").get_by_role("alert")).to_be_empty()
    assert [message.text for message in desk.inbox.messages] == ["hold on"]


async def test_a_problem_stays_while_others_write(desk: Desk, new_page: NewPage) -> None:
    """What was wrong with one's own form is not swept away by news; the next form clears it."""
    maya = await live(await new_page(desk.seen_by("maya")))
    leo = await live(await new_page(desk.seen_by("leo")))
    await maya.locator("#text").fill("   ")
    await maya.locator("#text").press("Enter")
    alert = maya.locator("#room").get_by_role("alert")
    await expect(alert).to_have_text("Write something first.")
    await say(leo, "news")
    await expect(maya.locator("#room .words")).to_have_text("news")
    await expect(alert).to_have_text("Write something first.")
    await say(maya, "now I do")

    await expect(alert).to_be_empty()


async def test_late_news_never_take_anything_back(desk: Desk, new_page: NewPage) -> None:
    """A pane that was fetched before one's own post does not make the post vanish again."""
    maya = await live(await new_page(desk.seen_by("maya")))
    leo = await live(await new_page(desk.seen_by("leo")))
    held: asyncio.Queue[tuple[Route, APIResponse]] = asyncio.Queue()

    async def hold(route: Route) -> None:
        await held.put((route, await route.fetch()))

    await maya.route("**/playground/panes/room*", hold)
    await say(leo, "first")
    route, old = await held.get()
    assert "second" not in await old.text()
    await say(maya, "second")
    await expect(maya.locator("#room .words")).to_have_text(["first", "second"])
    await route.fulfill(response=old)
    await held.get()  # the old pane was dealt with, and the next is being fetched

    await expect(maya.locator("#room .words")).to_have_text(["first", "second"])


async def test_words_never_run(desk: Desk, new_page: NewPage) -> None:
    """Markup in a post is text, on the first page and in a pane that is brought up to date."""
    words = "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>"
    maya = await live(await new_page(desk.seen_by("maya")))
    leo = await live(await new_page(desk.seen_by("leo")))
    await say(maya, words)
    later = await live(await new_page(desk.seen_by("leo")))

    for page in (maya, leo, later):
        await expect(page.locator("#room .words")).to_have_text(words)
        await expect(page).to_have_title("Hall Monitor playground")
        await expect(page.locator(".words *")).to_have_count(0)


async def test_an_example_fills_the_box(desk: Desk, new_page: NewPage) -> None:
    """One click, then Enter."""
    page = await live(await new_page(desk.seen_by("maya")))
    await page.get_by_role("link", name="Insult").click()
    await expect(page.locator("#text")).to_be_focused()
    await page.keyboard.press("Enter")

    await expect(page.locator(".card")).to_have_count(1)
    await expect(page.locator("#text")).to_have_value("")


async def test_the_keyboard_is_enough(desk: Desk, new_page: NewPage) -> None:
    """From the skip link through posting to a decision, with Tab and Enter alone."""
    page = await live(await new_page(desk.seen_by("maya")))
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the chat room")).to_be_focused()
    await tab_to(page, "#text")
    await page.keyboard.type("first line")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type(INSULT)
    await page.keyboard.press("Enter")
    await expect(page.locator("#room .words")).to_have_text(f"first line\n{INSULT}")
    await expect(page.get_by_role("button", name="Confirm")).to_be_visible()
    await tab_to(page, '.card button[value="confirm"]')
    await page.keyboard.press("Enter")

    await expect(page.locator(".card .tone")).to_have_text("Decided")
    await expect(page.locator(".card")).to_be_focused()


async def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the keyboard is there."""
    target = page.locator(selector)
    for _ in range(60):
        if await target.evaluate("element => element === document.activeElement"):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reached {selector}")


async def test_a_long_letter_is_read_from_its_beginning(desk: Desk, new_page: NewPage) -> None:
    """In a low window a new letter shows its title, not its end."""
    page = await live(await new_page(desk.seen_by("maya"), viewport={"width": 1280, "height": 420}))
    await say(page, INSULT)

    await expect(page.locator(".letter h3")).to_be_in_viewport()
    await say(page, INSULT)

    await expect(page.locator(".letter h3").nth(1)).to_be_in_viewport()
    await expect(page.locator(".letter h3").nth(0)).not_to_be_in_viewport()


async def test_the_page_catches_up_after_the_server_was_away(new_page: NewPage) -> None:
    """It says that it is not connected, keeps the text, and shows the new state by itself."""
    inbox = RecordingInbox()
    async with serving(playground(inbox)) as base:
        page = await live(await new_page(f"{base}/?as=maya&in=class-7b&mod=ortiz"))
        await say(page, "before")
        await expect(page.locator("#room .words")).to_have_text("before")
    await expect(page.locator("#live")).to_contain_text("Not connected")
    await page.locator("#text").fill("in between")
    await page.locator("#text").press("Enter")
    await expect(page.locator("#text")).to_have_value("in between")
    later = playground(inbox, START + timedelta(days=1))
    async with serving(later, int(base.rpartition(":")[2])):
        await live(page)
        await expect(page.locator("#room .empty")).to_be_visible()
        await expect(page.locator("#text")).to_have_value("in between")
        await page.locator("#text").press("Enter")

        await expect(page.locator("#room .words")).to_have_text("in between")


async def test_everything_works_without_script(desk: Desk, new_page: NewPage) -> None:
    """Posting, answering, deciding, editing, deleting and reporting are plain forms."""
    page = await new_page(desk.seen_by("maya"), java_script_enabled=False)
    await page.get_by_role("link", name="Insult").click()
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator("#text")).to_have_value("")
    await expect(page.locator("#notices .letter")).to_have_count(1)
    await page.locator("#answer").fill("I am sorry.")
    await page.get_by_role("button", name="Answer").click()
    await expect(page.locator(".card")).to_contain_text("I am sorry.")
    await page.get_by_label("Edit your post").click()
    await page.get_by_label("New text of your post").fill("Leo, well played")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#room .words")).to_have_text("Leo, well played")
    await page.get_by_role("link", name="Mr. Chen", exact=True).click()
    await page.get_by_role("button", name="Dismiss").click()
    await page.get_by_label("Dismiss: why?").fill("They took it back.")
    await page.get_by_role("button", name="Dismiss").click()
    await expect(page.locator(".card .tone")).to_have_text("Dismissed")
    await page.get_by_label("Delete your post").click()
    await expect(page.locator("#room .post")).to_have_count(0)
    await page.get_by_role("switch", name="Accepts DMs").click()

    await expect(page.locator("#answer")).to_have_count(0)
    assert [press.person.id for press in desk.inbox.presses] == ["chen"]
