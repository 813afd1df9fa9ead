"""The playground as a chat platform: what the application asks it to deliver."""

from __future__ import annotations

from starlette.routing import BaseRoute

from adapters.playground.cast import (
    MEMBERS,
    MODERATORS_PLACE,
    PLATFORM,
    WORKSPACE,
    Member,
    direct_channel,
)
from adapters.playground.chat import Chat, Post
from adapters.playground.events import Events
from adapters.playground.live import Changes
from adapters.playground.pages import Pages
from bot.ports import Card, Clock, DeliveryError, Inbox, Notice, Page, Person, Place, Receipt
from rules.types import MessageKey


class PlaygroundAdapter:
    """A `ChatPort` whose platform is a page on this computer; its chat is kept in memory only.

    Use it from the event loop that serves `routes`. Delivering twice under one key is done once.
    """

    platform = PLATFORM

    def __init__(self, inbox: Inbox, *, clock: Clock) -> None:
        self._chat = Chat(clock)
        # Starting from the time, versions grow over restarts, which open pages outlive.
        self._changes = Changes(int(clock.now().timestamp() * 1_000))
        self._pages = Pages(self._chat, Events(inbox, self._chat, self._changes), self._changes)

    def routes(self) -> list[BaseRoute]:
        """The page, its parts and its forms, for the root of the application's server."""
        return self._pages.routes()

    def close(self) -> None:
        """End the live streams of open pages; call it before the server is stopped."""
        self._changes.close()

    async def send_notice(self, to: Person, notice: Notice, *, key: str) -> Receipt:
        """Write to a person privately; refused ("dms-closed") where they closed that."""
        if done := self._chat.receipts.get(key):
            return done
        member = _member(to)
        if member.id in self._chat.closed:
            raise DeliveryError("dms-closed", refused=True)
        letter = self._chat.add_letter(member, notice)
        self._changes.tell("notices")
        return self._done(key, Receipt(direct_channel(member), letter.id, letter.at))

    async def show_notice(
        self, to: Person, about: MessageKey, notice: Notice, *, key: str
    ) -> Receipt:
        """Show a notice under the post, in its author's view alone; nobody proves they looked."""
        if done := self._chat.receipts.get(key):
            return done
        post = self._post(about)
        if post.author != _member(to):
            raise DeliveryError("not-the-author", refused=True)
        letter = self._chat.add_whisper(post, notice)
        self._changes.tell("room")
        return self._done(key, Receipt(about.channel, letter.id, letter.at, proven=False))

    async def post_card(self, place: Place, card: Card, *, key: str) -> Receipt:
        """Post a card to the moderators' channel, the only one that takes cards."""
        if done := self._chat.receipts.get(key):
            return done
        if place != MODERATORS_PLACE:
            raise DeliveryError("channel-not-found", refused=True)
        receipt = Receipt(place.channel, self._chat.new_id(), self._chat.now())
        self._chat.put_card(receipt.message, receipt.at, card)
        self._changes.tell("moderators")
        return self._done(key, receipt)

    async def update_card(self, posted: Receipt, card: Card) -> Receipt:
        """Bring a card up to date, in place; one of an earlier run is posted again."""
        if posted.channel != MODERATORS_PLACE.channel:
            raise DeliveryError("channel-not-found", refused=True)
        self._chat.put_card(posted.message, posted.at, card)
        self._changes.tell("moderators")
        return Receipt(posted.channel, posted.message, self._chat.now())

    async def page(self, to: Person, page: Page, *, key: str) -> Receipt:
        """Put a page into a person's inbox."""
        if done := self._chat.receipts.get(key):
            return done
        posted = self._chat.add_page(_member(to), page)
        self._changes.tell("admins")
        return self._done(key, Receipt(f"inbox-{to.id}", posted.id, posted.at))

    async def hide(self, message: MessageKey) -> Receipt:
        """Show in the message's place that it was hidden."""
        self._post(message).hidden = True
        self._changes.tell("room")
        return Receipt(message.channel, message.message, self._chat.now())

    def _post(self, key: MessageKey) -> Post:
        post = self._chat.post(key.channel, key.message)
        if post is None or post.key != key:
            raise DeliveryError("message-not-found", refused=True)
        return post

    def _done(self, key: str, receipt: Receipt) -> Receipt:
        self._chat.receipts[key] = receipt
        return receipt


def _member(person: Person) -> Member:
    member = MEMBERS.get(person.id)
    if member is None or (person.platform, person.workspace) != (PLATFORM, WORKSPACE):
        raise DeliveryError("user-not-found", refused=True)
    return member
