"""Two small packs and what they find: reports are tested apart from the shipped rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from bot.reports.judging import Hit, Terms
from bot.reports.scan import Source
from bot.settings.shapes import Model
from rules.policies import load_policies
from rules.types import Category, Finding, Message, MessageKey, Severity, Tier

NO_MODEL = Model(use="none")
START = datetime(2024, 3, 1, 14, tzinfo=UTC)
INSULTS = """\
[pack]
id = "cyberbullying"
category = "cyberbullying"

[[rule]]
id = "cyberbullying.insult"
kind = "phrase"
severity = "medium"
confidence = 0.9
tier = "act"
reason = "An insult."
terms = ["grumblewort"]
match = ["you grumblewort", "grumblewort!", "what a grumblewort"]
ignore = ["you", "what a day", "grumble"]
"""
NUMBERS = r"""
[pack]
id = "pii_general"
category = "pii_general"

[[rule]]
id = "pii_general.badge"
kind = "pattern"
severity = "low"
confidence = 0.6
tier = "act"
mask = true
reason = "A badge number."
patterns = ['\bbadge (?P<datum>\d{4})\b']
match = ["badge 4711", "my badge 4712", "badge 4713 is mine"]
ignore = ["badge", "4711", "badge 47"]
"""


def terms(folder: Path, **more: object) -> Terms:
    """Judge by the small packs alone, without the model."""
    (folder / "cyberbullying.toml").write_text(INSULTS)
    (folder / "pii_general.toml").write_text(NUMBERS)
    return Terms(("cps-2018",), packs=folder, model=NO_MODEL, **more)  # type: ignore[arg-type]


def message(text: str, number: int = 0, channel: str = "C1", author: str = "U1") -> Message:
    """The message posted `number` minutes after the start."""
    at = START + timedelta(minutes=number)
    key = MessageKey("slack", "T1", channel, f"{at.timestamp():.6f}")
    return Message(key=key, author_id=author, text=text, posted_at=at)


def hit(
    text: str = "you grumblewort",
    *,
    category: Category = Category.CYBERBULLYING,
    tier: Tier = Tier.ACT,
    severity: Severity = Severity.MEDIUM,
    channel: str = "C1",
    author: str = "U1",
    at: datetime = START,
) -> Hit:
    """A finding as a report gets it."""
    cites = {"cyberbullying": "cps-2018:1", "welfare": None}.get(category, "cps-2018:26")
    finding = Finding(
        rule=f"{category}.test",
        category=category,
        clauses=(cites,) if cites else (),
        severity=severity,
        confidence=0.9,
        tier=tier,
        explanation="A reason.",
        start=0,
        end=3,
    )
    return Hit(channel, f"{at.timestamp():.6f}", at, author, finding, text)


@cache
def source() -> Source:
    """Two channels, two people, the Chicago policy."""
    return Source(
        "Lincoln <Middle>",
        {"C1": "#general", "C2": "#class-7b"},
        {"U1": "Maya", "U2": "Tomás"},
        load_policies(["cps-2018"]),
        UTC,
    )
