"""An appeal made in person or on paper: somebody enters it in its author's name."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.ports import Action, DeliveryError, Person, Reply
from bot.store.port import AppealOutcome, Flag, Status, StoreError
from tests.scenarios.world import ADMINISTRATORS, World

WHY = "It was a line from our play. Call me at 414-555-0101."


async def enter(world: World, flag: Flag, by: str = "cli:office", why: str = WHY) -> Reply:
    """Enter an appeal, and do what follows."""
    reply = await world.review.decide(Action.ENTER_APPEAL, flag.id, by, why)
    await world.settle()
    return reply


async def flagged(world: World, words: str = "you insultword") -> Flag:
    """The newest flag, on these words of maya's."""
    await world.post("maya", words)
    return (await world.flags())[-1]


async def deeds(world: World, flag: Flag) -> list[tuple[str, str, str]]:
    """Who did what with a flag since it was made, as the audit has it."""
    rows = await world.store.read(lambda tx: tx.audit_rows(flag.id))
    return [(row["actor"], row["event"], row["detail"]) for row in rows][1:]


async def test_it_is_as_if_the_author_had_pressed_the_button(world: World) -> None:
    """The list that hears it gets the words, masked; moderators wait; who entered it is told."""
    flag = await flagged(world)

    reply = await enter(world, flag)

    assert reply.accepted
    who, page = world.chat.pages[-1]
    said = "".join(section.text for section in page.sections)
    assert (who, "line from our play" in said, "414-555-0101" in said) == ("principal", True, False)
    card = world.text_of(flag)
    assert "Appeal: open" in card
    assert "Appeal entered in the author's name by cli:office" in card
    assert "line from our play" in card
    assert not world.card_of(flag).buttons
    assert not (await world.press("ortiz", Action.DISMISS, flag, "fine")).accepted
    assert await deeds(world, flag) == [
        ("cli:office", "enter_appeal", '{"late":"no"}'),
        ("playground/demo/maya", "appeal", '{"entered_by":"cli:office"}'),
    ]


async def test_its_author_has_a_receipt(world: World) -> None:
    """With the words that were entered, and what to do if they did not ask for it."""
    flag = await flagged(world)

    await enter(world, flag)

    who, letter = world.chat.notices[-1]
    said = "".join(section.text for section in letter.sections)
    assert (who, letter.title) == ("maya", "An appeal was entered in your name")
    assert "cli:office" in said
    assert "line from our play" in said
    assert not letter.buttons

    await world.post("maya", "I never asked for that", channel="dm-maya")
    assert "I never asked for that" in world.text_of(flag)


@pytest.mark.parametrize(
    ("outcome", "title"),
    [
        (Action.UPHOLD, "Your appeal was heard, and the flag stands"),
        (Action.OVERTURN, "The flag was taken back"),
    ],
)
@pytest.mark.parametrize("toml", ["", "[categories.cyberbullying]\ntell_author = false\n"])
async def test_whoever_entered_it_may_hear_it_and_its_author_may_not(
    tmp_path: Path, outcome: Action, title: str, toml: str
) -> None:
    """To write down what somebody says decides nothing; the database knows who appeals."""
    world = World(tmp_path, toml)
    flag = await flagged(world)
    await enter(world, flag)

    with pytest.raises(StoreError):
        await world.store.write(
            lambda tx: tx.decide_appeal(
                flag.id, "playground/demo/maya", AppealOutcome.OVERTURNED, world.clock.now()
            )
        )
    heard = await world.review.decide(outcome, flag.id, "cli:office", "We looked again.")
    await world.settle()

    assert heard.accepted
    assert world.chat.notices[-1][1].title == title
    await world.close()


async def test_calls_that_rest_on_it_are_not_final(world: World) -> None:
    """Those who were called for a third strike hear of it."""
    for _ in range(3):
        flag = await flagged(world)
    called = len(world.chat.pages)

    await enter(world, flag)

    said = ["".join(s.text for s in page.sections) for _, page in world.chat.pages[called:]]
    assert sum("Nothing is final" in text for text in said) == len(ADMINISTRATORS)


async def test_one_appeal_a_flag_whoever_makes_it(world: World) -> None:
    """The button after the paper, the paper after the button, and the paper twice."""
    flag = await flagged(world)
    other = await flagged(world)
    await world.press("maya", Action.APPEAL, other, WHY)
    assert (await enter(world, flag)).accepted

    assert "appealed once" in (await world.press("maya", Action.APPEAL, flag, WHY)).text
    for one in (flag, other):
        reply = await enter(world, one)
        assert (reply.accepted, "appealed once" in reply.text) == (False, True)


async def test_the_days_bind_the_author_and_a_late_one_is_entered_as_such(world: World) -> None:
    """What was handed in on time may be typed in late; that it is late is told and on record."""
    flag = await flagged(world)
    in_time = await flagged(world)
    assert "days for it end on" in (await enter(world, in_time)).text
    world.clock.forward(minutes=60 * 24 * 30)
    assert not (await world.press("maya", Action.APPEAL, flag, WHY)).accepted

    reply = await enter(world, flag)

    assert reply.accepted
    assert "days for it ended on" in reply.text
    assert "entered after its days" in world.text_of(flag)
    assert "entered after its days" not in world.text_of(in_time)
    assert '"late":"yes"' in (await deeds(world, flag))[1][2]
    assert '"late":"no"' in (await deeds(world, in_time))[0][2]


@pytest.mark.parametrize(
    ("words", "decided", "said"),
    [
        ("you maybeword", None, "counts against nobody"),  # nobody has been told yet
        ("i am careword", Action.CONFIRM, "counts against nobody"),
        ("you insultword", Action.DISMISS, "nothing to appeal"),
    ],
)
async def test_what_nobody_holds_against_them_cannot_be_appealed(
    world: World, words: str, decided: Action | None, said: str
) -> None:
    """There is no button for it either."""
    flag = await flagged(world, words)
    if decided:
        await world.review.decide(decided, flag.id, "cli:office", "so")
        await world.settle()

    reply = await enter(world, flag)

    assert (reply.accepted, said in reply.text) == (False, True)
    assert await world.store.read(lambda tx: tx.appeal(flag.id)) is None


async def test_a_confirmed_one_can_be_and_the_words_are_needed(world: World) -> None:
    """An appeal says why, on paper as in the form."""
    flag = await flagged(world, "you maybeword")
    await world.press("ortiz", Action.CONFIRM, flag)

    assert "reason" in (await enter(world, flag, why=" ")).text
    assert (await enter(world, flag)).accepted


@pytest.mark.parametrize("words", ["you insultword", "you lewdword"])
@pytest.mark.parametrize(
    ("name", "may"),
    [("adams", True), ("byrne", True), ("ortiz", False), ("novak", False), ("stranger", False)],
)
async def test_who_may_enter_one(tmp_path: Path, words: str, name: str, may: bool) -> None:
    """Administrators and appeals reviewers, private flags too: nothing of it is shown to them."""
    roles = {
        "administrator": "adams",
        "appeals_reviewer": "byrne",
        "reviewer": "ortiz",
        "it_owner": "novak",
    }
    toml = "".join(f'[roles.{role}]\npeople = ["cli:{who}"]\n' for role, who in roles.items())
    world = World(tmp_path, toml)
    flag = await flagged(world, words)

    reply = await enter(world, flag, f"cli:{name}")

    assert reply.accepted is may
    if not may:
        assert "needs the role “appeals reviewer” or “administrator”" in reply.text
        assert (await deeds(world, flag))[-1][:2] == (f"cli:{name}", "refused")
    assert (await world.store.read(lambda tx: tx.appeal(flag.id)) is not None) is may
    await world.close()


async def test_no_forged_button_enters_one(world: World) -> None:
    """Not the author, nor a moderator; who may do it is held to the same conditions."""
    flag = await flagged(world)

    for person in ("maya", "ortiz"):
        assert not (await world.press(person, Action.ENTER_APPEAL, flag, WHY)).accepted
    assert (await world.press("principal", Action.ENTER_APPEAL, flag, WHY)).accepted
    again = await world.press("principal", Action.ENTER_APPEAL, flag, WHY)
    assert "appealed once" in again.text


async def test_an_author_who_gets_no_letters(world: World) -> None:
    """Whom the bot cannot reach can appeal like anybody: it is heard and decided."""
    closed = DeliveryError("closed", refused=True)
    world.chat.errors.update({"send_notice": closed, "show_notice": closed})
    flag = await flagged(world)

    await enter(world, flag)
    await world.press("principal", Action.OVERTURN, flag, "A play, indeed.")

    assert (await world.flags())[0].status is Status.OVERTURNED


async def test_their_other_account_is_theirs(world: World) -> None:
    """An administrator enters none against their own flag and hears it: they wrote it."""
    accounts = Person("playground", "demo", "maya"), Person("playground", "demo", "principal")
    links = world.review.links
    await world.store.write(lambda tx: links.propose(tx, *accounts, "cli:office", "register"))
    link = (await world.store.read(lambda tx: tx.links()))[0]
    await world.store.write(lambda tx: links.confirm(tx, link.id, "cli:board"))
    flag = await flagged(world)

    await enter(world, flag)

    assert world.paged()[-1] == "it"
    refused = await world.press("principal", Action.OVERTURN, flag, "mine")
    assert not refused.accepted
    assert (await world.flags())[0].status is Status.OPEN
