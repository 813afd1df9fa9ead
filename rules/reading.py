"""Pack files, read one by one: what they hold, and every fault of theirs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import regex

from rules.build import build_rule
from rules.contexts import ContextRule
from rules.errors import Problem, ProblemsError
from rules.matching.expression import Pattern
from rules.matching.lint import faults_of
from rules.packfiles.patterns import Builder
from rules.packfiles.shapes import ContextTable, PackTable
from rules.packfiles.tables import take
from rules.packfiles.toml_places import Places, read
from rules.packfiles.vocabulary import UnknownListError, Vocabulary
from rules.packfiles.wording import words_of
from rules.policies import Policy
from rules.ruleset import Rule
from rules.types import Category

Lists = dict[str, tuple[str, ...]]


class Reading:
    """What the files read so far hold; nothing of it is used if there is a problem."""

    def __init__(self, policies: Sequence[Policy]) -> None:
        self.problems: list[Problem] = []
        self.contexts: dict[str, ContextRule] = {}
        self.rules: list[Rule] = []
        self.numbers: list[int] = []  # of each rule within its file
        self.places: dict[str, Places] = {}
        self.disguised: list[str] = []
        self.known: set[str] = set()  # words that some rule looks for
        self._policies = policies
        self._shared: Lists = {}
        self._made: dict[tuple[str, str], Pattern] = {}

    def shared(self, file: Path) -> None:
        """Read the word lists that every pack may name."""
        data, places = self._open(file, {"vocabulary"})
        self._shared = self._lists(data, places)
        self.known |= words_of(data)
        self._check_lists(Vocabulary(self._shared), self._shared, places)

    def context_file(self, file: Path) -> None:
        """Read the contexts."""
        data, places = self._open(file, {"context"})
        vocabulary = Vocabulary(self._shared)
        for number, row in enumerate(data.get("context", [])):
            path = ("context", number)
            table, problems = take(row, ContextTable, path, places)
            self.problems += problems
            if table is None:
                continue
            builder = Builder(places, path, vocabulary, "plain", self._made)
            patterns = builder.patterns(table.patterns, ("patterns",))
            if table.id in self.contexts:
                builder.fault(("id",), f"there are two contexts `{table.id}`")
            if table.scope in ("before", "after", "beside") and table.within is None:
                what = f"the scope `{table.scope}` needs `within`"
                builder.fault(("scope",), what, "say how many characters")
            self.problems += builder.problems
            self.contexts[table.id] = ContextRule(
                id=table.id,
                scope=table.scope,
                within=table.within or 0,
                patterns=patterns,
                reason=table.reason,
                stops=builder.patterns(table.stops, ("stops",)),
                despite=builder.patterns(table.despite, ("despite",)),
                lowers=table.lowers,
                match=tuple(table.match),
                ignore=tuple(table.ignore),
                file=places.file,
                line=places.line(path),
            )

    def pack(self, file: Path) -> None:
        """Read one pack."""
        data, places = self._open(file, {"pack", "vocabulary", "rule"})
        if not data:
            return
        pack, problems = take(data.get("pack", {}), PackTable, ("pack",), places)
        own = self._lists(data, places)
        vocabulary = Vocabulary(self._shared | own)
        self.problems += problems
        self._check_lists(vocabulary, own, places)
        if pack is None:
            return
        if pack.id != file.stem:
            what = f"`{pack.id}` should be the file's name, `{file.stem}`"
            self.problems.append(places.problem(("pack", "id"), what))
        self._disguised(pack, vocabulary, places)
        self.known |= words_of(data)
        for number, row in enumerate(data.get("rule", [])):
            rule, problems = build_rule(
                row, pack, vocabulary, self._made, places, number, self._policies
            )
            self.problems += problems
            if rule:
                self.rules.append(rule)
                self.numbers.append(number)

    def _open(self, file: Path, allowed: set[str]) -> tuple[dict[str, Any], Places]:
        name = shown(file)
        nothing = Places(name, {})
        try:
            data, places = read(name, file.read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            self.problems.append(Problem(name, 1, "is not UTF-8 text"))
            return {}, nothing
        except OSError as error:
            self.problems.append(Problem(name, 1, f"cannot be read: {error.strerror}"))
            return {}, nothing
        except ProblemsError as error:
            self.problems += error.problems
            return {}, nothing
        self.places[name] = places
        known = ", ".join(f"[{table}]" for table in sorted(allowed))
        for key, value in data.items():
            if key not in allowed:
                what, remedy = f"unknown table `{key}`", f"known here: {known}"
                self.problems.append(places.problem((key,), what, remedy))
            elif not isinstance(value, list if key in ("rule", "context") else Mapping):
                form = f"[[{key}]]" if key in ("rule", "context") else f"[{key}]"
                what = f"`{key}` has the wrong form"
                self.problems.append(places.problem((key,), what, f"write it as {form}"))
                return {}, places
        return data, places

    def _lists(self, data: Mapping[str, Any], places: Places) -> Lists:
        lists: Lists = {}
        for name, words in data.get("vocabulary", {}).items():
            if isinstance(words, list) and words and all(isinstance(word, str) for word in words):
                lists[name] = tuple(words)
            else:
                what = f"`{name}` should be a list of words"
                self.problems.append(places.problem(("vocabulary", name), what))
        return lists

    def _check_lists(self, vocabulary: Vocabulary, names: Iterable[str], places: Places) -> None:
        for name in names:
            words = vocabulary.lists[name]
            if not _entry_faults(vocabulary, "|".join(words)):
                continue  # compiling a list as a whole is much quicker than entry by entry
            for number, word in enumerate(words):
                for what, remedy in _entry_faults(vocabulary, word):
                    path = ("vocabulary", name, number)
                    self.problems.append(places.problem(path, what, remedy))

    def _disguised(self, pack: PackTable, vocabulary: Vocabulary, places: Places) -> None:
        for number, name in enumerate(pack.disguised):
            if name not in vocabulary.lists:
                at = ("pack", "disguised", number)
                self.problems.append(places.problem(at, f"there is no vocabulary `{name}`"))
            elif pack.category is Category.PROFANITY:
                self.disguised[:0] = vocabulary.entries(name)  # what a mask hides is mostly these
            else:
                self.disguised += vocabulary.entries(name)


def shown(file: Path) -> str:
    """The file as people name it: from the working folder, where it lies in there."""
    try:
        return str(file.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(file)


def _entry_faults(vocabulary: Vocabulary, word: str) -> list[tuple[str, str]]:
    try:
        vocabulary.check(word)
        vocabulary.expand(word)
    except UnknownListError as error:
        return [(f"there is no vocabulary `{error.args[0]}`, or it names itself", "")]
    except regex.error as error:
        return [(f"the entry does not compile: {error}", "")]
    return list(faults_of(word, plain=False))
