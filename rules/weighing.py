"""What the model says of a message, weighed with what the rules found in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from rules.absorbing import Judged, unabsorbed
from rules.classifier.opinion import MODEL, OUTSIDE, Odds, Opinion, told
from rules.classifier.reading import as_read
from rules.classifier.scorer import ScorerError
from rules.classifier.words import weightiest
from rules.folding.normalize import View, fold
from rules.folding.reveal import reveal
from rules.ruleset import Rule, RuleSet
from rules.types import Category, Finding, Message, Part, RuleState, Skip

_LETTER = re.compile(r"[^\W\d_]")
# Characters that the model reads of a message: 0.3 s of computing for words, 1.3 s for signs alone.
MOST = 4000
_REST = "only the beginning of so long a message is read"


def weighed(
    message: Message,
    beginning: str,
    found: Sequence[Judged],
    ruleset: RuleSet,
    opinion: Opinion,
    judge: Callable[[Finding, Rule], Finding],
) -> tuple[list[Finding], list[Skip]]:
    """What rules found with the model's weight, and its own findings; what could not be asked.

    Of a message the model reads the beginning, of that `MOST` characters, and weighs what rules
    found there. `judge` says whether a finding leads to a flag here.
    """
    view = reveal(fold(beginning), ruleset.lexicon)
    read = as_read(view.text)
    text = read[:MOST]
    whole = len(text) == len(read) and len(beginning) == len(message.text)
    skips = [] if whole else [Skip(MODEL, _REST)]
    if not _LETTER.search(text):
        return unabsorbed(found), skips
    try:
        if not found and opinion.outside is None and opinion.rules_out(text):
            return [], skips
        (odds,) = opinion.odds([text])
    except ScorerError as error:
        return unabsorbed(found), [Skip(MODEL, str(error))]
    trusted = {category: odds[category] for category in _live(ruleset) if category in odds}
    # Weighed before they absorb: what the model clears stands for nothing.
    findings = unabsorbed(
        [
            (rule, opinion.weighed(trusted, one))
            if rule.weighed and (whole or _was_read(one, view, beginning))
            else (rule, one)
            for rule, one in found
        ]
    )
    kept = list(findings)
    heard, unasked = _heard(text, odds, opinion)
    for one, said in heard:
        own = _own(one.suspects(said, findings), message, view, ruleset, one)
        kept += (judge(finding, rule) for rule, finding in own)
    return kept, skips + unasked


def _was_read(finding: Finding, view: View, beginning: str) -> bool:
    """Whether the model has read as far as this finding reaches."""
    if finding.end is None or finding.end > len(beginning):
        return False
    return len(as_read(view.text[: view.place(finding.end)])) <= MOST


def _heard(
    text: str, odds: Odds, opinion: Opinion
) -> tuple[list[tuple[Opinion, Odds]], list[Skip]]:
    """Each model with the categories in which it is the one to flag; what could not be asked."""
    if opinion.outside is None:
        return [(opinion, odds)], []
    try:
        (said,) = opinion.outside.odds([text])
    except ScorerError as error:
        return [(opinion, odds)], [Skip(OUTSIDE, str(error))]
    rest = {category: own for category, own in odds.items() if category not in said}
    return [(opinion.outside, said), (opinion, rest)], []


def _live(ruleset: RuleSet) -> set[Category]:
    """Where the model has a say on what rules find."""
    rules = ruleset.by_model.items()
    return {category for category, rule in rules if rule.state is RuleState.LIVE}


def _own(
    suspects: Mapping[Category, float],
    message: Message,
    view: View,
    ruleset: RuleSet,
    opinion: Opinion,
) -> Iterator[tuple[Rule, Finding]]:
    for category, chance in suspects.items():
        rule = ruleset.by_model.get(category)
        if rule is None or not rule.sought:
            continue
        # Where personal data stands is not known, so none of the message is shown in clear.
        everything = (Part("datum", 0, len(message.text)),)
        parts = () if rule.mask else _weightiest(view, category, opinion)
        found = rule.finding(None, None, parts, everything)
        yield rule, replace(found, confidence=told(chance))


def _weightiest(view: View, category: Category, opinion: Opinion) -> tuple[Part, ...]:
    """The words, if the model can say; what it found counts without them."""
    try:
        return weightiest(view, category, opinion)
    except ScorerError:
        return ()
