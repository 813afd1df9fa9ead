"""Masking: what may be shown of words that were not flagged for what is secret in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.ports import words
from rules import engine as core
from rules import excerpt
from rules.ruleset import RuleSet
from rules.types import Category, Context, Finding, Message, MessageKey

SECRET = frozenset({Category.PII_STUDENT, Category.PII_GENERAL, Category.CREDENTIAL})
_NOWHERE = MessageKey("", "", "", "")
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Masker:
    """Finds personal data and secrets in any text, so that no card or letter shows them in clear.

    What a context or a channel cleared is masked too: allowed to say is not the same as to repeat.
    It judges a text once and keeps it, so it lives no longer than one card or letter.
    """

    def __init__(self, ruleset: RuleSet) -> None:
        opinion = ruleset.opinion
        # Cards are written on the event loop, and text is not sent to a district's endpoint twice.
        self.ruleset = ruleset.advised(opinion.again()) if opinion else ruleset
        self._judged: dict[str, tuple[Finding, ...]] = {}

    def judged(self, text: str) -> tuple[Finding, ...]:
        """What the rules say of the bare words today, with what the text itself clears."""
        if text not in self._judged:
            message = Message(_NOWHERE, "", text, _NEVER)
            self._judged[text] = core.evaluate(message, Context(), self.ruleset).findings
        return self._judged[text]

    def secrets(self, text: str) -> tuple[Finding, ...]:
        """The findings whose words must not be shown."""
        return tuple(
            f for f in self.judged(text) if f.masked or (f.category in SECRET and not f.tells)
        )

    def opening(self, text: str, width: int) -> str:
        """The beginning of a text on one line, masked."""
        return words(excerpt.opening(text, self.secrets(text), width=width))

    def excerpt(self, text: str, findings: tuple[Finding, ...], width: int) -> str:
        """The neighbourhood of the first finding on one line, masked."""
        return words(excerpt.excerpt(text, (*findings, *self.secrets(text)), width=width))

    def quote(
        self, text: str, findings: Sequence[Finding], span: tuple[int, int], width: int
    ) -> str:
        """A stretch of the text on one line, masked; a long one is cut at its end."""
        return words(excerpt.quote(text, (*findings, *self.secrets(text)), span, width=width))
