"""The deliveries that a record brings about: which job, on which lane, under which key.

A key says what an act is, so that recording the same thing twice never does it twice. Params hold
ids and template names only, never people's words.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import datetime
from enum import StrEnum

from bot.engine.port import NewJob
from bot.ladder import Plan, Why
from bot.ports import Person
from bot.settings import Settings
from bot.store.port import Flag


class Kind(StrEnum):
    """What a delivery does."""

    NOTICE = "notice"  # the letter to the author, by direct message
    SHOWN = "shown"  # its fallback
    WITHDRAWN = "withdrawn"  # the flag was taken back
    ANSWERED = "answered"  # the author's answer arrived
    UPHELD = "upheld"  # the appeal was decided, and the flag stands
    CARD = "card"
    UPDATE = "update"  # the card's new face
    TASK = "task"  # moderators: tell the author in person
    PAGE = "page"
    UNPAGE = "unpage"  # what the page was about was taken back
    HIDE = "hide"
    REMINDER = "reminder"  # an authorisation ends soon; belongs to no flag


# What a dismissal calls off, if it is not out yet.
CALLED_OFF = frozenset({Kind.NOTICE, Kind.SHOWN, Kind.TASK, Kind.PAGE, Kind.HIDE})


def _to(person: Person) -> str:
    return f"{person.platform}/{person.workspace}/@{person.id}"


def person_of(text: str) -> Person:
    """`platform/workspace/id`, as settings and params write people."""
    platform, workspace, person = text.split("/", 2)
    return Person(platform, workspace, person)


def cards_lane(flag: Flag, settings: Settings) -> str:
    """The moderators' channel of the flag's workspace."""
    place = settings.workspace(flag.key.platform, flag.key.workspace)
    channel = place.moderators_channel if place else ""
    return f"{flag.key.platform}/{flag.key.workspace}/#{channel}"


def card(flag: Flag, settings: Settings, now: datetime) -> NewJob:
    """Post the flag's card to the moderators."""
    return NewJob(
        f"{flag.id}:card", Kind.CARD, cards_lane(flag, settings), now, priority=5, flag_id=flag.id
    )


def update(flag: Flag, settings: Settings, now: datetime, mark: str) -> NewJob:
    """Bring the card up to date; `mark` says after what."""
    key = f"{flag.id}:update:{mark}"
    return NewJob(key, Kind.UPDATE, cards_lane(flag, settings), now, flag_id=flag.id)


def task(flag: Flag, settings: Settings, now: datetime, reason: str) -> NewJob:
    """Ask the moderators to tell the author in person."""
    return NewJob(
        f"{flag.id}:task",
        Kind.TASK,
        cards_lane(flag, settings),
        now,
        {"reason": reason},
        priority=5,
        flag_id=flag.id,
    )


def letter(kind: Kind, flag: Flag, now: datetime, template: str = "", mark: str = "") -> NewJob:
    """A private letter to the author."""
    key = f"{flag.id}:{kind}" + (f":{mark}" if mark else "")
    params = {"template": template} if template else {}
    return NewJob(key, kind, _to(flag.author), now, params, priority=10, flag_id=flag.id)


def pages(
    flag: Flag,
    name: str,
    why: Why,
    settings: Settings,
    now: datetime,
    *,
    mark: str = "",
    but: Container[str] = (),
) -> Iterable[NewJob]:
    """Call everybody on a list, `but` some; a `mark` makes it another call than the one before."""
    for text in settings.people(name).people:
        if text in but:
            continue
        yield NewJob(
            f"{flag.id}:page:{name}:{why}:{text}" + (f":{mark}" if mark else ""),
            Kind.PAGE,
            _to(person_of(text)),
            now,
            {"person": text, "list": name, "why": why.value},
            priority=20,
            flag_id=flag.id,
        )


def unpage(flag: Flag, person: str, template: str, now: datetime, mark: str = "") -> NewJob:
    """Tell somebody who was called that it was taken back."""
    return NewJob(
        f"{flag.id}:unpage:{person}:{template}" + (f":{mark}" if mark else ""),
        Kind.UNPAGE,
        _to(person_of(person)),
        now,
        {"person": person, "template": template},
        priority=20,
        flag_id=flag.id,
    )


def planned(
    flag: Flag, steps: Plan, settings: Settings, now: datetime, mark: str = ""
) -> list[NewJob]:
    """The jobs that a plan asks for now: the letter, and the lists that are called at once.

    Lists of a ladder's step are called later, when the author was told (`bot/escalation.py`).
    """
    jobs = [
        job
        for name, why in steps.pages
        if why is not Why.STRIKES
        for job in pages(flag, name, why, settings, now)
    ]
    if steps.notice:
        jobs.append(letter(Kind.NOTICE, flag, now, steps.notice, mark))
    return jobs
