"""The words of a pack."""

from rules.packfiles.wording import words_of


def test_words_come_from_lists_patterns_terms_and_examples() -> None:
    """Whatever a rule looks for; keys, escapes, names of groups and of lists are no words."""
    rule = {
        "id": "money.sale",
        "reason": "Selling.",
        "patterns": [r"\bselling (?P<thing>\w+) \{x\}[abc]+ {offer}"],
        "terms": ["yard sale"],
        "near": ["price"],
        "match": ["Cupcakes at noon"],
        "ignore": ["nothing here"],
        "all": {"part": ["bargains?"]},
    }
    pack = {
        "pack": {"id": "money"},
        "vocabulary": {"offer": ["deals?", r"gift\w*"]},
        "rule": [rule],
    }

    assert words_of(pack) == {
        *("selling", "yard", "sale", "price", "cupcakes", "noon", "bargains", "deal", "deals"),
        "gift",
    }


def test_faulty_tables_hold_no_words() -> None:
    """Wrong forms are told elsewhere; here they are passed over."""
    assert words_of({"vocabulary": [], "rule": {"id": 3}}) == set()
    assert words_of({"vocabulary": {"a": 3, "b": [4]}, "rule": ["x", {"patterns": 5}]}) == set()
