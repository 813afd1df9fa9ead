"""The Slack app that a district makes: its manifest, with just the scopes its settings use."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from bot.settings import Settings

GROUPS_SCOPE = "usergroups:read"
DOMAINS_SCOPE = "users:read.email"
EVENTS_PATH = "/slack/events"


def spare_scopes(*, groups: bool, domains: bool) -> frozenset[str]:
    """The scopes of the shipped manifest that serve no purpose without groups, or domains."""
    unused = {GROUPS_SCOPE: not groups, DOMAINS_SCOPE: not domains}
    return frozenset(scope for scope, spare in unused.items() if spare)


def spared_by(settings: Settings) -> frozenset[str]:
    """The scopes that these settings make no use of."""
    places = settings.workspaces("slack")
    working = [settings.people("moderators").groups]
    working += [holders.groups for holders in settings.file.roles.values()]
    return spare_scopes(
        groups=any(working) or any(p.staff_groups or p.student_groups for p in places),
        domains=any(p.staff_domains or p.student_domains for p in places),
    )


def manifest(shipped: Mapping[str, Any], spare: frozenset[str], url: str = "") -> dict[str, Any]:
    """The manifest to paste into Slack; `url` (HTTP) is the bot's address, without a path."""
    made: dict[str, Any] = deepcopy(dict(shipped))
    scopes = made["oauth_config"]["scopes"]
    scopes["bot"] = [scope for scope in scopes["bot"] if scope not in spare]
    made["settings"]["socket_mode_enabled"] = not url
    if url:
        request_url = url + EVENTS_PATH
        made["settings"]["event_subscriptions"]["request_url"] = request_url
        made["settings"]["interactivity"]["request_url"] = request_url
        for command in made["features"]["slash_commands"]:
            command["url"] = request_url
    return made
