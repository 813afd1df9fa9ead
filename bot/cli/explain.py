"""A verdict for the terminal: what was found, and with `full` why, and what cleared the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.ports import words
from bot.texts.explanation import Explainer
from bot.texts.masking import Masker
from rules.messages import say
from rules.types import Finding, Skip


def explain(
    text: str, findings: Sequence[Finding], skipped: Sequence[Skip], masker: Masker, *, full: bool
) -> Iterator[str]:
    """Lines in English: one per matter, and with `full` its reasons under it."""
    explainer = Explainer(text, findings, masker, "en")
    flagged = explainer.flagged()
    if not flagged:
        yield _say("unsure" if skipped else "clean")
    for one in flagged:
        shown = masker.excerpt(text, (one.lead,), 80)
        category = say("en", f"category.{one.lead.category}.name")
        severity = say("en", f"severity.{one.lead.severity}")
        yield f"{_say('flagged', category=category, severity=severity)}: {words(shown)}"
        if full:
            yield from (f"  {line}" for line in (one.sentences, f"({one.basis})", *one.clauses))
    if full:
        yield from explainer.cleared()
    for skip in skipped:
        yield _say("skipped", rule=skip.rule, reason=skip.reason)


def _say(key: str, **params: object) -> str:
    return say("en", f"explain.{key}", **params)
