"""What is added to the rows that a model is taught: disguised copies, and groups of people."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from training.corpus import Reader, Row
from training.fairness import balanced

DISGUISED = 450  # copies of allowed rows with a disguised word, so that disguise is no evidence
_LEET = str.maketrans("aeiost", "431057")
_LONG = 4  # letters of a word that is worth disguising


def enlarged(rows: Sequence[Row], reader: Reader) -> list[Row]:
    """These rows and what is made from them; nothing is made from any other row."""
    return [*rows, *disguised(rows, reader), *balanced(rows, reader)]


def disguised(rows: Sequence[Row], reader: Reader) -> list[Row]:
    """Copies of allowed rows in which one or two words are disguised."""
    chance = random.Random(7)  # noqa: S311 - a draw that must come out the same
    chosen = chance.sample([row for row in rows if row.allowed], DISGUISED)
    return [
        replace(row, id=f"{row.id}+", text=text, read=reader(text))
        for row in chosen
        for text in [_disguise(row.text, chance)]
    ]


def _disguise(text: str, chance: random.Random) -> str:
    words = text.split(" ")
    long = [at for at, word in enumerate(words) if len(word) >= _LONG and word.isalpha()]
    for at in chance.sample(long, min(len(long), chance.randint(1, 2))):
        between = chance.choice(("", ".", "*"))
        words[at] = between.join(words[at]) if between else words[at].translate(_LEET)
    return " ".join(words)
