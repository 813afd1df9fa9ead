"""The Web API methods, each refusing what Slack refuses (3.4 and 3.5, as `double.py` says)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.doubles.slack.blockkit import (
    MESSAGE_BLOCKS,
    TEXT_LIMIT,
    check_blocks,
    check_message_size,
    check_view,
    mass_mentions,
)
from tests.doubles.slack.errors import ApiError
from tests.doubles.slack.workspace import Channel, Json, Workspace

# 3.4: the scope each method needs; a missing one is refused with needed and provided.
SCOPES = {
    "chat.delete": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "conversations.open": "im:write",
    "usergroups.list": "usergroups:read",
    "users.info": "users:read",
}
HISTORY_SCOPE = {"channel": "channels:history", "group": "groups:history", "im": "im:history"}
READ_SCOPE = {"channel": "channels:read", "group": "groups:read", "im": "im:read"}
ALL_SCOPES = (
    "channels:history chat:write commands files:read groups:history im:history im:write "
    "usergroups:read users:read users:read.email"
)
_TS = re.compile(r"\d+\.\d{6}")


@dataclass
class Trigger:
    """A `trigger_id`: who may be shown a form, once (3.4)."""

    user: str
    used: bool = False
    expired: bool = False


@dataclass
class View:
    """A form that stands open at somebody's."""

    id: str
    user: str
    trigger: str
    body: Json


@dataclass
class Ephemeral:
    """Something shown to one person; gone when they reload."""

    user: str
    channel: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    ts: str = ""


class WebApi:
    """The methods. `told` is called with each message event that follows from one."""

    def __init__(self, workspace: Workspace, told: Callable[[Json, Channel], None]) -> None:
        self.workspace = workspace
        self.scopes = set(ALL_SCOPES.split())
        self.triggers: dict[str, Trigger] = {}
        self.views: dict[str, View] = {}
        self.ephemerals: list[Ephemeral] = []
        self.mass_mentions: list[str] = []
        self.calls: list[tuple[str, Json]] = []
        # Slack names `client_msg_id` in two error codes and promises nothing: the double does not
        # dedupe by it unless a test says so.
        self.dedupes = False
        self._told = told
        self._sent: dict[str, tuple[str, str]] = {}
        self._methods: dict[str, Callable[[Json], Json]] = {
            "auth.test": self._auth_test,
            "chat.delete": self._delete,
            "chat.postEphemeral": self._post_ephemeral,
            "chat.postMessage": self._post_message,
            "chat.update": self._update,
            "conversations.history": self._history,
            "conversations.info": self._info,
            "conversations.members": self._members,
            "conversations.open": self._open,
            "usergroups.list": self._groups,
            "users.info": self._user,
            "views.open": self._view,
        }

    def call(self, method: str, args: Json) -> Json:
        """Do what the method says, or raise `ApiError`."""
        do = self._methods.get(method)
        if do is None:
            raise ApiError("unknown_method", req_method=method)
        needed = SCOPES.get(method)
        if needed is not None:
            self.need_scope(needed)
        self.calls.append((method, args))
        return do(args)

    def need_scope(self, needed: str) -> None:
        if needed not in self.scopes:  # 3.4: missing_scope names needed and provided
            provided = ",".join(sorted(self.scopes))
            raise ApiError("missing_scope", needed=needed, provided=provided)

    def _auth_test(self, args: Json) -> Json:
        home = self.workspace
        return {
            "url": f"https://{home.domain}.slack.com/",
            "team": home.domain,
            "user": "hallmonitor",
            "team_id": home.team,
            "user_id": home.bot_user,
            "bot_id": home.bot_id,
            "is_enterprise_install": False,
        }

    def _open(self, args: Json) -> Json:
        if not args.get("users"):
            raise ApiError("users_list_not_supplied")
        users = str(args["users"]).split(",")
        if len(users) > 8:  # 3.4: 1 gives an IM, 2-8 an MPIM
            raise ApiError("too_many_users")
        if len(users) > 1:
            self.need_scope("mpim:write")
        user = self.workspace.users.get(users[0])
        if user is None:
            raise ApiError("user_not_found")
        # 3.4: cannot_dm_bot, user_disabled, user_not_visible
        if user.bot:
            raise ApiError("cannot_dm_bot")
        if user.deleted:
            raise ApiError("user_disabled")
        if user.dm_refusal and user.dm_refusal != "messages_tab_disabled":
            raise ApiError(user.dm_refusal)
        known = self.workspace.direct(user.id)
        channel = known or self.workspace.open_direct(user.id)
        again: Json = {"no_op": True, "already_open": True} if known else {}
        return {"channel": {"id": channel.id}, **again}

    def _post_message(self, args: Json) -> Json:
        channel = self._writable(args)
        text, blocks, warning = self._content(args, parsed=args.get("parse") == "full")
        thread = args.get("thread_ts")
        if thread and thread not in channel.messages:
            raise ApiError("thread_not_found")
        sent = args.get("client_msg_id")
        if sent is not None:
            _check_uuid(sent)
            if self.dedupes and sent in self._sent:
                where, ts = self._sent[sent]
                return {"channel": where, "ts": ts, "message": channel.messages[ts]}
        message = self._own_message(text, blocks)
        if thread:
            message["thread_ts"] = thread
        channel.messages[message["ts"]] = message
        if sent is not None:
            self._sent[sent] = (channel.id, message["ts"])
        self._told({**message, "channel": channel.id, "channel_type": channel.kind}, channel)
        return {"channel": channel.id, "ts": message["ts"], "message": message, **warning}

    def _update(self, args: Json) -> Json:
        channel, message = self._own(args, "cant_update_message")
        # 3.4 and the method's page: parse is `client` unless it is said
        text, blocks, warning = self._content(args, parsed=args.get("parse") != "none")
        # The method's page: rich text cannot be replaced with what is none.
        if _has_rich_text(message["blocks"]) and not _has_rich_text(blocks):
            raise ApiError("block_mismatch")
        before = dict(message)
        message.update(text=text, blocks=blocks)
        message["edited"] = {"user": self.workspace.bot_user, "ts": self.workspace.next_ts()}
        self._told(
            {
                "type": "message",
                "subtype": "message_changed",
                "hidden": True,
                "message": dict(message),
                "previous_message": before,
                "channel": channel.id,
                "channel_type": channel.kind,
                "ts": self.workspace.next_ts(),
            },
            channel,
        )
        return {"channel": channel.id, "ts": message["ts"], "text": text, **warning}

    def _delete(self, args: Json) -> Json:
        channel, message = self._own(args, "cant_delete_message")
        del channel.messages[message["ts"]]
        return {"channel": channel.id, "ts": message["ts"]}

    def _post_ephemeral(self, args: Json) -> Json:
        channel = self._writable(args)
        text, blocks, warning = self._content(args, parsed=args.get("parse") == "full")
        user = args.get("user")
        if user not in channel.members:
            raise ApiError("user_not_in_channel")
        shown = Ephemeral(str(user), channel.id, text, blocks, self.workspace.next_ts())
        self.ephemerals.append(shown)
        return {"message_ts": shown.ts, **warning}

    def _view(self, args: Json) -> Json:
        trigger_id = args.get("trigger_id")
        trigger = self.triggers.get(str(trigger_id))
        # 3.4: trigger_id 3 s, one use
        if trigger is None:
            raise ApiError("invalid_trigger_id")
        if trigger.used:
            raise ApiError("exchanged_trigger_id")
        if trigger.expired:
            raise ApiError("expired_trigger_id")
        check_view(args.get("view"))
        trigger.used = True
        view = View(self.workspace.unique("V"), trigger.user, str(trigger_id), args["view"])
        self.views[view.id] = view
        return {"view": {"id": view.id, **view.body}}

    def _user(self, args: Json) -> Json:
        user = self.workspace.users.get(str(args.get("user")))
        if user is None:
            raise ApiError("user_not_found")
        profile: Json = {"real_name": user.name, "display_name": user.name}
        if "users:read.email" in self.scopes and user.email:  # 3.4: e-mail only with its scope
            profile["email"] = user.email
        told: Json = {
            "id": user.id,
            "team_id": self.workspace.team,
            "name": user.name,
            "deleted": user.deleted,
            "is_bot": user.bot,
            "is_email_confirmed": user.email_confirmed,
            "profile": profile,
        }
        if _flag(args, "include_locale"):  # 3.4: locale only if asked
            told["locale"] = user.locale
        return {"user": told}

    def _groups(self, args: Json) -> Json:
        groups = [dict(group) for group in self.workspace.groups.values()]
        for group in groups:
            if not _flag(args, "include_users"):
                del group["users"]
        return {"usergroups": groups}

    def _info(self, args: Json) -> Json:
        channel = self._known(args)
        self.need_scope(READ_SCOPE[channel.kind])
        return {
            "channel": {
                "id": channel.id,
                "name": channel.name,
                "is_member": self.workspace.bot_user in channel.members,
                "is_archived": channel.archived,
                "is_private": channel.kind == "group",
            }
        }

    def _history(self, args: Json) -> Json:
        """3.4: newest first, at most `limit`; a private channel without the bot does not exist."""
        channel = self._known(args)
        self.need_scope(HISTORY_SCOPE[channel.kind])
        if self.workspace.bot_user not in channel.members:
            raise ApiError("not_in_channel" if channel.kind == "channel" else "channel_not_found")
        oldest, limit = str(args.get("oldest", "0")), int(args.get("limit", 100))
        newest_first = sorted(channel.messages.items(), reverse=True)
        found = [m for ts, m in newest_first if float(ts) > float(oldest)]
        return {"messages": found[:limit], "has_more": len(found) > limit}

    def _members(self, args: Json) -> Json:
        channel = self._known(args)
        self.need_scope(READ_SCOPE[channel.kind])
        return {"members": sorted(channel.members), "response_metadata": {"next_cursor": ""}}

    def _known(self, args: Json) -> Channel:
        channel = self.workspace.channels.get(str(args.get("channel")))
        if channel is None:
            raise ApiError("channel_not_found")
        return channel

    def _writable(self, args: Json) -> Channel:
        channel = self._known(args)
        if channel.archived:
            raise ApiError("is_archived")
        if self.workspace.bot_user not in channel.members:
            raise ApiError("not_in_channel" if channel.kind == "channel" else "channel_not_found")
        for member in channel.members if channel.kind == "im" else ():
            if self.workspace.users[member].dm_refusal:
                raise ApiError(self.workspace.users[member].dm_refusal)
        return channel

    def _own(self, args: Json, refusal: str) -> tuple[Channel, Json]:
        """3.4: update and delete only one's own messages; an ephemeral one is none at all."""
        channel, ts = self._known(args), str(args.get("ts"))
        if not _TS.fullmatch(ts) or ts not in channel.messages:
            raise ApiError("message_not_found")
        if channel.messages[ts].get("bot_id") != self.workspace.bot_id:
            raise ApiError(refusal)
        return channel, channel.messages[ts]

    def _content(self, args: Json, *, parsed: bool) -> tuple[str, list[Json], Json]:
        text, blocks = args.get("text") or "", args.get("blocks") or []
        if not text and not blocks:
            raise ApiError("no_text")
        check_blocks(blocks, limit=MESSAGE_BLOCKS, inputs=False)
        check_message_size(blocks)
        parsed = parsed or _flag(args, "link_names")
        self.mass_mentions += mass_mentions(text, blocks, parsed=parsed)
        if len(text) > TEXT_LIMIT:  # 3.4: truncated with message_truncated
            return text[:TEXT_LIMIT], blocks, {"warning": "message_truncated"}
        return text, blocks, {}

    def _own_message(self, text: str, blocks: list[Json]) -> Json:
        return {
            "type": "message",
            "user": self.workspace.bot_user,
            "bot_id": self.workspace.bot_id,
            "app_id": "A0HALL",
            "team": self.workspace.team,
            "text": text,
            "blocks": blocks,
            "ts": self.workspace.next_ts(),
        }


def _has_rich_text(blocks: list[Json]) -> bool:
    return any(block.get("type") == "rich_text" for block in blocks)


def _flag(args: Json, name: str) -> bool:
    return args.get(name) in (True, "true", "1")


def _check_uuid(value: Any) -> None:
    try:
        uuid.UUID(str(value))
    except ValueError:
        raise ApiError("invalid_arguments", messages=["[ERROR] client_msg_id"]) from None
