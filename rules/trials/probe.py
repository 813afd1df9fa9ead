"""Trying a pattern on texts made to keep it busy: what takes too long there is refused."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from math import inf
from time import thread_time

from rules.contexts import ContextRule
from rules.errors import Problem
from rules.matching.expression import Pattern
from rules.matching.scan import CALL_S
from rules.regexes import tokens
from rules.ruleset import Rule, RuleSet

LENGTH = 4000  # as long as a text gets before it is judged in windows
_SHORT = LENGTH // 4
_GROWTH = 8  # between 4, in proportion to the length, and 16, with its square
_PATIENCE_S = 10 * CALL_S
_TRIES = 3
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


def is_slow(pattern: Pattern, call_s: float = CALL_S) -> bool:
    """Whether the pattern needs more than `call_s` on one of the texts, on whatever machine.

    On a slow machine a sound pattern may need more, too: but in proportion to the text's length.
    """
    pattern.prepare()
    texts = zip(_texts(pattern.source, LENGTH), _texts(pattern.source, _SHORT), strict=True)
    return any(
        _seconds(pattern, text, call_s) > call_s and _outgrows(pattern, text, short)
        for text, short in texts
    )


def _outgrows(pattern: Pattern, text: str, short: str) -> bool:
    """Whether the time grows faster than the text; the least of some tries, as others only add."""
    takes, took = (
        min(_seconds(pattern, one, _PATIENCE_S) for _ in range(_TRIES)) for one in (text, short)
    )
    return takes > min(_GROWTH * took, _PATIENCE_S)


def _seconds(pattern: Pattern, text: str, most: float) -> float:
    """How long all matches took; endless where it ran out of time."""
    start = thread_time()
    try:
        for _ in islice(pattern.regex.finditer(text, timeout=most), LENGTH):
            pass
    except TimeoutError:
        return inf
    return thread_time() - start


def _texts(source: str, length: int) -> Iterator[str]:
    """Long runs of one thing, with an end that fits nothing."""
    words = dict.fromkeys(token.text for token in tokens(source) if token.kind == "literal")
    own = sorted(words, key=len, reverse=True)[:_OWN]
    for seed in (*_SEEDS, *own, " ".join(own)):
        if seed:
            yield (seed * (length // len(seed) + 1))[: length - 1] + "\x00"
