"""Policy files into policies: strict, and with every fault of every file at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from rules.errors import PackError, Problem, ProblemsError
from rules.packfiles.tables import take
from rules.packfiles.toml_places import Places, read
from rules.policies.clause import Clause, Coverage, Policy, Wording
from rules.types import Audience, Category

SHIPPED = Path(__file__).parent
_TABLES = ("policy", "clause")
_POLICY_ID = re.compile(r"[a-z0-9][a-z0-9.-]*")
_CLAUSE_ID = re.compile(r"[^\s:,;]+")


class _Header(msgspec.Struct):
    id: str
    name: str
    district: str
    source: str
    audience: Audience = Audience.ALL
    date: str = ""
    note: str = ""


class _Row(msgspec.Struct):
    id: str
    title: Wording
    plain: Wording
    verdict: Coverage
    categories: list[Category] = []
    rules: list[str] = []
    feature: str = ""
    out_of_scope: str = ""


def shipped() -> tuple[str, ...]:
    """The ids of the policies that come with the product."""
    return tuple(sorted(path.name.removesuffix(".toml") for path in SHIPPED.glob("*.toml")))


def load_policies(names_or_paths: Sequence[str | Path]) -> tuple[Policy, ...]:
    """Read policies by shipped id or by path, in this order.

    Raises `PackError` with every fault of every file, each with its line.
    """
    problems: list[Problem] = []
    policies: list[Policy] = []
    for wanted in names_or_paths:
        try:
            policy = _load(wanted)
        except ProblemsError as error:
            problems += error.problems
            continue
        if any(policy.id == other.id for other in policies):
            problems.append(Problem(str(wanted), 1, f"policy `{policy.id}` is named twice"))
        policies.append(policy)
    if problems:
        raise PackError(problems)
    return tuple(policies)


def _load(wanted: str | Path) -> Policy:
    known = isinstance(wanted, str) and wanted in shipped()
    path = SHIPPED / f"{wanted}.toml" if known else Path(wanted)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise PackError([Problem(str(path), 1, "is not UTF-8 text")]) from None
    except OSError as error:
        remedy = f"give a file, or one of the shipped policies: {', '.join(shipped())}"
        what = f"no such policy: {error.strerror or 'it cannot be read'}"
        raise PackError([Problem(str(wanted), 1, what, remedy)]) from None
    data, places = read(str(path), text)
    return _policy(data, places)


def _policy(data: Mapping[str, Any], places: Places) -> Policy:
    problems = [
        places.problem((key,), f"unknown table `{key}`", f"known here: {', '.join(_TABLES)}")
        for key in data
        if key not in _TABLES
    ]
    header, faults = take(data.get("policy", {}), _Header, ("policy",), places)
    problems += faults
    if header and not _POLICY_ID.fullmatch(header.id):
        what = f"`{header.id}` is no policy id"
        problems.append(places.problem(("policy", "id"), what, "use a-z, 0-9, dots and hyphens"))
    clauses = _clauses(data.get("clause"), header.id if header else "", places, problems)
    if header is None or problems:
        raise PackError(problems)
    return Policy(
        id=header.id,
        name=header.name,
        district=header.district,
        audience=header.audience,
        source=header.source,
        date=header.date,
        note=header.note,
        clauses=clauses,
    )


def _clauses(
    tables: object, policy: str, places: Places, problems: list[Problem]
) -> tuple[Clause, ...]:
    """Build the clauses, adding their faults to `problems`."""
    if not isinstance(tables, list) or not tables:
        what = "a policy needs at least one clause"
        problems.append(places.problem(("clause",), what, "write each as a [[clause]] table"))
        tables = []
    clauses: list[Clause] = []
    for index, table in enumerate(tables):
        row, faults = take(table, _Row, ("clause", index), places)
        problems += faults
        if row is None:
            continue
        problems += _faults(row, ("clause", index), places)
        if any(row.id == other.id for other in clauses):
            problems.append(places.problem(("clause", index, "id"), f"clause `{row.id}` twice"))
        clauses.append(
            Clause(
                policy=policy,
                id=row.id,
                title=row.title,
                plain=row.plain,
                verdict=row.verdict,
                categories=frozenset(row.categories),
                rules=tuple(row.rules),
                feature=row.feature,
                out_of_scope=row.out_of_scope,
            )
        )
    return tuple(clauses)


def _faults(row: _Row, path: tuple[str | int, ...], places: Places) -> Iterator[Problem]:
    """What a well-formed row still says wrongly."""
    if not _CLAUSE_ID.fullmatch(row.id):
        remedy = "leave out spaces, colons, commas and semicolons"
        yield places.problem((*path, "id"), f"`{row.id}` is no clause id", remedy)
    for key, wording in (("title", row.title), ("plain", row.plain)):
        if not wording.en.strip():
            yield places.problem((*path, key), f"`{key}.en` is empty")
    yield from _unanswered(row, path, places)
    if Category.WELFARE in row.categories:
        what = "`welfare` is a care route, never a violation of a clause"
        yield places.problem((*path, "categories"), what, "leave it out")
    if row.rules and not row.categories:
        what = "`rules` narrows `categories`, which are missing"
        yield places.problem((*path, "rules"), what)
    for index, glob in enumerate(row.rules):
        if row.categories and glob.partition(".")[0] not in row.categories:
            what = f"`{glob}` is a rule of no category of this clause"
            yield places.problem((*path, "rules", index), what, "add its category, or leave it out")


def _unanswered(row: _Row, path: tuple[str | int, ...], places: Places) -> Iterator[Problem]:
    """A clause must say what answers to it, in the way that its verdict asks for."""
    if not (row.categories or row.feature.strip() or row.out_of_scope.strip()):
        what = f"clause `{row.id}` has neither `categories` nor `feature` nor `out_of_scope`"
        yield places.problem(path, what, "say what answers to it, or why nothing does")
        return
    match row.verdict:
        case Coverage.DETECT if not row.categories:
            yield places.problem((*path, "verdict"), "`detect` needs `categories`")
        case Coverage.PARTLY if not (row.categories or row.feature.strip()):
            yield places.problem((*path, "verdict"), "`partly` needs `categories` or `feature`")
        case Coverage.PROCESS if row.categories or not row.feature.strip():
            yield places.problem((*path, "verdict"), "`process` needs a `feature`, no `categories`")
        case Coverage.NOT_APPLICABLE if row.categories or not row.out_of_scope.strip():
            what = "`not_applicable` needs `out_of_scope`, no `categories`"
            yield places.problem((*path, "verdict"), what)
        case _:
            pass
