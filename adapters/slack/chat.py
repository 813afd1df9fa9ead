"""The application's acts on Slack: each is one or two Web API calls and a receipt."""

from __future__ import annotations

import uuid
from collections import OrderedDict

from adapters.shapes.slack import ts_to_datetime
from adapters.slack.blocks import Rendered, render_card, render_notice, render_page
from adapters.slack.web import Web
from bot.ports import Card, Clock, DeliveryError, Notice, Page, Person, Place, Receipt
from rules.types import MessageKey

# Fixed for ever: the same key must give the same id after an upgrade.
_SENDS = uuid.UUID("6f1d3c0e-6a53-5c57-9d6b-0f1f0a6b7c11")
_KEPT = 10_000


class Chat:
    """Posts, updates and shows; every failure is a `DeliveryError`.

    A repeated send: Slack's `client_msg_id` is derived from the delivery's key. Slack documents
    it by its errors only (`duplicate_message_not_found`) and promises nothing to apps, so "once"
    rests on the deliveries' record; a post whose answer was lost can appear twice. Message
    metadata is not used for this: every app of the workspace could read it.
    """

    def __init__(self, web: Web, team: str, clock: Clock) -> None:
        self._web = web
        self._team = team
        self._clock = clock
        self._direct: OrderedDict[str, str] = OrderedDict()  # user -> their channel with the bot
        self._revisions: OrderedDict[tuple[str, str], int] = OrderedDict()

    async def send_notice(self, to: Person, notice: Notice, *, key: str) -> Receipt:
        """Write to a person privately."""
        return await self._post(await self._direct_channel(to), render_notice(notice), key=key)

    async def show_notice(
        self, to: Person, about: MessageKey, notice: Notice, *, key: str
    ) -> Receipt:
        """Show it to the person alone, where their message stands.

        Slack does not say whether it was seen, and keeps it only until they reload.
        """
        self._check_home(about.workspace)
        shown = render_notice(notice)
        answer = await self._web.call(
            "chat.postEphemeral",
            channel=about.channel,
            user=to.id,
            text=shown.text,
            blocks=shown.blocks,
        )
        ts = str(answer.get("message_ts", ""))
        return Receipt(about.channel, ts, self._clock.now(), proven=False)

    async def post_card(self, place: Place, card: Card, *, key: str) -> Receipt:
        """Post a card to the moderators' channel."""
        self._check_home(place.workspace)
        receipt = await self._post(place.channel, render_card(card), key=key, thread=place.thread)
        self._is_newest(receipt, card.revision)
        return receipt

    async def update_card(self, posted: Receipt, card: Card) -> Receipt:
        """Give a posted card its new face, unless it shows a newer one already."""
        now = self._clock.now()
        if self._is_newest(posted, card.revision):
            face = render_card(card)
            await self._web.call(
                "chat.update",
                channel=posted.channel,
                ts=posted.message,
                text=face.text,
                blocks=face.blocks,
                parse="none",  # else Slack makes links and mentions of bare words
                link_names=False,
            )
        return Receipt(posted.channel, posted.message, now)

    async def page(self, to: Person, page: Page, *, key: str) -> Receipt:
        """Call one person privately."""
        return await self._post(await self._direct_channel(to), render_page(page), key=key)

    async def hide(self, message: MessageKey) -> Receipt:
        """Refused: Slack lets a bot delete only its own messages."""
        raise DeliveryError("slack-bots-cannot-hide", refused=True)

    async def whisper(self, channel: str, user: str, text: str) -> None:
        """Tell somebody something in a channel, for their eyes only."""
        await self._web.call("chat.postEphemeral", channel=channel, user=user, text=text)

    async def _direct_channel(self, to: Person) -> str:
        self._check_home(to.workspace)
        channel = self._direct.get(to.id)
        if channel is None:
            answer = await self._web.call("conversations.open", users=to.id)
            channel = str((answer.get("channel") or {}).get("id", ""))
            self._direct[to.id] = channel
            if len(self._direct) > _KEPT:
                self._direct.popitem(last=False)
        return channel

    async def _post(self, channel: str, shown: Rendered, *, key: str, thread: str = "") -> Receipt:
        place: dict[str, object] = {"thread_ts": thread} if thread else {}
        answer = await self._web.call(
            "chat.postMessage",
            channel=channel,
            text=shown.text,
            blocks=shown.blocks,
            unfurl_links=False,
            unfurl_media=False,
            client_msg_id=str(uuid.uuid5(_SENDS, key)),
            **place,
        )
        ts = str(answer.get("ts", ""))
        try:
            at = ts_to_datetime(ts)
        except ValueError:
            raise DeliveryError("unreadable_answer") from None
        return Receipt(str(answer.get("channel", channel)), ts, at)

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
        if workspace != self._team:
            raise DeliveryError("workspace_not_connected")
