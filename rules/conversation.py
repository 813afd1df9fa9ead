"""Rules over several messages: what the newest one completes, given those before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

from rules.kinds.several import Completed
from rules.ruleset import Rule, RuleSet
from rules.signs import SignMemory, signs_of
from rules.talk import Sign, Talk, Turn
from rules.types import Context, Finding, Message, Skip

SHORTLY = 4  # messages before the newest that make a rule look
LONGEST = 30  # messages of a talk: what came before is another one

Judged = tuple[Rule, Finding]


class Look(Protocol):
    """Judges one message by itself; `later`: for the cues that are sought late."""

    def __call__(self, message: Message, *, later: bool) -> tuple[Sequence[Judged], Sequence[Skip]]:
        """What it found, and what was skipped."""


def over_several(
    message: Message, context: Context, ruleset: RuleSet, found: Sequence[Judged], look: Look
) -> Iterator[Judged]:
    """The findings that the message completes; `found` is what it holds by itself.

    Where neither it nor the few messages before it hold a sign that some rule begins with, this
    costs next to nothing.
    """
    own = signs_of(found)
    ruleset.signs.keep(message, own)
    own = _unpaused(own, message, context)
    near = _same_thread(message, context, SHORTLY)
    signs = [_heard(context.recent[n], context, ruleset.signs, look, later=False) for n in near]
    if not (own or any(signs)) or not (near or context.earlier_against):
        return
    turns = [Turn(n, context.recent[n], s) for n, s in zip(near, signs, strict=True)]
    turns.append(Turn(len(context.recent), message, own))
    wanted = [(rule, test) for rule, test in ruleset.over_talk if test.may_complete(turns)]
    if not wanted:
        return
    numbers = (*_same_thread(message, context, LONGEST), len(context.recent))
    talk = _talk(message, context, numbers, ruleset, look)
    for rule, test in wanted:
        completed = test.complete(talk)
        if completed:
            yield rule, _finding(rule, completed, message, numbers)


def _talk(
    message: Message, context: Context, numbers: Sequence[int], ruleset: RuleSet, look: Look
) -> Talk:
    """The messages of these numbers with all their signs, those sought late too."""

    def turn(place: int, said: Message) -> Turn:
        early = _heard(said, context, ruleset.signs, look, later=False)
        late = _heard(said, context, ruleset.later_signs, look, later=True)
        return Turn(place, said, early + late)

    def read(text: str) -> tuple[Sign, ...]:
        return _unpaused(
            signs_of(look(replace(message, text=text), later=False)[0]), message, context
        )

    said = [context.recent[number] for number in numbers[:-1]] + [message]
    turns = tuple(turn(place, one) for place, one in enumerate(said))
    return Talk(turns, read, context.earlier_against)


def _same_thread(message: Message, context: Context, most: int) -> list[int]:
    """The newest so many messages before, oldest first, by their number."""
    newest: list[int] = []
    for number in range(len(context.recent) - 1, -1, -1):
        earlier = context.recent[number]
        if earlier.thread == message.thread or earlier.key.message == message.thread:
            newest.append(number)
            if len(newest) == most:
                break
    return newest[::-1]


def _heard(
    message: Message, context: Context, memory: SignMemory, look: Look, *, later: bool
) -> tuple[Sign, ...]:
    return _unpaused(_signs(message, memory, look, later=later), message, context)


def _unpaused(signs: tuple[Sign, ...], message: Message, context: Context) -> tuple[Sign, ...]:
    if not context.pauses:
        return signs
    return tuple(sign for sign in signs if not context.paused(sign.rule, message))


def _signs(message: Message, memory: SignMemory, look: Look, *, later: bool) -> tuple[Sign, ...]:
    known = memory.of(message)
    if known is None:
        found, skipped = look(message, later=later)
        known = signs_of(found)
        if not skipped:
            memory.keep(message, known)
    return known


def _finding(rule: Rule, completed: Completed, message: Message, numbers: Sequence[int]) -> Finding:
    parts = completed.parts
    start = min((part.start for part in parts), default=None)
    end = max((part.end for part in parts), default=None)
    return replace(
        rule.finding(start, end, parts, parts),
        explanation=f"{rule.reason} {_rests_on(completed, message)}",
        message_index=numbers[-1],
        earlier=tuple(numbers[turn.number] for turn in completed.earlier),
        target=completed.target,
    )


def _rests_on(completed: Completed, message: Message) -> str:
    if completed.known:
        times = "once" if completed.known == 1 else f"{completed.known} times"
        return f"Its author was flagged {times} before for going at the same person."
    earlier = completed.earlier
    people = len({turn.author for turn in earlier} | {message.author_id})
    by = "one author" if people == 1 else f"{people} people"
    took = max((message.posted_at - turn.message.posted_at for turn in earlier), default=None)
    within = f", within {_lasting(took)}" if took is not None and took >= timedelta(0) else ""
    return f"It rests on {len(earlier) + 1} messages of {by}{within}."


def _lasting(span: timedelta) -> str:
    minutes = -(-int(span.total_seconds()) // 60)
    if minutes <= 1:
        return "a minute"
    return f"{minutes} minutes" if minutes < 120 else f"{-(-minutes // 60)} hours"
