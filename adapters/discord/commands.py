"""The command and the menu entry that people find in each server."""

from __future__ import annotations

from typing import Any

import structlog

from adapters.discord.interactions import REPORT
from adapters.discord.rest import Rest
from bot.ports import DeliveryError
from rules.messages import say

COMMAND = "hallmonitor"
WORDS = ("policy", "flags", "help")
SPANISH = ("es-ES", "es-419")

log = structlog.get_logger()


def definitions() -> list[dict[str, Any]]:
    """What is registered: `/hallmonitor policy|flags|help` and "Report to moderators"."""
    return [
        {
            "type": 1,
            "name": COMMAND,
            **_described("command.about"),
            "options": [
                {"type": 1, "name": word, **_described(f"command.{word}")} for word in WORDS
            ],
        },
        {
            "type": 3,
            "name": REPORT,
            "name_localizations": {tag: say("es", "command.report") for tag in SPANISH},
        },
    ]


async def register(rest: Rest, application: str, guild: str) -> str:
    """Put the commands into a server, in place of older ones; why that failed, or nothing."""
    path = "/applications/{application_id}/guilds/{guild_id}/commands"
    try:
        await rest.call("PUT", path, definitions(), application_id=application, guild_id=guild)
    except DeliveryError as error:
        log.warning("discord-commands-not-registered", server=guild, reason=error.reason)
        return error.reason
    return ""


def _described(key: str) -> dict[str, Any]:
    localized = {tag: say("es", key) for tag in SPANISH}
    return {"description": say("en", key), "description_localizations": localized}
