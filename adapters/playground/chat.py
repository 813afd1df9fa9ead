"""The playground's chat, in memory: what a real platform would keep for us."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from adapters.playground.cast import CHANNELS, MEMBERS, PLATFORM, WORKSPACE, Member, direct_channel
from bot.ports import Card, Clock, Notice, Page, Receipt, Reply
from rules.types import MessageKey

KEPT = 300  # of each kind; the oldest go first, so that a long evening does not fill the memory
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice as it was delivered."""

    id: str
    at: datetime
    notice: Notice


@dataclass(slots=True)
class Post:
    """What somebody wrote, in a channel or to the bot."""

    id: str
    channel: str
    author: Member
    at: datetime
    text: str = field(repr=False)
    link: str = ""
    edited: bool = False
    hidden: bool = False
    gone: bool = False  # deleted by its author, but the application could not be told yet
    recorded: bool = True  # False: the application could not take it; its author may try again
    letters: list[Letter] = field(default_factory=list)  # shown under it, to its author alone

    @property
    def key(self) -> MessageKey:
        """Where it stands, as the application knows messages."""
        return MessageKey(PLATFORM, WORKSPACE, self.channel, self.id)

    @property
    def direct(self) -> bool:
        """Whether it was written to the bot."""
        return self.channel == direct_channel(self.author)


@dataclass(slots=True)
class PostedCard:
    """A card in the moderators' channel, as it looks now."""

    id: str
    at: datetime
    card: Card


@dataclass(slots=True)
class PostedPage:
    """A page in somebody's inbox."""

    id: str
    at: datetime
    to: Member
    page: Page
    acknowledged_at: datetime | None = None

    @property
    def waits(self) -> bool:
        """Whether an answer is asked for and not yet given."""
        return bool(self.page.buttons) and self.acknowledged_at is None


class Chat:
    """Rooms, private conversations, cards and pages; used from one event loop only."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last_id = 0
        self.rooms: dict[str, dict[str, Post]] = {channel.id: {} for channel in CHANNELS}
        self.directs: dict[str, dict[str, Letter | Post]] = {who: {} for who in MEMBERS}
        self.cards: dict[str, PostedCard] = {}
        self.pages: dict[str, PostedPage] = {}
        self.closed: set[str] = set()  # members whose direct messages are closed
        self.replies: dict[tuple[str, str], Reply] = {}  # (member, flag or post) -> what they see
        self.receipts: dict[str, Receipt] = {}  # idempotency key -> the act that was done

    def now(self) -> datetime:
        """The present moment."""
        return self._clock.now()

    def new_id(self) -> str:
        """A number of microseconds, "1700000000.000001", greater than every one before."""
        micros = int(self.now().timestamp() * 1_000_000)
        self._last_id = max(micros, self._last_id + 1)
        return f"{self._last_id // 1_000_000}.{self._last_id % 1_000_000:06d}"

    def add_post(self, post: Post) -> None:
        """Show a post in its channel, or in its author's conversation with the bot."""
        if post.direct:
            _keep(self.directs[post.author.id], post.id, post)
        else:
            _keep(self.rooms[post.channel], post.id, post)

    def add_letter(self, to: Member, notice: Notice) -> Letter:
        """Put a notice into somebody's private conversation with the bot."""
        letter = Letter(self.new_id(), self.now(), notice)
        _keep(self.directs[to.id], letter.id, letter)
        return letter

    def add_whisper(self, post: Post, notice: Notice) -> Letter:
        """Show a notice under a post, for its author's eyes only."""
        letter = Letter(self.new_id(), self.now(), notice)
        post.letters.append(letter)
        return letter

    def add_page(self, to: Member, page: Page) -> PostedPage:
        """Put a page into somebody's inbox."""
        posted = PostedPage(self.new_id(), self.now(), to, page)
        _keep(self.pages, posted.id, posted)
        return posted

    def put_card(self, card_id: str, at: datetime, card: Card) -> None:
        """Post a card, or change its face; an older revision never overwrites a newer one.

        A card that is not there (the chat is younger than the record) is posted again.
        """
        posted = self.cards.get(card_id)
        if posted is None:
            _keep(self.cards, card_id, PostedCard(card_id, at, card))
        elif card.revision >= posted.card.revision:
            posted.card = card

    def post(self, channel: str, post_id: str) -> Post | None:
        """The post of a room that is still there."""
        return self.rooms.get(channel, {}).get(post_id)

    def written(self, author: Member, post_id: str) -> Post | None:
        """What this author wrote under this id, in a room or to the bot."""
        entry = self.directs[author.id].get(post_id)
        if isinstance(entry, Post):
            return entry
        for posts in self.rooms.values():
            post = posts.get(post_id)
            if post is not None and post.author == author:
                return post
        return None

    def remove(self, post: Post) -> None:
        """Take a post away for good."""
        self.rooms[post.channel].pop(post.id, None)


def _keep(entries: dict[str, T], entry_id: str, entry: T) -> None:
    entries[entry_id] = entry
    while len(entries) > KEPT:
        del entries[next(iter(entries))]
