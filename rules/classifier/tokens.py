"""Word pieces: the same for training and for use."""

from __future__ import annotations

from collections.abc import Iterable

from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

PAD = 0  # the number of the piece that stands behind the end of a text
FIRST = ("[PAD]", "[UNK]")  # every vocabulary begins with these
MOST_TOKENS = 80  # the model's window


def tokenizer(pieces: Iterable[str]) -> Tokenizer:
    """Cuts texts into these pieces, numbered in their order; what fits none is `[UNK]`."""
    numbered = {piece: number for number, piece in enumerate(pieces)}
    made = Tokenizer(WordPiece(numbered, unk_token=FIRST[1]))
    made.normalizer = BertNormalizer(lowercase=True)
    made.pre_tokenizer = BertPreTokenizer()
    return made
