"""Each kind of rule: what it finds, where, and what it leaves alone."""

from pathlib import Path

import pytest

from rules.ruleset import RuleSet
from tests.rules.making import findings, pack, rule, ruleset


def spans(text: str, rules: RuleSet) -> list[str]:
    """The stretches found, in order."""
    return [text[finding.start : finding.end] for finding in findings(text, rules)]


def parts(text: str, rules: RuleSet) -> list[list[tuple[str, str]]]:
    """The labelled stretches of each finding."""
    return [
        [(part.label, text[part.start : part.end]) for part in finding.parts]
        for finding in findings(text, rules)
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("that is darn it all", ["darn it"]),
        ("Darn\n  IT!", ["Darn\n  IT"]),
        ("darnit", []),
        ("undarn it", []),
        ("heck, darn it and heck", ["heck", "darn it", "heck"]),
        ("h3ck", ["h3ck"]),
        ("l0ser", ["l0ser"]),
    ],
)
def test_a_phrase_is_found_on_word_borders(tmp_path: Path, text: str, found: list[str]) -> None:
    """Whole words and phrases, white space free, signs for letters read as those."""
    rules = ruleset(
        tmp_path,
        pack(
            rule("profanity.mild", 'kind = "phrase"\nterms = ["darn it", "heck", "{insult}"]'),
            head='disguised = ["insult"]',
            vocabulary='insult = ["loser", "fool"]',
        ),
    )

    assert spans(text, rules) == found


def test_a_pattern_names_its_parts(tmp_path: Path) -> None:
    """Named groups are parts; the group `datum` is the span."""
    rules = ruleset(
        tmp_path,
        pack(
            rule("profanity.a", "kind = 'pattern'\npatterns = ['(?P<who>you) are (?:a )?{bad}']")
            + rule("profanity.b", "kind = 'pattern'\npatterns = ['my pin is (?P<datum>[0-9]{4})']"),
            vocabulary="bad = ['loser', 'fool']",
        ),
    )

    assert spans("so you are a loser", rules) == ["you are a loser"]
    assert parts("so you are a loser", rules) == [[("who", "you")]]
    assert spans("my pin is 1234.", rules) == ["1234"]


def test_the_longer_of_two_hits_stands(tmp_path: Path) -> None:
    """One finding per rule and stretch, however many of its patterns match there."""
    rules = ruleset(
        tmp_path,
        pack(rule("profanity.a", "kind = 'pattern'\npatterns = ['loser', 'big loser', 'a big']")),
    )

    assert spans("a big loser, loser", rules) == ["big loser", "loser"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("selling shoes for $20", ["selling shoes for $20"]),
        ("$20 for shoes, selling today", ["$20 for shoes, selling"]),
        ("selling shoes" + " and more" * 10 + " $20", []),
        ("selling shoes", []),
        ("$20", []),
        ("selling a $5, selling b $6", ["selling a $5", "selling b $6"]),
    ],
)
def test_a_conjunction_needs_all_parts_close_together(
    tmp_path: Path, text: str, found: list[str]
) -> None:
    """One part of every label within so many characters, in any order, each part used once."""
    rules = ruleset(
        tmp_path,
        pack(
            rule(
                "profanity.sale",
                """
                kind = "conjunction"
                within = 40
                [rule.all]
                offer = ['\\bselling\\b']
                price = ['\\$\\d{1,4}']
                """,
            )
        ),
    )

    assert spans(text, rules) == found


def test_parts_may_see_different_views_and_be_validated(tmp_path: Path) -> None:
    """A name as it was written, a number in the folded view, and only one that is valid."""
    rules = ruleset(
        tmp_path,
        pack(
            rule(
                "pii_student.phone",
                r"""
                kind = "conjunction"
                [rule.all]
                name = ['\b[A-Z][a-z]{2,9} [A-Z][a-z]{2,9}\b']
                phone = ['(?:call|text) (?P<datum>[\d-]{8,14})']
                [rule.views]
                name = "case"
                [rule.validators]
                phone = "phone"
                """,
            ),
            name="pii_student",
        ),
    )

    text = "Mia Torres: CALL ４14-555-0134"
    (found,) = findings(text, rules)

    assert parts(text, rules) == [[("name", "Mia Torres"), ("phone", "４14-555-0134")]]
    assert {text[part.start : part.end] for part in found.masked} == {"Mia Torres", "４14-555-0134"}
    assert spans("mia torres: call 414-555-0134", rules) == []
    assert spans("Mia Torres: call 000-000-0000", rules) == []


def test_parts_may_need_an_order_and_a_sentence(tmp_path: Path) -> None:
    """`ordered` and `sentence` leave out what only stands nearby."""
    rules = ruleset(
        tmp_path,
        pack(
            rule(
                "profanity.ask",
                """
                kind = "conjunction"
                ordered = true
                sentence = true
                [rule.all]
                ask = ['give']
                what = ['money']
                """,
            )
        ),
    )

    assert spans("give me money", rules) == ["give me money"]
    assert spans("money to give", rules) == []
    assert spans("give it back. money is short", rules) == []


def test_a_datum_is_what_its_validator_takes(tmp_path: Path) -> None:
    """A refused candidate does not hide the next one that begins inside it."""
    rules = ruleset(
        tmp_path,
        pack(
            rule(
                "pii_general.ssn",
                r"""
                kind = "datum"
                validator = "ssn"
                patterns = ['\b\d{3}-\d{2}-\d{4}\b']
                near = ['ssn', 'social']
                not_near = ['example']
                reach = 20
                """,
            ),
            name="pii_general",
        ),
    )

    assert spans("ssn 812-45-6789", rules) == ["812-45-6789"]
    assert spans("ssn 000-45-6789", rules) == []
    assert spans("order 812-45-6789", rules) == []
    assert spans("example ssn 812-45-6789", rules) == []
    assert spans("ssn" + " " * 30 + "812-45-6789", rules) == []


def test_the_raw_view_is_as_written(tmp_path: Path) -> None:
    """Raw patterns see every sign and every script, and ignore case unless told otherwise."""
    rules = ruleset(
        tmp_path,
        pack(
            rule("profanity.any", "kind = 'pattern'\nview = 'raw'\npatterns = ['\\bблин\\b']")
            + rule(
                "profanity.case",
                "kind = 'pattern'\nview = 'raw'\ncase = true\npatterns = ['\\bAKIA\\w{4}\\b']",
            )
            + rule("profanity.word", "kind = 'phrase'\nview = 'raw'\nterms = ['Año']"),
        ),
    )

    assert spans("ну БЛИН же", rules) == ["БЛИН"]
    assert spans("ıs İt блин", rules) == ["блин"]
    assert spans("AKIAÉ123 akia1234", rules) == ["AKIAÉ123"]
    assert spans("feliz AÑO, ano no", rules) == ["AÑO"]
