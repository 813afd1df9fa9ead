"""`repeated`: the same kind of thing again and again at one person: a pile-on, needling."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal

import msgspec

from rules.kinds.several import Completed, SeveralTable, Silent, refuse_surroundings
from rules.kinds.test import Build
from rules.packfiles.shapes import Ref, Refs
from rules.talk import UNKNOWN, Aim, Sign, Talk, Turn, parts_of

_ECHO_TURNS = 4  # laughter belongs to what was said at most so many messages before
_STOP_TURNS = 4  # who writes so soon after being told to stop has been told
_INSISTING_TURNS = 6
_NEAR_TURNS = 15  # what lies further back is another matter
_LEAST_WORDS = 2  # "ok" after being told to stop is an answer, not more of the same


class RepeatedTable(SeveralTable, kw_only=True):
    """The table of a `repeated` rule."""

    of: Refs
    by: Literal["author", "authors", "anyone"]
    times: Annotated[int, msgspec.Meta(ge=1, le=20)] = 3
    sure: Annotated[int, msgspec.Meta(ge=0, le=20)] = 0
    known: Annotated[int, msgspec.Meta(ge=0, le=20)] = 0
    must: list[Ref] = msgspec.field(default_factory=list)
    lean: list[Ref] = msgspec.field(default_factory=list)
    aimed: bool = True
    echo: list[Ref] = msgspec.field(default_factory=list)
    mimic: list[Ref] = msgspec.field(default_factory=list)
    stop: list[Ref] = msgspec.field(default_factory=list)
    friendly: list[Ref] = msgspec.field(default_factory=list)
    calm: list[Ref] = msgspec.field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Repeated(Silent):
    """Counts signs against one person, by author, by distinct authors, or by anyone."""

    of: frozenset[str]
    by: str
    times: int
    sure: int
    known: int
    must: frozenset[str]
    lean: frozenset[str]
    aimed: bool
    echo: frozenset[str]
    mimic: frozenset[str]
    stop: frozenset[str]
    friendly: frozenset[str]
    calm: frozenset[str]
    cleared: frozenset[str]

    @property
    def refs(self) -> frozenset[str]:
        """See `OverTalk`."""
        signs = self.starters | self.must | self.echo | self.mimic | self.lean
        return signs | self.friendly | self.calm | self.cleared

    @property
    def starters(self) -> frozenset[str]:
        """See `OverTalk`."""
        return self.of | self.stop

    def may_complete(self, shortly: Sequence[Turn]) -> bool:
        """See `OverTalk`. Who laughs, leans or goes on does so soon after a plain sign."""
        if self.echo or self.mimic or self.lean or self.stop:
            return any(turn.having(self.starters) for turn in shortly)
        return bool(shortly[-1].having(self.starters))

    def complete(self, talk: Talk) -> Completed | None:
        """See `OverTalk`. It follows the talk from its first turn, so it knows what it found."""
        if any(turn.having(self.cleared) for turn in talk.turns):
            return None
        course = _Course(self, talk, Aim(talk.turns))
        completed = None
        for turn in talk.turns:
            completed = course.follow(turn)
        return completed


@dataclass(slots=True)
class _Course:
    """How a talk stands, turn after turn: who went at whom, who was told to stop."""

    rule: Repeated
    talk: Talk
    aim: Aim
    digs: dict[str, list[Turn]] = field(default_factory=dict)
    told: dict[tuple[str, str], Turn] = field(default_factory=dict)  # (author, target) -> when
    found: set[tuple[str, str]] = field(default_factory=set)

    def follow(self, turn: Turn) -> Completed | None:
        """Take the next turn in; what it completes."""
        objects = self._objects(turn)
        signs = () if objects else self._counted(turn)
        if not signs and all(author != turn.author for author, _ in self.told):
            return None
        target = self._target(turn, signs)
        pair = (turn.author, target)
        if not signs and not self._goes_on(turn, pair):
            return None
        if not target or target == turn.author:
            return None
        if self._gives_back(turn, target):
            return None
        self.aim.took(turn, target)
        self.digs.setdefault(target, []).append(turn)
        return self._reached(turn, pair, signs)

    def _objects(self, turn: Turn) -> bool:
        """The target, or somebody else, says stop, or takes it in good part."""
        objects = bool(turn.having(self.rule.stop))
        if objects and UNKNOWN in self.digs:
            self.digs[turn.author] = self.digs.pop(UNKNOWN)  # so it was meant for them
            self.aim.meant(turn.author)
        if objects:
            for other in self._insisting(turn):
                self.told[other, turn.author] = turn
        for target, digs in list(self.digs.items()):
            diggers = {dig.author for dig in digs}
            near = turn.number - digs[-1].number <= _STOP_TURNS
            if objects and near and turn.author not in diggers:
                self.told.update({(digger, target): turn for digger in diggers})
            elif turn.author == target and turn.having(self.rule.friendly):
                self._forgive(target)
        if turn.having(self.rule.calm):
            self.told = {pair: at for pair, at in self.told.items() if pair[0] != turn.author}
        return objects

    def _insisting(self, turn: Turn) -> set[str]:
        """Who wrote more than once just before somebody asked for an end, with them in between."""
        before = self.talk.turns[max(0, turn.number - _INSISTING_TURNS) : turn.number]
        if all(earlier.author != turn.author for earlier in before):
            return set()
        wrote = Counter(earlier.author for earlier in before if earlier.author != turn.author)
        last = before[-1].author
        return {last} if wrote[last] > 1 else set()

    def _gives_back(self, turn: Turn, target: str) -> bool:
        """Who gives back what they got is a partner, until they ask for an end."""
        own = self.digs.get(turn.author, ())
        if not any(dig.author == target for dig in own):
            return False
        if turn.having(self.rule.of) and (target, turn.author) not in self.told:
            self._forgive(turn.author)
        return True

    def _forgive(self, target: str) -> None:
        self.digs.pop(target, None)
        self.told = {pair: at for pair, at in self.told.items() if pair[1] != target}

    def _counted(self, turn: Turn) -> tuple[Sign, ...]:
        signs = turn.having(self.rule.of)
        signs += tuple(s for s in turn.having(self.rule.mimic) if self._repeats(s, turn))
        if self._dig_before(turn):
            signs += turn.having(self.rule.echo)
        if signs or turn.having(self.rule.friendly | self.rule.calm):
            return signs
        return turn.having(self.rule.lean)

    def _target(self, turn: Turn, signs: tuple[Sign, ...]) -> str:
        if not self.rule.aimed:
            return UNKNOWN
        if signs and all(not sign.names.isdisjoint(self.rule.echo) for sign in signs):
            dig = self._dig_before(turn)
            return next((t for t, digs in self.digs.items() if dig in digs), "")
        return self.aim.at(turn)

    def _dig_before(self, turn: Turn) -> Turn | None:
        """The last dig of somebody else shortly before, at somebody else."""
        near = [
            dig
            for target, digs in self.digs.items()
            for dig in digs
            if target != turn.author != dig.author and turn.number - dig.number <= _ECHO_TURNS
        ]
        return max(near, key=lambda dig: dig.number, default=None)

    def _repeats(self, sign: Sign, turn: Turn) -> bool:
        """Whether the words of the sign are another author's, said before."""
        words = turn.message.text[sign.start : sign.end].strip(" \"'“”«»").casefold()
        before = self.talk.turns[max(0, turn.number - _ECHO_TURNS * 2) : turn.number]
        return len(words) > 2 and any(
            words in earlier.message.text.casefold()
            for earlier in before
            if earlier.author != turn.author
        )

    def _goes_on(self, turn: Turn, pair: tuple[str, str]) -> bool:
        """More words to somebody who has just said stop, whatever they are."""
        told = self.told.get(pair)
        return (
            told is not None
            and turn.number - told.number <= _STOP_TURNS
            and len(turn.message.text.split()) >= _LEAST_WORDS
        )

    def _reached(
        self, turn: Turn, pair: tuple[str, str], signs: tuple[Sign, ...]
    ) -> Completed | None:
        digs = [d for d in self.digs[pair[1]] if turn.number - d.number <= _NEAR_TURNS]
        told = self.told.pop(pair, None)
        if pair in self.found and not told:
            return None
        if self.rule.by == "author":
            digs = [dig for dig in digs if dig.author == turn.author]
        count = len({dig.author for dig in digs}) if self.rule.by == "authors" else len(digs)
        target = self.talk.somebody(pair[1])
        if not told and (count < self.rule.times or not self._sure(pair[1], digs)):
            known = self._known(turn, target)
            return Completed(parts_of(turn, signs), (), target, known) if known else None
        self.found.add(pair)
        behind = dict.fromkeys((*digs[:-1], told) if told else digs[:-1])
        earlier = tuple(sorted(behind, key=lambda dig: dig.number))
        return Completed(parts_of(turn, signs), earlier, target)

    def _known(self, turn: Turn, target: str) -> int:
        """How often the author was flagged against the target before, if that is often enough."""
        before = self.talk.earlier_against.get(target, 0)
        last = turn.number == self.talk.turns[-1].number
        enough = 0 < self.rule.known <= before
        return before if last and enough and turn.having(self.rule.of) else 0

    def _sure(self, target: str, digs: list[Turn]) -> bool:
        """Whether enough of it is plain by itself; that somebody objects makes it plainer."""
        must = self.rule.must
        if must and not any(dig.having(must) for dig in digs):
            return False
        plain = sum(bool(dig.having(self.rule.of | self.rule.mimic)) for dig in digs)
        return plain + any(told == target for _, told in self.told) >= self.rule.sure


def build_repeated(table: RepeatedTable, build: Build) -> Repeated:
    """The test of a `repeated` rule."""
    refuse_surroundings(table, build)
    return Repeated(
        of=frozenset(table.of),
        by=table.by,
        times=table.times,
        sure=table.sure,
        known=table.known,
        must=frozenset(table.must),
        lean=frozenset(table.lean),
        aimed=table.aimed,
        echo=frozenset(table.echo),
        mimic=frozenset(table.mimic),
        stop=frozenset(table.stop),
        friendly=frozenset(table.friendly),
        calm=frozenset(table.calm),
        cleared=frozenset(table.cleared),
    )
