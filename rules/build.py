"""From the tables of one pack to compiled rules: every fault is collected with its place."""

from __future__ import annotations

import re
from collections.abc import MutableMapping, Sequence
from functools import partial

import regex

from rules.errors import Problem
from rules.expression import Pattern, Sight
from rules.kinds import KINDS
from rules.normalize import fold
from rules.policies import Policy, clauses_for
from rules.ruleset import Rule
from rules.shapes import PackTable, RuleTable
from rules.tables import take
from rules.toml_places import Path, Places
from rules.types import Category, Tier
from rules.vocabulary import UnknownListError, Vocabulary

_MASKED = frozenset((Category.PII_STUDENT, Category.PII_GENERAL, Category.CREDENTIAL))
_CAPITAL = re.compile(r"\\.|(\(\?P?<\w+>)|([A-Z])", re.DOTALL)
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
        try:
            whole = self._lists.expand(source)
            if made := self._made.get((whole, view)):
                return made
            self._lists.check(source)
        except UnknownListError as error:
            self.fault(path, f"there is no vocabulary `{error.args[0]}`", self._near_lists())
            return None
        except regex.error as error:
            self.fault(path, f"the pattern does not compile: {error}")
            return None
        if view == "plain" and (capital := _capital(whole)):
            self.fault(
                path,
                f"`{capital}` never matches: the plain view is lower case",
                'write it small, or set view = "raw"',
            )
        sight = Sight.PLAIN if view == "plain" else Sight.RAW
        made = Pattern(whole, sight, partial(self._lists.ways, source), case=view == "case")
        self._made[whole, view] = made
        return made

    def patterns(
        self, sources: Sequence[str], path: Path, view: str | None = None
    ) -> tuple[Pattern, ...]:
        """Compile the patterns of a list."""
        made = (self.pattern(source, (*path, n), view) for n, source in enumerate(sources))
        return tuple(pattern for pattern in made if pattern)

    def terms(self, sources: Sequence[str], path: Path) -> tuple[str, ...]:
        """The literal words and phrases of a list, its vocabularies filled in."""
        terms: dict[str, None] = {}
        for number, source in enumerate(sources):
            at = (*path, number)
            name = source[1:-1]
            listed = self._lists.lists.get(name) if source == f"{{{name}}}" else None
            for term in listed or (source,):
                self._check_term(term, at)
                terms[term] = None
        return tuple(terms)

    def _check_term(self, term: str, path: Path) -> None:
        if not term.strip():
            self.fault(path, "an empty term")
        elif _META.search(term):
            self.fault(path, f"`{term}` is a pattern, not a plain phrase", 'use kind = "pattern"')
        elif self._view == "plain" and fold(term).text != term:
            self.fault(path, f"`{term}` never matches", f"write it folded: `{fold(term).text}`")

    def _near_lists(self) -> str:
        return f"there are: {', '.join(sorted(self._lists.lists))}" if self._lists.lists else ""


def _capital(source: str) -> str:
    for found in _CAPITAL.finditer(source):
        if found[2]:
            return found[2]
    return ""


def build_rule(
    data: object,
    pack: PackTable,
    lists: Vocabulary,
    made: Made,
    places: Places,
    number: int,
    policies: Sequence[Policy],
) -> tuple[Rule | None, list[Problem]]:
    """One `[[rule]]` table, compiled; None exactly when there are problems."""
    path: Path = ("rule", number)
    kind_name = data.get("kind") if isinstance(data, dict) else None
    kind = KINDS.get(kind_name) if isinstance(kind_name, str) else None
    if kind is None:
        known = ", ".join(KINDS)
        what = f"no kind of rule is called `{kind_name}`" if kind_name else "`kind` is missing"
        return None, [places.problem((*path, "kind"), what, f"there are: {known}")]
    table, problems = take(data, kind.table, path, places)
    if table is None:
        return None, problems
    view = "case" if table.case else table.view
    builder = Builder(places, path, lists, view, made)
    if table.case and table.view != "raw":
        builder.fault(("case",), "`case` needs the raw view", 'set view = "raw"')
    category = table.category or pack.category
    if table.id.partition(".")[0] != category:
        builder.fault(("id",), f"`{table.id}` should begin with `{category}.`")
    test = kind.build(table, builder)
    if builder.problems:
        return None, builder.problems
    line = places.line(path)
    return _rule(table, pack, category, policies, places.file, line, test), []


def _rule(
    table: RuleTable,
    pack: PackTable,
    category: Category,
    policies: Sequence[Policy],
    file: str,
    line: int,
    test: object,
) -> Rule:
    capped = table.tier is Tier.ACT and pack.max_tier is Tier.REVIEW
    return Rule(
        id=table.id,
        category=category,
        kind=table.kind,
        severity=table.severity,
        confidence=table.confidence,
        tier=Tier.REVIEW if capped else table.tier,
        reason=table.reason,
        audience=table.audience or pack.audience,
        unless=tuple(dict.fromkeys((*pack.unless, *table.unless))),
        quiet_in=frozenset((*pack.quiet_in, *table.quiet_in)),
        counts=table.counts,
        mask=category in _MASKED if table.mask is None else table.mask,
        absorbs=frozenset(table.absorbs),
        absorbs_anywhere=table.absorbs_in == "message",
        clauses=clauses_for(category, table.id, policies),
        match=tuple(table.match),
        ignore=tuple(table.ignore),
        file=file,
        line=line,
        test=test,  # type: ignore[arg-type]
    )
