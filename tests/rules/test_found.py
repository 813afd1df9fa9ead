"""`found` rules: what one rule found, under a second label."""

from pathlib import Path

import pytest

from rules.errors import PackError
from rules.loader import load
from rules.ruleset import RuleSet
from rules.types import Category, Finding, Suppression, Verdict
from tests.rules.making import findings, folder, pack, rule, ruleset, unfiltered

_THREAT = pack(
    rule("threat.harm", "kind = 'pattern'\npatterns = ['hit (?P<whom>you|him)']")
    + rule("threat.burn", "kind = 'phrase'\nterms = ['burn it down']\nunless = ['story']"),
    name="threat",
)
_FOLLOW = "kind = 'found'\nrules = ['threat.*']\nnear = ['\\byou\\b', '@\\w+']\nreach = 10"
_CONTEXTS = """
[[context]]
id = "story"
scope = "message"
patterns = ['chapter']
reason = "A story."
match = ["chapter", "chapter", "chapter"]
ignore = ["a", "b", "c"]
"""


def _rules(path: Path, extra: str = "", follow: str = _FOLLOW) -> RuleSet:
    bullying = pack(rule("cyberbullying.threatened", follow) + extra, name="cyberbullying")
    return ruleset(path, _THREAT, bullying, contexts=_CONTEXTS)


def _ids(text: str, rules: RuleSet) -> list[str]:
    return [finding.rule for finding in findings(text, rules)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("i will hit you", ["cyberbullying.threatened", "threat.harm"]),
        ("i will hit him", ["threat.harm"]),
        ("@rio burn it down", ["cyberbullying.threatened", "threat.burn"]),
        ("you see, some people burn it down", ["threat.burn"]),
        ("chapter 2: burn it down, you", ["threat.burn"]),
        ("nice to see you", []),
    ],
)
def test_a_finding_is_followed_where_near_stands_by_it(
    tmp_path: Path, text: str, found: list[str]
) -> None:
    """It follows within its reach, and never what a context cleared."""
    rules = _rules(tmp_path)

    assert sorted(_ids(text, rules)) == found
    assert findings(text, rules) == findings(text, unfiltered(rules))


def test_it_has_the_span_and_parts_of_what_it_follows(tmp_path: Path) -> None:
    """Everything else is its own: category, severity, reason, clauses."""
    followed, first = sorted(findings("hit you", _rules(tmp_path)), key=lambda f: f.rule)[::-1]

    assert (first.category, followed.category) == (Category.CYBERBULLYING, Category.THREAT)
    assert (first.start, first.end, first.parts) == (followed.start, followed.end, followed.parts)


def test_it_gives_way_to_a_rule_of_its_own_category(tmp_path: Path) -> None:
    """A stretch that another rule of its category found needs no second label."""
    own = rule("cyberbullying.hit", "kind = 'phrase'\nterms = ['hit you']")

    assert _ids("i will hit you", _rules(tmp_path, own)) == ["cyberbullying.hit", "threat.harm"]


def test_a_context_of_its_own_clears_it(tmp_path: Path) -> None:
    """What it follows may stand all the same."""
    rules = _rules(tmp_path, follow=_FOLLOW + "\nunless = ['story']")
    by_id: dict[str, Finding] = {f.rule: f for f in findings("chapter 1: hit you", rules)}

    assert by_id["threat.harm"].suppressed is None
    assert by_id["cyberbullying.threatened"].suppressed is Suppression.CONTEXT


def test_the_graver_finding_leads_and_there_is_one_flag_of_both(tmp_path: Path) -> None:
    """The verdict lists both; the ladder is that of the first, so nobody is struck twice."""
    follow = _FOLLOW + "\nconfidence = 0.5"
    text = pack(
        rule("cyberbullying.threatened", follow).replace("confidence = 0.9\n", ""),
        name="cyberbullying",
    )
    live = Verdict(findings("hit you", ruleset(tmp_path, _THREAT, text, contexts=_CONTEXTS))).live

    assert [finding.category for finding in live] == [Category.THREAT, Category.CYBERBULLYING]


@pytest.mark.parametrize(
    ("follow", "what"),
    [
        (_FOLLOW.replace("threat.*", "threat.gone"), "`threat.gone` names no rule"),
        (_FOLLOW.replace("threat.*", "hate.*"), "`hate.*` names no rule"),
        (_FOLLOW.replace("threat.*", "cyberbullying.*"), "`cyberbullying.*` names no rule"),
        ("kind = 'found'\nrules = ['threat.*']", "needs `near`"),
    ],
)
def test_a_rule_that_can_follow_nothing_is_refused(tmp_path: Path, follow: str, what: str) -> None:
    """Each with its place; it is no rule to follow by itself."""
    with pytest.raises(PackError) as refused:
        _rules(tmp_path, follow=follow)

    assert what in str(refused.value)


def test_one_pack_by_itself_leaves_out_what_rests_on_another(tmp_path: Path) -> None:
    """Its examples need the other pack; with all packs there they are run."""
    text = pack(rule("cyberbullying.threatened", _FOLLOW), name="cyberbullying")
    folder(tmp_path, _THREAT, text, contexts=_CONTEXTS)

    assert load(tmp_path / "cyberbullying.toml").by_id.keys() == {"cyberbullying.threatened"}
    with pytest.raises(PackError, match="not found, though it should be"):
        load(tmp_path)
