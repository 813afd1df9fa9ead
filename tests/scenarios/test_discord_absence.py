"""What happens on Discord while nobody runs: nothing is missed, nothing is told twice."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.scenarios.discord_school import school_in

POST = "POST /channels/{channel}/messages"


async def test_a_restart_with_a_card_pending_sends_everything_once(tmp_path: Path) -> None:
    """What was recorded is delivered by whoever runs next; its buttons work."""
    async with school_in(tmp_path) as school:
        school.discord.fail(POST, status=503, times=50)
        async with school.running():
            await school.discord.post(school.people["maya"], school.room, "you insultword")
            await school.flagged(1)
        school.discord.mend()
        async with school.running(later=timedelta(hours=2)):
            await school.discord.until(lambda: school.letters("maya") and school.cards())
            await school.discord.until(lambda: "Notice: delivered" in school.first_card())
        card = dict(school.cards()[0])
        async with school.running(later=timedelta(hours=3)):
            told = await school.discord.press(card, "confirm", school.people["ortiz"])
            await school.discord.until(lambda: "Confirmed" in school.first_card())

            assert "Recorded" in told.text
            assert len(school.letters("maya")) == 1
            assert len(school.cards()) == 1


async def test_what_was_written_while_nobody_ran_is_caught_up_on(tmp_path: Path) -> None:
    """From the cursors, in channels old and new, once."""
    async with school_in(tmp_path) as school:
        async with school.running():
            await school.discord.post(school.people["leo"], school.room, "hello")
            await school.cursor(school.room)
        await school.discord.post(school.people["maya"], school.room, "you insultword")
        new = school.discord.add_channel(school.guild, "class-8a")
        await school.discord.post(school.people["leo"], new, "an insultword")
        async with school.running():
            await school.flagged(2)
        async with school.running():
            await school.bully(1)

            assert len(await school.flags()) == 3


async def test_an_edit_of_an_old_post_has_nothing_read_back(tmp_path: Path) -> None:
    """It is judged; what was written after it, before the bot came, is not."""
    async with school_in(tmp_path) as school:
        quiet = school.discord.add_channel(school.guild, "class-8a")
        maya = school.people["maya"]
        old = await school.discord.post(maya, quiet, "hello")
        await school.discord.post(maya, quiet, "you insultword")
        async with school.running():
            await school.discord.post(school.people["leo"], school.room, "hello")
            await school.cursor(school.room)
            await school.discord.edit(quiet, old, "an insultword")
            await school.flagged(1)
        async with school.running():
            last = await school.discord.post(maya, quiet, "you insultword")
            await school.flagged(2)

            assert [flag.key.message for flag in await school.flags()] == [old, last]
