"""What is no fault in a pack, but does less, or costs more, than its writer may think."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from rules.errors import Problem
from rules.packfiles.toml_places import Places, read
from rules.prefilter import Prefilter
from rules.reading import shown
from rules.ruleset import Rule, RuleSet
from rules.types import Category, Tier

_NAMED = re.compile(r"\{([a-z][a-z0-9_]*)\}")

File = tuple[Mapping[str, Any], Places]


def advice(ruleset: RuleSet, files: Iterable[Path]) -> list[Problem]:
    """Hints on a rule set that has loaded from these files, sorted by file and line."""
    opened = [read(shown(file), file.read_text(encoding="utf-8")) for file in files]
    hints = [
        *_unused_lists(opened),
        *_unused_contexts(ruleset, opened),
        *(hint for file in opened for hint in (*_said_twice(file), *_shadowed(file))),
        *(hint for file in opened for hint in _lowered(file)),
        *_of_rules(ruleset),
        *_not_lifted(ruleset, opened),
    ]
    return sorted(set(hints))


def _unused_lists(opened: Iterable[File]) -> Iterator[Problem]:
    """Vocabularies that no pattern, term or other used list names; shared ones in any file."""
    opened = list(opened)
    anywhere = Counter(name for data, _ in opened for name in _names_in(data))
    for data, places in opened:
        here = set(_names_in(data))
        for name in data.get("vocabulary", {}):
            used = name in here or ("pack" not in data and name in anywhere)
            if not used:
                what = f"the vocabulary `{name}` is used nowhere"
                yield places.problem(("vocabulary", name), what, "delete it")


def _names_in(data: Mapping[str, Any]) -> Iterator[str]:
    yield from data.get("pack", {}).get("disguised", [])
    for text in _texts(data):
        yield from _NAMED.findall(text)


def _texts(value: object) -> Iterator[str]:
    """Every string of a table but the examples."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if key not in ("match", "ignore"):
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _unused_contexts(ruleset: RuleSet, opened: Iterable[File]) -> Iterator[Problem]:
    used = {name for rule in ruleset.rules for name in rule.unless}
    for data, places in opened:
        for number, context in enumerate(data.get("context", [])):
            if context["id"] not in used:
                what = f"the context `{context['id']}` clears no rule"
                yield places.problem(("context", number), what, "name it in `unless` or delete it")


def _said_twice(file: File) -> Iterator[Problem]:
    """Entries that stand twice in one list."""
    data, places = file
    for name, words in data.get("vocabulary", {}).items():
        seen: set[str] = set()
        for number, word in enumerate(words):
            if word in seen:
                what = f"`{word}` stands twice in the vocabulary `{name}`"
                yield places.problem(("vocabulary", name, number), what, "delete one")
            seen.add(word)


def _shadowed(file: File) -> Iterator[Problem]:
    """Terms that can never decide: a shorter term of the same rule stands in them."""
    data, places = file
    for number, rule in enumerate(data.get("rule", [])):
        terms = rule.get("terms", [])
        for at, term in enumerate(terms):
            words = f" {term} "
            for other in terms:
                if other != term and f" {other} " in words:
                    what = f"the term `{term}` is never needed: `{other}` is found wherever it is"
                    yield places.problem(("rule", number, "terms", at), what, "delete it")
                    break


def _lowered(file: File) -> Iterator[Problem]:
    data, places = file
    if data.get("pack", {}).get("max_tier") != Tier.REVIEW:
        return
    for number, rule in enumerate(data.get("rule", [])):
        if rule.get("tier") == Tier.ACT:
            what = f"{rule['id']} says `act`, but its pack goes no higher than `review`"
            yield places.problem(("rule", number, "tier"), what, "write review")


def _of_rules(ruleset: RuleSet) -> Iterator[Problem]:
    always = Prefilter([rule.test for rule in ruleset.rules]).unfiltered
    for rule in ruleset.rules:
        if not always.isdisjoint(rule.patterns):
            what = "is tried on every text: re2 knows no form of one of its patterns"
            yield _about(rule, what, "leave out the back-reference, or put a word beside it")
        if ruleset.policies and not rule.clauses and rule.category is not Category.WELFARE:
            what = "breaks no clause of the policies: its notices cite nothing"
            yield _about(rule, what, "name its category in a policy")


def _about(rule: Rule, what: str, remedy: str) -> Problem:
    return Problem(rule.file, rule.line, f"{rule.id} {what}", remedy)


def _not_lifted(ruleset: RuleSet, opened: Iterable[File]) -> Iterator[Problem]:
    """Entries of disguised lists that stand for too much, or for no word."""
    left = set(ruleset.lexicon.left_aside)
    for data, places in opened:
        lists = data.get("vocabulary", {})
        for name in data.get("pack", {}).get("disguised", []):
            for number, entry in enumerate(lists.get(name, [])):
                if entry in left:
                    what = f"no disguise is lifted into `{entry}`: it stands for too much"
                    path = ("vocabulary", name, number)
                    yield places.problem(path, what, "write its words out, or leave it so")
