"""What to do after `init`: the few steps that nobody can do for the district."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

from bot.setup.answers import Answers
from bot.setup.discord_invite import explained, invite_link, permissions
from bot.store.vault import VARIABLE

MAKE_KEY = "openssl rand -base64 32"


def lines(answers: Answers, config: Path, manifest: Path) -> Iterator[str]:
    """The steps, numbered, in the order in which they are taken."""
    yield "Next:\n"
    step = count(1)
    if answers.has("slack"):
        yield from _slack(answers, next(step), manifest)
    if answers.has("discord"):
        yield from _discord(answers, next(step))
    yield f"{next(step)}. A key for what is kept. Make one, once:"
    yield f"     {MAKE_KEY}"
    yield f"   Set {VARIABLE} to it where the bot runs, with the tokens. Keep a copy in a password"
    yield "   safe, apart from the data folder: without it, nothing that was kept can be read."
    yield f"{next(step)}. Look everything over:  hallmonitor doctor{_config(config)}"
    yield f"{next(step)}. Tell your people:      hallmonitor policy{_config(config)}   (pin it)"
    yield f"{next(step)}. Start:                 hallmonitor run{_config(config)}"


def _config(config: Path) -> str:
    return "" if config == Path("hallmonitor.toml") else f" --config {config}"


def _slack(answers: Answers, number: int, manifest: Path) -> Iterator[str]:
    yield f"{number}. Slack (every click: docs/connect-slack.md)"
    yield "   - api.slack.com/apps, Create New App, From a manifest, JSON: paste all of"
    yield f"     {manifest}. Install it, and set SLACK_BOT_TOKEN to the Bot User OAuth Token."
    if answers.one("slack-mode") == "http":
        yield "   - Basic Information, App Credentials: set SLACK_SIGNING_SECRET."
        yield "   - Event Subscriptions: once the bot runs, press Retry until it says Verified."
    else:
        yield "   - Basic Information, App-Level Tokens: make one with connections:write, and set"
        yield "     SLACK_APP_TOKEN."
    yield "   - Type /invite @Hall Monitor in the moderators' channel and in each one to watch."


def _discord(answers: Answers, number: int) -> Iterator[str]:
    needed = permissions(hide=bool(answers.many("discord-hide")))
    application, server = answers.one("discord-application"), answers.one("discord-server")
    yield f"{number}. Discord (every click: docs/connect-discord.md)"
    yield "   - discord.com/developers/applications, your application, Bot: turn on Message"
    yield "     Content Intent, press Reset Token, and set DISCORD_TOKEN."
    yield "   - Open this link and press Authorise:"
    yield f"     {invite_link(application, server, needed)}"
    yield "     It asks for these permissions and no others:"
    for line in explained(needed):
        yield f"       {line}"
    yield "   - Let the bot see the moderators' channel, if that is private."
