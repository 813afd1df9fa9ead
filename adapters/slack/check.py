"""Is Slack connected as it should be? Findings for `doctor`, and the refusals of `start`."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from importlib.resources import files

from adapters.slack.errors import SetupError
from adapters.slack.web import Identity, Web
from bot.ports import DeliveryError

OAUTH_PAGE = 'the page "OAuth & Permissions" of your Slack app'
GROUPS_SCOPE = "usergroups:read"
FAR_FUTURE = "9999999999.000000"
BASIC_PAGE = 'the page "Basic Information" of your Slack app, under "App-Level Tokens"'


@dataclass(frozen=True, slots=True)
class Check:
    """One finding: what was looked at, whether it is well, and what to do if not."""

    name: str
    ok: bool
    what: str
    remedy: str = ""


def needed_scopes() -> frozenset[str]:
    """The bot scopes of the checked-in manifest: what the adapter needs and no more."""
    manifest = json.loads((files("adapters.slack") / "manifest.json").read_text("utf-8"))
    return frozenset(manifest["oauth_config"]["scopes"]["bot"])


async def prove_identity(web: Web, workspaces: Collection[str]) -> Identity:
    """Whose token it is; raises `SetupError` if Slack refuses it or it is of another workspace."""
    try:
        me = await web.identity()
    except DeliveryError as error:
        if error.retryable:
            raise SetupError(
                f"Slack cannot be reached at {web.base_url} ({error.reason}). "
                "Check the network, or SLACK_API_URL if it is set.",
                retryable=True,
            ) from None
        raise SetupError(
            f"SLACK_BOT_TOKEN: Slack refuses this token ({error.reason}). Copy the Bot User OAuth "
            f"Token (xoxb-…) from {OAUTH_PAGE}; install the app again if it was removed."
        ) from None
    if me.team not in workspaces:
        listed = ", ".join(sorted(workspaces)) or "none"
        raise SetupError(
            f"SLACK_BOT_TOKEN belongs to workspace {me.team} ({me.url}), which is not listed "
            f"(listed: {listed}). List {me.team} under Slack's workspaces in hallmonitor.toml, or "
            "use the token of a listed workspace."
        )
    return me


async def prove_app_token(web: Web, app_token: str) -> str:
    """A Socket Mode address; raises `SetupError` if Slack refuses the app-level token."""
    try:
        return await web.socket_url(app_token)
    except DeliveryError as error:
        raise SetupError(
            f"SLACK_APP_TOKEN: Slack gives no Socket Mode connection ({error.reason}). Make an "
            f"app-level token (xapp-…) with the scope connections:write on {BASIC_PAGE}, and "
            'turn on "Socket Mode".',
            retryable=error.retryable,
        ) from None


async def check_connection(
    web: Web,
    workspaces: Collection[str],
    *,
    app_token: str | None,
    signing_secret: str | None,
    channels: Sequence[str] = (),
    spare_scopes: frozenset[str] = frozenset(),
) -> list[Check]:
    """All findings, worst first; it changes nothing in Slack and sends nothing to anybody."""
    try:
        me = await prove_identity(web, workspaces)
    except SetupError as error:
        return [Check("slack-token", False, str(error))]
    found = [
        Check("slack-token", True, f"workspace {me.team}, bot {me.bot_user}"),
        _scopes(me, spare_scopes),
        *[await _channel(web, channel) for channel in channels],
    ]
    if GROUPS_SCOPE not in spare_scopes:
        found.append(await _user_groups(web))
    if app_token:
        try:
            await prove_app_token(web, app_token)
            found.append(Check("slack-socket", True, "Socket Mode is on"))
        except SetupError as error:
            found.append(Check("slack-socket", False, str(error)))
    elif signing_secret:
        found.append(Check("slack-http", True, "HTTP: Slack must reach /slack/events"))
    else:
        found.append(Check("slack-events", False, NO_WAY_IN))
    return sorted(found, key=lambda check: check.ok)


def _scopes(me: Identity, spare: frozenset[str]) -> Check:
    missing = sorted(needed_scopes() - spare - me.scopes)
    if not missing:
        return Check("slack-scopes", True, "all scopes are granted")
    return Check(
        "slack-scopes",
        False,
        f"missing: {', '.join(missing)}",
        f"Add them on {OAUTH_PAGE} and install the app again.",
    )


async def _channel(web: Web, channel: str) -> Check:
    """Whether the bot is in the channel: asked for its messages of a far future, it reads none."""
    name = "slack-moderators-channel"
    try:
        await web.read("conversations.history", channel=channel, oldest=FAR_FUTURE, limit="1")
    except DeliveryError as error:
        return Check(
            name,
            False,
            f"the moderators' channel {channel} cannot be reached ({error.reason})",
            "Type /invite @Hall Monitor in that channel, and compare its id (at the end of its "
            '"About") with moderators_channel.',
        )
    return Check(name, True, f"the bot is in the moderators' channel {channel}")


async def _user_groups(web: Web) -> Check:
    try:
        answer = await web.read("usergroups.list")
    except DeliveryError as error:
        return Check(
            "slack-user-groups",
            False,
            f"user groups cannot be read ({error.reason})",
            "Without them, map people by e-mail domain. A free Slack plan has no user groups.",
        )
    return Check("slack-user-groups", True, f"{len(answer.get('usergroups') or [])} user groups")


NO_WAY_IN = (
    "No events can come in: set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP)."
)
