"""What rules in shadow would have flagged: kept for a while, for whoever tries them out."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.process.thresholds import sure_enough
from bot.settings import Settings
from bot.store.port import ShadowHit
from rules.excerpt import excerpt
from rules.types import Category, Message, Suppression, Verdict

WIDTH = 120  # characters of the message, around what was found
NO_WORDS = frozenset({Category.WELFARE, Category.SEXUAL})  # nobody reads these to try out a rule


def shadow_hits(
    message: Message, verdict: Verdict, settings: Settings, now: datetime
) -> list[ShadowHit]:
    """One for each rule in shadow that would have flagged the message in this district."""
    shadow = [f for f in verdict.findings if f.suppressed is Suppression.SHADOW]
    wordless = any(finding.category in NO_WORDS for finding in verdict.findings)
    expires_at = now + timedelta(days=settings.file.rules.shadow_days)
    hits: dict[str, ShadowHit] = {}
    for finding in sure_enough(shadow, settings.thresholds):
        words = "" if wordless else excerpt(message.text, (finding, *verdict.findings), width=WIDTH)
        hit = ShadowHit(
            message.key, finding.rule, finding.tier, now, expires_at, message.permalink, words
        )
        hits.setdefault(finding.rule, hit)
    return list(hits.values())
