"""What a view of the chat shows: the data of the page's templates."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from adapters.playground.cast import CHANNELS, MEMBERS, MODERATORS, OFFICE, PEOPLE, Member
from adapters.playground.chat import Chat, Letter, Post, PostedCard, PostedPage
from adapters.playground.examples import EXAMPLES
from adapters.playground.view import View

MAX_TEXT = 40_000  # characters; Slack's limit, the greatest of the platforms
TONES = {"open": "Open", "urgent": "Urgent", "done": "Decided", "dismissed": "Dismissed"}


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong with a form, shown in its pane; `draft` is put back into the box."""

    pane: str
    text: str
    draft: str = field(default="", repr=False)


def screen(chat: Chat, view: View, version: int, problem: Problem | None) -> dict[str, object]:
    """Everything the templates name."""
    member = view.person.id
    cards = list(chat.cards.values())[::-1]
    inboxes = _inboxes(chat)
    return {
        "view": view,
        "version": version,
        "problem": problem,
        "people": PEOPLE,
        "channels": CHANNELS,
        "moderators": MODERATORS,
        "examples": EXAMPLES[view.channel.id],
        "tones": TONES,
        "max_text": MAX_TEXT,
        "posts": _posts(chat, view),
        "entries": list(chat.directs[member].values()),
        "is_letter": lambda entry: isinstance(entry, Letter),
        "closed": member in chat.closed,
        "cards": cards,
        "inboxes": inboxes,
        "waiting": sum(1 for card in cards if _waits(card)),
        "letters": sum(1 for entry in chat.directs[member].values() if isinstance(entry, Letter)),
        "unread": sum(1 for _, pages in inboxes for page in pages if page.waits),
        "reply_to": lambda who, about: chat.replies.get((who.id, about)),
        "link": lambda address: _link(chat, view, address),
    }


def _posts(chat: Chat, view: View) -> list[Post]:
    """A deleted post is seen by its author alone, and only while the deletion is not on record."""
    return [
        post
        for post in chat.rooms[view.channel.id].values()
        if not post.gone or (not post.recorded and post.author == view.person)
    ]


def _inboxes(chat: Chat) -> list[tuple[Member, list[PostedPage]]]:
    """The office's inboxes, and those of others who were paged; newest pages first."""
    pages = list(chat.pages.values())[::-1]
    others = [member for member in MEMBERS.values() if member not in OFFICE]
    listed = [
        (member, [page for page in pages if page.to == member]) for member in (*OFFICE, *others)
    ]
    return [(member, own) for member, own in listed if own or member in OFFICE]


def _waits(posted: PostedCard) -> bool:
    return posted.card.tone in ("open", "urgent")


def _link(chat: Chat, view: View, address: str) -> str:
    """Where a card's link leads: to the post if it is still there, in a view that may see it."""
    parts = urlsplit(address)
    post_id = parts.fragment.removeprefix("post-")
    for channel in CHANNELS:
        if chat.post(channel.id, post_id):
            return view.in_channel(channel).at(pane=f"post-{post_id}")
    gone = parts.fragment.startswith("post-")
    return address if parts.scheme in ("http", "https") and not gone else ""
