"""Why a message was flagged and what cleared the rest of it, in plain sentences."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.ports import words
from bot.texts.masking import Masker
from rules.classifier.opinion import MODEL
from rules.classifier.words import WEIGHED
from rules.excerpt import BLOCK, one_line
from rules.folding.normalize import View, fold
from rules.folding.reveal import reveal
from rules.messages import say, wording
from rules.policies import find_clause
from rules.types import Finding, Part, Suppression, Verdict

WIDTH = 70  # characters of the message that are quoted at once
MOST_PARTS = 4
MOST_OTHERS = 2  # further reasons that are named beside the first


@dataclass(frozen=True, slots=True)
class Explanation:
    """One matter that was found: what touches each other and is of one category."""

    lead: Finding  # the gravest and surest
    sentences: str  # why, what it rests on, what else the same words fit
    basis: str  # rule, tier, confidence
    clauses: tuple[str, ...]  # one line each


class Explainer:
    """Explains the findings on one text, in one language; what is secret in it is masked.

    With `quotes=False` no word of the message is repeated.
    """

    def __init__(
        self,
        text: str,
        findings: Sequence[Finding],
        masker: Masker,
        lang: str,
        *,
        quotes: bool = True,
    ) -> None:
        self._text = text
        self._findings = findings
        self._masker = masker
        self._lang = lang
        self._quotes = quotes

    def flagged(self) -> list[Explanation]:
        """What leads to the flag, gravest first."""
        matters: list[list[Finding]] = []
        for finding in Verdict(tuple(self._findings)).live:
            near = next((m for m in matters if any(_akin(finding, other) for other in m)), None)
            if near is None:
                matters.append([finding])
            else:
                near.append(finding)
        return [self._explained(matter) for matter in matters]

    def cleared(self) -> list[str]:
        """What does not lead to one, each with the reason that says so."""
        lines = (
            self._say(
                "cleared",
                words=self._quoted(finding.start, finding.end) or finding.explanation,
                category=say(self._lang, f"category.{finding.category}.name"),
                reason=self._why_not(finding, finding.suppressed),
            )
            for finding in self._findings
            if finding.suppressed is not None
        )
        return list(dict.fromkeys(lines))

    def _explained(self, matter: Sequence[Finding]) -> Explanation:
        lead = matter[0]
        others = dict.fromkeys(f.explanation for f in matter[1:])
        others.pop(lead.explanation, None)
        named = list(others)[:MOST_OTHERS]
        sentences = [lead.explanation]
        if rests := self._parts(lead):
            by_model = any(part.label == WEIGHED for part in lead.parts)
            key = "weighed" if by_model else "rests_on"
            sentences.append(self._say(key, parts=_joined(rests, self._say("and"))))
        if named:
            sentences.append(self._say("also", reasons=" ".join(named)))
        basis = self._say(
            "basis",
            rule=lead.rule,
            tier=say(self._lang, f"card.tier_{lead.tier}"),
            confidence=f"{lead.confidence:.0%}",
        )
        return Explanation(lead, " ".join(sentences), basis, tuple(self._clauses(lead.clauses)))

    def _parts(self, finding: Finding) -> list[str]:
        """The decisive words, each once, named for what they were taken for."""
        parts = finding.parts
        if not parts and finding.start is not None and finding.end is not None:
            parts = (Part("", finding.start, finding.end),)
        quoted: dict[str, None] = {}
        for part in sorted(parts, key=lambda part: part.start):
            shown = self._quoted(part.start, part.end)
            name = wording(self._lang).get(f"part.{part.label}", "")
            if BLOCK in shown:
                quoted[name] = None
            elif shown:
                quoted[f"{shown} ({name})" if name else shown] = None
        return list(filter(None, quoted))[:MOST_PARTS]

    def _quoted(self, start: int | None, end: int | None) -> str:
        """A stretch of the message between quotation marks, and what its disguise was read as."""
        if start is None or end is None or not self._quotes:
            return ""
        shown = self._masker.quote(self._text, self._findings, (start, end), WIDTH)
        plain = "" if BLOCK in shown else self._undisguised(start, end)
        if plain:
            return self._say("read_as", words=shown, plain=words(one_line(plain)[:WIDTH]))
        return self._say("quote", words=shown)

    def _undisguised(self, start: int, end: int) -> str:
        """What a stretch was read as, if that is more than a matter of capitals and blanks."""
        written = self._text[start:end]
        read = self._plain.within(start, end)
        return "" if _bare(read) == _bare(fold(written).text) == _bare(written) else read

    @cached_property
    def _plain(self) -> View:
        return reveal(fold(self._text), self._masker.ruleset.lexicon)

    def _why_not(self, finding: Finding, reason: Suppression | None) -> str:
        if reason is Suppression.CONTEXT and finding.cleared_by == MODEL:
            return self._say("not_model")
        if reason is Suppression.CONTEXT:
            return self._masker.ruleset.contexts[finding.cleared_by].reason
        return self._say(f"not_{reason}")

    def _clauses(self, cites: Iterable[str]) -> Iterator[str]:
        """What each clause is about; those of several policies about the same stand together."""
        by_title: dict[str, list[str]] = {}
        for cite in cites:
            clause = find_clause(cite, self._masker.ruleset.policies)
            if clause:
                by_title.setdefault(clause.title.say(self._lang), []).append(cite)
        for title, cited in by_title.items():
            yield self._say("clause", cites=", ".join(cited), title=title)

    def _say(self, key: str, **params: object) -> str:
        return say(self._lang, f"explain.{key}", **params)


def _akin(one: Finding, other: Finding) -> bool:
    """Whether they are of one category and touch, or are both about no place of the text."""
    nowhere = one.start is None and other.start is None
    return one.category is other.category and (nowhere or one.touches(other))


def _bare(text: str) -> str:
    """The text without what says nothing: case, accents, blanks and line breaks."""
    letters = unicodedata.normalize("NFD", text.casefold().replace("’", "'"))
    return "".join(c for c in letters if not unicodedata.combining(c) and not c.isspace())


def _joined(items: Sequence[str], last: str) -> str:
    """ "a", "a and b", "a, b and c"."""
    return f" {last} ".join(filter(None, (", ".join(items[:-1]), items[-1])))
