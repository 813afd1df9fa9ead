"""From the text of a pattern to a `Pattern`: vocabularies filled in, every fault with its place."""

from __future__ import annotations

import re
from collections.abc import MutableMapping, Sequence
from difflib import get_close_matches
from functools import partial

import regex

from rules.errors import Problem
from rules.folding.normalize import fold
from rules.matching.expression import Pattern, Sight
from rules.matching.lint import faults_of, says_something
from rules.packfiles.toml_places import Path, Places
from rules.packfiles.vocabulary import UnknownListError, Vocabulary

_META = re.compile(r"[\\^$.|?*+()\[\]{}]")

Made = MutableMapping[tuple[str, str], Pattern]  # by expression and view: each pattern is made once


class Builder:
    """Compiles the patterns of one table; `problems` grow with every fault found."""

    def __init__(
        self, places: Places, path: Path, lists: Vocabulary, view: str, made: Made
    ) -> None:
        self.problems: list[Problem] = []
        self._places = places
        self._path = path
        self._lists = lists
        self._view = view
        self._made = made

    def fault(self, path: Path, what: str, remedy: str = "") -> None:
        """Report a fault at a key path inside the table."""
        self.problems.append(self._places.problem((*self._path, *path), what, remedy))

    def pattern(self, source: str, path: Path, view: str | None = None) -> Pattern | None:
        """Compile a pattern, its vocabularies filled in; None after a fault."""
        view = view or self._view
        before = len(self.problems)
        try:
            whole = self._lists.expand(source)
            self._lists.check(source)
        except UnknownListError as error:
            self.fault(
                path, f"there is no vocabulary `{error.args[0]}`", self._nearest(str(error.args[0]))
            )
            return None
        except regex.error as error:
            self.fault(path, f"the pattern does not compile: {error}")
            return None
        self._read(source, path, plain=view == "plain")
        if len(self.problems) > before:
            return None
        if (whole, view) not in self._made:
            sight = Sight.PLAIN if view == "plain" else Sight.RAW
            ways = partial(self._lists.ways, source, plain=view == "plain")
            self._made[whole, view] = Pattern(whole, sight, ways, case=view == "case")
        return self._made[whole, view]

    def _read(self, source: str, path: Path, *, plain: bool) -> None:
        for what, remedy in faults_of(source, plain=plain):
            self.fault(path, what, remedy)
        if not says_something(source):
            self.fault(path, "the pattern holds nothing but wildcards", "name a word or a digit")
        for name, entry in self._lists.unfolded(source) if plain else ():
            self.fault(
                path,
                f"`{entry}` of the vocabulary `{name}` never matches: the plain view is folded",
                f'write `{fold(entry).text}` there, or set view = "raw" here',
            )

    def patterns(
        self, sources: Sequence[str], path: Path, view: str | None = None
    ) -> tuple[Pattern, ...]:
        """Compile the patterns of a list."""
        made = [self.pattern(source, (*path, n), view) for n, source in enumerate(sources)]
        return tuple(pattern for pattern in made if pattern)

    def terms(self, sources: Sequence[str], path: Path) -> tuple[str, ...]:
        """The literal words and phrases of a list, its vocabularies filled in."""
        terms: dict[str, None] = {}
        for number, source in enumerate(sources):
            name = source[1:-1]
            listed = self._lists.lists.get(name) if source == f"{{{name}}}" else None
            for term in listed or (source,):
                self._check_term(term, (*path, number))
                terms[term] = None
        return tuple(terms)

    def _check_term(self, term: str, path: Path) -> None:
        if not term.strip():
            self.fault(path, "an empty term")
        elif _META.search(term):
            self.fault(path, f"`{term}` is a pattern, not a plain phrase", 'use kind = "pattern"')
        elif self._view == "plain" and fold(term).text != term:
            what = f"`{term}` never matches: the plain view is folded"
            self.fault(path, what, f'write `{fold(term).text}`, or set view = "raw"')

    def _nearest(self, name: str) -> str:
        near = get_close_matches(name, self._lists.lists, n=3)
        return f"did you mean {' or '.join(f'`{other}`' for other in near)}?" if near else ""
