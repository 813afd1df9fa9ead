"""The school sets as rows to train on, in folds that keep neighbours and near twins together."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rules.classifier.reading import as_read
from rules.folding.normalize import fold
from rules.folding.reveal import reveal
from rules.loader import load
from rules.types import Category

DATA = Path(__file__).parent / "data"
CATEGORIES = tuple(category for category in Category if category is not Category.WELFARE)
FOLDS = 5
BLOCK = 25  # neighbouring lines that stay in one fold: a violation often stands beside its twin
TWIN = 0.4  # share of word 4-grams from which on two texts are near twins
_MOST_SHARED = 200  # a 4-gram in more rows than this tells nothing


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled message. `labels` has one bit for each of `CATEGORIES`, in their order."""

    id: str
    theme: str
    text: str
    read: str
    labels: tuple[int, ...]
    lang: str
    role: str
    evasion: bool
    block: int
    twins: frozenset[str] = frozenset()

    @property
    def fold(self) -> int:
        """Where it is held out."""
        return self.block % FOLDS

    @property
    def unread(self) -> bool:
        """Whether nobody who wrote rules read it: on these rows the rules' figures are honest."""
        return self.theme == "dev" or (self.fold == FOLDS - 1 and self.block // FOLDS % 2 == 1)

    @property
    def allowed(self) -> bool:
        """Whether it breaks nothing."""
        return not any(self.labels)


class Reader:
    """Turns a text into what the model reads, with the shipped rules' list of disguised words."""

    def __init__(self) -> None:
        self._lexicon = load(run_examples=False).lexicon

    def __call__(self, text: str) -> str:
        """As the model reads it."""
        # Invented addresses end in .example throughout the sets, which must teach nothing.
        return as_read(reveal(fold(text), self._lexicon).text).replace(".example", ".com")


def school(reader: Reader) -> list[Row]:
    """Every row of the school sets, its near twins named."""
    rows = [row for file in sorted(DATA.glob("*.jsonl.gz")) for row in _rows(file, reader)]
    return _with_twins(rows)


def split(rows: Sequence[Row], fold: int) -> tuple[list[Row], list[Row]]:
    """The rows to train on, less the near twins of those held out; and those held out."""
    held = [row for row in rows if row.fold == fold]
    near = {twin for row in held for twin in row.twins}
    return [row for row in rows if row.fold != fold and row.id not in near], held


def _rows(file: Path, reader: Reader) -> Iterator[Row]:
    theme = file.name.partition(".")[0]
    if theme == "conversations":
        return
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            row = json.loads(line)
            # An authorised fundraiser carries its category, and is allowed.
            labels = () if row["authorized"] else row["labels"]
            yield Row(
                id=f"{theme}:{number}",
                theme=theme,
                text=row["text"],
                read=reader(row["text"]),
                labels=tuple(int(category in labels) for category in CATEGORIES),
                lang=row["lang"],
                role=row["author_role"],
                evasion=bool(row["evasion"]),
                block=number // BLOCK,
            )


def _with_twins(rows: Sequence[Row]) -> list[Row]:
    grams = [_grams(row.read) for row in rows]
    holding: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, own in enumerate(grams):
        for gram in own:
            holding[gram].append(number)

    def twins(number: int) -> Iterator[str]:
        shared = Counter(
            other
            for gram in grams[number]
            if len(holding[gram]) < _MOST_SHARED
            for other in holding[gram]
            if other != number
        )
        for other, count in shared.items():
            if count / len(grams[number] | grams[other]) >= TWIN:
                yield rows[other].id

    return [replace(row, twins=frozenset(twins(number))) for number, row in enumerate(rows)]


def _grams(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[a-z0-9]+", text)
    return {tuple(words[at : at + 4]) for at in range(max(1, len(words) - 3))}
