"""From a message to the administrators, and back."""

from __future__ import annotations

from bot.ports import Action, DeliveryError
from bot.store.port import Status
from tests.scenarios.world import ADMINISTRATORS, World


async def test_three_strikes_reach_the_administrators(world: World) -> None:
    """First a notice, then a firmer one and a card that says repeat, then the pages."""
    for _ in range(3):
        await world.post("maya", "you insultword")

    titles = [notice.title for who, notice in world.chat.notices if who == "maya"]
    first, second, third = await world.flags()
    assert titles == [
        "A private note about your message",
        "This has happened before",
        "The administrators are being told",
    ]
    assert "First this school year" in world.text_of(first)
    assert "Repeat: number 2" in world.text_of(second)
    assert "Repeat: number 3" in world.text_of(third)
    assert sorted(world.paged()) == sorted(ADMINISTRATORS)
    record = next(s for s in world.chat.pages[0][1].sections if s.heading == "The record")
    assert [first.id in record.text, second.id in record.text, third.id in record.text] == [
        True
    ] * 3


async def test_the_notice_says_what_which_clause_what_follows_and_how_to_answer(
    world: World,
) -> None:
    """The letter has every part that due process asks for."""
    await world.post("maya", "you insultword")

    _, notice = world.chat.notices[0]
    headings = [section.heading for section in notice.sections]
    assert headings == [
        "What was seen",
        "The part it is about",
        "Which rule",
        "What follows",
        "How to put it right",
        "How to answer",
        "How to appeal",
    ]
    assert "insultword" in notice.sections[1].text
    assert "Milwaukee" in notice.sections[2].text or "Policy" in notice.sections[2].text


async def test_an_unsure_finding_tells_nobody_before_a_moderator_confirms(world: World) -> None:
    """Review tier: the card only; on Confirm the author is told and the strike counts."""
    await world.post("maya", "you maybeword")
    (flag,) = await world.flags()
    assert world.chat.notices == []

    reply = await world.press("ortiz", Action.CONFIRM, flag)

    assert reply.accepted
    assert [who for who, _ in world.chat.notices] == ["maya"]
    assert "A moderator looked at your message" in world.chat.notices[0][1].sections[0].text
    await world.post("maya", "you insultword")
    assert world.chat.notices[1][1].title == "This has happened before"


async def test_a_dismissal_takes_the_strike_back_and_tells_the_author(world: World) -> None:
    """After a dismissal the next flag is a first one again."""
    await world.post("maya", "you insultword")
    (flag,) = await world.flags()

    await world.press("ortiz", Action.DISMISS, flag, "They were quoting a play.")

    assert world.chat.notices[-1][1].title == "The flag was taken back"
    assert "quoting a play" in world.chat.notices[-1][1].sections[-1].text
    assert world.text_of(flag).startswith("Dismissed")
    await world.post("maya", "you insultword")
    assert world.chat.notices[-1][1].title == "A private note about your message"


async def test_a_dismissal_cancels_what_is_not_out_yet(world: World) -> None:
    """Dismissed before delivery: the author never hears of it."""
    await world.desk.message(world.message("maya", "you insultword"))
    (flag,) = await world.flags()

    await world.review.decide(Action.DISMISS, flag.id, "cli:office", "A mistake.")
    await world.settle()

    assert world.chat.notices == []
    assert "not sent, the flag was dismissed first" in world.text_of(flag)


async def test_a_dismissed_second_strike_takes_back_the_page_of_the_third(world: World) -> None:
    """Who was called for a third strike that is none any more is told so."""
    for _ in range(3):
        await world.post("maya", "you insultword")
    flags = await world.flags()
    world.chat.pages.clear()

    await world.press("ortiz", Action.DISMISS, flags[1], "It was banter.")

    assert sorted(world.paged()) == sorted(ADMINISTRATORS)
    assert world.chat.pages[0][1].title == f"Taken back: flag {flags[2].id}"


async def test_two_moderators_cannot_both_decide(world: World) -> None:
    """The second one is told who decided; nothing is done twice."""
    await world.post("maya", "you insultword")
    (flag,) = await world.flags()
    await world.press("ortiz", Action.DISMISS, flag, "A mistake.")

    reply = await world.press("chen", Action.CONFIRM, flag)

    assert not reply.accepted
    assert "Already decided: Dismissed" in reply.text
    assert (await world.flags())[0].status is Status.DISMISSED


async def test_the_same_press_twice_is_carried_out_once(world: World) -> None:
    """A platform that sends an interaction again gets the same answer and no second decision."""
    await world.post("maya", "you maybeword")
    (flag,) = await world.flags()

    first = await world.press("ortiz", Action.CONFIRM, flag, event="same")
    second = await world.press("ortiz", Action.CONFIRM, flag, event="same")

    decisions = await world.store.read(lambda tx: tx.decisions(flag.id))
    assert first.accepted
    assert second == first
    assert len(decisions) == 1


async def test_only_moderators_decide_and_never_on_their_own_message(world: World) -> None:
    """Others are refused, and the attempt is on record."""
    await world.post("ortiz", "you insultword", channel="staff-room")
    (flag,) = await world.flags()

    student = await world.press("leo", Action.CONFIRM, flag)
    herself = await world.press("ortiz", Action.DISMISS, flag, "I was joking.")

    rows = await world.store.read(lambda tx: tx.audit_rows(flag.id))
    assert [student.accepted, herself.accepted] == [False, False]
    assert [row["event"] for row in rows].count("refused") == 2


async def test_escalate_confirms_and_calls_the_administrators(world: World) -> None:
    """A moderator need not wait for the third strike."""
    await world.post("maya", "you maybeword")
    (flag,) = await world.flags()

    await world.press("ortiz", Action.ESCALATE, flag)

    assert sorted(world.paged()) == sorted(ADMINISTRATORS)
    assert (await world.flags())[0].status is Status.CONFIRMED


async def test_a_possible_threat_calls_its_lists_at_once_and_tells_no_author(world: World) -> None:
    """Threats do not wait for a moderator; the author of an unsure one is not told."""
    await world.post("leo", "you threatword")

    assert sorted(world.paged()) == sorted(ADMINISTRATORS)
    assert world.chat.notices == []


async def test_welfare_goes_to_the_counsellors_and_is_no_strike(world: World) -> None:
    """A care route: no notice, no strike, no words in the moderators' channel."""
    await world.post("leo", "i am careword and you insultword")

    (flag,) = await world.flags()
    assert "counsellor" in world.paged()
    assert world.chat.notices == []
    assert "careword" not in world.text_of(flag)
    assert await world.store.read(lambda tx: tx.strikes(flag.author, flag.posted_at)) == []


async def test_ones_own_number_is_a_tip_and_never_a_strike(world: World) -> None:
    """The notice is gentle, and shows the number to nobody."""
    await world.post("leo", "my number is 414-555-0101 ok")

    (flag,) = await world.flags()
    _, notice = world.chat.notices[0]
    said = "\n".join(section.text for section in notice.sections)
    assert notice.title == "A tip about your message"
    assert "414-555-0101" not in said + world.text_of(flag)
    await world.post("leo", "you insultword")
    assert world.chat.notices[1][1].title == "A private note about your message"


async def test_a_card_masks_what_others_said_before_and_what_the_author_answers(
    world: World,
) -> None:
    """Personal data is masked wherever it stands, not only in the flagged message."""
    await world.post("leo", "my number is 414-555-0101 ok")
    await world.post("maya", "you insultword")

    await world.post("maya", "call 414-555-0102 to ask my mother", channel="dm-maya")

    flag = (await world.flags())[1]
    assert "414-555-01" not in world.text_of(flag)
    assert "to ask my mother" in world.text_of(flag)


async def test_strikes_of_another_school_year_do_not_count(world: World) -> None:
    """The window is the school year, from July."""
    await world.post("maya", "you insultword")
    world.clock.forward(days=365)

    await world.post("maya", "you insultword")

    assert world.chat.notices[1][1].title == "A private note about your message"


async def test_a_closed_dm_is_shown_instead_and_becomes_a_task(world: World) -> None:
    """The record stands, the fallback is tried, and moderators are asked to speak to the author."""
    world.chat.errors["send_notice"] = DeliveryError("dms-closed", refused=True)

    await world.post("maya", "you insultword")

    (flag,) = await world.flags()
    titles = [card.title for card in world.chat.cards.values()]
    assert [who for who, _ in world.chat.shown] == ["maya"]
    assert "Please tell the author in person" in titles
    assert "not proven" in world.text_of(flag)
    assert flag.status is Status.OPEN


async def test_no_way_to_the_author_still_leaves_record_card_and_task(world: World) -> None:
    """Where the fallback is refused too, nothing is lost but the private way."""
    world.chat.errors["send_notice"] = DeliveryError("dms-closed", refused=True)
    world.chat.errors["show_notice"] = DeliveryError("not-in-channel", refused=True)

    await world.post("maya", "you insultword")

    (flag,) = await world.flags()
    assert len(world.chat.cards) == 2
    assert "Notice: refused (not-in-channel)" in world.text_of(flag)


async def test_what_was_given_up_can_be_sent_again(world: World) -> None:
    """A dead letter is visible on the card and goes out when a moderator retries."""
    world.chat.errors["send_notice"] = DeliveryError("invalid_auth")
    world.chat.errors["show_notice"] = DeliveryError("invalid_auth")
    await world.post("maya", "you insultword")
    (flag,) = await world.flags()
    card = next(c for c in world.chat.cards.values() if c.title.startswith("Cyberbullying"))
    assert Action.RETRY in {button.action for button in card.buttons}
    world.chat.errors.clear()

    reply = await world.press("ortiz", Action.RETRY, flag)

    assert reply.accepted
    assert [who for who, _ in world.chat.notices] == ["maya"]


async def test_retry_after_is_honoured_and_the_notice_arrives_once(world: World) -> None:
    """A rate limit delays; it loses and doubles nothing."""
    world.chat.errors["send_notice"] = DeliveryError(
        "ratelimited", retryable=True, retry_after_s=30
    )
    await world.desk.message(world.message("maya", "you insultword"))
    await world.settle()
    world.chat.errors.clear()

    world.clock.forward(seconds=29)
    await world.settle()
    early = len(world.chat.notices)
    world.clock.forward(seconds=2)
    await world.settle()

    assert (early, len(world.chat.notices)) == (0, 1)
