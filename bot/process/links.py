"""One person's accounts: a link is proposed by one, confirmed by another, and can be undone."""

from __future__ import annotations

from bot.engine.port import Engine
from bot.identity import new_link_id
from bot.ports import Clock, Person, Reply
from bot.process import outbox
from bot.process.dossier import accounts_of
from bot.process.recount import Recount
from bot.process.roles import Deed, Roles
from bot.settings import Settings
from bot.store.port import Link, Tx
from rules.messages import say


class Links:
    """Makes, confirms and ends links. What counts follows at once, and the person is told."""

    def __init__(self, engine: Engine, settings: Settings, clock: Clock, roles: Roles) -> None:
        self._engine = engine
        self._settings = settings
        self._clock = clock
        self._roles = roles
        self._recount = Recount(engine, settings, clock)
        self._lang = settings.file.district.language

    def propose(self, tx: Tx, one: Person, other: Person, actor: str, reason: str) -> Reply:
        """Record that two accounts are said to be one person's; nothing follows from it yet."""
        now = self._clock.now()
        refusal = self._roles.refusal(tx, Deed.LINK, actor, what="link")
        if refusal:
            return refusal
        if not reason.strip():
            return self._no("reason_needed")
        if one == other or other in tx.accounts(one):
            return self._no("same")
        for person in (one, other):
            if self._settings.workspace(person.platform, person.workspace) is None:
                return self._no("nowhere", person=person)
        link = Link(new_link_id(), one, other, actor, now, reason.strip())
        if actor in self._people(tx, link):
            return self._no("own")
        if not tx.add_link(link):
            return self._no("proposed_before")
        tx.audit(actor, "link-proposed", link.id, now, self._accounts(link))
        return self._yes("proposed", link)

    def confirm(self, tx: Tx, link_id: str, actor: str) -> Reply:
        """Put a proposed link in force: from now on the two count as one person."""
        now, link = self._clock.now(), tx.link(link_id)
        refusal = self._roles.refusal(
            tx, Deed.LINK, actor, subject=link_id, what="confirm-link"
        ) or self._cannot_confirm(tx, link, actor)
        if refusal or link is None:
            return refusal or self._no("unknown")
        tx.confirm_link(link.id, actor, now)
        tx.audit(actor, "link-confirmed", link.id, now, self._accounts(link))
        self._recount.anew(tx, link.one, "strike_withdrawn", link.id)
        self._tell(tx, link, "linked")
        return self._yes("confirmed", link)

    def end(self, tx: Tx, link_id: str, actor: str, reason: str) -> Reply:
        """Undo a link, or drop a proposed one: each account counts for itself again."""
        now, link = self._clock.now(), tx.link(link_id)
        refusal = self._roles.refusal(tx, Deed.LINK, actor, subject=link_id, what="unlink")
        if refusal:
            return refusal
        if not reason.strip():
            return self._no("reason_needed")
        if link is None or not tx.end_link(link_id, actor, now, reason.strip()):
            return self._no("unknown")
        tx.audit(actor, "link-ended", link.id, now, self._accounts(link))
        if link.holds:
            for person in (link.one, link.other):
                self._recount.anew(tx, person, "unlinked", link.id)
            self._tell(tx, link, "unlinked")
        return self._yes("ended", link)

    def _cannot_confirm(self, tx: Tx, link: Link | None, actor: str) -> Reply | None:
        if link is None or link.confirmed_at is not None or link.ended_at is not None:
            return self._no("unknown")
        if actor == link.proposed_by:
            return self._no("another")
        return self._no("own") if actor in self._people(tx, link) else None

    def _tell(self, tx: Tx, link: Link, template: str) -> None:
        for person in (link.one, link.other):
            self._engine.add(tx, outbox.of_link(person, link, template, self._clock.now()))

    @staticmethod
    def _people(tx: Tx, link: Link) -> frozenset[str]:
        return accounts_of(tx, [str(link.one), str(link.other)])

    @staticmethod
    def _accounts(link: Link) -> dict[str, str]:
        return {"one": str(link.one), "other": str(link.other)}

    def _yes(self, key: str, link: Link) -> Reply:
        text = say(self._lang, f"link.{key}", id=link.id, one=link.one, other=link.other)
        return Reply(text)

    def _no(self, key: str, **params: object) -> Reply:
        return Reply(say(self._lang, f"link.{key}", **params), accepted=False)
