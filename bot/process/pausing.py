"""Pauses: a rule, or a channel, from which nothing follows for a while; who said so, and why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from bot.identity import new_pause_id
from bot.ports import Clock, Place
from bot.settings import Settings
from bot.store.port import RecordedPause, Tx
from rules.types import Message, Pause, Suppression, Verdict, names

LONGEST = timedelta(days=366)
LONGEST_REASON = 300  # characters
PAUSED, EXEMPTED, RESUMED = "rule-paused", "channel-exempted", "pause-ended"  # the audit's events
KEPT_BACK = "kept-back"  # the audit's event: what a rule found while it was paused


class PausingError(ValueError):
    """A pause that cannot be made; the text says why, to the person who asked."""


class Pausing:
    """Makes and ends pauses, each with a reason and an end; the caller has asked for the role."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    def make(
        self, *, until: str, reason: str, actor: str, rule: str = "", place: str = ""
    ) -> RecordedPause:
        """A pause through the day (or until the moment) `until`; raises `PausingError`."""
        now, ends_at = self._clock.now(), self._end(until)
        reason = reason.strip()
        if not reason or len(reason) > LONGEST_REASON:
            raise PausingError(f"say why, in at most {LONGEST_REASON} characters")
        if ends_at <= now:
            raise PausingError(f"{until} is over already")
        if ends_at > now + LONGEST:
            raise PausingError("a pause ends within a year; write an earlier day")
        if place:
            self._check_place(place)
        covers = Pause(new_pause_id(), rule, place)
        return RecordedPause(covers, reason, actor, now, ends_at)

    def add(self, tx: Tx, pause: RecordedPause) -> None:
        """Put a pause on record: who, what, why, until when."""
        tx.add_pause(pause)
        detail = {
            "rule": pause.covers.rule,
            "channel": pause.covers.place,
            "why": pause.reason,
            "until": pause.ends_at.isoformat(),
        }
        event = PAUSED if pause.covers.rule else EXEMPTED
        tx.audit(pause.added_by, event, pause.covers.id, pause.added_at, detail)

    def end(self, tx: Tx, pause_id: str, actor: str) -> bool:
        """End a pause now; False if there is none in force."""
        now = self._clock.now()
        done = tx.end_pause(pause_id, actor, now)
        if done:
            tx.audit(actor, RESUMED, pause_id, now, {})
        return done

    def _end(self, until: str) -> datetime:
        zone = self._settings.timezone
        try:
            if "T" in until:
                at = datetime.fromisoformat(until)
                return at if at.tzinfo else at.replace(tzinfo=zone)
            return datetime.combine(date.fromisoformat(until) + timedelta(days=1), time(), zone)
        except (ValueError, OverflowError):
            raise PausingError(f"{until} is no day; write 2026-12-18 or 2026-12-18T16:00") from None

    def _check_place(self, place: str) -> None:
        platform, _, rest = place.partition("/")
        workspace, _, channel = rest.partition("/")
        if not channel or "/" in channel:
            raise PausingError(f"{place} is no channel; write slack/T012AB3/C045CD6")
        if self._settings.workspace(platform, workspace) is None:
            raise PausingError(f"{place} is in no workspace that is configured")


def in_force(pauses: Iterable[RecordedPause], now: datetime) -> tuple[Pause, ...]:
    """What the rules are told of them."""
    return tuple(one.covers for one in pauses if one.holds(now))


def note_kept_back(tx: Tx, message: Message, verdict: Verdict, now: datetime) -> None:
    """What was found and paused goes to the audit, by ids; nothing else comes of it."""
    for finding in verdict.findings:
        if finding.suppressed is Suppression.PAUSED:
            detail = {"message": str(message.key), "rule": finding.rule}
            tx.audit("hallmonitor", KEPT_BACK, finding.cleared_by, now, detail)


def pauses_of(rule: str, pauses: Iterable[RecordedPause]) -> list[RecordedPause]:
    """Those that name this rule, or its category."""
    return [one for one in pauses if one.covers.rule and names(one.covers.rule, rule)]


def place_of(text: str) -> Place:
    """A channel as pauses write it."""
    platform, workspace, channel = text.split("/", 2)
    return Place(platform, workspace, channel)
