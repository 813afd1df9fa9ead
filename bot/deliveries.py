"""What one delivery does: read the record, act on the platform, say how it went."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

import structlog

from bot.actors import person_of
from bot.engine.port import Again, Done, Failed, Handler, Outcome, Then, nothing
from bot.jobs import Job, NewJob
from bot.ports import ChatPort, Clock, DeliveryError, Notice, Page, Person, Place, Receipt
from bot.process import calls, escalation, following, outbox
from bot.process.dossier import Dossier, dossier_of, open_dossier
from bot.process.outbox import Kind
from bot.settings import Settings
from bot.store.port import Delivery, DeliveryState, Store, Tx
from bot.texts import cards, notices, pages
from bot.texts.masking import Masker
from bot.texts.words import Words
from bot.times import in_words
from rules.policies import Policy
from rules.ruleset import RuleSet

T = TypeVar("T")
log = structlog.get_logger()

Act = Callable[[Job, Dossier, ChatPort], Awaitable[Receipt]]

# What an author hears after the notice.
_LETTERS: Mapping[Kind, Callable[[Dossier, Words], Notice]] = {
    Kind.WITHDRAWN: notices.withdrawn,
    Kind.ANSWERED: notices.answered,
    Kind.ENTERED: notices.entered,
    Kind.UPHELD: notices.upheld,
    Kind.CARE: notices.care,
}


class GoneError(Exception):
    """There is nothing left to do for this job; the text is a reason code."""


class Deliveries:
    """The handlers of all kinds of delivery. Platforms are looked up by (platform, workspace).

    What quotes a message is written in a thread: the text is judged again for it, and a long one
    takes its time.
    """

    def __init__(
        self,
        store: Store,
        chats: Mapping[tuple[str, str], ChatPort],
        settings: Settings,
        policies: Sequence[Policy],
        ruleset: RuleSet,
        clock: Clock,
    ) -> None:
        self._store = store
        self._chats = chats
        self._settings = settings
        self._policies = policies
        self._ruleset = ruleset
        self._clock = clock

    def handlers(self) -> dict[str, Handler]:
        """Kind of delivery -> what does it."""
        acts: dict[Kind, Act] = {
            **dict.fromkeys(_LETTERS, self._letter),
            Kind.NOTICE: self._notice,
            Kind.SHOWN: self._notice,
            Kind.CARD: self._card,
            Kind.UPDATE: self._update,
            Kind.TASK: self._task,
            Kind.PAGE: self._page,
            Kind.UNPAGE: self._unpage,
            Kind.HIDE: self._hide,
        }
        handlers = {kind.value: self._handler(act) for kind, act in acts.items()}
        alone = {
            Kind.REMINDER.value: self._reminder,
            Kind.LINKED.value: self._linked,
            Kind.CHANGE_REFUSED.value: self._change_refused,
        }
        return {**handlers, **alone}

    def _handler(self, act: Act) -> Handler:
        async def handle(job: Job) -> Outcome:
            dossier = await self._store.read(
                lambda tx: open_dossier(tx, job.flag_id, self._settings)
            )
            if dossier is None:
                return Failed("flag-unknown")
            if following.called_off(job, dossier):
                return Done({"skipped": "taken-back"}, then=self._then(job, ""))
            chat = self._chat(job, dossier)
            if chat is None:
                return self._not_running(job)
            try:
                receipt = await act(job, dossier, chat)
            except GoneError as gone:
                return Done({"skipped": str(gone)})
            except DeliveryError as error:
                return self._failed(job, error)
            return Done(self._proof(receipt), then=self._then(job, ""))

        return handle

    def _not_running(self, job: Job) -> Outcome:
        reason = "platform-not-running"
        then = self._then(job, reason) if job.kind == Kind.PAGE else nothing
        return Failed(reason, then=then)

    def _chat(self, job: Job, dossier: Dossier) -> ChatPort | None:
        person = job.params.get("person")
        key = dossier.flag.key
        place = person_of(person) if person else key
        return self._chats.get((place.platform, place.workspace))

    def _failed(self, job: Job, error: DeliveryError) -> Outcome:
        log.info("delivery-failed", kind=job.kind, flag_id=job.flag_id, reason=error.reason)
        then = self._then(job, error.reason)
        if error.retryable:
            return Again(error.reason, error.retry_after_s, given_up=then)
        lasting = error.gone or job.kind not in outbox.POSTED  # a channel can be mended
        return Failed(error.reason, refused=error.refused and lasting, then=then)

    def _then(self, job: Job, failure: str) -> Then:
        """What a delivery brings about, by what is on record once it is over."""

        def then(tx: Tx) -> list[NewJob]:
            dossier = dossier_of(tx, job.flag_id, self._settings)
            return following.after(job, dossier, failure, self._settings, self._clock.now())

        return then

    def _proof(self, receipt: Receipt) -> dict[str, str]:
        return {
            "channel": receipt.channel,
            "message": receipt.message,
            "at": in_words(receipt.at, self._settings.timezone),
            "proven": "yes" if receipt.proven else "no",
        }

    # --- letters to the author --------------------------------------------------------------

    async def _notice(self, job: Job, dossier: Dossier, chat: ChatPort) -> Receipt:
        letter = await asyncio.to_thread(
            notices.notice,
            dossier,
            job.params["template"],
            self._to_author(dossier),
            self._settings,
        )
        return await self._tell(job, dossier, chat, letter)

    @staticmethod
    async def _tell(job: Job, dossier: Dossier, chat: ChatPort, letter: Notice) -> Receipt:
        """By direct message, or beside their message where that was refused."""
        flag = dossier.flag
        if not following.is_shown(job):
            return await chat.send_notice(flag.author, letter, key=job.key)
        if dossier.private_to:  # whoever manages a channel may see what is shown below it
            raise DeliveryError(following.refused(job), refused=True)
        return await chat.show_notice(flag.author, flag.key, letter, key=job.key)

    async def _letter(self, job: Job, dossier: Dossier, chat: ChatPort) -> Receipt:
        letter = _LETTERS[Kind(job.kind)](dossier, self._to_author(dossier))
        return await self._tell(job, dossier, chat, letter)

    # --- cards and pages --------------------------------------------------------------------

    async def _card(self, job: Job, dossier: Dossier, chat: ChatPort) -> Receipt:
        if dossier.private_to:
            raise GoneError("private")
        card = await asyncio.to_thread(cards.card, dossier, self._to_staff())
        return await chat.post_card(self._moderators(dossier), card, key=job.key)

    async def _update(self, job: Job, dossier: Dossier, chat: ChatPort) -> Receipt:
        posted = _posted(dossier)
        if posted is None:
            raise GoneError("card-not-posted")  # it will be posted with its newest face
        if _newer_update(dossier, job):
            raise GoneError("newer-update-waits")
        face = cards.withheld if dossier.private_to else cards.card
        card = await asyncio.to_thread(face, dossier, self._to_staff())
        return await chat.update_card(posted, card)

    async def _task(self, job: Job, dossier: Dossier, chat: ChatPort) -> Receipt:
        card = await asyncio.to_thread(cards.task, dossier, job.params, self._to_staff())
        return await chat.post_card(self._moderators(dossier), card, key=job.key)

    async def _page(self, job: Job, dossier: Dossier, chat: ChatPort) -> Receipt:
        call = _delivery(dossier, job)
        off = escalation.off(dossier, call, self._settings)
        if off:
            raise GoneError(off)
        if not calls.is_listed(job.params, self._settings):  # they have left, perhaps
            raise DeliveryError("not-on-list", refused=True)
        page = await asyncio.to_thread(pages.page, dossier, call, self._to_staff())
        return await chat.page(_callee(job), page, key=job.key)

    async def _unpage(self, job: Job, dossier: Dossier, chat: ChatPort) -> Receipt:
        page = await asyncio.to_thread(pages.unpage, dossier, job.params, self._to_staff())
        return await chat.page(_callee(job), page, key=job.key)

    async def _hide(self, job: Job, dossier: Dossier, chat: ChatPort) -> Receipt:
        return await chat.hide(dossier.flag.key)

    # --- what belongs to no flag ------------------------------------------------------------

    async def _reminder(self, job: Job) -> Outcome:
        """An authorisation ends soon."""
        found = await self._store.read(lambda tx: tx.permission(job.params["authorisation"]))
        if found is None or not found.holds(self._clock.now()):
            return Done({"skipped": "authorisation-over"})
        return await self._page_alone(job, pages.reminder(found, self._to_staff()))

    async def _change_refused(self, job: Job) -> Outcome:
        """Changed settings or rules are not in force; it belongs to no flag."""
        told = pages.change_refused(job.params["problems"], self._to_staff())
        return await self._page_alone(job, told)

    async def _linked(self, job: Job) -> Outcome:
        """Accounts are counted together from now on, or no more."""
        link = await self._store.read(lambda tx: tx.link(job.params["link"]))
        if link is None or link.holds != (job.params["template"] == "linked"):
            return Done({"skipped": "changed-since"})
        letter = notices.of_link(job.params["template"], self._to_staff())
        return await self._to_one(job, lambda chat, to: chat.send_notice(to, letter, key=job.key))

    async def _page_alone(self, job: Job, page: Page) -> Outcome:
        return await self._to_one(job, lambda chat, to: chat.page(to, page, key=job.key))

    async def _to_one(
        self, job: Job, send: Callable[[ChatPort, Person], Awaitable[Receipt]]
    ) -> Outcome:
        """Tell somebody about what belongs to no flag."""
        to = _callee(job)
        chat = self._chats.get((to.platform, to.workspace))
        if chat is None:
            return Failed("platform-not-running")
        try:
            receipt = await send(chat, to)
        except DeliveryError as error:
            log.info("delivery-failed", kind=job.kind, reason=error.reason)
            if error.retryable:
                return Again(error.reason, error.retry_after_s)
            return Failed(error.reason, refused=error.refused)
        return Done(self._proof(receipt))

    # --- shared -----------------------------------------------------------------------------

    def _to_author(self, dossier: Dossier) -> Words:
        return self._words(dossier.flag.lang)

    def _to_staff(self) -> Words:
        return self._words(self._settings.file.district.language)

    def _words(self, lang: str) -> Words:
        return Words(self._settings, self._policies, Masker(self._ruleset), lang)

    def _moderators(self, dossier: Dossier) -> Place:
        key = dossier.flag.key
        workspace = self._settings.workspace(key.platform, key.workspace)
        if workspace is None:
            raise DeliveryError("workspace-not-configured")
        return Place(key.platform, key.workspace, workspace.moderators_channel)


def _callee(job: Job) -> Person:
    return person_of(job.params["person"])


def _delivery(dossier: Dossier, job: Job) -> Delivery:
    return next(d for d in dossier.deliveries if d.id == job.id)


def _posted(dossier: Dossier) -> Receipt | None:
    """Where the card stands, from the receipt of the delivery that posted it."""
    for delivery in dossier.of_kind(Kind.CARD):
        if delivery.state is DeliveryState.DONE and "message" in delivery.receipt:
            receipt = delivery.receipt
            return Receipt(receipt["channel"], receipt["message"], delivery.due_at)
    return None


def _newer_update(dossier: Dossier, job: Job) -> bool:
    """One update shows everything up to now, so all but the last waiting one are skipped."""
    waiting = [d for d in dossier.of_kind(Kind.UPDATE) if d.state is DeliveryState.PENDING]
    return any(d.id > job.id for d in waiting)
