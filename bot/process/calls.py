"""Calls: who of a list is called next, and whether somebody has answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime, timedelta

from bot.jobs import Job, NewJob
from bot.ports import Action
from bot.process import outbox
from bot.process.dossier import Dossier, dossier_of
from bot.process.ladder import Why
from bot.process.outbox import Kind
from bot.settings import Settings
from bot.settings.shapes import PeopleList
from bot.store.port import Delivery, DeliveryState, Flag, Tx

ANSWERS = frozenset({Action.ACKNOWLEDGE, Action.CONFIRM, Action.DISMISS, Action.ESCALATE})


def following(
    dossier: Dossier, job: Job, settings: Settings, now: datetime, *, failed: bool
) -> tuple[NewJob, ...]:
    """The call after this one, for when nobody answers: the next in turn, else the fallback.

    A person who cannot be reached costs no time; a round of them still takes its interval. Whoever
    was taken off the list since is not called: their turn is the next one's.
    """
    people = settings.file.lists.get(job.params["list"])
    if people is None:  # the settings changed since
        return ()
    gone = not is_listed(job.params, settings)
    why, later = Why(job.params["why"]), now + timedelta(minutes=people.every_minutes)
    but = dossier.not_called(why)
    callees = [person for person in people.people if person not in but]
    if people.in_turn and callees and "turn" in job.params:
        turn = int(job.params["turn"]) + (not gone)
        if turn < people.rounds * len(callees):
            place = turn % len(callees)
            params = {**job.params, "person": callees[place], "turn": str(turn)}
            at = now if gone or (failed and place) else later
            return (outbox.page(dossier.flag, params, settings, at, f"after-{job.id}"),)
    if gone and (instead := _in_their_place(dossier, job, callees, settings, now)):
        return instead
    return _fallback(dossier, job, people, settings, later, but)


def is_listed(call: Mapping[str, str], settings: Settings) -> bool:
    """Whether the person of a call is on its list still; True where the list itself is gone."""
    people = settings.file.lists.get(call["list"])
    return people is None or call["person"] in people.people


def _in_their_place(
    dossier: Dossier, job: Job, callees: Sequence[str], settings: Settings, now: datetime
) -> tuple[NewJob, ...]:
    """The calls of those who came onto the list since it was begun to be called."""
    begun = (job.params["list"], job.params.get("since"))
    made = of_list(dossier, outbox.named_list(job.params), job.params["why"])
    called = {
        d.params["person"] for d in made if (d.params["list"], d.params.get("since")) == begun
    }
    return tuple(
        outbox.page(
            dossier.flag, {**job.params, "person": person}, settings, now, f"after-{job.id}"
        )
        for person in sorted(set(callees) - called)
    )


def _fallback(
    dossier: Dossier,
    job: Job,
    people: PeopleList,
    settings: Settings,
    at: datetime,
    but: Set[str],
) -> tuple[NewJob, ...]:
    if people.fallback not in settings.file.lists:
        return ()
    why, stands_for = Why(job.params["why"]), outbox.named_list(job.params)
    return tuple(
        outbox.pages(
            dossier.flag,
            people.fallback,
            why,
            settings,
            at,
            but=but,
            stands_for=stands_for,
            mark=job.params.get("mark", ""),
            since=began(job.params, at),
        )
    )


def of_list(dossier: Dossier, name: str, why: str) -> list[Delivery]:
    """All calls of a list for one reason, those of its fallbacks among them, oldest first."""
    return [
        d
        for d in dossier.of_kind(Kind.PAGE)
        if d.params["why"] == why and outbox.named_list(d.params) == name
    ]


def newest(calls: Iterable[Delivery]) -> datetime:
    """The last time that one of these calls was begun: not who is next in turn, nor a fallback."""
    return max(began(d.params, d.due_at) for d in calls)


def began(params: Mapping[str, str], due_at: datetime) -> datetime:
    """When the list was begun to be called, of which this call is one."""
    since = params.get("since")
    return datetime.fromisoformat(since) if since else due_at


def answered(dossier: Dossier, calls: Sequence[Delivery], settings: Settings) -> bool:
    """Whether somebody on the lists of these calls has answered since the last time they began."""
    if not calls:
        return False
    if not dossier.appealed and any(d.params["why"] == Why.APPEAL for d in calls):
        return True
    since = newest(calls)
    return any(
        d.action in ANSWERS and d.at >= since and _may_answer(d.actor, calls, settings)
        for d in dossier.standing_decisions
    )


def answered_by(dossier: Dossier, actor: str, settings: Settings) -> list[Delivery]:
    """The pending calls that need not be made once this person has acknowledged the flag."""
    return [
        d
        for d in dossier.of_kind(Kind.PAGE)
        if d.state is DeliveryState.PENDING
        and outbox.may_be_spared(d.params)
        and _may_answer(
            actor, of_list(dossier, outbox.named_list(d.params), d.params["why"]), settings
        )
    ]


def unanswered(dossier: Dossier, settings: Settings) -> list[str]:
    """The lists whose call still stands and from which nobody has answered."""
    standing = {
        name: [d for d in calls if dossier.stands(d.params)]
        for name, calls in by_list(dossier).items()
    }
    return [name for name, calls in standing.items() if silent(dossier, calls, settings)]


def waiting(tx: Tx, flags: Iterable[Flag], settings: Settings) -> list[tuple[str, list[str]]]:
    """The flags, by id, about which people were called and nobody has answered, with the lists."""
    called = [f.id for f in flags if any(d.kind == Kind.PAGE for d in tx.deliveries(f.id))]
    silent_lists = [(i, unanswered(dossier_of(tx, i, settings), settings)) for i in called]
    return [(flag_id, names) for flag_id, names in silent_lists if names]


def by_list(dossier: Dossier) -> dict[str, list[Delivery]]:
    """The flag's calls under the name of the list whose people they are for."""
    lists: dict[str, list[Delivery]] = {}
    for d in dossier.of_kind(Kind.PAGE):
        lists.setdefault(d.params["list"], []).append(d)
    return lists


def silent(dossier: Dossier, calls: Sequence[Delivery], settings: Settings) -> bool:
    """Whether some matter among these calls of one list reached people and nobody answered."""
    made = [d for d in calls if d.state is DeliveryState.DONE and not d.skipped]
    return any(
        not answered(dossier, [d for d in made if d.params["why"] == why], settings)
        for why in {d.params["why"] for d in made}
    )


def standing(dossier: Dossier, calls: Sequence[Delivery], settings: Settings) -> str:
    """How it is with the calls of one list: `silent`, `answered`, or the furthest state."""
    states = {"skipped" if d.skipped else d.state.value for d in calls}
    if "done" not in states:
        return min(states)
    if silent(dossier, calls, settings):
        return "silent" if any(dossier.stands(d.params) for d in calls) else "done"
    return "answered"


def members(dossier: Dossier, settings: Settings) -> frozenset[str]:
    """Everybody who was called about the flag, and everybody on the lists that were."""
    calls = dossier.of_kind(Kind.PAGE)
    return frozenset(d.params["person"] for d in calls) | _people(calls, settings)


def entrusted(dossier: Dossier, settings: Settings) -> frozenset[str]:
    """Who may decide a private flag: the people of its lists, and those who stand in for them."""
    names = [name for name in dossier.private_to if name in settings.file.lists]
    listed = (person for name in names for person in settings.people(name).people)
    return dossier.private_callees | frozenset(listed)


def _may_answer(actor: str, calls: Sequence[Delivery], settings: Settings) -> bool:
    return actor.startswith("cli:") or actor in _people(calls, settings)


def _people(calls: Sequence[Delivery], settings: Settings) -> frozenset[str]:
    lists = settings.file.lists
    names = {d.params["list"] for d in calls} & set(lists)
    return frozenset(person for name in names for person in lists[name].people)
