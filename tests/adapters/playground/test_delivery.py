"""What the application delivers stands where its reader looks, once, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.playground import ADMINS, MODERATORS_PLACE, PEOPLE
from bot.ports import (
    Action,
    Button,
    Card,
    DeliveryError,
    Notice,
    Page,
    Person,
    Place,
    Receipt,
    Reply,
    Section,
    mention,
    mention_channel,
)
from rules.types import MessageKey
from tests.adapters.playground.conftest import CHEN, MAYA, Visit
from tests.adapters.playground.inboxes import RecordingInbox
from tests.adapters.playground.serving import START, playground

MAYA_ID = Person("playground", "demo", "maya")
LEO = "/?as=leo&in=class-7b&mod=ortiz"
NOTICE = Notice(
    "F-1", "es", "Sobre tu mensaje", (Section("Lo que se vio", "Un insulto."),), "Responde aquí."
)
BUTTONS = (
    Button(Action.CONFIRM, "F-1", "Confirm", "primary"),
    Button(Action.DISMISS, "F-1", "Dismiss", asks_reason=True),
)
CARD = Card("F-1", "A flag", "open", (Section("Finding", "an insult"),), BUTTONS, revision=3)
PAGE = Page(
    "F-1",
    "Third strike",
    (Section("Record", "three flags"),),
    (Button(Action.ACKNOWLEDGE, "F-1", "I take this", "primary"),),
)


async def test_a_notice_is_for_its_reader_alone(visit: Visit) -> None:
    """Title, sections and footer stand in that person's conversation, marked in its language."""
    receipt = await visit.adapter.send_notice(MAYA_ID, NOTICE, key="k")
    hers, his = await visit.get(), await visit.get(LEO)

    assert receipt.channel == "dm-maya"
    assert receipt.proven
    assert receipt.at > START
    for words in ("Sobre tu mensaje", "Lo que se vio", "Un insulto.", "Responde aquí."):
        assert words in hers.words
        assert words not in his.words
    assert 'lang="es"' in hers.text


async def test_closed_direct_messages_are_refused_until_they_are_opened(visit: Visit) -> None:
    """The switch is one person's own; the refusal is final, so that a fallback takes over."""
    await visit.send("direct-messages", state="closed")
    with pytest.raises(DeliveryError, match="dms-closed") as refusal:
        await visit.adapter.send_notice(MAYA_ID, NOTICE, key="k")
    await visit.adapter.send_notice(replace(MAYA_ID, id="leo"), NOTICE, key="l")
    await visit.send("direct-messages", state="open")
    await visit.adapter.send_notice(MAYA_ID, NOTICE, key="k")

    assert refusal.value.refused
    assert not refusal.value.retryable
    assert (await visit.get()).text.count('class="letter"') == 1


async def test_a_shown_notice_stands_under_the_post_for_its_author_alone(visit: Visit) -> None:
    """Unproven, as with an ephemeral message."""
    await visit.send("posts", text="my post")
    key = visit.inbox.messages[0].key
    receipt = await visit.adapter.show_notice(MAYA_ID, key, NOTICE, key="k")
    hers, his = await visit.get(), await visit.get(LEO)

    assert not receipt.proven
    assert receipt.channel == "class-7b"
    assert "Only Maya can see this" in hers.words
    assert "Un insulto." in hers.words
    assert "Un insulto." not in his.words


async def test_a_notice_is_shown_to_nobody_but_the_author(visit: Visit) -> None:
    """A wrong person, a post that is gone and a person who is not here are refused."""
    await visit.send("posts", text="my post")
    key = visit.inbox.messages[0].key
    for to, about in [
        (replace(MAYA_ID, id="leo"), key),
        (MAYA_ID, replace(key, message="1.000000")),
        (MAYA_ID, replace(key, workspace="another")),
        (replace(MAYA_ID, id="nobody"), key),
    ]:
        with pytest.raises(DeliveryError) as refusal:
            await visit.adapter.show_notice(to, about, NOTICE, key="k")

        assert refusal.value.refused


async def test_acts_under_one_key_are_done_once(visit: Visit) -> None:
    """Repeated after a crash, each returns the receipt of the first time."""
    await visit.send("posts", text="my post")
    about = visit.inbox.messages[0].key
    port = visit.adapter
    acts = [
        lambda: port.send_notice(MAYA_ID, NOTICE, key="notice"),
        lambda: port.show_notice(MAYA_ID, about, NOTICE, key="shown"),
        lambda: port.post_card(MODERATORS_PLACE, CARD, key="card"),
        lambda: port.page(ADMINS["principal"], PAGE, key="page"),
    ]
    for act in acts:
        assert await act() == await act()
    page = await visit.get()

    assert page.text.count("Sobre tu mensaje") == 2
    assert page.text.count("A flag") == 1
    assert page.text.count("Third strike") == 1


async def test_a_card_changes_in_place_and_never_back(visit: Visit) -> None:
    """A newer revision replaces the face; an older one that comes late is left out."""
    receipt = await visit.adapter.post_card(MODERATORS_PLACE, CARD, key="k")
    done = replace(CARD, title="Confirmed", tone="done", buttons=(), revision=5)
    late = replace(CARD, title="Too late", revision=4)
    await visit.adapter.update_card(receipt, done)
    updated = await visit.adapter.update_card(receipt, late)
    page = await visit.get()

    assert (updated.channel, updated.message) == (receipt.channel, receipt.message)
    assert "Confirmed" in page.words
    assert "Decided" in page.words
    assert page.text.count('id="card-') == 1
    assert "Too late" not in page.words
    assert 'value="dismiss"' not in page.text


async def test_a_card_of_an_earlier_run_is_posted_again(visit: Visit) -> None:
    """The chat is empty after a restart, the record is not: an update brings the card back."""
    await visit.adapter.update_card(Receipt("moderators", "1700000000.000001", START), CARD)

    assert 'id="card-1700000000.000001"' in (await visit.get()).text


async def test_cards_go_to_the_moderators_only(visit: Visit) -> None:
    """No card is ever posted where students read."""
    with pytest.raises(DeliveryError, match="channel-not-found"):
        await visit.adapter.post_card(Place("playground", "demo", "class-7b"), CARD, key="k")
    with pytest.raises(DeliveryError, match="channel-not-found"):
        await visit.adapter.update_card(Receipt("class-7b", "1.000000", START), CARD)


async def test_a_cards_form_opens_and_its_answer_is_for_the_presser(visit: Visit) -> None:
    """Dismiss asks why; the reply stands on the card in that moderator's view alone."""
    await visit.adapter.post_card(MODERATORS_PLACE, CARD, key="k")
    asked = await visit.send("presses/ask", action="dismiss", flag="F-1")
    visit.inbox.reply = Reply("Your decision is on record.")
    done = await visit.send("presses", action="dismiss", flag="F-1", reason="a quotation")
    other = await visit.get(f"/{CHEN}")

    assert "Dismiss: why?" in asked.words
    assert "Dismiss: why?" not in done.words
    assert "Your decision is on record." in done.words
    assert "Your decision is on record." not in other.words


async def test_a_card_leads_to_the_message_while_it_is_there(visit: Visit) -> None:
    """In a view that may see the channel; a link to anything that can run is not shown."""
    await visit.send("posts", text="my post")
    message = visit.inbox.messages[0]
    receipt = await visit.adapter.post_card(
        MODERATORS_PLACE, replace(CARD, link=message.permalink), key="k"
    )
    there = await visit.get(f"/{CHEN}")
    await visit.send("posts/delete", post=message.key.message)
    gone = await visit.get()
    unsafe = replace(CARD, link="javascript:alert(1)", revision=9)
    await visit.adapter.update_card(receipt, unsafe)

    expected = f"/?as=ortiz&amp;in=class-7b&amp;mod=chen#post-{message.key.message}"
    assert f'href="{expected}"' in there.text
    assert "See the message" not in gone.words
    assert "javascript:" not in (await visit.get()).text


async def test_people_and_channels_are_called_by_name(visit: Visit) -> None:
    """Mentions are written out wherever the application speaks; all else there stays text."""
    place = Place("playground", "demo", "class-7b")
    stranger = Person("playground", "demo", "<b>")
    said = f"{mention(MAYA_ID)} in {mention_channel(place)}, {mention(stranger)} <i>\0"
    section = Section("Who", said)
    await visit.adapter.post_card(MODERATORS_PLACE, replace(CARD, sections=(section,)), key="c")
    await visit.adapter.page(ADMINS["it"], replace(PAGE, sections=(section,)), key="p")
    await visit.adapter.send_notice(MAYA_ID, replace(NOTICE, sections=(section,)), key="n")
    page = await visit.get()

    spelt = (
        '<span class="mention">Maya</span> in <span class="mention">#class-7b</span>, '
        '<span class="mention">&lt;b&gt;</span> &lt;i&gt;\u2400'
    )
    assert page.text.count(spelt) == 3


async def test_a_page_without_a_question_does_not_wait(visit: Visit) -> None:
    """News for the office, such as a flag that was taken back, asks for nothing."""
    await visit.adapter.page(ADMINS["it"], replace(PAGE, buttons=()), key="p")
    page = await visit.get()

    assert "For information" in page.words
    assert "Nothing waits for an answer" in page.words


async def test_a_page_waits_until_it_is_acknowledged(visit: Visit) -> None:
    """The one who was paged presses; then the page asks no more."""
    await visit.adapter.page(ADMINS["principal"], PAGE, key="k")
    before = await visit.get()
    after = await visit.send("presses", action="acknowledge", flag="F-1", paged="principal")

    assert "Dr. Hughes Principal" in before.words
    assert "1 page waits for an answer" in before.words
    assert [press.person for press in visit.inbox.presses] == [ADMINS["principal"]]
    assert "Nothing waits for an answer" in after.words
    assert 'value="acknowledge"' not in after.text


async def test_a_refused_acknowledgement_leaves_the_page_waiting(visit: Visit) -> None:
    """Only the application says whether it counts."""
    await visit.adapter.page(ADMINS["it"], PAGE, key="k")
    visit.inbox.reply = Reply("Somebody else took this.", accepted=False)
    after = await visit.send("presses", action="acknowledge", flag="F-1", paged="it")

    assert "1 page waits for an answer" in after.words
    assert "Somebody else took this." in after.words


async def test_people_outside_the_office_can_be_paged_too(visit: Visit) -> None:
    """A list may name a teacher: their inbox then stands beside the others."""
    await visit.adapter.page(Person("playground", "demo", "chen"), PAGE, key="k")

    assert 'id="inbox-chen"' in (await visit.get()).text


async def test_a_hidden_message_is_out_of_sight(visit: Visit) -> None:
    """Its place says that it was hidden."""
    await visit.send("posts", text="rude words")
    receipt = await visit.adapter.hide(visit.inbox.messages[0].key)
    page = await visit.get()

    assert receipt.message == visit.inbox.messages[0].key.message
    assert "rude words" not in page.text
    assert "Hidden by the moderators." in page.words
    with pytest.raises(DeliveryError, match="message-not-found"):
        await visit.adapter.hide(MessageKey("playground", "demo", "class-7b", "1.000000"))


@pytest.mark.parametrize(
    "person",
    [
        Person("playground", "demo", "nobody"),
        Person("slack", "demo", "maya"),
        Person("playground", "other", "maya"),
    ],
)
async def test_strangers_cannot_be_reached(person: Person) -> None:
    """Refused for good, so that the fallback takes over."""
    port = playground(RecordingInbox())
    for act in (port.send_notice(person, NOTICE, key="k"), port.page(person, PAGE, key="k")):
        with pytest.raises(DeliveryError, match="user-not-found") as refusal:
            await act

        assert refusal.value.refused


async def test_everyone_one_can_post_as_has_a_page(visit: Visit) -> None:
    """Each person's view names them and offers a channel to write in."""
    for member in PEOPLE:
        page = await visit.get(f"/?as={member.id}")

        assert page.status == 200
        assert f" as {member.name}" in page.text
    assert (await visit.get(f"/{MAYA}")).status == 200
