"""A strict Discord on loopback: people act through it, the unmodified discord.py talks to it.

Where Discord refuses, it refuses with Discord's own code; what an app does wrong without being told
so is kept in `violations`. Each rule it enforces cites where in Discord's documentation for
developers (August 2026) it stands:

4.1  events/gateway, topics/opcodes-and-status-codes
4.2  topics/rate-limits, topics/opcodes-and-status-codes
4.3  resources/message, resources/poll
4.4  interactions/receiving-and-responding, components/reference
4.5  topics/permissions, topics/threads, resources/guild
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.doubles.discord.crowd import Crowd
from tests.doubles.discord.interactions import Whisper
from tests.doubles.discord.payloads import channel_json, guild_json
from tests.doubles.discord.server import Fault
from tests.doubles.discord.world import FORUM, TEXT, File, Json


class DiscordDouble(Crowd):
    """One application, and servers. `async with DiscordDouble() as discord:` serves it."""

    # --- servers, as a test sets them up -------------------------------------------------------

    def add_guild(self, name: str = "Riverbend Middle") -> str:
        """A server with the bot in it. Returns the id."""
        return self.world.add_guild(name).id

    def add_role(self, guild: str, name: str) -> str:
        role = self.world.snowflake()
        self.world.guilds[guild].roles[role] = name
        return role

    def add_user(
        self, name: str, *guilds: str, roles: Sequence[str] = (), locale: str = "en-US"
    ) -> str:
        """A person in these servers. Returns the id."""
        user = self.world.add_user(name, locale=locale)
        for guild in guilds:
            known = self.world.guilds[guild].roles
            self.world.guilds[guild].members[user] = [role for role in roles if role in known]
        return user

    def add_bot(self, name: str, guild: str) -> str:
        bot = self.world.add_user(name, bot=True)
        self.world.guilds[guild].members[bot] = []
        return bot

    def add_channel(self, guild: str, name: str, kind: int = TEXT) -> str:
        channel = self.world.add_channel(guild, name, kind)
        self.tell("CHANNEL_CREATE", channel, channel_json(self.world, channel))
        return channel.id

    def add_forum(self, guild: str, name: str) -> str:
        return self.add_channel(guild, name, FORUM)

    def file(self, name: str, content: str | bytes, content_type: str = "text/plain") -> File:
        data = content.encode() if isinstance(content, str) else content
        return self.world.add_file(name, data, content_type)

    def deny(self, channel: str, bits: int) -> None:
        """The bot lacks these permissions in a channel."""
        self.world.channels[channel].denied |= bits
        place = self.world.channels[channel]
        self.gateway.dispatch("CHANNEL_UPDATE", channel_json(self.world, place), intent=1)

    def archive(self, thread: str) -> None:
        self.world.channels[thread].archived = True

    def refuse_dm(self, user: str) -> None:
        """This person takes no private messages from the bot (50007)."""
        self.world.users[user].closed_to_bot = True

    def leave(self, guild: str, user: str) -> None:
        """Somebody (the bot too) is no longer in a server."""
        del self.world.guilds[guild].members[user]

    def join(self, guild: str) -> None:
        """Somebody invites the bot into a further server."""
        role = next(iter(self.world.guilds[guild].roles))
        self.world.guilds[guild].members[self.world.bot] = [role]
        told = guild_json(self.world, self.world.guilds[guild])
        self.gateway.dispatch("GUILD_CREATE", told, intent=1)

    def withhold_content(self) -> None:
        """The portal's switch "Message Content Intent" is off."""
        self.gateway.enabled = 0
        self.rest.content_enabled = False

    def fail(self, route: str, **fault: Any) -> None:
        """The next call of this route (`POST /channels/{channel}/messages`) goes wrong."""
        assert route == "files" or route in self.rest.routes, route
        self._faults.setdefault(route, []).append(Fault(**fault))

    def mend(self) -> None:
        """No ordered fault is left."""
        self._faults.clear()

    # --- what stands in them -------------------------------------------------------------------

    def messages(self, channel: str) -> list[Json]:
        """The messages of a channel, oldest first."""
        kept = self.world.channels[channel].messages
        return [kept[one] for one in sorted(kept, key=int)]

    def dms(self, user: str) -> list[Json]:
        """What the bot wrote to this person privately."""
        sent = self.messages(self.world.direct(user).id)
        return [m for m in sent if m["author"]["id"] == self.world.bot]

    def private_threads(self, user: str) -> list[str]:
        """The private threads in which this person is."""
        return [c.id for c in self.world.channels.values() if user in c.members]

    def whispers(self, user: str) -> list[Whisper]:
        """What was shown to this person alone."""
        return [shown for shown in self.rest.whispers if shown.user == user]

    @property
    def calls(self) -> list[tuple[str, Json]]:
        return self.rest.calls

    @property
    def violations(self) -> list[str]:
        return self.gateway.violations + self.rest.pinged

    # --- the connection ------------------------------------------------------------------------

    async def connected(self, sessions: int = 1) -> None:
        """Wait until the app reads."""
        await self.until(lambda: len(self.gateway.live) >= sessions)

    async def disconnected(self) -> None:
        """Wait until the app reads no more."""
        await self.until(lambda: not self.gateway.live)

    async def drop_gateway(self) -> None:
        """The network breaks; what happens now is replayed to whoever resumes."""
        await self.gateway.drop()

    async def lose_session(self) -> None:
        """The network breaks, and no session can be resumed any more (op 9 `false`)."""
        await self.drop_gateway()
        for session in self.gateway.sessions.values():
            session.gone = True
