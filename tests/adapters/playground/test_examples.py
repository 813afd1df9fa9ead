"""The ready-made examples show what they promise, under the rules that are shipped."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from adapters.playground import CHANNELS
from adapters.playground.examples import EXAMPLES, Example
from bot.bootstrap import PACKS
from bot.settings import PLAYGROUND, read
from rules.engine import evaluate
from rules.loader import load
from rules.policies import load_policies
from rules.ruleset import RuleSet
from rules.types import Context, Message, MessageKey, Purpose, Role

ROLES = {"class-7b": Role.STUDENT, "staff-room": Role.STAFF}


@pytest.fixture(scope="module")
def ruleset() -> RuleSet:
    settings = read(PLAYGROUND, "the playground's settings")
    return load(PACKS, policies=load_policies(settings.file.policies), run_examples=False)


@pytest.mark.parametrize(
    ("channel", "purpose", "example"),
    [
        pytest.param(channel.id, channel.purpose, example, id=f"{channel.id}-{example.label}")
        for channel in CHANNELS
        for example in EXAMPLES[channel.id]
    ],
)
def test_examples_are_what_they_say(
    channel: str, purpose: Purpose, example: Example, ruleset: RuleSet
) -> None:
    """An everyday message raises nothing; each of the others raises a flag."""
    message = Message(
        key=MessageKey("playground", "demo", channel, "1700000000.000001"),
        author_id="maya",
        text=example.text,
        posted_at=datetime(2026, 3, 2, tzinfo=UTC),
        author_role=ROLES[channel],
        channel_purpose=purpose,
    )
    verdict = evaluate(message, Context(), ruleset)

    assert bool(verdict.live) != example.fine
    assert verdict.skipped == ()
