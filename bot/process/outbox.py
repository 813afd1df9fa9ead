"""The deliveries that a record brings about: which job, on which lane, under which key.

A key says what an act is, so that recording the same thing twice never does it twice. Params hold
ids, times and names of ours only, never people's words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from bot.actors import person_of
from bot.jobs import Job, NewJob
from bot.ports import Person
from bot.process.ladder import TIP, Plan, Why
from bot.settings import Settings, fallbacks
from bot.settings.school import in_hours
from bot.store.port import Delivery, DeliveryState, Flag, Link, Permission
from rules.errors import Problem
from rules.types import Finding

MOST_TOLD = 5  # problems of a change


class Kind(StrEnum):
    """What a delivery does."""

    NOTICE = "notice"  # the letter to the author, by direct message
    SHOWN = "shown"  # its fallback
    WITHDRAWN = "withdrawn"  # the flag was taken back
    ANSWERED = "answered"  # the author's answer arrived
    ENTERED = "entered"  # an appeal was entered in the author's name
    UPHELD = "upheld"  # the appeal was decided, and the flag stands
    CARE = "care"  # help lines, to whoever may need them
    CARD = "card"
    UPDATE = "update"  # the card's new face
    TASK = "task"  # moderators: tell the author in person
    PAGE = "page"
    UNPAGE = "unpage"  # what the page was about was taken back
    HIDE = "hide"
    REMINDER = "reminder"  # an authorisation ends soon; belongs to no flag
    LINKED = "linked"  # two accounts count as one person, or no more; belongs to no flag
    CHANGE_REFUSED = "change_refused"  # changed settings or rules are not in force; to no flag


# What tells its author of a flag: who had one of these is told, too, when the flag falls.
TELLING = (Kind.NOTICE, Kind.SHOWN, Kind.ENTERED)

# What a dismissal calls off, if it is not out yet.
CALLED_OFF = frozenset({Kind.NOTICE, Kind.SHOWN, Kind.TASK, Kind.PAGE, Kind.HIDE})

# What an author must hear of: shown where no direct message takes it, and told in person.
LETTERS = frozenset({Kind.NOTICE, Kind.SHOWN, Kind.WITHDRAWN, Kind.UPHELD})

# What stands in the moderators' channel: where that refuses it, nothing else takes its place.
POSTED = frozenset({Kind.CARD, Kind.UPDATE, Kind.TASK})

# Of a call: it was made, or is on its way.
CALLED = frozenset({DeliveryState.PENDING, DeliveryState.LEASED, DeliveryState.DONE})


def _to(person: Person) -> str:
    return f"{person.platform}/{person.workspace}/@{person.id}"


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


def private(
    flag: Flag,
    private_to: Collection[str],
    findings: Iterable[Finding],
    settings: Settings,
    now: datetime,
    but: Set[str],
    mark: str = "",
) -> Iterable[NewJob]:
    """Show a flag to the lists that it is private to: urgently where they are called at once."""
    categories = {finding.category for finding in findings}
    urgent = {name for one in categories for name in settings.category(one).page_at_once}
    for name in private_to:
        why = Why.URGENT if name in urgent else Why.PRIVATE
        yield from pages(flag, name, why, settings, now, but=but, beside=private_to, mark=mark)


def update(flag: Flag, settings: Settings, now: datetime, mark: str) -> NewJob:
    """Bring the card up to date; `mark` says after what."""
    key = f"{flag.id}:update:{mark}"
    return NewJob(key, Kind.UPDATE, cards_lane(flag, settings), now, flag_id=flag.id)


def task(
    flag: Flag,
    settings: Settings,
    now: datetime,
    about: Kind,
    reason: str,
    mark: str,
    *,
    shown: bool,
) -> NewJob:
    """Ask the moderators to tell the author in person what a letter was `about`."""
    params = {"reason": reason, "about": about.value, **({"shown": "yes"} if shown else {})}
    lane = cards_lane(flag, settings)
    return NewJob(f"{flag.id}:task:{mark}", Kind.TASK, lane, now, params, 5, flag.id)


def letter(
    kind: Kind, flag: Flag, now: datetime, template: str = "", mark: str = "", refused: str = ""
) -> NewJob:
    """A private letter to the author; `refused` says why the way before this one was."""
    key = f"{flag.id}:{kind}" + (f":{mark}" if mark else "")
    given = {"template": template, "refused": refused}
    params = {name: value for name, value in given.items() if value}
    return NewJob(key, kind, _to(flag.author), now, params, priority=10, flag_id=flag.id)


def shown_instead(job: Job, flag: Flag, now: datetime, refused: str) -> NewJob:
    """The second way of a letter that no direct message takes: beside their message."""
    kind = Kind.SHOWN if job.kind == Kind.NOTICE else Kind(job.kind)
    template, mark = job.params.get("template", ""), f"after-{job.id}"
    return letter(kind, flag, now, template, mark, refused)


def care(flag: Flag, settings: Settings, now: datetime) -> NewJob:
    """Help lines for the author, once a day however much they write."""
    day = now.astimezone(settings.timezone).date()
    return NewJob(
        f"{flag.author}:care:{day}", Kind.CARE, _to(flag.author), now, priority=15, flag_id=flag.id
    )


def pages(
    flag: Flag,
    name: str,
    why: Why,
    settings: Settings,
    now: datetime,
    *,
    but: Set[str],
    beside: Collection[str] = (),
    stands_for: str = "",
    mark: str = "",
    since: datetime | None = None,
) -> Iterable[NewJob]:
    """Begin to call a list, `but` some: everybody at once, or who is first in turn.

    Where nobody else is on the list, another is called, but none of those `beside` it: they know.

    `stands_for` is the list from which nobody answered, where this one is its fallback, and
    `since` when that one was begun to be called; a `mark` makes it another call than the one
    before.
    """
    instead = name if why is Why.APPEAL else _with_somebody(name, but, beside, settings)
    if instead != name:
        name, stands_for = instead, stands_for or name
    people = settings.people(name)
    callees = [person for person in people.people if person not in but]
    for person in callees[:1] if people.in_turn else callees:
        began = (since or now).isoformat()
        params = {"person": person, "list": name, "why": why.value, "since": began}
        if people.in_turn:
            params["turn"] = "0"
        if stands_for:
            params["for"] = stands_for
        if mark:
            params["mark"] = mark
        marks = [f"for-{stands_for}" if stands_for else "", mark]
        yield page(flag, params, settings, now, ":".join(filter(None, marks)))


def _with_somebody(name: str, but: Set[str], beside: Collection[str], settings: Settings) -> str:
    """The list itself, or the first after it with somebody to call who is not called anyway."""
    after = [*fallbacks(settings.file, name), "principal", "it"]
    chain = [name, *(one for one in after if one not in beside)]
    return next((one for one in chain if set(settings.people(one).people) - but), name)


def page(
    flag: Flag, params: Mapping[str, str], settings: Settings, at: datetime, mark: str = ""
) -> NewJob:
    """Call one person, within the hours of their list; a `mark` makes it another call."""
    person, name, why = params["person"], params["list"], Why(params["why"])
    hours = settings.people(name).hours
    if hours and why is not Why.URGENT:
        at = in_hours(at, hours, settings.file.school, settings.timezone)
    key = f"{flag.id}:page:{name}:{why}:{person}" + (f":{mark}" if mark else "")
    return NewJob(key, Kind.PAGE, _to(person_of(person)), at, params, priority=20, flag_id=flag.id)


def private_task(
    flag: Flag,
    private_to: Collection[str],
    settings: Settings,
    now: datetime,
    reason: str,
    but: Set[str],
    mark: str,
) -> Iterable[NewJob]:
    """Ask the lists that a flag is private to, to tell the author in person."""
    why, beside = Why.TASK, private_to
    for name in private_to:
        for job in pages(flag, name, why, settings, now, but=but, beside=beside, mark=mark):
            yield replace(job, params={**job.params, "reason": reason})


def named_list(params: Mapping[str, str]) -> str:
    """The list that a call was asked for: its own, or the one that its own stands in for."""
    return params.get("for", params["list"])


def called_for_strikes(call: Delivery) -> bool:
    """Whether this is a call for a number of strikes that was made or is on its way."""
    if call.kind != Kind.PAGE or call.params["why"] != Why.STRIKES:
        return False
    return call.state in CALLED and not call.skipped


def may_be_spared(params: Mapping[str, str]) -> bool:
    """Whether a call is not made once another of its list has answered."""
    return "turn" in params or "for" in params


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


def reminder(permission: Permission, now: datetime) -> NewJob:
    """Tell the owner of an authorisation that it ends soon; once for each authorisation."""
    params = {"person": permission.owner, "authorisation": permission.id}
    lane = _to(person_of(permission.owner))
    return NewJob(f"{permission.id}:reminder", Kind.REMINDER, lane, now, params)


def of_link(person: Person, link: Link, template: str, now: datetime) -> NewJob:
    """Tell somebody that their accounts are counted together, or no more."""
    key = f"{link.id}:{template}:{person}"
    params = {"person": str(person), "link": link.id, "template": template}
    return NewJob(key, Kind.LINKED, _to(person), now, params, priority=10)


def change_refused(person: str, problems: Sequence[Problem], version: str, now: datetime) -> NewJob:
    """Tell somebody that changed settings or rules cannot be used; once for each version."""
    lines = [f"{problem.file}:{problem.line}: {problem.what}" for problem in problems]
    told = "\n".join([*lines[:MOST_TOLD], *(["…"] if len(lines) > MOST_TOLD else [])])
    key = f"change-refused:{version}:{person}"
    params = {"person": person, "problems": told}
    return NewJob(key, Kind.CHANGE_REFUSED, _to(person_of(person)), now, params)


def news(
    people: Iterable[str],
    flag: Flag,
    template: str,
    now: datetime,
    mark: str = "",
    words: int = 0,
) -> Iterable[NewJob]:
    """Tell those to whom a private flag was shown what has become of it: they have no card.

    `words` is the number of the evidence that they are to read.
    """
    for person in sorted(people):
        job = unpage(flag, person, template, now, mark)
        yield replace(job, params={**job.params, "words": str(words)}) if words else job


def planned(
    flag: Flag,
    steps: Plan,
    settings: Settings,
    now: datetime,
    mark: str = "",
    *,
    private_to: Sequence[str],
    but: Set[str],
) -> list[NewJob]:
    """The jobs that a plan asks for now: the letter, and the lists that are called at once.

    Lists of a ladder's step are called later, when the author was told (`escalation.py`);
    those that a flag is private to were called when it was shown to them.
    """
    urgent = [name for name, why in steps.pages if why is not Why.STRIKES]
    beside = {*urgent, *private_to}
    jobs = [
        job
        for name in urgent
        if name not in private_to
        for job in pages(flag, name, Why.URGENT, settings, now, but=but, beside=beside, mark=mark)
    ]
    if steps.notice:
        tip = TIP if steps.notice == TIP else ""  # another letter than the notice of a strike
        jobs.append(
            letter(Kind.NOTICE, flag, now, steps.notice, ":".join(filter(None, [tip, mark])))
        )
    return jobs
