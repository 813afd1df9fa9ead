"""The application's acts on Discord: each is a few REST calls and a receipt."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from adapters.discord.embeds import Node, render_card, render_notice, render_page
from adapters.discord.events import optional_text
from adapters.discord.people import People
from adapters.discord.rest import Rest
from adapters.discord.servers import Servers
from adapters.shapes.discord import snowflake_to_datetime
from bot.ports import Card, Clock, DeliveryError, Notice, Page, Person, Place, Receipt
from rules.messages import say
from rules.types import MessageKey

NONCE = 25
PRIVATE_THREAD = 12
A_DAY = 1_440  # minutes until an idle thread is archived
_KEPT = 10_000
_MESSAGES = "/channels/{channel_id}/messages"


class Chat:
    """Posts, updates, shows and hides; every failure is a `DeliveryError`.

    A repeated send: its nonce is derived from the delivery's key, and Discord drops the second of
    two equal ones that come within a few minutes.
    """

    def __init__(
        self,
        rest: Rest,
        servers: Servers,
        people: People,
        clock: Clock,
        hiding: Callable[[str], None],
    ) -> None:
        self._rest = rest
        self._servers = servers
        self._people = people
        self._clock = clock
        self._hiding = hiding
        self._direct: OrderedDict[str, str] = OrderedDict()  # user -> their channel with the bot
        self._revisions: OrderedDict[tuple[str, str], int] = OrderedDict()

    async def send_notice(self, to: Person, notice: Notice, *, key: str) -> Receipt:
        """Write to a person privately."""
        shown = render_notice(notice, to.workspace, self._servers.name(to.workspace))
        return await self._write(to, shown, key)

    async def show_notice(
        self, to: Person, about: MessageKey, notice: Notice, *, key: str
    ) -> Receipt:
        """Show it in a private thread below the channel of their message, with them alone in it.

        Discord does not say whether it was read; who may manage threads there can see it too.
        """
        self._check_home(about.workspace)
        parent = self._servers.parent(about.workspace, about.channel) or about.channel
        thread = await self._private_thread(about.workspace, parent, notice.flag_id)
        path = "/channels/{channel_id}/thread-members/{user_id}"
        await self._rest.call("PUT", path, channel_id=thread, user_id=to.id)
        shown = render_notice(notice, to.workspace, self._servers.name(to.workspace))
        posted = await self._post(thread, shown, key)
        return Receipt(posted.channel, posted.message, posted.at, proven=False)

    async def post_card(self, place: Place, card: Card, *, key: str) -> Receipt:
        """Post a card to the moderators' channel."""
        self._check_home(place.workspace)
        receipt = await self._post(place.thread or place.channel, render_card(card), key)
        self._is_newest(receipt, card.revision)
        return receipt

    async def update_card(self, posted: Receipt, card: Card) -> Receipt:
        """Give a posted card its new face, unless it shows a newer one already."""
        now = self._clock.now()
        if self._is_newest(posted, card.revision):
            await self._rest.call(
                "PATCH",
                f"{_MESSAGES}/{{message_id}}",
                render_card(card),
                channel_id=posted.channel,
                message_id=posted.message,
            )
        return Receipt(posted.channel, posted.message, now)

    async def page(self, to: Person, page: Page, *, key: str) -> Receipt:
        """Call one person privately."""
        shown = render_page(page, to.workspace, self._servers.name(to.workspace))
        return await self._write(to, shown, key)

    async def hide(self, message: MessageKey) -> Receipt:
        """Delete the message; it is well if somebody else did."""
        self._check_home(message.workspace)
        self._hiding(message.message)
        try:
            await self._rest.call(
                "DELETE",
                f"{_MESSAGES}/{{message_id}}",
                reason=say("en", "command.hidden"),
                channel_id=message.channel,
                message_id=message.message,
            )
        except DeliveryError as error:
            if error.reason != "message-unknown":
                raise
        return Receipt(message.channel, message.message, self._clock.now())

    async def _write(self, to: Person, shown: Node, key: str) -> Receipt:
        self._check_home(to.workspace)
        channel = self._direct.get(to.id)
        if channel is None:
            body = {"recipient_id": to.id}
            channel = _id_of(await self._rest.call("POST", "/users/@me/channels", body))
            self._direct[to.id] = channel
            if len(self._direct) > _KEPT:
                self._direct.popitem(last=False)
        receipt = await self._post(channel, shown, key)
        self._people.wrote_from(to.workspace, channel)
        self._people.seen(channel, receipt.message)
        return receipt

    async def _private_thread(self, guild: str, parent: str, flag_id: str) -> str:
        """A thread with the bot alone in it; the same one for the same flag."""
        name = f"Hall Monitor {flag_id}"[:100]
        known = self._servers.own_thread(guild, name)
        if known:
            return known
        body = {
            "name": name,
            "type": PRIVATE_THREAD,
            "invitable": False,
            "auto_archive_duration": A_DAY,
        }
        try:
            path = "/channels/{channel_id}/threads"
            return _id_of(await self._rest.call("POST", path, body, channel_id=parent))
        except DeliveryError as error:
            if error.retryable:
                raise
            # A forum, a voice channel, a right that is missing: there is no way to show it.
            raise DeliveryError("no-private-thread", refused=True) from None

    async def _post(self, channel: str, shown: Node, key: str) -> Receipt:
        body = {**shown, "nonce": nonce(key), "enforce_nonce": True}
        posted = _id_of(await self._rest.call("POST", _MESSAGES, body, channel_id=channel))
        return Receipt(channel, posted, snowflake_to_datetime(posted))

    def _is_newest(self, posted: Receipt, revision: int) -> bool:
        place = (posted.channel, posted.message)
        if revision < self._revisions.get(place, revision):
            return False
        self._revisions[place] = revision
        self._revisions.move_to_end(place)
        if len(self._revisions) > _KEPT:
            self._revisions.popitem(last=False)
        return True

    def _check_home(self, workspace: str) -> None:
        if workspace not in self._servers.listed:
            raise DeliveryError("server-not-listed")


def nonce(key: str) -> str:
    """The same for the same delivery, and as long as Discord takes."""
    return hashlib.sha256(key.encode()).hexdigest()[:NONCE]


def _id_of(answer: Any) -> str:
    """The id in an answer; `DeliveryError` where it is not Discord's."""
    found = optional_text(answer, "id") if isinstance(answer, dict) else ""
    try:
        snowflake_to_datetime(found)
    except ValueError:
        raise DeliveryError("unreadable-answer", retryable=True) from None
    return found
