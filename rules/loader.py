"""Rule packs from TOML files into a `RuleSet`: strict, every fault of every file at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import regex

from rules.build import Builder, build_rule
from rules.contexts import ContextRule
from rules.errors import PackError, Problem, ProblemsError
from rules.examples import failing_context_examples, failing_examples
from rules.expression import Pattern
from rules.lexicon import Lexicon
from rules.policies import Policy
from rules.ruleset import Rule, RuleSet
from rules.shapes import ContextTable, PackTable
from rules.tables import take
from rules.toml_places import Places, read
from rules.vocabulary import UnknownListError, Vocabulary

__all__ = ["PACKS", "RuleSet", "load"]

PACKS = Path(__file__).parent / "packs"
SHARED = "shared.toml"
CONTEXTS = "contexts.toml"
_KEYS = {SHARED: {"vocabulary"}, CONTEXTS: {"context"}}
_PACK_KEYS = {"pack", "vocabulary", "rule"}


@dataclass
class _Loading:
    """What has been read so far; nothing of it is used if there is a problem."""

    whole: bool  # all packs are there, so that references between them can be checked
    problems: list[Problem] = field(default_factory=list)
    shared: dict[str, tuple[str, ...]] = field(default_factory=dict)
    made: dict[tuple[str, str], Pattern] = field(default_factory=dict)
    contexts: dict[str, ContextRule] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)
    places: dict[str, Places] = field(default_factory=dict)
    disguised: list[str] = field(default_factory=list)


def load(
    packs: Path = PACKS, *, policies: Sequence[Policy] = (), run_examples: bool = True
) -> RuleSet:
    """Load a folder of packs, or one pack with the shared files that lie beside it.

    Raises `PackError` with every fault, each with file and line. `run_examples` also holds every
    rule against its own examples, which warms the automata for the first real message.
    """
    folder, files = _files(packs)
    loading = _Loading(whole=packs.is_dir())
    _load_shared(folder / SHARED, loading)
    _load_contexts(folder / CONTEXTS, loading)
    for file in files:
        _load_pack(file, loading, policies)
    _check_references(loading)
    if loading.problems:
        raise PackError(loading.problems)
    ruleset = RuleSet(loading.rules, loading.contexts, Lexicon(loading.disguised), policies)
    if run_examples:
        failing = [
            *failing_context_examples(ruleset, loading.places),
            *failing_examples(ruleset, loading.places),
        ]
        if failing:
            raise PackError(failing)
    return ruleset


def _files(packs: Path) -> tuple[Path, list[Path]]:
    if packs.is_file():
        return packs.parent, [] if packs.name in _KEYS else [packs]
    files = sorted(path for path in packs.glob("*.toml") if path.name not in _KEYS)
    if not files:
        raise PackError([Problem(str(packs), 1, "there are no rule packs here")])
    return packs, files


def _read(file: Path, loading: _Loading, allowed: set[str]) -> tuple[dict[str, Any], Places]:
    name = _shown(file)
    try:
        data, places = read(name, file.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        loading.problems.append(Problem(name, 1, "is not UTF-8 text"))
        return {}, Places(name, {})
    except ProblemsError as error:
        loading.problems += error.problems
        return {}, Places(name, {})
    loading.places[name] = places
    for key in data:
        if key not in allowed:
            known = ", ".join(f"[{name}]" for name in sorted(allowed))
            loading.problems.append(
                places.problem((key,), f"unknown table `{key}`", f"known here: {known}")
            )
    return data, places


def _shown(file: Path) -> str:
    """Packs are named from the working folder where that is shorter."""
    try:
        return str(file.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(file)


def _lists(
    data: Mapping[str, Any], places: Places, loading: _Loading
) -> dict[str, tuple[str, ...]]:
    lists: dict[str, tuple[str, ...]] = {}
    table = data.get("vocabulary", {})
    for name, words in table.items() if isinstance(table, Mapping) else ():
        if isinstance(words, list) and words and all(isinstance(word, str) for word in words):
            lists[name] = tuple(words)
        else:
            loading.problems.append(
                places.problem(("vocabulary", name), f"`{name}` should be a list of words")
            )
    return lists


def _check_lists(
    vocabulary: Vocabulary, names: Iterable[str], places: Places, loading: _Loading
) -> None:
    """Every entry compiles; a list is taken apart only where it does not as a whole."""
    for name in names:
        words = vocabulary.lists[name]
        try:
            vocabulary.check("|".join(words))
            vocabulary.expand(f"{{{name}}}")
        except (regex.error, UnknownListError):
            for number, word in enumerate(words):
                what = _entry_fault(vocabulary, word)
                if what:
                    path = ("vocabulary", name, number)
                    loading.problems.append(places.problem(path, what))


def _entry_fault(vocabulary: Vocabulary, word: str) -> str:
    try:
        vocabulary.check(word)
        vocabulary.expand(word)
    except UnknownListError as error:
        return f"there is no vocabulary `{error.args[0]}`, or it names itself"
    except regex.error as error:
        return f"the entry does not compile: {error}"
    return ""


def _expanded(vocabulary: Vocabulary, name: str) -> list[str]:
    """The entries of a list, other lists filled in; their faults are reported elsewhere."""
    try:
        return [vocabulary.expand(word) for word in vocabulary.lists.get(name, ())]
    except UnknownListError:
        return []


def _load_shared(file: Path, loading: _Loading) -> None:
    if file.is_file():
        data, places = _read(file, loading, _KEYS[SHARED])
        loading.shared = _lists(data, places, loading)
        _check_lists(Vocabulary(loading.shared), loading.shared, places, loading)


def _load_contexts(file: Path, loading: _Loading) -> None:
    if not file.is_file():
        return
    data, places = _read(file, loading, _KEYS[CONTEXTS])
    vocabulary = Vocabulary(loading.shared)
    for number, row in enumerate(data.get("context", [])):
        path = ("context", number)
        table, problems = take(row, ContextTable, path, places)
        loading.problems += problems
        if table is None:
            continue
        builder = Builder(places, path, vocabulary, "plain", loading.made)
        patterns = builder.patterns(table.patterns, ("patterns",))
        if table.id in loading.contexts:
            builder.fault(("id",), f"there are two contexts `{table.id}`")
        if table.scope in ("before", "after") and table.within is None:
            builder.fault(("scope",), f"`{table.scope}` needs `within`", "say how many characters")
        loading.problems += builder.problems
        loading.contexts[table.id] = ContextRule(
            table.id,
            table.scope,
            table.within or 0,
            patterns,
            table.reason,
            tuple(table.match),
            tuple(table.ignore),
            places.file,
            places.line(path),
        )


def _load_pack(file: Path, loading: _Loading, policies: Sequence[Policy]) -> None:
    data, places = _read(file, loading, _PACK_KEYS)
    if not data:
        return
    pack, problems = take(data.get("pack", {}), PackTable, ("pack",), places)
    own = _lists(data, places, loading)
    vocabulary = Vocabulary(loading.shared | own)
    _check_lists(vocabulary, own, places, loading)
    loading.problems += problems
    if pack is None:
        return
    if pack.id != file.stem:
        loading.problems.append(
            places.problem(("pack", "id"), f"`{pack.id}` should be the file's name, `{file.stem}`")
        )
    for name in pack.disguised:
        if name not in vocabulary.lists:
            at = ("pack", "disguised", pack.disguised.index(name))
            loading.problems.append(places.problem(at, f"there is no vocabulary `{name}`"))
        loading.disguised += _expanded(vocabulary, name)
    for number, row in enumerate(data.get("rule", [])):
        rule, problems = build_rule(row, pack, vocabulary, loading.made, places, number, policies)
        loading.problems += problems
        if rule:
            loading.rules.append(rule)


def _check_references(loading: _Loading) -> None:
    counts = Counter(rule.id for rule in loading.rules)
    loaded = {rule.category for rule in loading.rules}
    for rule in loading.rules:
        here = loading.places[rule.file]
        number = _number(rule, loading.rules)
        if counts[rule.id] > 1:
            loading.problems.append(
                here.problem(("rule", number, "id"), f"there are two rules `{rule.id}`")
            )
        for name in _unknown(rule.unless, loading.contexts):
            loading.problems.append(
                here.problem(("rule", number, "unless"), f"there is no context `{name}`")
            )
        for name in _unknown(rule.absorbs, counts):
            if loading.whole or name.partition(".")[0] in loaded:
                loading.problems.append(
                    here.problem(("rule", number, "absorbs"), f"there is no rule `{name}`")
                )


def _number(rule: Rule, rules: Iterable[Rule]) -> int:
    return [other for other in rules if other.file == rule.file].index(rule)


def _unknown(names: Iterable[str], known: Mapping[str, Any]) -> list[str]:
    return sorted(name for name in names if name not in known)
