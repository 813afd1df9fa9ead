"""The port of the durable jobs: one delivery is one job, done at least once and in lane order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.jobs import Job, NewJob
from bot.store.port import Tx

Then = Callable[[Tx], Iterable[NewJob]]


def nothing(_: Tx) -> tuple[NewJob, ...]:
    """Nothing follows."""
    return ()


@dataclass(frozen=True, slots=True)
class Done:
    """The act was done; `receipt` (ids and words of ours, JSON-ready) proves it.

    `then` says which jobs follow. It is asked in the transaction that writes the outcome down,
    after that was written, and its jobs are added there: it sees what changed during the act.
    """

    receipt: Mapping[str, str]
    then: Then = nothing


@dataclass(frozen=True, slots=True)
class Again:
    """Try later: after `after_s` seconds where the platform said so, else after the back-off.

    `given_up` says which jobs follow if this was the last attempt, as `Done.then` does.
    """

    reason: str
    after_s: float | None = None
    given_up: Then = nothing


@dataclass(frozen=True, slots=True)
class Failed:
    """It cannot be done: `refused` ones are recorded as such, others go to the dead letters.

    `then` says which jobs take its place (a fallback, a moderators' task), as `Done.then` does.
    """

    reason: str
    refused: bool = False
    then: Then = nothing


Outcome = Done | Again | Failed
Handler = Callable[[Job], Awaitable[Outcome]]
ClockJob = Callable[[datetime], Awaitable[None]]


class Engine(Protocol):
    """Durable jobs behind three verbs. Implementations pass `tests/contract/engine_contract.py`."""

    def add(self, tx: Tx, job: NewJob) -> bool:
        """Store the job in `tx`, the transaction of what caused it; False if its key exists."""

    def every(self, name: str, seconds: float, job: ClockJob) -> None:
        """Run `job` once per slot of `seconds`, whichever process comes first."""

    async def run(self, handlers: Mapping[str, Handler]) -> None:
        """Work until cancelled; jobs in hand are finished or given back on cancellation."""

    def wake(self) -> None:
        """Say that jobs were committed; from any thread."""
