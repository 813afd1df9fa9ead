"""What Slack sends, as JSON: messages, envelopes, interactions (3.1, 3.2)."""

from __future__ import annotations

import re
from typing import Any

from tests.doubles.slack.workspace import Channel, File, Json, Workspace

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)>")


def rich_words(text: str) -> Json:
    """3.2: `text` in mrkdwn, entities escaped, and the same again as rich text."""
    elements: list[Json] = []
    escaped = ""
    for number, part in enumerate(_MENTION.split(text)):
        if number % 2:
            elements.append({"type": "user", "user_id": part})
            escaped += f"<@{part}>"
        elif part:
            elements.append({"type": "text", "text": part})
            escaped += part.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    section = {"type": "rich_text_section", "elements": elements}
    blocks = [{"type": "rich_text", "block_id": "b1", "elements": [section]}] if text else []
    return {"text": escaped, "blocks": blocks}


def file_object(file: File, origin: str, team: str) -> Json:
    """A shared file as a message names it; its content is fetched with the token."""
    address = file.address or f"{origin}/files-pri/{team}-{file.id}/download/{file.name}"
    return {
        "id": file.id,
        "name": file.name,
        "title": file.name,
        "mimetype": file.mimetype,
        "size": len(file.content),
        "mode": "hosted",
        "is_external": False,
        "url_private": address,
        "url_private_download": address,
    }


def message_event(message: Json, place: Channel) -> Json:
    """A new message as the event that tells of it."""
    return {
        **message,
        "channel": place.id,
        "channel_type": place.kind,
        "event_ts": message["ts"],
    }


def change_event(subtype: str, place: Channel, ts: str, **nested: Any) -> Json:
    """3.2: changed and deleted are hidden and keep the message one level down."""
    return {
        "type": "message",
        "subtype": subtype,
        "hidden": True,
        "channel": place.id,
        "channel_type": place.kind,
        "ts": ts,
        "event_ts": ts,
        **nested,
    }


def tombstone(ts: str) -> Json:
    """3.2: what is left of a deleted message that has replies."""
    return {
        "type": "message",
        "subtype": "tombstone",
        "user": "USLACKBOT",
        "hidden": True,
        "text": "This message was deleted.",
        "ts": ts,
        "thread_ts": ts,
    }


def event_envelope(workspace: Workspace, event: Any, team: str) -> Json:
    """3.1: the envelope of an event; its event_id is the same on every retry."""
    return {
        "token": "verification",
        "team_id": team,
        "context_team_id": team,
        "api_app_id": "A0HALL",
        "event": event,
        "type": "event_callback",
        "event_id": workspace.unique("Ev"),
        "event_time": 1_700_000_000,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": team,
                "user_id": workspace.bot_user,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": "4-context",
    }


def interaction(workspace: Workspace, kind: str, user: str, trigger: str) -> Json:
    """What every press, form and shortcut has in common."""
    name = workspace.users[user].name
    return {
        "type": kind,
        "token": "verification",
        "api_app_id": "A0HALL",
        "team": {"id": workspace.team, "domain": workspace.domain},
        "user": {"id": user, "name": name, "username": name, "team_id": workspace.team},
        "enterprise": None,
        "is_enterprise_install": False,
        "trigger_id": trigger,
    }


def command_form(workspace: Workspace, user: str, channel: str, **typed: str) -> Json:
    """3.1: a slash command, flat, as it is form encoded."""
    return {
        "token": "verification",
        "team_id": workspace.team,
        "team_domain": workspace.domain,
        "channel_id": channel,
        "channel_name": workspace.channels[channel].name,
        "user_id": user,
        "user_name": workspace.users[user].name,
        "api_app_id": "A0HALL",
        "is_enterprise_install": "false",
        **typed,
    }
