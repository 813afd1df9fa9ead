"""Wiring: rules whose examples held in a data folder are not tried there again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot import settings
from bot.bootstrap import Application, build
from bot.loading import RULES_HELD
from bot.settings import Secrets
from rules.digest import rules_digest
from rules.errors import PackError
from tests.clock import StandingClock
from tests.scenarios.world import KEY, PACKS


async def test_examples_are_tried_where_the_rules_are_new(tmp_path: Path) -> None:
    """Changed rules are held again; the ones that held before are taken at a sound digest."""
    packs, data = tmp_path / "packs", tmp_path / "var"
    shutil.copytree(PACKS, packs)
    await (await made(packs, data)).close()
    assert (data / RULES_HELD).read_text(encoding="utf-8") == rules_digest(packs)

    threat = packs / "threat.toml"
    terms = 'terms = ["threatword"]'
    text = threat.read_text(encoding="utf-8")
    assert terms in text
    threat.write_text(text.replace(terms, 'terms = ["other"]'), encoding="utf-8")
    with pytest.raises(PackError):
        await made(packs, data)

    (data / RULES_HELD).write_text(rules_digest(packs), encoding="utf-8")
    await (await made(packs, data)).close()

    (data / RULES_HELD).write_bytes(b"\xff\xfe")
    with pytest.raises(PackError):
        await made(packs, data)


async def made(packs: Path, data: Path) -> Application:
    """The playground's application on these packs and records."""
    chosen = settings.read(settings.PLAYGROUND)
    return await build(chosen, Secrets(keys=(KEY,)), data, StandingClock(), packs=packs)
