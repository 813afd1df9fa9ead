"""Discord's refusals in our own terms: what may be tried again, what never will be taken."""

from __future__ import annotations

from collections.abc import Mapping

import aiohttp
import discord

from bot.ports import DeliveryError

# This person or place will not take it, whoever asks and however often. Codes: "Opcodes and Status
# Codes" of Discord's documentation.
REFUSED: Mapping[int, str] = {
    10003: "channel-unknown",
    10004: "server-unknown",
    10007: "member-unknown",
    10008: "message-unknown",
    10013: "person-unknown",
    50001: "no-access",
    50005: "message-of-another",
    50007: "dms-closed",
    50013: "no-permission",
    50021: "system-message",
    50024: "wrong-channel-type",
    50083: "thread-archived",
    50278: "dms-closed",  # no server in common any more
    160005: "thread-locked",
}
GONE = frozenset({10008, 50005})  # of these: it is the message
# Limits that pass without a 429.
PASSING: Mapping[int, str] = {
    20016: "slow-mode",
    20028: "write-limit",
    30046: "old-edits-limit",
    40003: "dms-opened-too-fast",
    40333: "service-overloaded",
    130000: "service-overloaded",
}
# What a call can raise besides Discord's own errors. discord.py stumbles with the last five over an
# answer that is not Discord's (a proxy's) and over a session that is closed.
CALL_ERRORS = (
    discord.DiscordException,
    aiohttp.ClientError,
    TimeoutError,
    OSError,
    AttributeError,
    KeyError,
    RuntimeError,
    TypeError,
    ValueError,
)


class SetupError(Exception):
    """Discord cannot be connected as configured; the text says what is wrong and what to do.

    `retryable`: Discord did not answer, so the same may work later.
    """

    def __init__(self, what: str, *, retryable: bool = False) -> None:
        super().__init__(what)
        self.retryable = retryable


def translate(error: Exception) -> DeliveryError:
    """The delivery error for what a call raised; its reason holds codes only, no words."""
    if isinstance(error, discord.RateLimited):
        return DeliveryError("rate-limited", retryable=True, retry_after_s=error.retry_after)
    if not isinstance(error, discord.HTTPException):
        kind = "timeout" if isinstance(error, TimeoutError) else "connection-failed"
        return DeliveryError(kind, retryable=True)
    if error.status == 429:
        return DeliveryError("rate-limited", retryable=True, retry_after_s=_retry_after(error))
    if error.code in REFUSED:
        return DeliveryError(REFUSED[error.code], refused=True, gone=error.code in GONE)
    if error.code in PASSING:
        return DeliveryError(PASSING[error.code], retryable=True)
    if error.status >= 500:
        return DeliveryError(f"http-{error.status}", retryable=True)
    return DeliveryError(f"discord-{error.code}" if error.code else f"http-{error.status}")


def _retry_after(error: discord.HTTPException) -> float:
    value = str(error.response.headers.get("Retry-After", ""))
    try:
        return max(0.0, float(value))
    except ValueError:
        return 30.0
