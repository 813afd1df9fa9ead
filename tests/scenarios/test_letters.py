"""Letters that are no longer due, or that no direct message takes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.ports import Action, DeliveryError
from bot.process import outbox
from bot.process.outbox import Kind
from bot.store.port import Delivery, DeliveryState, Flag
from tests.scenarios.world import World

BROKEN = DeliveryError("missing_scope:im:write")
DOWN = DeliveryError("down", retryable=True)
CLOSED = DeliveryError("dms-closed", refused=True)
TAKEN_BACK = "The flag was taken back"
STANDS = "Your appeal was heard, and the flag stands"
CHANNEL_CLOSED = DeliveryError("not_in_channel", refused=True)


async def deliveries(world: World, flag: Flag, *kinds: Kind) -> list[Delivery]:
    """What is on record of these kinds, oldest first."""
    found = await world.store.read(lambda tx: tx.deliveries(flag.id))
    return [d for d in found if d.kind in kinds]


def tasks(world: World) -> list[str]:
    """What the moderators are asked to tell people in person, oldest first."""
    asked = [c for c in world.chat.cards.values() if c.title == "Please tell the author in person"]
    return [card.sections[0].text for card in asked]


async def test_a_retry_accuses_nobody_of_what_was_dismissed(world: World) -> None:
    """Nothing reached the author before the dismissal, so nothing does after it."""
    world.chat.errors.update({"send_notice": BROKEN, "show_notice": BROKEN})
    await world.post("maya", "you insultword")
    (flag,) = await world.flags()
    await world.press("ortiz", Action.DISMISS, flag, "A mistake.")
    world.chat.errors.clear()

    assert (await world.press("ortiz", Action.RETRY, flag)).accepted

    assert (world.chat.notices, world.chat.shown) == ([], [])
    assert "Notice: not sent, the flag was dismissed first" in world.text_of(flag)
    assert Action.RETRY not in {button.action for button in world.card_of(flag).buttons}


async def test_a_notice_in_hand_at_the_dismissal_is_not_tried_again(world: World) -> None:
    """The worker that had it ended; who takes it up finds that the flag is gone."""
    await world.desk.message(world.message("maya", "you insultword"))
    now = world.clock.now()
    await world.store.write(lambda tx: tx.claim(now, "another", now + timedelta(minutes=1), 10))
    (flag,) = await world.flags()
    await world.review.decide(Action.DISMISS, flag.id, "cli:office", "A mistake.")

    world.clock.forward(minutes=2)
    await world.settle()

    assert [letter.title for _, letter in world.chat.notices] == [TAKEN_BACK]


@pytest.mark.parametrize("kind", [Kind.NOTICE, Kind.SHOWN, Kind.TASK, Kind.HIDE])
async def test_what_a_dismissal_calls_off_is_not_done_after_it(world: World, kind: Kind) -> None:
    """However it came to be due again."""
    await world.post("maya", "you maybeword")
    (flag,) = await world.flags()
    await world.press("ortiz", Action.DISMISS, flag, "A mistake.")
    cards, now = len(world.chat.cards), world.clock.now()
    late = outbox.letter(kind, flag, now, "first")
    if kind is Kind.TASK:
        about, reason = Kind.NOTICE, "dms-closed"
        late = outbox.task(flag, world.settings, now, about, reason, "", shown=False)
    await world.store.write(lambda tx: tx.add_delivery(late))

    await world.settle()

    [done] = await deliveries(world, flag, kind)
    assert done.receipt == {"skipped": "taken-back"}
    assert (world.chat.notices, world.chat.shown, world.chat.hidden) == ([], [], [])
    assert len(world.chat.cards) == cards


async def test_a_notice_that_was_skipped_told_nobody(world: World) -> None:
    """The flag is opened again by an edit: no list is called before its author is told."""
    await world.post("maya", "you insultword")
    await world.post("maya", "you insultword")
    world.chat.errors.update({"send_notice": BROKEN, "show_notice": BROKEN, "page": BROKEN})
    third = await world.post("maya", "you insultword")
    flag = (await world.flags())[-1]
    await world.press("ortiz", Action.DISMISS, flag, "A mistake.")
    world.chat.errors.clear()
    await world.press("ortiz", Action.RETRY, flag)
    world.chat.errors["send_notice"] = DOWN

    await world.post("maya", "you graveword", number=third.key.message)
    assert world.strike_pages() == []

    world.chat.errors.clear()
    world.clock.forward(minutes=60)
    await world.settle()
    assert world.strike_pages() == [("it", flag.id), ("principal", flag.id)]


async def test_the_card_says_that_what_was_sent_again_arrived(world: World) -> None:
    """Attempts begin anew with a retry, and each of them is told of."""
    world.chat.errors["send_notice"] = BROKEN
    world.chat.errors["show_notice"] = BROKEN
    await world.post("maya", "you insultword")
    (flag,) = await world.flags()
    assert "press Retry" in world.text_of(flag)
    world.chat.errors.clear()

    await world.press("ortiz", Action.RETRY, flag)

    assert "not proven that it was seen" in world.text_of(flag)


@pytest.mark.parametrize("verb", ["post_card", "update_card"])
async def test_a_card_that_its_channel_refused_can_be_sent_again(world: World, verb: str) -> None:
    """The bot was taken out of the moderators' channel: nothing stands in for a card."""
    if verb == "update_card":
        await world.post("maya", "you maybeword")
    world.chat.errors[verb] = CHANNEL_CLOSED
    if verb == "post_card":
        await world.post("maya", "you maybeword")
    (flag,) = await world.flags()
    await world.press("ortiz", Action.CONFIRM, flag)
    assert await world.store.read(lambda tx: {d.reason for d in tx.dead()}) == {"not_in_channel"}
    world.chat.errors.clear()

    assert (await world.review.decide(Action.RETRY, flag.id, "cli:office", "")).accepted
    await world.settle()

    assert world.text_of(flag).startswith("Confirmed")
    assert await world.store.read(lambda tx: tx.dead()) == []


async def test_a_task_that_the_channel_refused_can_be_sent_again(world: World) -> None:
    """Else nobody would tell the author in person."""
    world.chat.errors.update(dict.fromkeys(("send_notice", "show_notice"), CLOSED))
    world.chat.errors["post_card"] = CHANNEL_CLOSED
    await world.post("maya", "you insultword")
    (flag,) = await world.flags()
    world.chat.errors.clear()

    await world.review.decide(Action.RETRY, flag.id, "cli:office", "")
    await world.settle()

    titles = [card.title for card in world.chat.cards.values()]
    assert titles == ["Cyberbullying, medium", "Please tell the author in person"]


async def test_a_card_that_somebody_deleted_is_past_sending(world: World) -> None:
    """Its new face is refused once and for all; nobody is asked to see to it."""
    await world.post("maya", "you maybeword")
    world.chat.errors["update_card"] = DeliveryError("message_not_found", refused=True, gone=True)
    (flag,) = await world.flags()

    await world.press("ortiz", Action.CONFIRM, flag)

    assert DeliveryState.REFUSED in {d.state for d in await deliveries(world, flag, Kind.UPDATE)}
    assert await world.store.read(lambda tx: tx.dead()) == []


async def test_each_notice_that_is_refused_is_shown(world: World) -> None:
    """An edit with something new brings another letter, its showing and its task."""
    world.chat.errors["send_notice"] = CLOSED
    message = await world.post("maya", "you insultword")

    await world.post("maya", "you graveword", number=message.key.message)

    excerpts = [letter.sections[1].text for _, letter in world.chat.shown]
    assert ["insultword" in excerpts[0], "graveword" in excerpts[1]] == [True, True]
    assert len(tasks(world)) == 2


async def test_what_was_shown_once_is_no_proof_of_the_next(world: World) -> None:
    """The first letter was shown, the second could not even be."""
    world.chat.errors["send_notice"] = CLOSED
    message = await world.post("maya", "you insultword")
    world.chat.errors["show_notice"] = DeliveryError("not-in-channel", refused=True)

    await world.post("maya", "you graveword", number=message.key.message)

    first, second = tasks(world)
    assert "nothing proves that it was seen" in first
    assert "(dms-closed)" in first
    assert "(not-in-channel)" in second
    assert "nothing proves" not in second


async def end(world: World, how: Action, flag: Flag) -> None:
    """End the matter, by a moderator or on appeal."""
    if how is Action.DISMISS:
        await world.press("ortiz", how, flag, "A line of the play.")
        return
    await world.press("maya", Action.APPEAL, flag, "a play")
    await world.press("principal", how, flag, "Heard.")


@pytest.mark.parametrize(
    ("how", "title", "task"),
    [
        (Action.DISMISS, TAKEN_BACK, "takes flag {} back"),
        (Action.OVERTURN, TAKEN_BACK, "takes flag {} back"),
        (Action.UPHOLD, STANDS, "appeal against flag {} was heard"),
    ],
)
@pytest.mark.parametrize("closed_first", [True, False])
async def test_how_it_ended_is_told_who_takes_no_letters(
    world: World, how: Action, title: str, task: str, closed_first: bool
) -> None:
    """Shown beside the message, and for moderators to tell, whichever way the notice went."""
    if closed_first:
        world.chat.errors["send_notice"] = CLOSED
    await world.post("maya", "you insultword")
    (flag,) = await world.flags()
    world.chat.errors["send_notice"] = CLOSED
    before = len(tasks(world))

    await end(world, how, flag)

    assert [letter.title for _, letter in world.chat.shown][closed_first:] == [title]
    [asked] = tasks(world)[before:]
    assert task.format(flag.id) in asked
    assert "nothing proves that it was seen" in asked


@pytest.mark.parametrize("how", [Action.DISMISS, Action.UPHOLD])
async def test_how_it_ended_is_told_in_person_where_nothing_else_is_left(
    world: World, how: Action
) -> None:
    """Neither by message nor beside theirs: the moderators are asked, once."""
    world.chat.errors.update(dict.fromkeys(("send_notice", "show_notice"), CLOSED))
    await world.post("maya", "you insultword")
    (flag,) = await world.flags()

    await end(world, how, flag)

    notice, ending = tasks(world)
    assert "The notice about flag" in notice
    assert "(dms-closed)" in ending
    assert "nothing proves" not in ending


class Once(dict[str, DeliveryError]):
    """Errors that each come once."""

    def __getitem__(self, verb: str) -> DeliveryError:
        return self.pop(verb)


async def test_a_second_way_that_comes_late_hides_no_newer_notice(world: World) -> None:
    """Taken back while the platform is down, and opened again by an edit before it is up."""
    for _ in range(3):
        third = await world.post("maya", "you insultword")
    flag = (await world.flags())[-1]
    world.chat.errors["send_notice"] = DOWN
    await world.press("ortiz", Action.DISMISS, flag, "A mistake.")
    before = len(world.strike_pages())
    await world.post("maya", "you graveword", number=third.key.message)

    world.chat.errors = Once(send_notice=CLOSED)
    world.clock.forward(minutes=60)
    await world.settle()

    assert [letter.title for _, letter in world.chat.shown] == [TAKEN_BACK]
    assert world.chat.notices[-1][1].title == "The administrators are being told"
    assert len(world.strike_pages()) == before + 2
