"""Rows that teach the model that the word for a group of people is no evidence of anything."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from training.corpus import CATEGORIES, DATA, Reader, Row

EACH = 12  # sentences a group is put into
SWAPS = 2  # copies of a school message with another group in it


def balanced(rows: Sequence[Row], reader: Reader) -> list[Row]:
    """Every group in harmless sentences, and rows that name one with others in its place."""
    with (DATA / "identities.toml").open("rb") as file:
        held = tomllib.load(file)
    chance = random.Random(7)  # noqa: S311 - a draw that must come out the same
    kinds: dict[str, list[str]] = held["kinds"]
    texts = _harmless(kinds, held["sentences"], chance)
    nothing = tuple(0 for _ in CATEGORIES)
    made = [
        Row(f"group:{n}", "group", text, reader(text), nothing, "en", "unknown", False, 0)
        for n, text in enumerate(texts)
    ]
    never = held["swapped"]["never"]
    swapped = {k: [g for g in kinds[k] if g not in never] for k in held["swapped"]["kinds"]}
    return [*made, *_swapped(rows, swapped, chance, reader)]


def _harmless(
    kinds: dict[str, list[str]], words: dict[str, list[str]], chance: random.Random
) -> Iterator[str]:
    for groups in kinds.values():
        for group in groups:
            for sentence in chance.sample(words["allowed"], EACH):
                good, name = chance.choice(words["good"]), chance.choice(words["name"])
                yield sentence.format(group=group, good=good, name=name)


def _swapped(
    rows: Sequence[Row], kinds: dict[str, list[str]], chance: random.Random, reader: Reader
) -> Iterator[Row]:
    """With its labels: a slight against one group is one against another."""
    kind_of = {group: kind for kind, groups in kinds.items() for group in groups}
    longest_first = sorted(kind_of, key=len, reverse=True)
    any_group = re.compile(rf"\b({'|'.join(map(re.escape, longest_first))})(s?)\b", re.IGNORECASE)
    for row in rows:
        groups = {found[1].lower() for found in any_group.finditer(row.text)}
        if len(groups) != 1:
            continue  # two groups in one message may stand against each other
        (group,) = groups
        others = [other for other in kinds[kind_of[group]] if other != group]
        for other in chance.sample(others, min(SWAPS, len(others))):
            text = any_group.sub(rf"{other}\2", row.text)
            yield replace(row, id=f"{row.id}~{other}", text=text, read=reader(text))
