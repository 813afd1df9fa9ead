"""Appeals: asked for in the notice, heard by somebody else, and nothing is final until then."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.ports import Action, DeliveryError
from bot.store.port import Status
from tests.scenarios.world import ADMINISTRATORS, World

WHY = "It was a line from our play."


async def three_strikes(world: World) -> None:
    """The author's third strike, with the administrators called."""
    for _ in range(3):
        await world.post("maya", "you insultword")


async def test_the_notice_has_the_button(world: World) -> None:
    """Where the news is told, the way to contest it is told too."""
    await world.post("maya", "you insultword")

    ((_, notice),) = world.chat.notices
    (button,) = notice.buttons
    assert (button.action, button.asks_reason) == (Action.APPEAL, True)
    assert "10 school days" in notice.sections[-1].text


async def test_an_appeal_reaches_people_who_did_not_decide(world: World) -> None:
    """The reviewers get the author's words and two buttons; the moderators' card says so."""
    await world.post("maya", "you insultword")
    (flag,) = await world.flags()
    await world.press("ortiz", Action.CONFIRM, flag)

    reply = await world.press("maya", Action.APPEAL, flag, WHY)

    assert reply.accepted
    (who, page) = world.chat.pages[-1]
    assert who == "principal"
    assert [button.action for button in page.buttons] == [Action.UPHOLD, Action.OVERTURN]
    assert WHY in "".join(section.text for section in page.sections)
    assert "Appeal: open" in world.text_of(flag)
    assert not world.card_of(flag).buttons


async def test_an_overturned_flag_takes_everything_back(world: World) -> None:
    """The second of three strikes falls: the third is the second, and the calls are taken back."""
    await three_strikes(world)
    _, second, third = await world.flags()
    await world.press("maya", Action.APPEAL, second, WHY)
    told = len(world.chat.pages)

    reply = await world.press("principal", Action.OVERTURN, second, "A play, indeed.")

    assert reply.accepted
    assert (await world.flags())[1].status is Status.OVERTURNED
    assert "A play, indeed." in "".join(s.text for s in world.chat.notices[-1][1].sections)
    assert "Repeat: number 2" in world.text_of(third)
    assert sorted(who for who, _ in world.chat.pages[told:]) == sorted(ADMINISTRATORS)
    actions = [d.action for d in await world.store.read(lambda tx: tx.decisions(second.id))]
    assert actions == ["appeal", "overturn"]


async def test_an_upheld_flag_stands(world: World) -> None:
    """The author is told with the reason, and the flag is confirmed."""
    await world.post("maya", "you insultword")
    (flag,) = await world.flags()
    await world.press("maya", Action.APPEAL, flag, WHY)

    await world.press("principal", Action.UPHOLD, flag, "There was no play that day.")

    assert (await world.flags())[0].status is Status.CONFIRMED
    _, letter = world.chat.notices[-1]
    assert letter.title == "Your appeal was heard, and the flag stands"
    assert "There was no play that day." in letter.sections[-1].text


async def test_no_step_is_taken_while_an_appeal_is_open(world: World) -> None:
    """The third strike calls nobody while the first is contested; upheld, it does."""
    await world.post("maya", "you insultword")
    (first,) = await world.flags()
    await world.press("maya", Action.APPEAL, first, WHY)
    appealed = len(world.chat.pages)

    await world.post("maya", "you insultword")
    await world.post("maya", "you insultword")
    assert len(world.chat.pages) == appealed

    await world.press("principal", Action.UPHOLD, first, "It stands.")
    assert sorted(who for who, _ in world.chat.pages[appealed:]) == sorted(ADMINISTRATORS)


async def test_who_was_called_hears_that_it_is_not_final(world: World) -> None:
    """An appeal after the call: told at once, and told the outcome."""
    await three_strikes(world)
    first, _, _ = await world.flags()
    called = len(world.chat.pages)

    await world.press("maya", Action.APPEAL, first, WHY)
    said = ["".join(s.text for s in page.sections) for _, page in world.chat.pages[called:]]
    assert sum("Nothing is final" in text for text in said) == len(ADMINISTRATORS)

    await world.press("it", Action.OVERTURN, first, "No.")  # not the list that hears it
    await world.press("principal", Action.UPHOLD, first, "It stands.")
    said = ["".join(s.text for s in page.sections) for _, page in world.chat.pages[called:]]
    assert sum("so does the call" in text for text in said) == len(ADMINISTRATORS)
    assert (await world.flags())[0].status is Status.CONFIRMED


async def test_moderators_wait_for_the_appeal(world: World) -> None:
    """Their buttons are gone, and a late press is refused."""
    await world.post("maya", "you insultword")
    (flag,) = await world.flags()
    await world.press("maya", Action.APPEAL, flag, WHY)

    reply = await world.press("ortiz", Action.DISMISS, flag, "fine")

    assert not reply.accepted
    assert "appeal" in reply.text
    assert (await world.flags())[0].status is Status.OPEN


@pytest.mark.parametrize(
    ("person", "words"),
    [
        ("leo", "Only the author"),
        ("ortiz", "Only the author"),
    ],
)
async def test_only_the_author_appeals(world: World, person: str, words: str) -> None:
    """Nobody appeals in another's name."""
    await world.post("maya", "you insultword")
    (flag,) = await world.flags()

    reply = await world.press(person, Action.APPEAL, flag, WHY)

    assert not reply.accepted
    assert words in reply.text


async def test_an_appeal_comes_once_and_in_time(world: World) -> None:
    """A second one is refused, and one after the days are over."""
    await world.post("maya", "you insultword")
    await world.post("maya", "you insultword")
    first, second = await world.flags()
    assert (await world.press("maya", Action.APPEAL, first, WHY)).accepted
    assert not (await world.press("maya", Action.APPEAL, first, WHY)).accepted

    world.clock.forward(minutes=60 * 24 * 30)
    late = await world.press("maya", Action.APPEAL, second, WHY)
    assert "days for an appeal" in late.text


async def test_a_letter_about_an_edit_gives_its_days_too(world: World) -> None:
    """What it tells is new, however long ago the message was first flagged."""
    message = await world.post("maya", "you insultword")
    world.clock.forward(days=60)
    (flag,) = await world.flags()
    assert not (await world.press("maya", Action.APPEAL, flag, WHY)).accepted

    await world.post("maya", "you graveword", number=message.key.message)

    assert len(world.chat.notices) == 2
    assert (await world.press("maya", Action.APPEAL, flag, WHY)).accepted


async def test_the_days_begin_when_the_letter_arrives(world: World) -> None:
    """Not when it was due: the platform, or the bot, was away for a month."""
    message = world.message("maya", "you insultword")
    await world.desk.message(message)
    world.clock.forward(days=30)
    await world.settle()
    (flag,) = await world.flags()
    assert len(world.chat.notices) == 1

    world.clock.forward(days=10)
    assert (await world.press("maya", Action.APPEAL, flag, WHY)).accepted


async def test_a_letter_that_was_never_sent_begins_no_days(world: World) -> None:
    """Given up, dismissed and skipped; an edit opens the flag, and its own letter is on its way."""
    broken = DeliveryError("broken")
    world.chat.errors.update({"send_notice": broken, "show_notice": broken})
    message = await world.post("maya", "you insultword")
    (flag,) = await world.flags()
    await world.press("ortiz", Action.DISMISS, flag, "A quote.")
    world.chat.errors.clear()
    await world.press("ortiz", Action.RETRY, flag)
    world.clock.forward(days=60)
    world.chat.errors["send_notice"] = DeliveryError("down", retryable=True)
    await world.post("maya", "you graveword", number=message.key.message)

    assert world.chat.notices == []
    assert (await world.press("maya", Action.APPEAL, flag, WHY)).accepted


async def test_a_word_is_needed(world: World) -> None:
    """Neither an appeal nor its outcome comes without a reason."""
    await world.post("maya", "you insultword")
    (flag,) = await world.flags()
    assert not (await world.press("maya", Action.APPEAL, flag, " ")).accepted
    await world.press("maya", Action.APPEAL, flag, WHY)
    assert not (await world.press("principal", Action.OVERTURN, flag, "")).accepted


async def test_the_first_decider_is_refused_and_it_is_on_record(tmp_path: Path) -> None:
    """A principal who confirmed as a reviewer hears no appeal against it."""
    world = World(tmp_path, '[roles.reviewer]\npeople = ["playground/demo/principal"]\n')
    await world.post("maya", "you insultword")
    (flag,) = await world.flags()
    await world.press("principal", Action.CONFIRM, flag)
    await world.press("maya", Action.APPEAL, flag, WHY)

    reply = await world.press("principal", Action.UPHOLD, flag, "I said so.")

    assert "You decided flag" in reply.text
    assert world.chat.pages[-1][0] == "it"  # the next list that has somebody impartial
    rows = await world.store.read(lambda tx: tx.audit_rows(flag.id))
    assert rows[-1]["event"] == "refused"
    await world.close()


async def test_strike_calls_wait_for_the_notice(world: World) -> None:
    """With the notice refused everywhere, the administrators are called once that is on record."""
    world.chat.errors["send_notice"] = DeliveryError("closed", refused=True)
    world.chat.errors["show_notice"] = DeliveryError("nowhere", refused=True)
    await three_strikes(world)

    assert sorted(world.paged()) == sorted(ADMINISTRATORS)


async def test_nobody_is_called_while_the_notice_is_on_its_way(world: World) -> None:
    """The platform is down for letters: the call waits until the author has theirs."""
    await world.post("maya", "you insultword")
    await world.post("maya", "you insultword")
    world.chat.errors["send_notice"] = DeliveryError("down", retryable=True)
    await world.post("maya", "you insultword")
    assert world.paged() == []

    world.chat.errors.clear()
    world.clock.forward(minutes=60)
    await world.settle()
    assert sorted(world.paged()) == sorted(ADMINISTRATORS)


async def test_a_number_that_rises_while_the_notice_is_on_its_way(world: World) -> None:
    """The call follows from what is on record when the letter has arrived."""
    await world.post("maya", "you maybeword")
    await world.post("maya", "you insultword")
    (unsure, _) = await world.flags()
    world.chat.meanwhile.append(
        lambda: world.review.decide(Action.CONFIRM, unsure.id, "cli:office", "")
    )

    await world.post("maya", "you insultword")

    last = (await world.flags())[-1]
    assert "Repeat: number 3" in world.text_of(last)
    assert world.strike_pages() == [("it", last.id), ("principal", last.id)]


async def test_a_flag_that_falls_while_its_notice_is_on_its_way(world: World) -> None:
    """Nothing takes the place of the letter that was refused."""
    await world.desk.message(world.message("maya", "you insultword"))
    (flag,) = await world.flags()
    world.chat.errors["send_notice"] = DeliveryError("closed", refused=True)
    world.chat.meanwhile.append(
        lambda: world.review.decide(Action.DISMISS, flag.id, "cli:office", "a play")
    )

    await world.settle()

    assert world.chat.shown == []
    assert "Notice: refused (closed)" in world.text_of(flag)


async def test_a_notice_that_is_given_up_does_not_hold_the_call_for_ever(world: World) -> None:
    """After the last attempt the failure is on record: the fallback, the task, then the call."""
    world.chat.errors["send_notice"] = DeliveryError("down", retryable=True)
    for _ in range(3):
        await world.post("maya", "you insultword")
    for _ in range(90):
        world.clock.forward(minutes=60)
        await world.settle()

    assert sorted(world.paged()) == sorted(ADMINISTRATORS)
    assert len(world.chat.shown) == 3


async def test_a_number_that_falls_and_rises_again_calls_again(world: World) -> None:
    """The call was taken back with a dismissal; an older flag that is confirmed brings it back."""
    await world.post("maya", "you maybeword")
    await three_strikes(world)
    unsure, first, _, _ = await world.flags()
    called = len(world.chat.pages)

    await world.press("ortiz", Action.DISMISS, first, "a play")
    assert len(world.chat.pages) == called + len(ADMINISTRATORS)
    await world.press("ortiz", Action.CONFIRM, unsure)

    again = [page.title for _, page in world.chat.pages[called + len(ADMINISTRATORS) :]]
    assert len(again) == len(ADMINISTRATORS)
    assert all("number 3" in title for title in again)


async def test_what_waited_for_an_appeal_is_called_where_it_still_is_the_number(
    world: World,
) -> None:
    """Strikes three and four wait; the second falls, so the fourth is the third, and calls."""
    for _ in range(2):
        await world.post("maya", "you insultword")
    _, second = await world.flags()
    await world.press("maya", Action.APPEAL, second, "a play")
    for _ in range(2):
        await world.post("maya", "you insultword")
    assert world.strike_pages() == []

    await world.press("principal", Action.OVERTURN, second, "indeed")

    fourth = (await world.flags())[-1]
    assert world.strike_pages() == [("it", fourth.id), ("principal", fourth.id)]
