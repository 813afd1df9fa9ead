"""A rule set held against its own examples: what must be found, and what must not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from rules.contexts import ContextRule, Place
from rules.engine import alone, evaluate
from rules.errors import Problem
from rules.folding.normalize import View, fold
from rules.kinds.found import FollowOn
from rules.kinds.several import OverTalk, unmet
from rules.matching.scan import Budget, Scan
from rules.packfiles.toml_places import Places
from rules.ruleset import Rule, RuleSet
from rules.types import Audience, Context, Message, MessageKey, Role, Suppression

_KEY = MessageKey("example", "example", "example", "0")
_AT = datetime(2000, 1, 1, tzinfo=UTC)
_APART = timedelta(seconds=20)
_MARKED = re.compile(r"<<(.+?)>>", re.DOTALL)
_REMEDY = "put << >> round the words that a rule would find"
_FOUND = (None, Suppression.TOLD)  # what a rule is there to find
_ROLES = {Audience.STAFF: Role.STAFF, Audience.STUDENT: Role.STUDENT, Audience.ALL: Role.UNKNOWN}


def example_message(text: str, rule: Rule) -> Message:
    """An example as a message of somebody whom the rule is for, in an ordinary channel."""
    return Message(
        key=_KEY, author_id="example", text=text, posted_at=_AT, author_role=_ROLES[rule.audience]
    )


def failing_examples(ruleset: RuleSet, places: Mapping[str, Places]) -> Iterator[Problem]:
    """The examples of rules that do not hold, each with its line."""
    numbers: dict[str, int] = {}
    for rule in ruleset.rules:
        number = numbers[rule.file] = numbers.get(rule.file, -1) + 1
        here = places[rule.file]
        if isinstance(rule.test, FollowOn) and not rule.test.followed(ruleset.by_id):
            continue  # one pack by itself: what the rule rests on is not there
        if isinstance(rule.test, OverTalk) and unmet(rule.test.refs, ruleset.by_id):
            continue
        for key, wanted in (("match", True), ("ignore", False)):
            for index, text in enumerate(getattr(rule, key)):
                fault = example_fault(rule, text, wanted, ruleset)
                if fault:
                    yield here.problem(("rule", number, key, index), f"{rule.id}: {fault}")


def example_fault(rule: Rule, text: str, wanted: bool, ruleset: RuleSet) -> str:
    """Why an example fails; empty if it holds. The example itself is not quoted."""
    if isinstance(rule.test, OverTalk):
        return _talk_fault(rule, example_talk(text, rule), wanted, ruleset)
    return _fault(rule, example_message(text, rule), (), wanted, ruleset)


def example_talk(text: str, rule: Rule) -> tuple[Message, ...]:
    """An example of several messages: `author: text` lines, twenty seconds apart."""
    lines = (line.partition(":") for line in text.strip().splitlines())
    return tuple(
        replace(
            example_message(said.strip(), rule),
            key=replace(_KEY, message=str(number)),
            author_id=author.strip(),
            posted_at=_AT + number * _APART,
        )
        for number, (author, _, said) in enumerate(lines)
    )


def _talk_fault(rule: Rule, talk: Sequence[Message], wanted: bool, ruleset: RuleSet) -> str:
    """As `example_fault`: found at the last line and at none before it, or at none at all."""
    for number, message in enumerate(talk):
        last = number == len(talk) - 1
        fault = _fault(rule, message, talk[:number], wanted and last, ruleset)
        if fault:
            return fault if last else f"{fault} (at line {number + 1})"
    return ""


def _fault(
    rule: Rule, message: Message, recent: Sequence[Message], wanted: bool, ruleset: RuleSet
) -> str:
    if rule.alone:
        verdict = evaluate(message, Context(recent=tuple(recent)), ruleset)
        findings, skipped = verdict.findings, verdict.skipped
    else:
        late, skips = alone(message, Context(), ruleset, later=True)
        judged, first = alone(message, Context(), ruleset)
        judged, skips = judged + late, skips | first
        findings, skipped = tuple(finding for _, finding in judged), tuple(skips.values())
    if any(skip.rule == rule.id for skip in skipped):
        return "the rule ran out of time on this example"
    found = [finding for finding in findings if finding.rule == rule.id]
    live = [finding for finding in found if finding.suppressed in _FOUND]
    if wanted and not live:
        if found:
            return f"cleared by the context `{found[0].cleared_by}`, though it should be found"
        return "not found, though it should be"
    if not wanted and live:
        return "found, though it should be ignored"
    return ""


def failing_context_examples(ruleset: RuleSet, places: Mapping[str, Places]) -> Iterator[Problem]:
    """The examples of contexts that do not hold, each with its line.

    `<<` and `>>` in an example stand round what a rule would have found; without them it is enough
    that the context's pattern stands anywhere.
    """
    for number, context in enumerate(ruleset.contexts.values()):
        here = places[context.file]
        for key, wanted in (("match", True), ("ignore", False)):
            for index, text in enumerate(getattr(context, key)):
                if _holds(context, text) is not wanted:
                    what = "does not hold here" if wanted else "holds here, though it should not"
                    path = ("context", number, key, index)
                    yield here.problem(path, f"context {context.id}: {what}", _REMEDY)


def _holds(context: ContextRule, text: str) -> bool:
    marked = _MARKED.search(text)
    bare = _MARKED.sub(r"\1", text)
    scan = Scan(fold(bare), View(bare), Budget())
    if marked:
        start = marked.start()
        return context.clears(Place(start, start + len(marked[1]), start), scan)
    return any(map(scan.find, context.patterns)) and not any(map(scan.find, context.despite))
