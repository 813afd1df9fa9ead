"""What every chat adapter owes. A subclass brings the fixture `bench`: a connected platform."""

from __future__ import annotations

import logging

import pytest

from bot.ports import Action, Notice, Reply, Section
from tests.contract.adapter_bench import (
    CALL,
    FACE,
    FLAG,
    LETTER,
    NOTICE,
    PAGE,
    Bench,
    card,
    key,
    refusal,
)

MARK = "markerwordsofaperson"
# Not "hallmonitor.slack": there the adapter itself shuts the SDK's mouth, which is what is tried.
OPENED = ("adapters", "bot", "discord", "rules", "slack")


class HearingContract:
    """What people do reaches the inbox: once, whole, under one key."""

    async def test_a_post_becomes_one_message(self, bench: Bench) -> None:
        """With its key, author, words and an aware time."""
        posted = await bench.post("hello there")

        (message,) = bench.inbox.messages
        assert message.key == key(bench, posted)
        assert (message.author_id, message.text) == (bench.student.id, "hello there")
        assert (message.direct, message.edited) == (False, False)
        assert message.posted_at.utcoffset() is not None

    async def test_an_edit_keeps_the_key(self, bench: Bench) -> None:
        """And brings the new words, marked as an edit."""
        posted = await bench.post("hello there")
        await bench.edit(posted, "goodbye then")

        _, edit = bench.inbox.messages
        assert (edit.key, edit.author_id) == (key(bench, posted), bench.student.id)
        assert (edit.text, edit.edited, edit.direct) == ("goodbye then", True, False)

    async def test_a_deletion_names_the_post(self, bench: Bench) -> None:
        """By the key it came in with."""
        posted = await bench.post("hello there")
        await bench.delete(posted)

        ((gone, at),) = bench.inbox.deletions
        assert gone == key(bench, posted) == bench.inbox.messages[0].key
        assert at.utcoffset() is not None

    async def test_what_is_written_to_the_bot_is_direct(self, bench: Bench) -> None:
        """An answer, not a post."""
        await bench.answer("it was a joke")

        (message,) = bench.inbox.messages
        assert (message.text, message.direct) == ("it was a joke", True)
        assert message.author_id == bench.student.id

    async def test_the_bots_own_posts_never_come_in(self, bench: Bench) -> None:
        """Letters, cards, their updates and pages are on the platform, and not in the inbox."""
        posted = await bench.adapter.post_card(bench.desk, card(), key="c")
        await bench.adapter.update_card(posted, card(1))
        await bench.adapter.send_notice(bench.student, NOTICE, key="n")
        await bench.adapter.page(bench.moderator, PAGE, key="p")
        await bench.post("hello there")  # comes after them on every platform
        await bench.answer("it was a joke")

        assert [m.text for m in bench.inbox.messages] == ["hello there", "it was a joke"]
        assert bench.inbox.odd == []

    async def test_what_could_not_be_recorded_is_not_lost(self, bench: Bench) -> None:
        """Nothing says that it was taken; it comes again under its key, once."""
        bench.inbox.refuse(times=10_000)
        posted = await bench.post("hello there", taken=False)
        assert bench.inbox.messages == []
        bench.inbox.failures_left = 0
        await bench.again(posted)

        assert [(m.key, m.text) for m in bench.inbox.messages] == [
            (key(bench, posted), "hello there")
        ]


class ActingContract:
    """What the application asks for stands where its reader looks, or is refused with a reason."""

    async def test_each_act_has_a_receipt(self, bench: Bench) -> None:
        """Where it stands and since when; private ones are private."""
        sent = await bench.adapter.send_notice(bench.student, NOTICE, key="n")
        posted = await bench.adapter.post_card(bench.desk, card(), key="c")
        paged = await bench.adapter.page(bench.moderator, PAGE, key="p")

        for receipt in (sent, posted, paged):
            assert receipt.channel
            assert receipt.message
            assert receipt.at.utcoffset() is not None
            assert receipt.proven
        assert posted.channel == bench.desk.channel
        assert (await bench.sees(bench.student)).count(LETTER) == 1
        assert LETTER not in await bench.sees(bench.other)
        assert FACE in await bench.sees(bench.moderator)
        assert CALL in await bench.sees(bench.moderator)

    async def test_a_key_used_twice_is_harmless(self, bench: Bench) -> None:
        """The adapter's documented promise holds, and another key is another act."""
        first = await bench.adapter.send_notice(bench.student, NOTICE, key="n-1")
        again = await bench.adapter.send_notice(bench.student, NOTICE, key="n-1")
        other = await bench.adapter.send_notice(bench.student, NOTICE, key="n-2")

        assert bench.is_one_act(first, again)
        assert not bench.is_one_act(first, other)
        assert LETTER not in await bench.sees(bench.other)

    async def test_a_card_changes_in_place(self, bench: Bench) -> None:
        """The old face is gone, and a late update does not bring it back."""
        posted = await bench.adapter.post_card(bench.desk, card(), key="c")
        changed = await bench.adapter.update_card(posted, card(2, "Dismissed by a moderator"))
        await bench.adapter.update_card(posted, card(1))

        seen = await bench.sees(bench.moderator)
        assert (changed.channel, changed.message) == (posted.channel, posted.message)
        assert seen.count("Dismissed by a moderator") == 1
        assert FACE not in seen

    async def test_a_closed_dm_is_refused(self, bench: Bench) -> None:
        """With a reason that a fallback can go by; nothing was shown."""
        await bench.close_dm()
        await refusal(bench.adapter.send_notice(bench.student, NOTICE, key="n"))

        assert LETTER not in await bench.sees(bench.student)

    async def test_a_notice_is_shown_to_its_author_alone(self, bench: Bench) -> None:
        """The way left when the DM is closed; that they looked is not claimed."""
        posted = await bench.post("hello there")
        await bench.close_dm()
        shown = await bench.adapter.show_notice(bench.student, key(bench, posted), NOTICE, key="s")

        assert not shown.proven
        assert LETTER in await bench.sees(bench.student)
        assert LETTER not in await bench.sees(bench.other)

    async def test_where_nothing_can_be_shown_it_is_refused(self, bench: Bench) -> None:
        """So that a moderator is asked to talk to them."""
        posted = await bench.post("hello there")
        await bench.lock_out(posted)
        await refusal(bench.adapter.show_notice(bench.student, key(bench, posted), NOTICE, key="s"))

        assert LETTER not in await bench.sees(bench.other)


class PressingContract:
    """A press is the application's to judge, and its answer is for the presser's eyes."""

    async def test_a_press_says_who_what_and_which_flag(self, bench: Bench) -> None:
        """A button without a form is pressed at once, and answered."""
        bench.inbox.reply = Reply("Confirmed by you")
        await bench.adapter.post_card(bench.desk, card(), key="c")
        await bench.press(bench.moderator, Action.CONFIRM)

        (press,) = bench.inbox.presses
        assert (press.person, press.action) == (bench.moderator, Action.CONFIRM)
        assert (press.flag_id, press.reason) == (FLAG, "")
        assert press.event_id
        assert bench.inbox.asks == []
        assert "Confirmed by you" in await bench.sees(bench.moderator)
        assert "Confirmed by you" not in await bench.sees(bench.other)

    async def test_a_reason_is_asked_for_first(self, bench: Bench) -> None:
        """Asked before the form opens, pressed with what was written."""
        await bench.adapter.post_card(bench.desk, card(), key="c")
        await bench.press(bench.moderator, Action.DISMISS, reason="a quotation")

        (asked,), (press,) = bench.inbox.asks, bench.inbox.presses
        for one in (asked, press):
            assert (one.person, one.action) == (bench.moderator, Action.DISMISS)
            assert one.flag_id == FLAG
        assert (asked.reason, press.reason) == ("", "a quotation")

    @pytest.mark.parametrize("action", [Action.CONFIRM, Action.DISMISS])
    async def test_a_refused_presser_alone_is_told(self, bench: Bench, action: Action) -> None:
        """At the press, or before the form: then none opens."""
        bench.inbox.reply = bench.inbox.may_press = Reply("Only moderators may", accepted=False)
        await bench.adapter.post_card(bench.desk, card(), key="c")
        await bench.press(bench.intruder, action, reason="because")

        seen = bench.inbox.presses if action is Action.CONFIRM else bench.inbox.asks
        assert [press.person for press in seen] == [bench.intruder]
        assert len(bench.inbox.asks + bench.inbox.presses) == 1
        assert "Only moderators may" in await bench.sees(bench.intruder)
        assert "Only moderators may" not in await bench.sees(bench.moderator)


class PrivacyContract:
    """People's words reach the inbox and nobody's log."""

    @pytest.fixture
    def logs(self, caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
        """All that can be logged is, from before the adapter starts."""
        for name in ["", *(n for n in logging.root.manager.loggerDict if n.startswith(OPENED))]:
            caplog.set_level(logging.DEBUG, logger=name or None)
        return caplog

    async def test_no_word_is_logged(
        self, logs: pytest.LogCaptureFixture, bench: Bench, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Posts, edits, answers, cards, reasons and failures."""
        bench.inbox.reply = Reply(f"reply {MARK}")
        posted = await bench.post(MARK)
        await bench.edit(posted, f"{MARK} again")
        await bench.answer(MARK)
        await bench.adapter.post_card(bench.desk, card(face=MARK), key="c")
        await bench.press(bench.moderator, Action.DISMISS, reason=MARK)
        await bench.delete(posted)
        bench.inbox.refuse(times=10_000)
        refused = await bench.post(f"refused {MARK}", taken=False)
        bench.inbox.failures_left = 0
        await bench.again(refused)
        await bench.close_dm()
        notice = Notice(FLAG, "en", "A private note", (Section("Seen", MARK),))
        error = await refusal(bench.adapter.send_notice(bench.student, notice, key="n"))

        assert [MARK in message.text for message in bench.inbox.messages] == [True] * 4
        assert MARK in bench.inbox.presses[0].reason
        assert MARK not in logs.text + "".join(capsys.readouterr()) + str(error)


class AdapterContract(HearingContract, ActingContract, PressingContract, PrivacyContract):
    """All that an adapter owes."""
