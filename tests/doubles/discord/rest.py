"""The REST routes, each refusing what Discord refuses (4.2 to 4.5, as `double.py` says)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.doubles.discord import errors
from tests.doubles.discord.forms import check_message, pings
from tests.doubles.discord.interactions import Interactions
from tests.doubles.discord.payloads import (
    channel_json,
    member_json,
    message_json,
    user_json,
    without_content,
)
from tests.doubles.discord.world import (
    DIRECT,
    FORUM,
    HISTORY,
    MANAGE_MESSAGES,
    PRIVATE_THREAD,
    PRIVATE_THREADS,
    SEND,
    SEND_IN_THREADS,
    TEXT,
    THREADS,
    VIEW,
    Channel,
    Json,
    World,
)

NONCES_KEPT_S = 300.0  # 4.3: "the past few minutes"
CONTENT_FLAG, LIMITED_CONTENT_FLAG = 1 << 18, 1 << 19


class Rest(Interactions):
    """The routes. `told` is called with each event that follows from one."""

    def __init__(self, world: World, told: Callable[[str, Channel, Json], None]) -> None:
        super().__init__(world)
        self.content_enabled = True
        self.calls: list[tuple[str, Json]] = []
        self.audit_reasons: list[str] = []
        self._told = told
        self._nonces: dict[tuple[str, str], tuple[str, float]] = {}
        self.routes: dict[str, Callable[[Mapping[str, str], Any, Mapping[str, str]], Any]] = {
            "GET /users/@me": self._me,
            "GET /oauth2/applications/@me": self._application,
            "GET /users/@me/guilds": self._guilds,
            "POST /users/@me/channels": self._open_direct,
            "GET /guilds/{guild}/members/{user}": self._member,
            "GET /channels/{channel}": self._channel,
            "GET /channels/{channel}/messages": self._history,
            "GET /channels/{channel}/messages/{message}": self._message,
            "POST /channels/{channel}/messages": self._post,
            "PATCH /channels/{channel}/messages/{message}": self._edit,
            "DELETE /channels/{channel}/messages/{message}": self._delete,
            "POST /channels/{channel}/threads": self._thread,
            "PUT /channels/{channel}/thread-members/{user}": self._add_to_thread,
            "GET /applications/{application}/guilds/{guild}/commands": self._commands,
            "PUT /applications/{application}/guilds/{guild}/commands": self._set_commands,
            "POST /interactions/{interaction}/{token}/callback": self._answer,
            "PATCH /webhooks/{application}/{token}/messages/@original": self._answer_late,
        }

    # --- who we are ---------------------------------------------------------------------------

    def _me(self, ids: Any, body: Any, query: Any) -> Json:
        return user_json(self.world.users[self.world.bot]) | {"verified": True, "mfa_enabled": True}

    def _application(self, ids: Any, body: Any, query: Any) -> Json:
        return {
            "id": self.world.application,
            "name": "Hall Monitor",
            "description": "",
            "icon": None,
            "bot_public": False,
            "bot_require_code_grant": False,
            "verify_key": "00",
            "owner": {**user_json(self.world.users[self.world.bot]), "id": "1"},
            "team": None,
            "flags": LIMITED_CONTENT_FLAG if self.content_enabled else 0,
        }

    def _guilds(self, ids: Any, body: Any, query: Any) -> list[Json]:
        mine = [g for g in self.world.guilds.values() if self.world.bot in g.members]
        return [{"id": g.id, "name": g.name, "permissions": str(g.permissions)} for g in mine]

    def _member(self, ids: Mapping[str, str], body: Any, query: Any) -> Json:
        guild = self.world.guilds.get(ids["guild"])
        if guild is None or self.world.bot not in guild.members:
            raise errors.NO_ACCESS
        if ids["user"] not in self.world.users:
            raise errors.UNKNOWN_USER
        if ids["user"] not in guild.members:
            raise errors.UNKNOWN_MEMBER
        return member_json(self.world, guild.id, ids["user"], whole=True)

    # --- channels and messages ----------------------------------------------------------------

    def _open_direct(self, ids: Any, body: Any, query: Any) -> Json:
        user = self.world.users.get(str((body or {}).get("recipient_id")))
        if user is None:
            raise errors.UNKNOWN_USER
        if user.bot:
            raise errors.CLOSED_DM
        return channel_json(self.world, self.world.direct(user.id))

    def _channel(self, ids: Mapping[str, str], body: Any, query: Any) -> Json:
        return channel_json(self.world, self._seen(ids["channel"]))

    def _history(self, ids: Mapping[str, str], body: Any, query: Mapping[str, str]) -> list[Json]:
        channel = self._seen(ids["channel"])
        if channel.type != DIRECT and not self.world.may(channel, HISTORY):
            return []  # without READ_MESSAGE_HISTORY no messages are returned
        limit = int(query.get("limit", 50))
        if not 1 <= limit <= 100:
            raise errors.bad_form("limit", "int value should be between 1 and 100")
        found = sorted(channel.messages, key=int)
        if "after" in query:
            found = [one for one in found if int(one) > int(query["after"])][:limit]
        else:
            found = found[-limit:]
        # newest first, and without the fields of gateway events: no guild_id, no member
        return [self._as_seen(channel, channel.messages[one]) for one in reversed(found)]

    def _message(self, ids: Mapping[str, str], body: Any, query: Any) -> Json:
        channel = self._seen(ids["channel"])
        if channel.type != DIRECT and not self.world.may(channel, HISTORY):
            raise errors.NO_PERMISSION
        return self._as_seen(channel, self._known(channel, ids["message"]))

    def _post(self, ids: Mapping[str, str], body: Any, query: Any) -> Json:
        channel = self._writable(ids["channel"])
        check_message(body, new=True)
        nonce = str(body.get("nonce") or "")
        earlier = self._earlier(channel, nonce) if body.get("enforce_nonce") else None
        if earlier is not None:
            return earlier  # 4.3: nonce with enforce_nonce for idempotent sends
        message = message_json(
            self.world,
            channel,
            self.world.bot,
            body.get("content") or "",
            embeds=[{**embed, "type": "rich"} for embed in body.get("embeds") or []],
            components=body.get("components") or [],
        )
        if pings(body):
            self.pinged.append(message["id"])
        channel.messages[message["id"]] = message
        if nonce:
            self._nonces[channel.id, nonce] = (message["id"], self.clock())
        self._told("MESSAGE_CREATE", channel, message)
        return {**message, "nonce": nonce} if nonce else message

    def _edit(self, ids: Mapping[str, str], body: Any, query: Any) -> Json:
        channel = self._writable(ids["channel"])
        message = self._known(channel, ids["message"])
        if message["author"]["id"] != self.world.bot:
            raise errors.OF_ANOTHER
        check_message(body, new=False)
        for key in ("content", "embeds", "components"):
            if key in body:
                message[key] = body[key]
        if pings(body):
            self.pinged.append(message["id"])
        message["edited_timestamp"] = "2030-01-01T00:00:00.000000+00:00"
        self._told("MESSAGE_UPDATE", channel, message)
        return message

    def _delete(self, ids: Mapping[str, str], body: Any, query: Any) -> None:
        channel = self._seen(ids["channel"])
        message = self._known(channel, ids["message"])
        own = message["author"]["id"] == self.world.bot
        if not own and (channel.type == DIRECT or not self.world.may(channel, MANAGE_MESSAGES)):
            raise errors.NO_PERMISSION
        del channel.messages[message["id"]]
        self._told("MESSAGE_DELETE", channel, {"id": message["id"], "channel_id": channel.id})

    def _thread(self, ids: Mapping[str, str], body: Any, query: Any) -> Json:
        parent = self._seen(ids["channel"])
        if parent.type != TEXT or body.get("type") != PRIVATE_THREAD:
            raise errors.WRONG_TYPE  # 4.5: private threads stand in text channels
        if not 1 <= len(body.get("name") or "") <= 100:
            raise errors.bad_form("name", "Must be between 1 and 100 in length.")
        if body.get("auto_archive_duration") not in (60, 1_440, 4_320, 10_080):
            raise errors.bad_form("auto_archive_duration", "Value must be one of 60, 1440 …")
        if not self.world.may(parent, PRIVATE_THREADS):
            raise errors.NO_PERMISSION
        made = self.world.add_channel(
            parent.guild, body["name"], PRIVATE_THREAD, parent=parent.id, owner=self.world.bot
        )
        made.members.add(self.world.bot)
        self._told("THREAD_CREATE", made, channel_json(self.world, made) | {"newly_created": True})
        return channel_json(self.world, made)

    def _add_to_thread(self, ids: Mapping[str, str], body: Any, query: Any) -> None:
        thread = self._seen(ids["channel"])
        if thread.type not in THREADS:
            raise errors.WRONG_TYPE
        if not self.world.may(thread, SEND_IN_THREADS):
            raise errors.NO_PERMISSION
        if thread.archived:
            raise errors.ARCHIVED
        if ids["user"] not in self.world.guilds[thread.guild].members:
            raise errors.UNKNOWN_MEMBER
        thread.members.add(ids["user"])

    # --- rights -------------------------------------------------------------------------------

    def _seen(self, channel_id: str) -> Channel:
        channel = self.world.channels.get(channel_id)
        if channel is None:
            raise errors.UNKNOWN_CHANNEL
        if channel.guild and self.world.bot not in self.world.guilds[channel.guild].members:
            raise errors.NO_ACCESS
        if not self.world.may(channel, VIEW):
            raise errors.NO_ACCESS
        return channel

    def _writable(self, channel_id: str) -> Channel:
        channel = self._seen(channel_id)
        if channel.type == DIRECT:
            if not self.world.share_a_guild(channel.recipient):
                raise errors.NO_MUTUAL_SERVER
            if self.world.users[channel.recipient].closed_to_bot:
                raise errors.CLOSED_DM
            return channel
        if channel.type == FORUM:
            raise errors.WRONG_TYPE
        if channel.archived:
            raise errors.ARCHIVED
        needed = SEND_IN_THREADS if channel.type in THREADS else SEND
        if not self.world.may(channel, needed):
            raise errors.NO_PERMISSION
        return channel

    def _known(self, channel: Channel, message: str) -> Json:
        found = channel.messages.get(message)
        if found is None:
            raise errors.UNKNOWN_MESSAGE
        return found

    def _as_seen(self, channel: Channel, message: Json) -> Json:
        """4.1: the content rule also applies to REST."""
        return message if self.sees_content(channel, message) else without_content(message)

    def sees_content(self, channel: Channel, message: Mapping[str, Any]) -> bool:
        """4.1: with the intent, in private channels, its own messages, those that mention it."""
        bot = self.world.bot
        mentioned = bot in [one["id"] for one in message.get("mentions", [])]
        own = message.get("author", {}).get("id") == bot
        return self.content_enabled or channel.type == DIRECT or own or mentioned

    def _earlier(self, channel: Channel, nonce: str) -> Json | None:
        message, at = self._nonces.get((channel.id, nonce), ("", 0.0))
        fresh = self.clock() - at < NONCES_KEPT_S
        return channel.messages.get(message) if message and fresh else None
