"""What people do on the page reaches the application, and comes back to the page."""

from __future__ import annotations

import pytest

from bot.ports import Action, Person, Reply
from rules.types import MessageKey
from tests.adapters.playground.conftest import CHEN, MAYA, Visit

TEO = "?as=tomas&in=class-7b&mod=chen"


async def post_id(visit: Visit) -> str:
    return visit.inbox.messages[0].key.message


async def test_a_post_becomes_a_message_and_stands_in_the_room(visit: Visit) -> None:
    """The application gets who, where, when and which groups; roles and purposes are its own."""
    page = await visit.send("posts", text="Is it\r\npage 42?")

    (message,) = visit.inbox.messages
    assert page.status == 200
    assert "Is it page 42?" in page.words
    assert (message.text, message.author_id) == ("Is it\npage 42?", "maya")
    assert message.author_groups == {"students"}
    assert message.key == MessageKey("playground", "demo", "class-7b", message.key.message)
    assert not message.direct
    assert not message.edited
    assert message.permalink.startswith(visit.base)
    assert message.permalink.endswith(f"in=class-7b#post-{message.key.message}")


async def test_staff_write_in_the_staff_room(visit: Visit) -> None:
    """A staff member's groups say so; the students' channel does not show the post."""
    await visit.send("posts", CHEN, text="Minutes are in the folder.")

    (message,) = visit.inbox.messages
    assert message.key.channel == "staff-room"
    assert message.author_groups == {"staff"}
    assert "Minutes" not in (await visit.get()).words


async def test_an_edit_keeps_the_key_and_says_that_it_is_one(visit: Visit) -> None:
    """The same post, new words, `edited`; saving unchanged words tells nobody."""
    await visit.send("posts", text="one")
    post = await post_id(visit)
    page = await visit.send("posts/edit", post=post, text="two")
    await visit.send("posts/edit", post=post, text="two")

    first, second = visit.inbox.messages
    assert (second.key, second.text, second.edited) == (first.key, "two", True)
    assert second.posted_at == first.posted_at
    assert "two" in page.words


async def test_a_deleted_post_is_gone(visit: Visit) -> None:
    """The application hears of it once; deleting it again says that it is gone."""
    await visit.send("posts", text="a short-lived thought")
    post = await post_id(visit)
    page = await visit.send("posts/delete", post=post)
    again = await visit.send("posts/delete", post=post)

    assert visit.inbox.deletions == [visit.inbox.messages[0].key]
    assert "short-lived" not in page.text
    assert again.status == 409
    assert "no longer there" in again.words


@pytest.mark.parametrize("form", ["posts/edit", "posts/delete", "posts/again"])
async def test_nobody_touches_another_ones_post(visit: Visit, form: str) -> None:
    """Editing, deleting and sending again are the author's alone."""
    await visit.send("posts", text="mine")
    answer = await visit.send(form, TEO, post=await post_id(visit), text="theirs")

    assert answer.status == 409
    assert len(visit.inbox.messages) == 1
    assert visit.inbox.deletions == []
    assert "mine" in (await visit.get()).words


async def test_an_answer_to_the_bot_is_direct_and_private(visit: Visit) -> None:
    """It reaches the application as `direct` and stands in its author's view alone."""
    page = await visit.send("answers", text="I meant it kindly.")

    (message,) = visit.inbox.messages
    assert message.direct
    assert message.key.channel == "dm-maya"
    assert "I meant it kindly." in page.words
    assert "kindly" not in (await visit.get(f"/{TEO}")).text


async def test_a_post_that_is_not_recorded_says_so_and_can_be_sent_again(visit: Visit) -> None:
    """503, the words kept on the page, and the same message when it is tried again."""
    visit.inbox.failing = True
    failed = await visit.send("posts", text="hold on")
    visit.inbox.failing = False
    post = failed.text.split('id="post-')[1].split('"')[0]
    page = await visit.send("posts/again", post=post)

    assert failed.status == 503
    assert "hold on" in failed.words
    assert "Not recorded. Try again" in failed.words
    assert page.status == 200
    assert "Not recorded" not in page.words
    assert [message.key.message for message in visit.inbox.messages] == [post]


async def test_a_deletion_that_is_not_recorded_can_be_tried_again(visit: Visit) -> None:
    """Others see the post no more; its author sees that the deletion still has to be recorded."""
    await visit.send("posts", text="oh no")
    post = await post_id(visit)
    visit.inbox.failing = True
    failed = await visit.send("posts/delete", post=post)
    seen_by_tomas = await visit.get(f"/{TEO}")
    visit.inbox.failing = False
    page = await visit.send("posts/again", post=post)

    assert failed.status == 503
    assert "Deletion not recorded." in failed.words
    assert "oh no" not in seen_by_tomas.words
    assert "oh no" not in page.words
    assert len(visit.inbox.deletions) == 1


async def test_an_answer_that_is_not_recorded_can_be_sent_again(visit: Visit) -> None:
    """The private conversation works like the room."""
    visit.inbox.failing = True
    failed = await visit.send("answers", text="please listen")
    visit.inbox.failing = False
    post = failed.text.split('id="answer-')[1].split('"')[0]
    await visit.send("posts/again", post=post)

    assert failed.status == 503
    assert [message.direct for message in visit.inbox.messages] == [True]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "Write something first."),
        (" \r\n\t", "Write something first."),
        ("x" * 40_001, "This has 40,001 characters; the most is 40,000. Shorten it."),
    ],
)
async def test_texts_that_no_platform_takes(visit: Visit, text: str, problem: str) -> None:
    """422 with the reason; a text that is too long stays in the box."""
    for form in ("posts", "answers"):
        page = await visit.send(form, text=text)

        assert page.status == 422
        assert problem in page.words
        assert visit.inbox.messages == []
        assert (text.strip() == "") or f">{text}</textarea>" in page.text


@pytest.mark.parametrize(
    "text",
    [
        "x" * 40_000,
        "\U0001f600" * 40_000,  # the longest body: four bytes a character, each of them escaped
        "a" + "\u0301" * 10_000,
        "\u202eright to left\u2066",
        "line\u2028one",
    ],
)
async def test_odd_texts_arrive_as_they_are(visit: Visit, text: str) -> None:
    """Long, many-byte, combining and bidirectional texts are handed on unchanged."""
    page = await visit.send("posts", text=text)

    assert page.status == 200
    assert visit.inbox.messages[0].text == text


async def test_text_is_never_markup(visit: Visit) -> None:
    """What people write is shown as text; a NUL is shown as a sign for it."""
    page = await visit.send("posts", text="<script>alert(1)</script>{{ 7 * 7 }}\0")

    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7 * 7 }}\u2400" in page.text
    assert visit.inbox.messages[0].text.endswith("\0")


async def test_a_report_is_made_by_the_reader(visit: Visit) -> None:
    """The application gets the message and the reason; its reply is for the reporter alone."""
    await visit.send("posts", text="look at this")
    visit.inbox.reply = Reply("Thank you, a moderator will look.")
    page = await visit.send("posts/report", TEO, post=await post_id(visit), reason=" unkind ")

    (report,) = visit.inbox.reports
    assert report.reporter == Person("playground", "demo", "tomas")
    assert (report.reason, report.message.text) == ("unkind", "look at this")
    assert "a moderator will look" in page.words
    assert "a moderator will look" not in (await visit.get()).words


@pytest.mark.parametrize(
    "view",
    [
        "",
        "?as=maya&in=class-7b",
        "?as=maya&in=staff-room&mod=ortiz",
        "?as=chen&in=class-7b&mod=ortiz",
        "?as=nobody&in=class-7b&mod=ortiz",
        "?as=maya&in=class-7b&mod=maya",
    ],
)
async def test_nobody_posts_under_a_name_they_did_not_choose(visit: Visit, view: str) -> None:
    """An address that names somebody or some place wrongly is refused, not guessed."""
    answer = await visit.send("posts", view, text="hello")

    assert answer.status == 400
    assert visit.inbox.messages == []


async def test_forms_have_one_encoding_and_few_fields(visit: Visit) -> None:
    """Anything else is refused without a trace."""
    address = f"{visit.base}/playground/posts{MAYA}"
    async with visit.session.post(address, json={"text": "hello"}) as response:
        json_status = response.status
    many = await visit.send("posts", **{f"field{number}": "x" for number in range(11)})
    huge = await visit.send("posts", text="x" * 1_100_000)

    assert (json_status, many.status, huge.status) == (415, 400, 413)
    assert visit.inbox.messages == []


@pytest.mark.parametrize("action", [Action.CONFIRM, Action.ESCALATE, Action.RETRY])
async def test_a_press_is_the_moderators(visit: Visit, action: Action) -> None:
    """The presser is the moderator at the desk, with their groups; every press has its own id."""
    for _ in range(2):
        await visit.send("presses", f"{MAYA[:-5]}chen", action=action.value, flag="F-1")

    first, second = visit.inbox.presses
    assert first.person == Person("playground", "demo", "chen")
    assert (first.action, first.flag_id, first.groups) == (action, "F-1", {"staff"})
    assert first.event_id != second.event_id


async def test_a_blank_reason_is_asked_for_again(visit: Visit) -> None:
    """A form for a reason is not sent without one."""
    blank = await visit.send("presses", action="dismiss", flag="F-1", reason="  ")
    given = await visit.send("presses", action="dismiss", flag="F-1", reason=" a joke ")

    assert blank.status == 422
    assert "Write a short reason first." in blank.words
    assert "ask=" not in given.address
    assert [press.reason for press in visit.inbox.presses] == ["a joke"]


async def test_the_application_is_asked_before_the_form_opens(visit: Visit) -> None:
    """A yes opens the form (in the address); a no is shown to the presser alone."""
    yes = await visit.send("presses/ask", action="dismiss", flag="F-1")
    visit.inbox.reply = Reply("Only moderators may do this.", accepted=False)
    no = await visit.send("presses/ask", action="dismiss", flag="F-2")

    assert "ask=moderators:dismiss:F-1" in yes.address
    assert "ask=" not in no.address
    assert [press.flag_id for press in visit.inbox.questions] == ["F-1", "F-2"]
    assert visit.inbox.presses == []


@pytest.mark.parametrize("form", ["presses", "presses/ask"])
async def test_a_press_that_is_not_recorded_did_nothing(visit: Visit, form: str) -> None:
    """503 in the pane it was made in."""
    visit.inbox.failing = True
    page = await visit.send(form, action="dismiss", flag="F-1", reason="a joke")

    assert page.status == 503
    assert "so nothing happened" in page.words


@pytest.mark.parametrize(
    "fields",
    [{"action": "explode"}, {}, {"action": "confirm", "paged": "nobody"}],
)
async def test_there_are_no_other_buttons(visit: Visit, fields: dict[str, str]) -> None:
    """Unknown actions and pressers are refused."""
    for form in ("presses", "presses/ask"):
        assert (await visit.send(form, flag="F-1", **fields)).status == 400
    assert visit.inbox.presses == visit.inbox.questions == []
