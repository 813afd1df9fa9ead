"""What follows a delivery: the next way, the calls that waited for it, the card's new face."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.jobs import Job, NewJob
from bot.process import calls, escalation, outbox
from bot.process.dossier import Dossier
from bot.process.ladder import Why
from bot.process.outbox import Kind
from bot.settings import Settings


def after(
    job: Job, dossier: Dossier, failure: str, settings: Settings, now: datetime
) -> list[NewJob]:
    """What a delivery brings about, by what is on record once it is over.

    `failure` is the reason code of what was refused or given up; empty where it was done.
    """
    flag = dossier.flag
    face = outbox.update(flag, settings, now, f"after-{job.id}-{job.lease}")
    if called_off(job, dossier):
        return [face]
    jobs: list[NewJob] = []
    letter = job.kind in outbox.LETTERS
    if letter and is_shown(job):
        # Shown is not proof: a person sees to it in either case.
        jobs += _in_person(job, dossier, failure, settings, now)
    elif letter and failure and (job.kind == Kind.NOTICE or dossier.reached_author):
        jobs.append(outbox.shown_instead(job, flag, now, failure))
    if job.kind == Kind.SHOWN or (job.kind == Kind.NOTICE and not failure):
        jobs += escalation.strike_pages(dossier, settings, now)
    if failure and job.kind == Kind.CARE:
        jobs += outbox.news(dossier.private_callees | dossier.carers, flag, "care_refused", now)
    if job.kind == Kind.PAGE:
        jobs += calls.following(dossier, job, settings, now, failed=bool(failure))
    if job.kind in (Kind.NOTICE, Kind.SHOWN, Kind.PAGE):
        jobs.append(face)
    return jobs


def called_off(job: Job, dossier: Dossier) -> bool:
    """Whether a dismissal leaves nothing to do; the dismissal itself is told in person, too."""
    if job.kind == Kind.PAGE:
        return not dossier.stands(job.params)
    about = job.params.get("about", Kind.NOTICE)
    return dossier.flag.taken_back and job.kind in outbox.CALLED_OFF and about == Kind.NOTICE


def is_shown(job: Job) -> bool:
    """Whether a letter goes the second way, beside the message."""
    return job.kind == Kind.SHOWN or "refused" in job.params


def refused(job: Job) -> str:
    """Why the way before this one was refused."""
    return job.params.get("refused", "refused")


def _in_person(
    job: Job, dossier: Dossier, failure: str, settings: Settings, now: datetime
) -> Iterable[NewJob]:
    """Somebody tells the author what a letter says."""
    flag = dossier.flag
    about = Kind.NOTICE if job.kind == Kind.SHOWN else Kind(job.kind)
    reason, mark = failure or refused(job), f"after-{job.id}"
    if not dossier.private_to:
        return [outbox.task(flag, settings, now, about, reason, mark, shown=not failure)]
    if about is not Kind.NOTICE:
        return outbox.news(dossier.private_callees, flag, f"{about}_refused", now, mark)
    but = dossier.not_called(Why.TASK)
    return outbox.private_task(flag, dossier.private_to, settings, now, reason, but, mark)
