"""What deliveries do beside the bot's own work."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import current_thread, main_thread

import numpy as np
import pytest

from bot.deliveries import Deliveries
from bot.loading import load_rules
from bot.ports import Action
from rules.classifier.opinion import Opinion
from rules.classifier.scorer import CATEGORIES, Logits
from tests.rules.classifier.making import weights
from tests.scenarios.world import PACKS, World


class Where:
    """A model that has nothing to say, and notes whether the loop waited for it."""

    name = "where"

    def __init__(self) -> None:
        self.on_the_loop: list[bool] = []

    def logits(self, texts: Sequence[str]) -> Logits:
        """(texts, categories)."""
        self.on_the_loop.append(current_thread() is main_thread())
        return np.full((len(texts), len(CATEGORIES)), -9.0, np.float32)


@pytest.mark.parametrize("action", [Action.CONFIRM, Action.DISMISS, Action.ESCALATE])
async def test_nobody_waits_while_a_text_is_judged_again(tmp_path: Path, action: Action) -> None:
    """For cards, letters and calls: what they quote may be long, and the platforms go on."""
    world, scorer = World(tmp_path), Where()
    ruleset, policies = load_rules(world.settings, PACKS, examples=False)
    advised = ruleset.advised(Opinion(scorer, weights()))
    chats = {(place.platform, place.id): world.chat for place in world.settings.file.workspace}
    world.deliveries = Deliveries(
        world.store, chats, world.settings, policies, advised, world.clock
    )

    await world.post("maya", "you insultword")
    (flag,) = await world.flags()
    await world.press("ortiz", action, flag, "It was said aloud.")
    await world.settle()
    await world.close()

    assert world.chat.notices
    assert scorer.on_the_loop
    assert not any(scorer.on_the_loop)
