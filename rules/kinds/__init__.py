"""The kinds of rules, in one table: name -> the shape of its table and the builder of its test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rules.kinds.conjunction import ConjunctionTable, build_conjunction
from rules.kinds.cue import CueTable
from rules.kinds.datum import DatumTable, build_datum
from rules.kinds.found import FoundTable, build_found
from rules.kinds.joined import JoinedTable, build_joined
from rules.kinds.model import ModelTable, build_model
from rules.kinds.pattern import PatternTable, build_pattern
from rules.kinds.phrase import PhraseTable, build_phrase
from rules.kinds.repeated import RepeatedTable, build_repeated
from rules.kinds.test import Build, Test
from rules.kinds.together import TogetherTable, build_together
from rules.packfiles.shapes import RuleTable


@dataclass(frozen=True, slots=True)
class Kind:
    """What the loader needs to know of a kind. `build` takes an instance of `table`."""

    table: type[RuleTable]
    build: Callable[[Any, Build], Test]


KINDS: Mapping[str, Kind] = {
    "phrase": Kind(PhraseTable, build_phrase),
    "pattern": Kind(PatternTable, build_pattern),
    "conjunction": Kind(ConjunctionTable, build_conjunction),
    "datum": Kind(DatumTable, build_datum),
    "found": Kind(FoundTable, build_found),
    "cue": Kind(CueTable, build_datum),
    "repeated": Kind(RepeatedTable, build_repeated),
    "together": Kind(TogetherTable, build_together),
    "joined": Kind(JoinedTable, build_joined),
    "model": Kind(ModelTable, build_model),
}
