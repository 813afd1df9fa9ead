"""Word pieces."""

from __future__ import annotations

import pytest

from rules.classifier.tokens import FIRST, PAD, tokenizer

PIECES = [*FIRST, "lose", "##r", "##rs", "you", "!", "ano", "0", "##0"]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("you loser!", ["you", "lose", "##r", "!"]),
        ("YOU LOSERS", ["you", "lose", "##rs"]),
        ("you xyz loser", ["you", "[UNK]", "lose", "##r"]),
        ("año", ["ano"]),
        ("000", ["0", "##0", "##0"]),
        ("", []),
    ],
)
def test_texts_are_cut_into_the_longest_pieces(text: str, pieces: list[str]) -> None:
    """Whatever the case; a word that no pieces make up is unknown as a whole."""
    assert tokenizer(PIECES).encode(text).tokens == pieces


def test_pieces_are_numbered_in_their_order() -> None:
    """The numbers are rows of the trained table; what pads a batch is the first."""
    tokens = tokenizer(PIECES)

    assert tokens.encode("you").ids == [PIECES.index("you")]
    assert tokens.token_to_id("[PAD]") == PAD
