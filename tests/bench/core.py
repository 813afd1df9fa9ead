"""The whole core as one call, for timing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from rules.engine import evaluate
from rules.matching.scan import Budget
from rules.ruleset import RuleSet
from rules.types import Context, Message, MessageKey

_KEY = MessageKey("bench", "w", "c", "1")
_AT = datetime(2026, 1, 1, tzinfo=UTC)
_NOTHING = Context()


def judged(rules: RuleSet) -> Callable[[str], object]:
    """The whole core, on a text."""

    def judge(text: str) -> object:
        return evaluate(message_of(text), _NOTHING, rules, Budget.patient())

    return judge


def message_of(text: str) -> Message:
    """A post of nobody in particular."""
    return Message(key=_KEY, author_id="u", text=text, posted_at=_AT)
