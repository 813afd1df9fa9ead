"""Slack's refusals in our own terms: what may be tried again, what never will be taken."""

from __future__ import annotations

import re

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.ports import DeliveryError

# This person or place will not take it, whoever asks and however often.
REFUSED = frozenset(
    {
        "cannot_dm_bot",
        "cant_update_message",
        "channel_is_limited_access",
        "channel_not_found",
        "duplicate_channel_not_found",
        "duplicate_message_not_found",
        "edit_window_closed",
        "ekm_access_denied",
        "invalid_user_combination",
        "is_archived",
        "is_inactive",
        "message_not_found",
        "messages_tab_disabled",
        "method_not_supported_for_channel_type",
        "not_in_channel",
        "restricted_action",
        "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel",
        "restricted_action_thread_locked",
        "restricted_action_thread_only_channel",
        "user_disabled",
        "user_not_found",
        "user_not_in_channel",
        "user_not_visible",
        "users_not_found",
    }
)
GONE = frozenset({"cant_update_message", "message_not_found"})  # of these: it is the message
# Slack's own trouble, or a limit that passes.
PASSING = frozenset(
    {
        "external_channel_migrating",
        "fatal_error",
        "internal_error",
        "message_limit_exceeded",
        "org_login_required",
        "rate_limited",
        "ratelimited",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
        "update_failed",
    }
)
# What a call can raise besides Slack's own errors. A proxy's answer that is no JSON object makes
# slack_sdk stumble with ValueError or AttributeError.
CALL_ERRORS = (
    SlackClientError,
    aiohttp.ClientError,
    TimeoutError,
    OSError,
    ValueError,
    AttributeError,
)

_CODE = re.compile(r"[a-z0-9_]{1,64}")


class SetupError(Exception):
    """Slack cannot be connected as configured; the text says what is wrong and what to do.

    `retryable`: Slack did not answer, so the same may work later.
    """

    def __init__(self, what: str, *, retryable: bool = False) -> None:
        super().__init__(what)
        self.retryable = retryable


def translate(error: Exception) -> DeliveryError:
    """The delivery error for what a call raised; its reason holds codes only, no words."""
    if not isinstance(error, SlackApiError):
        kind = "timeout" if isinstance(error, TimeoutError) else "connection_failed"
        return DeliveryError(kind, retryable=True)
    status = _status(error)
    code = error_code(error)
    if status == 429 or code in ("ratelimited", "rate_limited"):
        return DeliveryError("ratelimited", retryable=True, retry_after_s=_retry_after(error))
    if code in REFUSED:
        return DeliveryError(code, refused=True, gone=code in GONE)
    if code in PASSING or status >= 500:
        return DeliveryError(code or f"http_{status}", retryable=True)
    if not code and status < 400:  # an answer that is not Slack's: a proxy's, or cut off
        return DeliveryError("unreadable_answer", retryable=True)
    if code == "missing_scope":
        return DeliveryError(f"missing_scope:{_field(error, 'needed') or 'unknown'}")
    return DeliveryError(code or f"http_{status}")


def error_code(error: SlackApiError) -> str:
    """Slack's error code, or an empty text where the answer had none."""
    code = _field(error, "error")
    return code if _CODE.fullmatch(code) else ""


def _field(error: SlackApiError, name: str) -> str:
    data = getattr(error.response, "data", None)
    value = data.get(name) if isinstance(data, dict) else None
    return value if isinstance(value, str) else ""


def _status(error: SlackApiError) -> int:
    response = error.response  # aiohttp's own response where the body was no JSON
    status = getattr(response, "status_code", None) or getattr(response, "status", None)
    return status if isinstance(status, int) else 0


def _retry_after(error: SlackApiError) -> float:
    headers = getattr(error.response, "headers", None) or {}
    value = str(headers.get("Retry-After", ""))
    return float(value) if value.isdigit() else 30.0
