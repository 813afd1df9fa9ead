"""What people do in the playground, told to the application."""

from __future__ import annotations

from adapters.playground.cast import Member, direct_channel
from adapters.playground.chat import Chat, Post
from adapters.playground.live import Changes
from bot.ports import Action, Inbox, IntakeError, Press, Reply, Report
from rules.types import Message

# What settles a page for whoever got it.
ANSWERS = frozenset({Action.ACKNOWLEDGE, Action.UPHOLD, Action.OVERTURN})


class Events:
    """Changes the chat and tells the application; False or None where it could not record it.

    What could not be recorded stays on the page, marked, and can be sent again: the playground's
    way of an event that the platform delivers anew.
    """

    def __init__(self, inbox: Inbox, chat: Chat, changes: Changes) -> None:
        self._inbox = inbox
        self._chat = chat
        self._changes = changes

    async def write(self, author: Member, channel: str, text: str, origin: str) -> bool:
        """Post in a channel; `origin` is the page's own, for links to the post."""
        post = Post(self._chat.new_id(), channel, author, self._chat.now(), text)
        post.link = f"{origin}/?in={channel}#post-{post.id}"
        self._chat.add_post(post)
        return await self.send(post)

    async def answer(self, author: Member, text: str) -> bool:
        """Write to the bot."""
        post = Post(self._chat.new_id(), direct_channel(author), author, self._chat.now(), text)
        self._chat.add_post(post)
        return await self.send(post)

    async def edit(self, post: Post, text: str) -> bool:
        """Change a post's text; the same text again is no edit."""
        if text == post.text:
            return True
        post.text, post.edited = text, True
        return await self.send(post)

    async def delete(self, post: Post) -> bool:
        """Take a post away."""
        post.gone = True
        return await self.send(post)

    async def send(self, post: Post) -> bool:
        """Tell the application how this post stands now (again, if it could not be told)."""
        self._tell(post)
        try:
            if post.gone:
                await self._inbox.deleted(post.key, self._chat.now())
                self._chat.remove(post)
            else:
                await self._inbox.message(as_message(post))
            post.recorded = True
        except IntakeError:
            post.recorded = False
        self._tell(post)
        return post.recorded

    async def ask(self, presser: Member, action: Action, flag_id: str) -> Reply | None:
        """May this person press this? Keeps the answer for them if it is no."""
        try:
            reply = await self._inbox.asked(self._press(presser, action, flag_id))
        except IntakeError:
            return None
        if reply.accepted:
            self._chat.replies.pop((presser.id, flag_id), None)
        else:
            self._chat.replies[presser.id, flag_id] = reply
        return reply

    async def press(
        self, presser: Member, action: Action, flag_id: str, reason: str
    ) -> Reply | None:
        """Press a button; keeps the answer for the presser."""
        try:
            reply = await self._inbox.pressed(self._press(presser, action, flag_id, reason))
        except IntakeError:
            return None
        self._chat.replies[presser.id, flag_id] = reply
        if action in ANSWERS and reply.accepted:
            for page in self._chat.pages.values():
                if page.to == presser and page.page.flag_id == flag_id:
                    page.acknowledged_at = page.acknowledged_at or self._chat.now()
        self._changes.tell("moderators", "admins")
        return reply

    async def report(self, reporter: Member, post: Post, reason: str) -> Reply | None:
        """Report somebody's post to the moderators; keeps the answer for the reporter."""
        event_id = f"report-{self._chat.new_id()}"
        try:
            reply = await self._inbox.reported(
                Report(event_id, reporter.person, as_message(post), reason)
            )
        except IntakeError:
            return None
        self._chat.replies[reporter.id, post.id] = reply
        self._changes.tell("room")
        return reply

    def _tell(self, post: Post) -> None:
        self._changes.tell("notices" if post.direct else "room")

    def _press(self, presser: Member, action: Action, flag_id: str, reason: str = "") -> Press:
        event_id = f"press-{self._chat.new_id()}"
        return Press(event_id, presser.person, action, flag_id, reason, presser.groups)


def as_message(post: Post) -> Message:
    """The post as the application judges it; its audience and channel are the application's."""
    return Message(
        key=post.key,
        author_id=post.author.id,
        text=post.text,
        posted_at=post.at,
        author_groups=post.author.groups,
        direct=post.direct,
        edited=post.edited,
        permalink=post.link,
    )
