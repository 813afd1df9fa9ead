"""Rules on their way into force: what a district says of them, and who hears of what they find."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot import settings
from bot.loading import load_rules
from rules.errors import PackError
from tests.scenarios.world import PACKS, World

STATES = """
[categories.cyberbullying]
review = 0.7

[rules]
shadow_days = 7
states = { "cyberbullying.*" = "shadow", "cyberbullying.second" = "live", "threat.*" = "draft" }
"""


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    made = World(tmp_path, STATES)
    yield made
    await made.close()


async def counted(world: World) -> dict[str, int]:
    """How many messages each rule in shadow would have flagged."""
    now = world.clock.now()
    counts = await world.store.read(lambda tx: tx.shadow_counts(now))
    return {count.rule: count.messages for count in counts}


async def test_shadow_is_counted_and_tells_nobody(world: World) -> None:
    """No flag, no strike, no card, no letter; what is not sure enough here is not counted."""
    for _ in range(3):
        await world.post("maya", "you insultword")
    await world.post("maya", "you maybeword")
    await world.post("maya", "you threatword")

    assert await counted(world) == {"cyberbullying.sure": 3}
    assert await world.flags() == []
    assert (world.chat.notices, world.chat.cards, world.chat.pages) == ([], {}, [])


async def test_what_is_live_beside_it_counts_alone(world: World) -> None:
    """The flag holds nothing of the rule on trial, nor does the strike after it."""
    await world.post("maya", "you insultword")
    await world.post("maya", "you insultword, graveword")

    (flag,) = await world.flags()
    found = await world.store.read(lambda tx: tx.findings(flag.id))
    assert [recorded.finding.rule for recorded in found] == ["cyberbullying.second"]
    assert "First this school year" in world.text_of(flag)
    assert await counted(world) == {"cyberbullying.sure": 2}


async def test_its_words_are_kept_masked_and_not_whose_they_are(world: World) -> None:
    """Enough to see whether the rule is right."""
    await world.post("maya", "you insultword, call 414-555-0101")

    now = world.clock.now()
    (hit,) = await world.store.read(lambda tx: tx.shadow_hits("cyberbullying.sure", now))
    assert "insultword" in hit.excerpt
    assert "414-555" not in hit.excerpt
    assert "maya" not in str(hit)


async def test_words_of_care_are_not_kept(world: World) -> None:
    """Who may be hurting is nobody's trial."""
    await world.post("maya", "i am careword you insultword")

    now = world.clock.now()
    (hit,) = await world.store.read(lambda tx: tx.shadow_hits("cyberbullying.sure", now))
    assert hit.excerpt == ""


async def test_an_edit_and_a_deletion_take_it_back(world: World) -> None:
    """What stands counts, as long as it stands."""
    mended = await world.post("maya", "you insultword")
    removed = await world.post("maya", "you insultword")

    await world.desk.message(replace(mended, text="sorry", edited=True))
    assert await counted(world) == {"cyberbullying.sure": 1}
    await world.desk.deleted(removed.key, world.clock.now())
    assert await counted(world) == {}


async def test_it_is_forgotten_after_its_days(world: World) -> None:
    """By the clock."""
    await world.post("maya", "you insultword")
    world.clock.forward(days=7)
    assert await counted(world) == {}

    await world.settle()

    long_before = world.clock.now().replace(year=2000)
    assert await world.store.read(lambda tx: tx.shadow_counts(long_before)) == []


def test_a_state_for_no_rule_is_refused_with_its_line() -> None:
    """A slip of the pen must not leave a rule in force that somebody meant to hold back."""
    text = settings.PLAYGROUND.read_text(encoding="utf-8")
    text += '[rules.states]\n"cyberbullying.sure" = "draft"\n"cyberbullying.shure" = "draft"\n'
    chosen = settings.parse(text, "hallmonitor.toml")

    with pytest.raises(PackError) as refused:
        load_rules(chosen, PACKS, examples=False)

    (problem,) = refused.value.problems
    line = text.splitlines().index('"cyberbullying.shure" = "draft"') + 1
    assert (problem.file, problem.line) == ("hallmonitor.toml", line)
    assert "cyberbullying.shure" in problem.what
