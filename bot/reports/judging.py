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

from bot.thresholds import Thresholds, sure_enough
from rules.engine import evaluate
from rules.errors import PackError, Problem, ProblemsError
from rules.excerpt import excerpt
from rules.loader import PACKS, load
from rules.policies import load_policies
from rules.ruleset import RuleSet
from rules.types import Context, Finding, Message, Verdict

BATCH = 400  # messages: long enough to outweigh the way to another process and back
AHEAD = 2  # batches per worker that wait in line, so that none runs dry
RECENT = 50  # messages of a channel that a rule may look back on
TRIES = 3  # of a message on which a rule ran out of time
EXCERPT = 120  # characters


class WorkersError(Exception):
    """The worker processes died; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What every worker must know to judge alike."""

    policies: tuple[str, ...]  # ids or files
    thresholds: Thresholds = field(default_factory=dict)
    minutes: int = 30  # how far back the context of a message goes
    packs: Path = PACKS


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


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of one batch."""

    messages: int
    hits: tuple[Hit, ...]
    cleared: Counter[str]  # findings that lead to no flag, by why
    skipped: Counter[tuple[str, str]]  # (rule, reason) that could not be applied to a message
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class _Batch:
    before: tuple[Message, ...]  # of the first message's channel: context, judged already
    messages: tuple[Message, ...]


def judge_all(messages: Iterable[Message], terms: Terms, workers: int) -> Iterator[Judged]:
    """Judge the messages, a channel's in its order; results come in the order of the messages.

    What comes out does not depend on `workers`. Raises `PackError` before the first result, and
    `WorkersError` if the processes die.
    """
    batches = _batches(messages)
    if workers <= 1:
        ruleset = None
        for batch in batches:
            ruleset = ruleset or _rules(terms)
            yield _judge(batch, ruleset, terms)
        return
    waiting: deque[Future[Judged | _Faults]] = deque()
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _start_worker, (terms,))
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


def _judge(batch: _Batch, ruleset: RuleSet, terms: Terms) -> Judged:
    window = timedelta(minutes=terms.minutes)
    recent: dict[tuple[str, str, str], deque[Message]] = defaultdict(lambda: deque(maxlen=RECENT))
    for message in batch.before:
        recent[_channel(message)].append(message)
    hits: list[Hit] = []
    cleared: Counter[str] = Counter()
    skipped: Counter[tuple[str, str]] = Counter()
    for message in batch.messages:
        earlier = recent[_channel(message)]
        since = message.posted_at - window
        context = Context(recent=tuple(m for m in earlier if m.posted_at >= since))
        verdict = _evaluate(message, context, ruleset)
        earlier.append(message)
        hits += _hits(
            message, context, verdict.findings, sure_enough(verdict.live, terms.thresholds)
        )
        cleared.update(f.suppressed.value for f in verdict.findings if f.suppressed)
        skipped.update((skip.rule, skip.reason) for skip in verdict.skipped)
    times = [message.posted_at for message in batch.messages]
    return Judged(len(times), tuple(hits), cleared, skipped, min(times), max(times))


def _evaluate(message: Message, context: Context, ruleset: RuleSet) -> Verdict:
    """Judge it, again where a rule ran out of time: on a busy machine that is mostly bad luck."""
    for _ in range(TRIES):
        verdict = evaluate(message, context, ruleset)
        if not verdict.skipped:
            break
    return verdict


def _hits(
    message: Message, context: Context, every: Sequence[Finding], live: Sequence[Finding]
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
        )


def _channel(message: Message) -> tuple[str, str, str]:
    return message.key.platform, message.key.workspace, message.key.channel


# --- in a worker process ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Faults:
    """Why a worker has no rules; errors themselves do not survive the way to another process."""

    problems: tuple[Problem, ...]


_terms: list[Terms] = []  # a process of the pool is told once, at its start
_ruleset: list[RuleSet] = []


def _start_worker(terms: Terms) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends the work
    _terms[:] = [terms]


def _work(batch: _Batch) -> Judged | _Faults:
    (terms,) = _terms
    try:
        ruleset = _ruleset[0] if _ruleset else _rules(terms)
    except ProblemsError as error:
        return _Faults(error.problems)
    _ruleset[:] = [ruleset]
    return _judge(batch, ruleset, terms)


def _sound(result: Judged | _Faults) -> Judged:
    if isinstance(result, _Faults):
        raise PackError(result.problems)
    return result


def _rules(terms: Terms) -> RuleSet:
    return load(terms.packs, policies=load_policies(terms.policies), run_examples=False)
