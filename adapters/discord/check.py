"""Is Discord connected as it should be? Findings for `doctor`, and the refusals of `start`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import discord

from adapters.discord.errors import CALL_ERRORS, SetupError, translate
from adapters.discord.rest import Rest
from bot.ports import DeliveryError

PORTAL = "https://discord.com/developers/applications"
BOT_PAGE = f'the page "Bot" of your application ({PORTAL})'
NEEDED = {
    "view_channel": "View Channels",
    "send_messages": "Send Messages",
    "embed_links": "Embed Links",
    "read_message_history": "Read Message History",
    "create_private_threads": "Create Private Threads",
    "send_messages_in_threads": "Send Messages in Threads",
}
TO_HIDE = {"manage_messages": "Manage Messages"}
NO_CONTENT = (
    "Discord withholds what people write: the privileged intent is off. Turn on "
    f'"Message Content Intent" on {BOT_PAGE}, under "Privileged Gateway Intents", and save.'
)


@dataclass(frozen=True, slots=True)
class Check:
    """One finding: what was looked at, whether it is well, and what to do if not."""

    name: str
    ok: bool
    what: str
    remedy: str = ""


def invite(application: str, *, hide: bool = False) -> str:
    """The address that invites the bot, with just the permissions that it needs."""
    names = [*NEEDED, *(TO_HIDE if hide else ())]
    permissions = discord.Permissions(**dict.fromkeys(names, True)).value
    return (
        f"https://discord.com/oauth2/authorize?client_id={application}"
        f"&scope=bot+applications.commands&permissions={permissions}"
    )


async def sign_in(client: discord.Client, token: str) -> None:
    """Prove the token; raises `SetupError` with what to do."""
    try:
        await client.login(token)
    except discord.LoginFailure:
        raise SetupError(
            "DISCORD_TOKEN: Discord refuses this token (401). Press Reset Token on "
            f"{BOT_PAGE} and copy the new one."
        ) from None
    except CALL_ERRORS as error:
        problem = translate(error)
        raise SetupError(
            f"Discord cannot be reached ({problem.reason}). Check the network, or "
            "DISCORD_API_URL if it is set.",
            retryable=problem.retryable,
        ) from None


def refusal(error: BaseException | None) -> SetupError | None:
    """Why the gateway will never take us as we are, or None where it may the next time."""
    if isinstance(error, discord.PrivilegedIntentsRequired):
        return SetupError(f"{NO_CONTENT} (4014)")
    if not isinstance(error, discord.ConnectionClosed):
        return None
    if error.code == 4004:
        return SetupError(
            f"DISCORD_TOKEN: Discord's gateway refuses this token (4004). Press Reset Token on "
            f"{BOT_PAGE} and copy the new one."
        )
    if error.code in (4010, 4011, 4012, 4013):
        return SetupError(f"Discord's gateway refuses the connection ({error.code}).")
    return None


def absent(application: str, listed: Collection[str]) -> SetupError:
    """The bot is in none of the listed servers."""
    return SetupError(
        f"The bot is in none of the listed Discord servers ({', '.join(sorted(listed)) or 'none'})."
        f" Invite it: {invite(application)} - or list the server where it is in hallmonitor.toml."
    )


async def check_connection(
    client: discord.Client,
    token: str,
    listed: Collection[str],
    channels: Sequence[str] = (),
    *,
    hide: bool = False,
) -> list[Check]:
    """All findings, worst first; it changes nothing in Discord and sends nothing to anybody."""
    try:
        await sign_in(client, token)
    except SetupError as error:
        return [Check("discord-token", False, str(error))]
    application = client.application
    me = client.user
    assert application is not None
    assert me is not None
    rest, found = Rest(client), [Check("discord-token", True, f"application {application.id}")]
    found.append(_intents(application.flags))
    if application.interactions_endpoint_url:
        found.append(
            Check(
                "discord-interactions",
                False,
                "presses and commands go to another address",
                f'Empty "Interactions Endpoint URL" on the page "General Information" ({PORTAL}).',
            )
        )
    found += await _servers(rest, str(application.id), listed, hide)
    found += [await _channel(rest, channel) for channel in channels]
    return sorted(found, key=lambda check: check.ok)


def _intents(flags: discord.ApplicationFlags) -> Check:
    if flags.gateway_message_content or flags.gateway_message_content_limited:
        return Check("discord-intents", True, "the bot may read what people write")
    return Check("discord-intents", False, "message content is off", NO_CONTENT)


async def _channel(rest: Rest, channel: str) -> Check:
    name = "discord-moderators-channel"
    try:
        await rest.call("GET", "/channels/{channel_id}", channel_id=channel)
    except DeliveryError as error:
        return Check(
            name,
            False,
            f"the moderators' channel {channel} cannot be seen ({error.reason})",
            "Let the bot's role view it (the channel's Permissions), and compare its id (right "
            "click: Copy ID) with moderators_channel.",
        )
    return Check(name, True, f"the bot sees the moderators' channel {channel}")


async def _servers(
    rest: Rest, application: str, listed: Collection[str], hide: bool
) -> list[Check]:
    try:
        answer = await rest.call("GET", "/users/@me/guilds")
    except DeliveryError as error:
        return [Check("discord-servers", False, f"servers cannot be read ({error.reason})")]
    inside = {row["id"]: row for row in answer if isinstance(row, Mapping) and "id" in row}
    found = []
    for guild in sorted(listed):
        if guild not in inside:
            remedy = f"Invite it: {invite(application, hide=hide)}"
            found.append(Check("discord-server", False, f"not in server {guild}", remedy))
            continue
        found.append(_permissions(guild, inside[guild], application, hide))
        found.append(await _commands(rest, application, guild))
    return found


def _permissions(guild: str, row: Mapping[str, Any], application: str, hide: bool) -> Check:
    may = discord.Permissions(int(row.get("permissions") or 0))
    needed = {**NEEDED, **(TO_HIDE if hide else {})}
    missing = [label for name, label in needed.items() if not getattr(may, name)]
    if may.administrator or not missing:
        return Check("discord-permissions", True, f"server {guild}: all that are needed")
    return Check(
        "discord-permissions",
        False,
        f"server {guild} lacks: {', '.join(missing)}",
        f"Give them to the bot's role, or invite it again: {invite(application, hide=hide)}",
    )


async def _commands(rest: Rest, application: str, guild: str) -> Check:
    path = "/applications/{application_id}/guilds/{guild_id}/commands"
    try:
        await rest.call("GET", path, application_id=application, guild_id=guild)
    except DeliveryError as error:
        return Check(
            "discord-commands",
            False,
            f"server {guild}: no commands ({error.reason})",
            f"Invite it again, which adds the commands: {invite(application)}",
        )
    return Check("discord-commands", True, f"server {guild}: commands can be used")
