"""Pauses and exemptions: who may, what they keep back, and that they end by themselves."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.ports import Person, Report
from bot.process.pausing import Pausing, PausingError
from bot.store.port import RecordedPause
from tests.scenarios.world import World

ROOM = "playground/demo/class-7b"
CLOCK = "2026-11-16T18:00"  # three hours on, by the clocks of the school


async def paused(world: World, **what: str) -> RecordedPause:
    """A pause of the IT owner's, on record."""
    pausing = Pausing(world.settings, world.clock)
    said = {"until": CLOCK, "reason": "It flags the play.", "actor": "cli:novak", **what}
    made = pausing.make(**said)
    await world.store.write(lambda tx: pausing.add(tx, made))
    return made


async def events(world: World, pause: RecordedPause) -> list[tuple[str, str]]:
    """The audit's rows on a pause: event and actor."""
    rows = await world.store.read(lambda tx: tx.audit_rows(pause.covers.id))
    return [(row["event"], row["actor"]) for row in rows]


async def test_nothing_follows_from_a_paused_rule(world: World) -> None:
    """No flag, strike, card or letter; other rules go on; what was found is logged by ids."""
    pause = await paused(world, rule="cyberbullying.sure")

    await world.post("maya", "you insultword")
    await world.post("maya", "you graveword, insultword")

    (flag,) = await world.flags()
    assert flag.rule == "cyberbullying.second"
    assert len(world.chat.notices) == 1
    rows = await world.store.read(lambda tx: tx.audit_rows(pause.covers.id))
    assert [row["event"] for row in rows] == ["rule-paused", "kept-back", "kept-back"]
    assert json.loads(rows[0]["detail"]) == {
        "rule": "cyberbullying.sure",
        "channel": "",
        "why": "It flags the play.",
        "until": "2026-11-16T18:00:00-06:00",
    }
    assert json.loads(rows[1]["detail"]) == {
        "message": "playground/demo/class-7b/1001",
        "rule": "cyberbullying.sure",
    }


async def test_it_ends_by_the_clock(world: World) -> None:
    """Nobody needs to remember it."""
    await paused(world, rule="cyberbullying.*")
    end = datetime(2026, 11, 17, 0, 0, tzinfo=UTC)

    for moment, flags in ((end.replace(day=16, hour=23, minute=59), 0), (end, 1)):
        world.clock.at = moment
        await world.post("maya", "you insultword")
        assert len(await world.flags()) == flags


async def test_it_can_be_ended_early(world: World) -> None:
    """From then on the rule holds again; it cannot be ended twice."""
    pause = await paused(world, rule="cyberbullying.sure")
    pausing = Pausing(world.settings, world.clock)

    ended = [
        await world.store.write(lambda tx: pausing.end(tx, pause.covers.id, "cli:novak"))
        for _ in range(2)
    ]
    await world.post("maya", "you insultword")

    assert ended == [True, False]
    assert len(await world.flags()) == 1
    assert await events(world, pause) == [
        ("rule-paused", "cli:novak"),
        ("pause-ended", "cli:novak"),
    ]


async def test_an_exempted_channel(world: World) -> None:
    """There nothing follows from any rule, in its threads either; everywhere else all goes on."""
    pause = await paused(world, place=ROOM)
    thread = world.message("maya", "you graveword", channel="thread-1")

    await world.post("maya", "you insultword")
    await world.desk.message(replace(thread, parent="class-7b"))
    await world.post("maya", "you insultword", channel="class-8a")

    assert [flag.key.channel for flag in await world.flags()] == ["class-8a"]
    assert [event for event, _ in await events(world, pause)] == [
        "channel-exempted",
        "kept-back",
        "kept-back",
    ]


async def test_a_rule_in_one_channel(world: World) -> None:
    """Both must fit."""
    await paused(world, rule="cyberbullying.sure", place=ROOM)

    for channel in ("class-7b", "class-8a"):
        await world.post("maya", "you insultword", channel=channel)
        await world.post("maya", "you graveword", channel=channel)

    flags = [(flag.key.channel, flag.rule) for flag in await world.flags()]
    assert flags == [
        ("class-7b", "cyberbullying.second"),
        ("class-8a", "cyberbullying.sure"),
        ("class-8a", "cyberbullying.second"),
    ]


async def test_a_person_is_heard_all_the_same(world: World) -> None:
    """A pause keeps back rules: what somebody reports is a flag, without their findings."""
    await paused(world, place=ROOM)
    message = world.message("leo", "you insultword")

    await world.desk.reported(Report("r1", Person("playground", "demo", "maya"), message, "help"))

    (flag,) = await world.flags()
    assert (flag.source, flag.rule) == ("report", "report.person")


@pytest.mark.parametrize(("place", "flags"), [("", 0), (ROOM, 0), ("playground/demo/other", 1)])
async def test_a_paused_rule_is_no_sign_for_others(world: World, place: str, flags: int) -> None:
    """Three jabs at one person complete a pattern, unless jabs are paused there."""
    await paused(world, rule="cyberbullying.cue-jab", place=place)

    await world.post("maya", "hello")
    for author in ("leo", "ana", "ben"):
        await world.post(author, "jabword")

    assert len(await world.flags()) == flags


async def test_what_one_channel_keeps_back_is_a_sign_in_another(world: World) -> None:
    """The memory of signs knows words, not channels: a pause must not empty it for others."""
    await paused(world, rule="cyberbullying.cue-jab", place=ROOM)

    for channel in ("class-7b", "class-8a"):
        await world.post("maya", "hello", channel=channel)
        for author in ("leo", "ana", "ben"):
            await world.post(author, "jabword", channel=channel)

    assert [flag.key.channel for flag in await world.flags()] == ["class-8a"]


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ({"reason": "  "}, "say why"),
        ({"reason": "x" * 301}, "say why"),
        ({"until": "2026-02-30"}, "is no day"),
        ({"until": "tomorrow"}, "is no day"),
        ({"until": "2026-11-15"}, "is over already"),
        ({"until": "2026-11-16T08:59"}, "is over already"),
        ({"until": "2027-11-18"}, "within a year"),
        ({"until": "9999-12-31"}, "is no day"),
        ({"place": "class-7b"}, "is no channel"),
        ({"place": "slack/T9/C1"}, "no workspace that is configured"),
    ],
)
async def test_what_cannot_be_paused_says_why(
    world: World, what: dict[str, str], said: str
) -> None:
    """One sentence that tells what to write instead."""
    with pytest.raises(PausingError, match=said):
        await paused(world, rule="cyberbullying.sure", **what)


async def test_the_last_day_is_whole(world: World) -> None:
    """Until Friday means until Friday night."""
    pause = await paused(world, rule="cyberbullying.sure", until="2026-11-20")

    assert pause.ends_at.isoformat() == "2026-11-21T00:00:00-06:00"
