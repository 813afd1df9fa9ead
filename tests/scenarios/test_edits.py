"""Edits of flagged messages: what is found anew, and what is only the same again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from shutil import copytree

import pytest
import pytest_asyncio

from bot.ports import Action
from bot.store.port import EvidenceKind, Flag, Status
from rules.classifier.opinion import Opinion
from rules.types import Category
from tests.rules.classifier.making import FAR, Weighing, weights
from tests.scenarios.world import PACKS, World

BULLYING = Category.CYBERBULLYING
CRUEL = ("vanish", "unwanted")  # what no rule lists, and the model takes for cruelty
MODEL = """
[[rule]]
id = "cyberbullying.model"
kind = "model"
severity = "medium"
reason = "It reads like an attack."
"""


@pytest_asyncio.fixture
async def listening(tmp_path: Path) -> AsyncIterator[World]:
    """A world with a model that flags cruel words beside the rules."""
    packs = copytree(PACKS, tmp_path / "packs")
    with (packs / "cyberbullying.toml").open("a", encoding="utf-8") as pack:
        pack.write(MODEL)
    words = {(BULLYING, word): 3.0 - FAR for word in CRUEL}
    made = World(tmp_path / "data", packs=packs, opinion=Opinion(Weighing(words), weights()))
    yield made
    await made.close()


async def only(world: World) -> Flag:
    """The one flag there is."""
    (flag,) = await world.flags()
    return flag


async def words_of(world: World, flag: Flag) -> list[str]:
    """The words of its author that are kept with a flag."""
    kept = await world.store.read(lambda tx: tx.evidence(flag.id))
    return [one.text for one in kept if one.kind is EvidenceKind.MESSAGE]


@pytest.mark.parametrize("mended", [False, True])
async def test_what_the_model_flags_anew_is_a_new_finding(listening: World, mended: bool) -> None:
    """Dismissed, or mended first: a moderator looks at the other words, and has them to see."""
    message = await listening.post("maya", "just vanish")
    flag = await only(listening)
    if mended:
        await listening.post("maya", "sorry", number=message.key.message)
    else:
        await listening.press("ortiz", Action.DISMISS, flag, "A line from a play.")

    await listening.post("maya", "you are unwanted", number=message.key.message)

    assert (await only(listening)).status is Status.OPEN
    assert await words_of(listening, flag) == ["just vanish", "you are unwanted"]
    assert "“you are unwanted”" in listening.text_of(flag)
    assert listening.chat.notices == []
    await listening.press("ortiz", Action.CONFIRM, flag)
    ((_, notice),) = listening.chat.notices
    assert "“you are unwanted”" in [section.text for section in notice.sections]


async def test_the_same_words_in_other_cases_are_no_new_finding(listening: World) -> None:
    """However the author spaces them."""
    message = await listening.post("maya", "just vanish")
    await listening.press("ortiz", Action.DISMISS, await only(listening), "A line from a play.")

    await listening.post("maya", "Just   VANISH", number=message.key.message)

    assert (await only(listening)).status is Status.DISMISSED


@pytest.mark.parametrize("words", ["you, just vanish", "just vanish maybeword"])
async def test_what_is_unsure_tells_nobody_though_the_flag_stands(
    listening: World, words: str
) -> None:
    """The author was told of what was confirmed; of the rest nobody has decided anything."""
    message = await listening.post("maya", "just vanish")
    flag = await only(listening)
    await listening.press("ortiz", Action.CONFIRM, flag)

    await listening.post("maya", words, number=message.key.message)

    assert len(listening.chat.notices) == 1
    assert await words_of(listening, flag) == ["just vanish", words]


async def test_what_is_sure_is_told_though_the_flag_stands(listening: World) -> None:
    """As it would be in a message of its own."""
    message = await listening.post("maya", "just vanish")
    await listening.press("ortiz", Action.CONFIRM, await only(listening))

    await listening.post("maya", "just vanish, insultword", number=message.key.message)

    assert len(listening.chat.notices) == 2
