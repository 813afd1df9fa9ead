"""Authorisations: how what is allowed for a while is typed, made, listed and ended."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime, time, timedelta

from bot.identity import new_permission_id
from bot.ports import Clock, Person
from bot.settings import Settings
from bot.store.port import Permission, Tx
from bot.times import in_words
from rules.messages import say
from rules.types import Authorisation, Category

MOST_WORDS = 20
# Nobody can allow these to be done to somebody.
NEVER = frozenset(
    {Category.CYBERBULLYING, Category.HATE, Category.THREAT, Category.SEXUAL, Category.WELFARE}
)
_TYPED = re.compile(
    r"authori[sz]e\s+(?P<category>\w+)\s+until\s+(?P<until>\d{4}-\d{2}-\d{2})\s*:\s*(?P<words>.+)",
    re.IGNORECASE | re.DOTALL,
)


class AuthorisingError(ValueError):
    """An authorisation that cannot be made; the text says why, to the person who asked."""


class Authorising:
    """Makes, lists and ends authorisations, in chat and at the command line."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._lang = settings.file.district.language

    def typed(self, tx: Tx, words: str, actor: Person) -> str:
        """`authorise CATEGORY until YYYY-MM-DD: words, words`, and the answer to it."""
        found = _TYPED.fullmatch(words.strip())
        if not found:
            return say(self._lang, "authorise.usage")
        try:
            made = self.make(
                categories=[found["category"].lower()],
                words=found["words"].split(","),
                until=found["until"],
                added_by=str(actor),
                approver=str(actor),
                owner=str(actor),
            )
        except AuthorisingError as error:
            return str(error)
        self.add(tx, made)
        return say(self._lang, "authorise.added", line=self.line(made))

    def make(
        self,
        *,
        categories: Iterable[str],
        words: Iterable[str],
        until: str,
        added_by: str,
        approver: str,
        since: str = "",
        name: str = "",
        form: str = "",
        owner: str = "",
        channels: Iterable[str] = (),
        people: Iterable[str] = (),
    ) -> Permission:
        """An authorisation through the day `until`; raises `AuthorisingError`."""
        now = self._clock.now()
        first = self._day(since) if since else now.astimezone(self._settings.timezone).date()
        last = self._day(until)
        kept = tuple(dict.fromkeys(word.strip() for word in words if word.strip()))
        if last < first:
            raise AuthorisingError(say(self._lang, "authorise.ends_first"))
        if not kept or len(kept) > MOST_WORDS:
            raise AuthorisingError(say(self._lang, "authorise.words_needed", most=MOST_WORDS))
        permission_id = new_permission_id()
        covers = Authorisation(
            permission_id,
            frozenset(map(self._category, categories)),
            kept,
            frozenset(channels),
            frozenset(people),
        )
        starts, ends = self._midnight(first), self._midnight(last + timedelta(days=1))
        return Permission(
            permission_id,
            name.strip() or kept[0],
            covers,
            approver,
            form,
            owner,
            starts,
            ends,
            added_by,
            now,
        )

    def add(self, tx: Tx, permission: Permission) -> None:
        """Put an authorisation on record, with who added it."""
        tx.add_permission(permission)
        detail = {"approver": permission.approver, "form": permission.form}
        tx.audit(permission.added_by, "authorised", permission.id, self._clock.now(), detail)

    def revoke(self, tx: Tx, permission_id: str, actor: str) -> bool:
        """End an authorisation now; False if there is none that could end."""
        done = tx.revoke(permission_id, self._clock.now())
        if done:
            tx.audit(actor, "authorisation-revoked", permission_id, self._clock.now(), {})
        return done

    def listed(self, tx: Tx) -> str:
        """Those in force or to come, one line each."""
        now = self._clock.now()
        lines = [self.line(one) for one in tx.permissions(now) if one.revoked_at is None]
        return "\n".join(lines) or say(self._lang, "authorise.none")

    def line(self, permission: Permission) -> str:
        """One authorisation on one line."""
        return say(
            self._lang,
            "authorise.line",
            id=permission.id,
            name=permission.name,
            categories=", ".join(
                say(self._lang, f"category.{category}.name")
                for category in sorted(permission.covers.categories)
            ),
            words=", ".join(permission.covers.words),
            until=self._last_day(permission),
        )

    def _last_day(self, permission: Permission) -> str:
        last = permission.ends_at - timedelta(minutes=1)
        return in_words(last, self._settings.timezone)[:10]

    def _category(self, name: str) -> Category:
        try:
            category = Category(name)
        except ValueError:
            known = ", ".join(Category)
            raise AuthorisingError(
                say(self._lang, "authorise.no_category", name=name, known=known)
            ) from None
        if category in NEVER:
            raise AuthorisingError(say(self._lang, "authorise.never", name=name))
        return category

    def _day(self, text: str) -> date:
        with suppress(ValueError):
            day = date.fromisoformat(text)
            if date.min < day < date.max:  # those begin or end outside of what can be written
                return day
        raise AuthorisingError(say(self._lang, "authorise.no_day", text=text))

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self._settings.timezone)
