"""Judging many messages: in batches, in this process or in several, always in the same order."""

from __future__ import annotations

import signal
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

from bot import logs
from bot.model.opinions import opinion_of
from bot.process.thresholds import Thresholds, sure_enough
from bot.settings.shapes import Model
from rules.classifier.opinion import MODEL, OUTSIDE
from rules.engine import evaluate
from rules.errors import PackError, Problem, ProblemsError
from rules.excerpt import excerpt
from rules.loader import PACKS, States, load
from rules.policies import load_policies
from rules.ruleset import RuleSet
from rules.types import Context, Finding, Message, Verdict

BATCH = 400  # messages: long enough to outweigh the way to another process and back
AHEAD = 2  # batches per worker that wait in line, so that none runs dry
RECENT = 50  # messages of a channel that a rule may look back on
TRIES = 3  # of a message on which a rule ran out of time
EXCERPT = 120  # characters


Skipped = Counter[tuple[str, str]]  # (rule, reason) that could not be applied to a message


class WorkersError(Exception):
    """The worker processes died; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What every worker must know to judge alike."""

    policies: tuple[str, ...]  # ids or files
    thresholds: Thresholds = field(default_factory=dict)
    minutes: int = 30  # how far back the context of a message goes
    packs: Path = PACKS
    states: States = field(default_factory=dict)  # the district's, before the packs' own
    model: Model = field(default_factory=Model)
    model_key: str = field(default="", repr=False)  # for the endpoint of a district's own model


@dataclass(frozen=True, slots=True)
class Hit:
    """One live finding, ready to be shown: nothing in it is to be masked any more."""

    channel: str
    message: str
    posted_at: datetime
    author_id: str
    finding: Finding
    excerpt: str = field(repr=False)
    earlier: tuple[str, ...] = ()  # the messages before it that it rests on
    place: int = 0  # of the message in its batch


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of one batch."""

    messages: int
    hits: tuple[Hit, ...]
    cleared: Counter[str]  # findings that lead to no flag, by why
    skipped: Skipped
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class _Batch:
    before: tuple[Message, ...]  # of the first message's channel: context, judged already
    messages: tuple[Message, ...]


def of_models(skipped: Skipped) -> Skipped:
    """What models did not answer or read, of all that was skipped; the rest is rules."""
    return Counter({which: n for which, n in skipped.items() if which[0] in (MODEL, OUTSIDE)})


def judge_all(messages: Iterable[Message], terms: Terms, workers: int) -> Iterator[Judged]:
    """Judge the messages, a channel's in its order; results come in the order of the messages.

    What comes out does not depend on `workers`. Raises `PackError` before the first result, and
    `WorkersError` if the processes die.
    """
    for (judged,) in judge_under(messages, (terms,), workers):
        yield judged


def judge_under(
    messages: Iterable[Message], several: Sequence[Terms], workers: int
) -> Iterator[tuple[Judged, ...]]:
    """Judge each message under each of the terms, as `judge_all` does; batches are the same.

    What is masked under one of them is masked in the excerpts of all.
    """
    batches = _batches(messages)
    if workers <= 1:
        rulesets: list[RuleSet] = []
        for batch in batches:
            rulesets = rulesets or [_rules(terms) for terms in several]
            yield _judge(batch, several, rulesets)
        return
    waiting: deque[Future[tuple[Judged, ...] | _Faults]] = deque()
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _start_worker, (tuple(several),))
    try:
        for batch in batches:
            waiting.append(pool.submit(_work, batch))
            if len(waiting) > workers * AHEAD:
                yield _sound(waiting.popleft().result())
        while waiting:
            yield _sound(waiting.popleft().result())
    except BrokenProcessPool as error:
        what = "a worker process died; if the memory ran out, use fewer workers"
        raise WorkersError(what) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _batches(messages: Iterable[Message]) -> Iterator[_Batch]:
    before: tuple[Message, ...] = ()
    batch: list[Message] = []
    for message in messages:
        if len(batch) == BATCH:
            yield _Batch(before, tuple(batch))
            seen = (*before, *batch)
            before = tuple(m for m in seen[-RECENT:] if _channel(m) == _channel(message))
            batch = []
        batch.append(message)
    if batch:
        yield _Batch(before, tuple(batch))


@dataclass(slots=True)
class _Side:
    """What comes of a batch under one of the terms."""

    terms: Terms
    ruleset: RuleSet
    hits: list[Hit] = field(default_factory=list)
    cleared: Counter[str] = field(default_factory=Counter)
    skipped: Skipped = field(default_factory=Counter)

    def judge(self, message: Message, earlier: Iterable[Message]) -> tuple[Context, Verdict]:
        """The verdict, and the context that its findings count in."""
        since = message.posted_at - timedelta(minutes=self.terms.minutes)
        context = Context(recent=tuple(m for m in earlier if m.posted_at >= since))
        return context, _evaluate(message, context, self.ruleset)

    def take(
        self, message: Message, place: int, judged: tuple[Context, Verdict], masks: list[Finding]
    ) -> None:
        """Keep the live findings and count the rest."""
        context, verdict = judged
        live = sure_enough(verdict.live, self.terms.thresholds)
        self.hits += _hits(message, place, context, masks, live)
        self.cleared.update(f.suppressed.value for f in verdict.findings if f.suppressed)
        self.skipped.update((skip.rule, skip.reason) for skip in verdict.skipped)


def _judge(
    batch: _Batch, several: Sequence[Terms], rulesets: Sequence[RuleSet]
) -> tuple[Judged, ...]:
    sides = [_Side(*pair) for pair in zip(several, rulesets, strict=True)]
    recent: dict[tuple[str, str, str], deque[Message]] = defaultdict(lambda: deque(maxlen=RECENT))
    for message in batch.before:
        recent[_channel(message)].append(message)
    for place, message in enumerate(batch.messages):
        earlier = recent[_channel(message)]
        all_judged = [side.judge(message, earlier) for side in sides]
        earlier.append(message)
        masks = [finding for _, verdict in all_judged for finding in verdict.findings]
        for side, judged in zip(sides, all_judged, strict=True):
            side.take(message, place, judged, masks)
    times = [message.posted_at for message in batch.messages]
    return tuple(
        Judged(len(times), tuple(side.hits), side.cleared, side.skipped, min(times), max(times))
        for side in sides
    )


def _evaluate(message: Message, context: Context, ruleset: RuleSet) -> Verdict:
    """Judge it, again where a rule ran out of time: on a busy machine that is mostly bad luck."""
    for _ in range(TRIES):
        verdict = evaluate(message, context, ruleset)
        if not any(skip.rule in ruleset.by_id for skip in verdict.skipped):
            break
    return verdict


def _hits(
    message: Message,
    place: int,
    context: Context,
    every: Sequence[Finding],
    live: Sequence[Finding],
) -> Iterator[Hit]:
    """One hit for each live finding, by place; what any finding masks is masked in all of them."""
    for finding in sorted(live, key=lambda f: (-1 if f.start is None else f.start, f.rule)):
        yield Hit(
            channel=message.key.channel,
            message=message.key.message,
            posted_at=message.posted_at,
            author_id=message.author_id,
            finding=finding,
            excerpt=excerpt(message.text, (finding, *every), width=EXCERPT),
            earlier=tuple(context.recent[number].key.message for number in finding.earlier),
            place=place,
        )


def _channel(message: Message) -> tuple[str, str, str]:
    return message.key.platform, message.key.workspace, message.key.channel


# --- in a worker process ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Faults:
    """Why a worker has no rules; errors themselves do not survive the way to another process."""

    problems: tuple[Problem, ...]


_several: list[Terms] = []  # a process of the pool is told once, at its start
_rulesets: list[RuleSet] = []


def _start_worker(several: tuple[Terms, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends the work
    logs.configure()
    _several[:] = several


def _work(batch: _Batch) -> tuple[Judged, ...] | _Faults:
    try:
        rulesets = _rulesets or [_rules(terms) for terms in _several]
    except ProblemsError as error:
        return _Faults(error.problems)
    _rulesets[:] = rulesets
    return _judge(batch, _several, _rulesets)


def _sound(result: tuple[Judged, ...] | _Faults) -> tuple[Judged, ...]:
    if isinstance(result, _Faults):
        raise PackError(result.problems)
    return result


def _rules(terms: Terms) -> RuleSet:
    policies = load_policies(terms.policies)
    ruleset = load(terms.packs, policies=policies, run_examples=False, states=terms.states)
    opinion = opinion_of(terms.model, key=terms.model_key)
    return ruleset.advised(opinion) if opinion else ruleset
