"""The words that weighed most with the model."""

from __future__ import annotations

import pytest
from hypothesis import given

from rules.classifier.opinion import Opinion
from rules.classifier.scorer import ScorerError
from rules.classifier.words import LONGEST, MOST, WEIGHED, weightiest
from rules.folding.lexicon import Lexicon
from rules.folding.normalize import fold
from rules.folding.reveal import reveal
from rules.types import Category
from tests.rules.classifier.making import Broken, Weighing, weights
from tests.rules.texts import any_text

BULLYING = Category.CYBERBULLYING
LEXICON = Lexicon(["loser", "ugly"])
OPINION = Opinion(
    Weighing({(BULLYING, "loser"): 3.0, (BULLYING, "ugly"): 2.0, (BULLYING, "you"): 0.1}, 0.0),
    weights(),
)


def named(text: str, opinion: Opinion = OPINION) -> list[str]:
    """The stretches of the original that are named, in their order."""
    parts = weightiest(reveal(fold(text), LEXICON), BULLYING, opinion)
    assert all(part.label == WEIGHED for part in parts)
    return [text[part.start : part.end] for part in parts]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("you are such a loser today", ["loser"]),
        ("you ugly loser", ["loser", "ugly"]),
        ("you are such a l0ser today", ["l0ser"]),
        ("what a  l o s e r", ["l o s e r"]),
        ("Ｌｏｓｅｒ 🐍 here", ["Ｌｏｓｅｒ"]),
        ("see you there", []),  # `you` weighs too little to be named
        ("loser", ["loser"]),
        ("", []),
    ],
)
def test_the_words_that_carry_the_score_are_named(text: str, words: list[str]) -> None:
    """The weightiest first, in the original's own places, disguised or not."""
    assert named(text) == words


def test_no_more_than_a_few_are_named() -> None:
    """However many weigh."""
    letters = "abcdefg"
    words = {(BULLYING, f"w{letter}"): 1.0 for letter in letters}
    opinion = Opinion(Weighing(words, 0.0), weights())

    assert len(named(" ".join(f"w{letter}" for letter in letters), opinion)) == MOST


def test_of_a_long_text_the_likeliest_words_are_asked_about() -> None:
    """So that its price hardly grows with its length."""
    scorer = Weighing({(BULLYING, "loser"): 3.0}, 0.0)
    text = "one " * 300 + "loser " + "two " * 300

    (found,) = named(text, Opinion(scorer, weights()))

    assert found == "loser"
    assert sum(map(len, scorer.asked)) < 6 * len(text)


@pytest.mark.parametrize("before", ["", "one " * 90])
def test_among_endless_words_none_is_named(before: str) -> None:
    """Each of them would be read as often as there are words: pictures by their names, too."""
    scorer = Weighing({(BULLYING, "loser"): 3.0}, 0.0)

    assert named(f"{before}you loser " + "\N{CLOWN FACE}" * 400, Opinion(scorer, weights())) == []
    assert sum(map(len, scorer.asked)) <= 4 * LONGEST


def test_a_model_that_fails_is_told() -> None:
    """The caller says what was not done."""
    with pytest.raises(ScorerError):
        named("you loser", Opinion(Broken(), weights()))


@given(any_text)
def test_places_lie_in_the_original(text: str) -> None:
    """For any text."""
    for part in weightiest(reveal(fold(text), LEXICON), BULLYING, OPINION):
        assert 0 <= part.start < part.end <= len(text)
