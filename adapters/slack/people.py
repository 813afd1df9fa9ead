"""What Slack knows of people, from a cache: an event never waits long for it.

Group membership comes from one list that is refreshed in the background; e-mail domain and
language from `users.info`, asked once an hour for each person who writes.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from adapters.slack.web import Web
from bot.ports import Clock, DeliveryError

LOOK_UP_S = 1.0
REFRESH_GROUPS_S = 300.0
KEPT_FOR = timedelta(hours=1)
FAILURE_KEPT_FOR = timedelta(minutes=1)
KEPT_PEOPLE = 20_000

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a person; as here where Slack does not tell (in time)."""

    groups: frozenset[str] | None = None  # ids and handles of their user groups
    domain: str | None = None  # of their e-mail address; empty: they have none
    lang: str = ""
    bot: bool | None = None


@dataclass(frozen=True, slots=True)
class _Kept:
    profile: Profile
    until: datetime


class People:
    """Looks people up; never raises and never takes longer than `LOOK_UP_S`."""

    def __init__(self, web: Web, clock: Clock) -> None:
        self._web = web
        self._clock = clock
        self._groups: dict[str, frozenset[str]] | None = None
        self._profiles: OrderedDict[str, _Kept] = OrderedDict()
        self._asking: dict[str, asyncio.Task[Profile]] = {}
        self._groups_failed = ""

    async def look_up(self, user: str) -> Profile:
        """The person's groups, domain and language, as far as known within the time allowed."""
        profile = await self._profile(user)
        return Profile(self.groups(user), profile.domain, profile.lang, profile.bot)

    def groups(self, user: str) -> frozenset[str] | None:
        """The user groups that list this person, by id and by handle; None: never told."""
        return None if self._groups is None else self._groups.get(user, frozenset())

    async def refresh_groups(self) -> None:
        """Read all user groups anew; what was known stays if Slack does not answer."""
        try:
            answer = await self._web.read("usergroups.list", include_users="true")
        except DeliveryError as error:
            if error.reason != self._groups_failed:  # once per cause, not every five minutes
                log.warning("slack-user-groups-unread", reason=error.reason)
            self._groups_failed = error.reason
            return
        self._groups_failed = ""
        members: dict[str, set[str]] = {}
        for group in filter(lambda item: isinstance(item, Mapping), answer.get("usergroups") or []):
            names = [name for name in (group.get("id"), group.get("handle")) if name]
            for user in group.get("users") or []:
                members.setdefault(user, set()).update(names)
        self._groups = {user: frozenset(groups) for user, groups in members.items()}

    async def keep_fresh(self) -> None:
        """Refresh the groups every few minutes until cancelled."""
        while True:
            await asyncio.sleep(REFRESH_GROUPS_S)
            await self.refresh_groups()

    async def close(self) -> None:
        """Give up the questions still open."""
        asking = list(self._asking.values())
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)

    async def _profile(self, user: str) -> Profile:
        kept = self._profiles.get(user)
        if kept is not None and kept.until > self._clock.now():
            self._profiles.move_to_end(user)
            return kept.profile
        task = self._asking.get(user)
        if task is None:
            task = asyncio.create_task(self._ask(user))
            self._asking[user] = task
            task.add_done_callback(lambda _: self._asking.pop(user, None))
        try:
            # A late answer is kept for the next message: only the waiting ends.
            return await asyncio.wait_for(asyncio.shield(task), LOOK_UP_S)
        except TimeoutError:
            return kept.profile if kept is not None else Profile()

    async def _ask(self, user: str) -> Profile:
        kept_for = KEPT_FOR
        try:
            answer = await self._web.read("users.info", user=user, include_locale="true")
            profile = _read_user(answer.get("user"))
        except DeliveryError as error:
            log.warning("slack-person-unread", user=user, reason=error.reason)
            before = self._profiles.get(user)
            profile = before.profile if before is not None else Profile()
            kept_for = FAILURE_KEPT_FOR
        self._profiles[user] = _Kept(profile, self._clock.now() + kept_for)
        self._profiles.move_to_end(user)
        while len(self._profiles) > KEPT_PEOPLE:
            self._profiles.popitem(last=False)
        return profile


def _read_user(user: Any) -> Profile:
    if not isinstance(user, Mapping):
        return Profile()
    about = user.get("profile")
    email = about.get("email") if isinstance(about, Mapping) else None
    # An address that its owner did not confirm could be anybody's: it makes nobody staff.
    proven = isinstance(email, str) and user.get("is_email_confirmed") is not False
    locale = user.get("locale")
    return Profile(
        domain=email.rpartition("@")[2].lower() if proven and isinstance(email, str) else "",
        lang=locale[:2].lower() if isinstance(locale, str) else "",
        bot=bool(user.get("is_bot")),
    )
