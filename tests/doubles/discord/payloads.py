"""JSON as Discord writes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tests.doubles.discord.world import (
    DIRECT,
    EPOCH_MS,
    THREADS,
    Channel,
    File,
    Guild,
    Json,
    User,
    World,
)

JOINED = "2024-09-01T08:00:00.000000+00:00"


def iso(snowflake: str) -> str:
    """The time an id tells, as Discord writes times."""
    ms = (int(snowflake) >> 22) + EPOCH_MS
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="microseconds")


def user_json(user: User) -> Json:
    return {
        "id": user.id,
        "username": user.name,
        "global_name": user.name.title(),
        "discriminator": "0",
        "avatar": None,
        "bot": user.bot,
        "public_flags": 0,
    }


def member_json(world: World, guild: str, user: str, *, whole: bool = False) -> Json:
    member: Json = {
        "roles": list(world.roles_of(guild, user)),
        "joined_at": JOINED,
        "nick": None,
        "avatar": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
        "premium_since": None,
        "communication_disabled_until": None,
    }
    return {"user": user_json(world.users[user]), **member} if whole else member


def guild_json(world: World, guild: Guild) -> Json:
    """GUILD_CREATE: without the members intent only the bot itself is listed as a member."""
    kinds = {c.type for c in world.channels.values()} - set(THREADS) - {DIRECT}
    threads = world.channels_of(guild.id, THREADS)
    return {
        "id": guild.id,
        "name": guild.name,
        "owner_id": "1",
        "unavailable": False,
        "large": False,
        "member_count": len(guild.members),
        "joined_at": JOINED,
        "roles": [_role(guild.id, "@everyone", 0), *_roles(guild)],
        "channels": [
            channel_json(world, c)
            for c in world.channels_of(guild.id, kinds)
            if world.may(c, 1 << 10)
        ],
        # 4.5: archived threads are not synced, private ones only to members
        "threads": [channel_json(world, c) for c in threads if _synced(world, c)],
        "members": [member_json(world, guild.id, world.bot, whole=True)],
        "emojis": [],
        "stickers": [],
        "features": [],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
        "preferred_locale": "en-US",
    }


def channel_json(world: World, channel: Channel) -> Json:
    if channel.type == DIRECT:
        people = [user_json(world.users[channel.recipient])]
        return {"id": channel.id, "type": DIRECT, "recipients": people, "last_message_id": None}
    told: Json = {
        "id": channel.id,
        "type": channel.type,
        "guild_id": channel.guild,
        "name": channel.name,
        "parent_id": channel.parent or None,
        "position": 0,
        "nsfw": False,
        "topic": None,
        "rate_limit_per_user": 0,
        "flags": 0,
        "last_message_id": max(channel.messages, key=int, default=None),
        "permission_overwrites": [
            {"id": world.bot, "type": 1, "allow": "0", "deny": str(channel.denied)}
        ],
    }
    if channel.type in THREADS:
        told.update(
            owner_id=channel.owner,
            message_count=len(channel.messages),
            member_count=len(channel.members),
            thread_metadata={
                "archived": channel.archived,
                "locked": False,
                "auto_archive_duration": 1_440,
                "archive_timestamp": iso(channel.id),
            },
        )
    else:
        told["available_tags"] = []
        told["default_forum_layout"] = 0
    return told


def message_json(world: World, channel: Channel, author: str, content: str, **more: Any) -> Json:
    """A message; `more` replaces fields."""
    snowflake = more.pop("id", None) or world.snowflake()
    told: Json = {
        "id": snowflake,
        "channel_id": channel.id,
        "type": 0,
        "content": content,
        "author": user_json(world.users[author]),
        "timestamp": iso(snowflake),
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "components": [],
        "pinned": False,
        "flags": 0,
    }
    return told | more


def as_event(world: World, channel: Channel, message: Mapping[str, Any]) -> Json:
    """A message as the gateway tells it: with its server and the author's membership."""
    told = dict(message)
    if channel.guild:
        told["guild_id"] = channel.guild
        author = message.get("author", {}).get("id", "")
        if author in world.guilds[channel.guild].members and not message.get("webhook_id"):
            told["member"] = member_json(world, channel.guild, author)
    return told


def without_content(message: Mapping[str, Any]) -> Json:
    """4.1: content, embeds, attachments and components are empty, and poll is absent."""
    told = {k: v for k, v in message.items() if k not in ("poll", "message_snapshots")}
    return told | {"content": "", "embeds": [], "attachments": [], "components": []}


def attachment_json(file: File, origin: str) -> Json:
    return {
        "id": file.id,
        "filename": file.name,
        "size": len(file.content),
        "content_type": file.content_type,
        "url": file.url or f"{origin}/attachments/{file.id}/{file.name}",
        "proxy_url": f"{origin}/attachments/{file.id}/{file.name}",
    }


def _roles(guild: Guild) -> list[Json]:
    own = guild.members[next(iter(guild.members))]
    return [
        _role(role, name, guild.permissions if role in own else 0)
        for role, name in guild.roles.items()
    ]


def _role(role: str, name: str, permissions: int) -> Json:
    return {
        "id": role,
        "name": name,
        "permissions": str(permissions),
        "position": 1,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }


def _synced(world: World, thread: Channel) -> bool:
    return not thread.archived and world.may(thread, 1 << 10)
