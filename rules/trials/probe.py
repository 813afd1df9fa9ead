"""Trying a pattern on texts made to keep it busy: what takes too long there is refused."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from rules.contexts import ContextRule
from rules.errors import Problem
from rules.matching.expression import Pattern
from rules.matching.scan import CALL_S
from rules.regexes import tokens
from rules.ruleset import Rule, RuleSet

LENGTH = 4000  # as long as a text gets before it is judged in windows
_SEEDS = ("a", " ", "1", "-", ".", "a ", "1-", "a.", "@a", '"')
_OWN = 4  # words of the pattern itself that are repeated


def slow_patterns(ruleset: RuleSet) -> Iterator[Problem]:
    """The rules and contexts that hold a pattern which is too slow, each with its line."""
    for item, patterns in _items(ruleset):
        for pattern in patterns:
            if is_slow(pattern):
                start = pattern.source[:60]
                what = f"{item.id}: too slow on a long text: the pattern that begins `{start}`"
                yield Problem(item.file, item.line, what, "bound its repetitions more tightly")


def _items(ruleset: RuleSet) -> Iterator[tuple[Rule | ContextRule, tuple[Pattern, ...]]]:
    for rule in ruleset.rules:
        yield rule, rule.patterns
    for context in ruleset.contexts.values():
        yield context, context.patterns + context.stops + context.despite


def is_slow(pattern: Pattern) -> bool:
    """Whether the pattern runs out of its time on one of the texts."""
    pattern.prepare()
    try:
        for text in _texts(pattern.source):
            for _ in islice(pattern.regex.finditer(text, timeout=CALL_S), LENGTH):
                pass
    except TimeoutError:
        return True
    return False


def _texts(source: str) -> Iterator[str]:
    """Long runs of one thing, with an end that fits nothing."""
    words = dict.fromkeys(token.text for token in tokens(source) if token.kind == "literal")
    own = sorted(words, key=len, reverse=True)[:_OWN]
    for seed in (*_SEEDS, *own, " ".join(own)):
        if seed:
            yield (seed * (LENGTH // len(seed)))[: LENGTH - 1] + "\x00"
