"""What Discord knows of people: their roles, and from which server they speak in private."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

import structlog

from adapters.discord.embeds import home_of
from adapters.discord.events import Posted, home_address, role_ids
from adapters.discord.rest import Rest
from adapters.discord.servers import Servers
from bot.ports import DeliveryError

LOOK_UP_S = 2.0
FRESH_S = 60.0  # so long a person's roles are not asked for again: a history has many messages
KEPT = 20_000
KEPT_PRIVATE = 50  # private channels whose history is read after a gap
LETTERS_LOOKED_AT = "50"

log = structlog.get_logger()


class People:
    """Looks people up; never raises. Roles come with most messages and are seldom asked for."""

    def __init__(self, rest: Rest, servers: Servers, me: str) -> None:
        self._rest = rest
        self._servers = servers
        self._me = me
        self._homes: OrderedDict[str, str] = OrderedDict()  # private channel -> server
        self._newest: OrderedDict[str, str] = OrderedDict()  # private channel -> newest message
        self._told: OrderedDict[tuple[str, str], tuple[frozenset[str] | None, float]] = (
            OrderedDict()
        )

    async def groups(self, guild: str, user: str) -> frozenset[str] | None:
        """Their roles, or None where they are no member or Discord does not tell in time."""
        now = asyncio.get_running_loop().time()
        roles, until = self._told.get((guild, user), (None, 0.0))
        if until > now:
            return roles
        roles = await self._ask(guild, user)
        self._told[guild, user] = (roles, now + FRESH_S)
        self._told.move_to_end((guild, user))
        if len(self._told) > KEPT:
            self._told.popitem(last=False)
        return roles

    async def home(self, posted: Posted) -> str:
        """The server that a private message to the bot belongs to.

        That of the notice it replies to; else that of the newest letter of ours in this channel;
        else the first listed server that the person is in.
        """
        listed = self._servers.listed
        if len(listed) == 1:
            return listed[0]
        answered, channel = home_of(posted.answers), posted.key.channel
        if answered in listed:
            return answered
        if channel not in self._homes:
            found = await self._newest_letter(channel)
            if not found:  # a guess, which the next letter of ours corrects
                return await self._first_shared(posted.author)
            self.wrote_from(found, channel)
        return self._homes[channel]

    def seen(self, channel: str, message: str) -> None:
        """This message of a private channel is done with; earlier ones are not looked for."""
        self._newest[channel] = max(self._newest.get(channel, "0"), message, key=int)
        self._newest.move_to_end(channel)
        if len(self._newest) > KEPT_PRIVATE:
            self._newest.popitem(last=False)

    def private(self) -> dict[str, str]:
        """The private channels of late, each with its newest message."""
        return dict(self._newest)

    def wrote_from(self, guild: str, channel: str) -> None:
        """We wrote to somebody privately: what they answer next belongs to this server."""
        self._homes[channel] = guild
        self._homes.move_to_end(channel)
        if len(self._homes) > KEPT:
            self._homes.popitem(last=False)

    async def _newest_letter(self, channel: str) -> str:
        path = "/channels/{channel_id}/messages"
        query = {"limit": LETTERS_LOOKED_AT}
        try:
            async with asyncio.timeout(LOOK_UP_S):
                found = await self._rest.call("GET", path, query=query, channel_id=channel)
        except (DeliveryError, TimeoutError):
            return ""
        for message in found if isinstance(found, list) else ():
            home = home_of(home_address(message))
            if home in self._servers.listed and _wrote(message, self._me):
                return home
        return ""

    async def _first_shared(self, user: str) -> str:
        present = self._servers.present()
        for guild in present:
            if await self.groups(guild, user) is not None:
                return guild
        return present[0] if present else self._servers.listed[0]

    async def _ask(self, guild: str, user: str) -> frozenset[str] | None:
        path = "/guilds/{guild_id}/members/{user_id}"
        try:
            async with asyncio.timeout(LOOK_UP_S):
                member = await self._rest.call("GET", path, guild_id=guild, user_id=user)
        except DeliveryError as error:
            if error.reason not in ("member-unknown", "person-unknown"):
                log.warning("discord-person-unread", user=user, reason=error.reason)
            return None
        except TimeoutError:
            log.warning("discord-person-unread", user=user, reason="timeout")
            return None
        return role_ids(member)


def _wrote(message: object, user: str) -> bool:
    author = message.get("author") if isinstance(message, dict) else None
    return isinstance(author, dict) and author.get("id") == user
