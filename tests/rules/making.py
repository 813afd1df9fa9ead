"""What the tests of the rule core make for themselves: messages, packs in a folder, rule sets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent

from rules.engine import evaluate
from rules.loader import load
from rules.matching.scan import Scan
from rules.prefilter import Candidate
from rules.ruleset import RuleSet
from rules.types import Context, Finding, Message, MessageKey, Purpose, Role

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def message(
    text: str,
    *,
    role: Role = Role.UNKNOWN,
    purpose: Purpose = Purpose.GENERAL,
    author: str = "u1",
    channel: str = "c1",
) -> Message:
    """A post in a channel."""
    return Message(
        key=MessageKey("test", "w1", channel, "1"),
        author_id=author,
        text=text,
        posted_at=AT,
        author_role=role,
        channel_purpose=purpose,
    )


def rule(rule_id: str, body: str, *, match: str = "", ignore: str = "") -> str:
    """A `[[rule]]` table with the keys that tests do not care about; `body` adds the others."""
    return dedent(
        f"""
        [[rule]]
        id = "{rule_id}"
        severity = "medium"
        confidence = 0.9
        tier = "act"
        reason = "Because."
        match = {match or '["a", "b", "c"]'}
        ignore = {ignore or '["d", "e", "f"]'}
        """
    ) + dedent(body)


def pack(rules: str, *, name: str = "profanity", head: str = "", vocabulary: str = "") -> str:
    """A pack file of these rules."""
    return (
        f'[pack]\nid = "{name}"\ncategory = "{name}"\n'
        + dedent(head)
        + f"\n[vocabulary]\n{dedent(vocabulary)}\n"
        + rules
    )


def folder(path: Path, *packs: str, contexts: str = "", shared: str = "") -> Path:
    """A folder with these packs, each under the name it gives itself."""
    for text in packs:
        name = text.partition('id = "')[2].partition('"')[0]
        (path / f"{name}.toml").write_text(text, encoding="utf-8")
    if contexts:
        (path / "contexts.toml").write_text(dedent(contexts), encoding="utf-8")
    if shared:
        (path / "shared.toml").write_text(f"[vocabulary]\n{dedent(shared)}", encoding="utf-8")
    return path


def ruleset(path: Path, *packs: str, contexts: str = "", shared: str = "") -> RuleSet:
    """These packs, loaded; their examples are not run."""
    return load(folder(path, *packs, contexts=contexts, shared=shared), run_examples=False)


def findings(text: str, rules: RuleSet, **about: object) -> tuple[Finding, ...]:
    """All findings on a text, suppressed ones too."""
    return evaluate(message(text, **about), Context(), rules).findings  # type: ignore[arg-type]


class Everything:
    """A prefilter that lets every rule through: the plain loop that the real one must equal."""

    quick = False

    def __init__(self, rules: RuleSet) -> None:
        self._count = len(rules.rules)

    def candidates(self, scan: Scan) -> Iterator[Candidate]:
        """Every rule, whatever the text."""
        return ((number, None) for number in range(self._count))


def unfiltered(rules: RuleSet) -> RuleSet:
    """The same rules, each tried on every text."""
    return RuleSet(
        rules.rules, rules.contexts, rules.lexicon, rules.policies, prefilter=Everything(rules)
    )
