"""From one `[[rule]]` table to a compiled rule, its pack's defaults filled in."""

from __future__ import annotations

from collections.abc import Sequence

from rules.errors import Problem
from rules.kinds import KINDS
from rules.kinds.test import Test
from rules.packfiles.patterns import Builder, Made
from rules.packfiles.shapes import PackTable, RuleTable
from rules.packfiles.tables import take
from rules.packfiles.toml_places import Path, Places
from rules.packfiles.vocabulary import Vocabulary
from rules.policies import Policy, clauses_for
from rules.ruleset import Rule
from rules.types import Category, Tier

_MASKED = frozenset((Category.PII_STUDENT, Category.PII_GENERAL, Category.CREDENTIAL))


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
    name = data.get("kind") if isinstance(data, dict) else None
    kind = KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        what = f"no kind of rule is called `{name}`" if name else "`kind` is missing"
        return None, [places.problem((*path, "kind"), what, f"there are: {', '.join(KINDS)}")]
    table, problems = take(data, kind.table, path, places)
    if table is None:
        return None, problems
    builder = Builder(places, path, lists, "case" if table.case else table.view, made)
    if table.case and table.view != "raw":
        builder.fault(("case",), "`case` needs the raw view", 'set view = "raw"')
    category = table.category or pack.category
    if table.id.partition(".")[0] != category:
        builder.fault(("id",), f"`{table.id}` should begin with `{category}.`")
    test = kind.build(table, builder)
    if builder.problems:
        return None, builder.problems
    clauses = clauses_for(category, table.id, policies)
    return _rule(table, pack, category, clauses, places.file, places.line(path), test), []


def _rule(
    table: RuleTable,
    pack: PackTable,
    category: Category,
    clauses: tuple[str, ...],
    file: str,
    line: int,
    test: Test,
) -> Rule:
    return Rule(
        id=table.id,
        category=category,
        kind=table.kind,
        severity=table.severity,
        confidence=table.confidence,
        tier=Tier.REVIEW if pack.max_tier is Tier.REVIEW else table.tier,
        reason=table.reason,
        audience=table.audience or pack.audience,
        unless=tuple(dict.fromkeys((*pack.unless, *table.unless))),
        quiet_in=frozenset((*pack.quiet_in, *table.quiet_in)),
        state=table.state or pack.state,
        counts=table.counts and not table.tells,
        tells=table.tells,
        mask=category in _MASKED and not table.tells if table.mask is None else table.mask,
        absorbs=frozenset(table.absorbs),
        absorbs_anywhere=table.absorbs_in == "message",
        weighed=pack.weighed,
        clauses=clauses,
        match=tuple(table.match),
        ignore=tuple(table.ignore),
        file=file,
        line=line,
        test=test,
    )
