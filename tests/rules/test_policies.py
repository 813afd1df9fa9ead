"""Policies as data: the two shipped ones are whole, and a faulty one is refused with its lines."""

from __future__ import annotations

import tomllib
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from rules.errors import PackError
from rules.loader import PACKS
from rules.policies import (
    Coverage,
    Policy,
    clauses_for,
    find_clause,
    load_policies,
    shipped,
)
from rules.types import Category

# Every clause of the two policies, as they stand in the district's documents.
MPS = [
    "1(a)",
    "1(b)",
    "1(c)",
    "2(a)",
    "2(b)1a",
    "2(b)1b",
    "2(b)1c",
    "2(b)1d",
    "2(b)1e",
    "2(b)1f",
    "2(b)1g",
    "2(b)1h",
    "2(b)1i",
    "2(b)1j",
    "2(b)2",
    "2(b)3",
    "2(b)4",
    "2(b)5",
    "2(b)6",
    "3(a)",
    "3(b)",
    "3(c)1-3",
    "3(d)",
    "4(a)1",
    "4(a)2",
    "4(a)3",
    "4(b)",
    "5(a)",
    "5(b)",
    "5(c)",
    "6(a)1",
    "6(a)2",
    "6(a)3",
    "6(b)1",
    "6(b)2",
    "7",
]
CPS = [
    *[
        "M-A",
        "M-B",
        "M-C",
        "M-D",
        "S-A",
        "S-B",
        "S-C1",
        "S-C2",
        "S-C3",
        "S-C4",
        "S-C5",
        "SS-A",
        "SS-B",
        "SS-C",
    ],
    *map(str, range(1, 38)),
    "End",
]

# The clause of each policy that a finding of this category breaks before any other.
FIRST = {
    Category.CYBERBULLYING: ("2(b)5", "1"),
    Category.HATE: ("2(b)4", "2"),
    Category.THREAT: ("2(b)1b", "5"),
    Category.PROFANITY: ("2(b)4", "4"),
    Category.SEXUAL: ("2(b)1d", "34"),
    Category.POLITICAL_CAMPAIGN: ("2(b)1c", "22"),
    Category.UNION_CAMPAIGN: (None, "23"),
    Category.FUNDRAISER: (None, "21"),
    Category.COMMERCIAL: ("1(c)", "24"),
    Category.GAMBLING: (None, "19"),
    Category.PII_STUDENT: ("2(b)6", "16"),
    Category.PII_GENERAL: (None, "26"),
    Category.CREDENTIAL: ("4(a)1", "25"),
    Category.OFFCHANNEL_CONTACT: ("2(b)1g", "M-C"),
    Category.PHISHING_SPAM: ("4(a)3", "7"),
    Category.WELFARE: (None, None),
}

HEADER = """\
[policy]
id = "home"
name = "House rules"
district = "Home"
source = "The fridge door"
"""
CLAUSE = """\
[[clause]]
id = "1"
verdict = "detect"
categories = ["hate"]
title.en = "Be kind"
plain.en = "Nobody is put down here."
"""


@pytest.fixture(scope="module")
def policies() -> tuple[Policy, ...]:
    return load_policies(shipped())


def load_text(folder: Path, text: str) -> Policy:
    path = folder / "policy.toml"
    path.write_text(text, encoding="utf-8")
    return load_policies([path])[0]


@pytest.mark.parametrize(("name", "ids"), [("mps-6.34", MPS), ("cps-2018", CPS)])
def test_every_clause_is_there(name: str, ids: list[str]) -> None:
    """Each clause of the district's document is a row, in the document's order."""
    (policy,) = load_policies([name])

    assert ids == [clause.id for clause in policy.clauses]


def test_every_clause_is_in_both_languages(policies: tuple[Policy, ...]) -> None:
    """Authors are told in English or Spanish, so no clause may lack either."""
    lacking = [
        clause.cite
        for policy in policies
        for clause in policy.clauses
        for wording in (clause.title, clause.plain)
        if not wording.es or wording.es == wording.en
    ]

    assert lacking == []


def test_plain_sentences_are_short(policies: tuple[Policy, ...]) -> None:
    """A notice must be understood by a twelve-year-old: one sentence of at most thirty words."""
    long = [
        (clause.cite, said)
        for policy in policies
        for clause in policy.clauses
        for said in (clause.plain.en, clause.plain.es)
        if len(said.split()) > 30 or said.count(". ") or not said.endswith(".")
    ]

    assert long == []


@pytest.mark.parametrize("category", Category)
def test_each_category_is_cited(category: Category) -> None:
    """A finding names its clause in either policy, where that policy speaks of the matter."""
    for policy, first in zip(load_policies(["mps-6.34", "cps-2018"]), FIRST[category], strict=True):
        cited = clauses_for(category, f"{category}.anything", [policy])

        assert cited[:1] == ((f"{policy.id}:{first}",) if first else ())


def shipped_rules() -> list[str]:
    packs = [tomllib.loads(path.read_text("utf-8")) for path in sorted(PACKS.glob("*.toml"))]
    return [rule["id"] for pack in packs for rule in pack.get("rule", ())]


def test_every_rule_that_a_clause_names_exists(policies: tuple[Policy, ...]) -> None:
    """A rule that was renamed must not drop out of its clause without a word."""
    rules = shipped_rules()
    dead = [
        (clause.cite, glob)
        for policy in policies
        for clause in policy.clauses
        for glob in clause.rules
        if not any(fnmatchcase(rule, glob) for rule in rules)
    ]

    assert dead == []


@pytest.mark.parametrize(
    ("rule", "cited"),
    [
        ("cyberbullying.self-harm", ("cps-2018:5", "mps-6.34:2(b)5", "cps-2018:1")),
        ("credential.borrowed", ("cps-2018:9", "mps-6.34:5(a)", "cps-2018:25", "mps-6.34:4(a)1")),
        ("pii_general.school-record", ("cps-2018:15", "cps-2018:17", "cps-2018:26")),
        ("offchannel_contact.boundary", ("cps-2018:29", "cps-2018:M-C", "mps-6.34:2(b)1g")),
        ("phishing_spam.impersonation", ("cps-2018:10", "cps-2018:7", "mps-6.34:4(a)3")),
    ],
)
def test_a_clause_on_this_very_matter_is_cited_first(
    policies: tuple[Policy, ...], rule: str, cited: tuple[str, ...]
) -> None:
    """Where the policy has a clause for it, a notice does not quote a general one."""
    assert clauses_for(Category(rule.split(".")[0]), rule, policies) == cited


def test_welfare_is_care(policies: tuple[Policy, ...]) -> None:
    """Self-harm breaks no clause; CPS 5, which speaks of harm, says that it goes to counsellors."""
    clause = find_clause("cps-2018:5", policies)

    assert clause
    assert Category.WELFARE not in clause.categories
    assert "welfare" in clause.feature
    assert "counsellors" in clause.feature


def test_the_most_specific_clause_comes_first(tmp_path: Path) -> None:
    """Rules before few categories before many; what text shows before what a person weighs."""
    row = 'title.en = "T"\nplain.en = "P."\n'
    rows = [
        ("many", "detect", 'categories = ["hate", "threat"]'),
        ("partly", "partly", 'categories = ["hate"]'),
        ("one", "detect", 'categories = ["hate"]'),
        ("ruled", "partly", 'categories = ["hate", "threat"]\nrules = ["hate.sl*"]'),
    ]
    text = HEADER + "".join(
        f'[[clause]]\nid = "{name}"\nverdict = "{verdict}"\n{keys}\n{row}'
        for name, verdict, keys in rows
    )
    policy = load_text(tmp_path, text)

    assert clauses_for(Category.HATE, "hate.slur", [policy]) == (
        "home:ruled",
        "home:one",
        "home:partly",
        "home:many",
    )
    assert clauses_for(Category.HATE, "hate.other", [policy])[0] == "home:one"
    assert clauses_for(Category.THREAT, "threat.stated", [policy]) == ("home:many",)
    assert clauses_for(Category.GAMBLING, "gambling.bet", [policy]) == ()


def test_a_policy_of_ones_own(tmp_path: Path) -> None:
    """A district's own file needs English only; other languages fall back to it."""
    policy = load_text(tmp_path, HEADER + CLAUSE)

    assert policy.clauses[0].cite == "home:1"
    assert policy.clauses[0].verdict is Coverage.DETECT
    assert policy.clauses[0].plain.say("es") == "Nobody is put down here."


def test_find_clause_knows_only_what_is_loaded(policies: tuple[Policy, ...]) -> None:
    """A citation of a policy that is no longer in force finds nothing, and does not raise."""
    assert find_clause("mps-6.34:2(b)5", policies) is not None
    assert find_clause("home:1", policies) is None


# The faulty text and what must be said of it, with the line that mends it.
FAULTS = [
    (HEADER + CLAUSE.replace('categories = ["hate"]\n', ""), 6, "neither `categories` nor"),
    (HEADER + CLAUSE.replace("detect", "guess"), 8, "`verdict`"),
    (HEADER + CLAUSE.replace("hate", "rudeness"), 9, "`categories`"),
    (HEADER + CLAUSE.replace("hate", "welfare"), 9, "care route"),
    (HEADER + CLAUSE.replace("detect", "process"), 8, "`process` needs"),
    (HEADER + CLAUSE.replace("detect", "not_applicable"), 8, "`not_applicable` needs"),
    (HEADER + CLAUSE.replace('categories = ["hate"]', 'feature = "f"'), 8, "`detect` needs"),
    (
        HEADER
        + CLAUSE.replace('categories = ["hate"]', 'out_of_scope = "f"').replace("detect", "partly"),
        8,
        "`partly` needs",
    ),
    (HEADER + CLAUSE + 'rules = ["threat.*"]\n', 12, "rule of no category"),
    (
        HEADER + CLAUSE.replace('categories = ["hate"]', 'feature = "f"') + 'rules = ["hate.*"]\n',
        12,
        "narrows `categories`",
    ),
    (HEADER + CLAUSE + 'colour = "red"\n', 12, "unknown key `colour`"),
    (HEADER + CLAUSE + CLAUSE, 13, "clause `1` twice"),
    (HEADER + CLAUSE.replace('"1"', '"1 a"'), 7, "no clause id"),
    (HEADER + CLAUSE.replace("Be kind", " "), 10, "`title.en` is empty"),
    (HEADER + CLAUSE.replace("plain.en", "plain.xx"), 11, "unknown key `xx`"),
    (HEADER.replace("home", "Home Rules") + CLAUSE, 2, "no policy id"),
    (HEADER.replace('name = "House rules"\n', "") + CLAUSE, 1, "`name` is missing"),
    (HEADER + CLAUSE + "[extra]\n", 12, "unknown table `extra`"),
    (HEADER, 1, "at least one clause"),
    (HEADER + "[clause]\n", 6, "at least one clause"),
    (HEADER + "[[clause]\n", 6, "not valid TOML"),
    ("", 1, "`id` is missing"),
]


@pytest.mark.parametrize(("text", "line", "said"), FAULTS)
def test_a_fault_is_named_with_its_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    """Whoever writes a policy is told what is wrong and where."""
    with pytest.raises(PackError) as caught:
        load_text(tmp_path, text)

    assert [(p.line, said in p.what) for p in caught.value.problems if said in p.what] == [
        (line, True)
    ]
    assert caught.value.problems[0].file == str(tmp_path / "policy.toml")


def test_all_faults_of_all_files_come_together(tmp_path: Path) -> None:
    """One load names everything there is to mend, also what cannot be read at all."""
    first, second, binary = tmp_path / "a.toml", tmp_path / "b.toml", tmp_path / "c.toml"
    first.write_text(
        HEADER + CLAUSE.replace("hate", "rudeness") + CLAUSE.replace("detect", "guess")
    )
    second.write_text(HEADER.replace("home", "?") + CLAUSE)
    binary.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(PackError) as caught:
        load_policies([first, second, binary, tmp_path / "absent.toml", "cps-2019", "cps-2018"])

    assert [Path(problem.file).name for problem in caught.value.problems] == [
        "a.toml",
        "a.toml",
        "absent.toml",
        "b.toml",
        "c.toml",
        "cps-2019",
    ]
    assert "cps-2018, mps-6.34" in str(caught.value)


def test_the_same_policy_twice_is_refused(tmp_path: Path) -> None:
    """Two files with one id would make a citation ambiguous."""
    path = tmp_path / "policy.toml"
    path.write_text(HEADER + CLAUSE)

    with pytest.raises(PackError, match="`home` is named twice"):
        load_policies([path, path])
