"""Looking over the platforms: what their adapters find, the clock, and a test note to oneself."""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from bot.platforms import Check, Platform, StartError
from bot.ports import Clock, DeliveryError, Notice, Person, Section
from bot.settings import Settings
from bot.setup.findings import Finding, State, fault, ok, skipped, warning
from rules.messages import say

ANSWER_S = 5.0
DRIFT_S, FAR_OFF_S = 30, 240  # Slack refuses requests that seem five minutes old


async def look_at_platform(platform: Platform) -> list[Finding]:
    """What its adapter finds: tokens, scopes or intents, listed places, moderators' channel."""
    return [_finding(check) for check in await platform.check()]


def _finding(check: Check) -> Finding:
    if check.ok:
        return ok(check.name, _sentence(check.what))
    what, remedy = check.what, check.remedy
    if not remedy:  # the refusals of a start say both in one text
        what, _, remedy = what.partition(". ")
    return Finding(check.name, State.FAULT, _sentence(what), remedy)


def _sentence(text: str) -> str:
    text = text.strip().removesuffix(".") + "."
    first = text.split()[0] if text.split() else ""
    return text if first.isupper() or "." in first else text[:1].upper() + text[1:]


async def look_at_clock(address: str, clock: Clock) -> Finding:
    """This machine's clock against the time that the platform's server tells."""
    try:
        told = await asyncio.to_thread(_time_at, address)
    except (OSError, ValueError):
        return skipped("clock", f"{address} could not be asked for the time.")
    if told is None:
        return skipped("clock", f"{address} tells no time.")
    off = round((clock.now() - told).total_seconds())
    what = f"This machine's clock is {abs(off)} s {'ahead of' if off > 0 else 'behind'} {address}."
    remedy = "Turn on time synchronisation (timedatectl set-ntp true)."
    if abs(off) >= FAR_OFF_S:
        return fault("clock", what, remedy)
    return warning("clock", what, remedy) if abs(off) >= DRIFT_S else ok("clock", what)


def _time_at(address: str) -> datetime | None:
    if not address.startswith(("https://", "http://")):
        raise ValueError(address)
    request = urllib.request.Request(address, method="HEAD")  # noqa: S310 - checked above
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_S) as answer:  # noqa: S310
            date = answer.headers.get("Date")
    except urllib.error.HTTPError as error:  # a refusal tells the time as well
        with error:
            date = error.headers.get("Date")
    told = parsedate_to_datetime(date) if date else None
    return told.replace(tzinfo=UTC) if told and told.tzinfo is None else told


def find_person(text: str, settings: Settings) -> Person:
    """Who is meant, by `platform/workspace/id` or, where one workspace is listed, by the id."""
    places = settings.file.workspace
    parts = text.split("/")
    if len(parts) == 1 and len(places) == 1:
        parts = [places[0].platform, places[0].id, text]
    if len(parts) != 3 or not all(parts):
        raise ValueError(f"{text}: give platform/workspace/id, e.g. slack/T012AB3/U045CD6")
    if settings.workspace(parts[0], parts[1]) is None:
        raise ValueError(f"{text}: {parts[0]} {parts[1]} is not in the settings")
    return Person(*parts)


async def send_test_notice(
    to: Person, platforms: Iterable[Platform], settings: Settings
) -> Finding:
    """Write to one person, as a notice would; says whether the platform took it."""
    platform = next((p for p in platforms if p.name == to.platform), None)
    if platform is None:
        return skipped("notice", f"{to.platform} is not ready, so no test note was sent.")
    lang = settings.file.district.language
    section = Section(say(lang, "doctor.notice_heading"), say(lang, "doctor.notice_text"))
    notice = Notice("", lang, say(lang, "doctor.notice_title"), (section,))
    try:
        await platform.connect()
        await platform.chat.send_notice(to, notice, key=f"doctor:{uuid.uuid4()}")
    except StartError as error:
        return fault("notice", f"No test note was sent: {error}", "Mend the platform first.")
    except DeliveryError as error:
        return fault(
            "notice",
            f"{to.platform} did not take a test note for {to} ({error.reason}).",
            "Compare the id; the person's direct messages from the bot must be open.",
        )
    finally:
        await platform.close()
    return ok("notice", f"{to.platform} took a test note for {to}. Look whether it is there.")
