"""One line of `check`'s JSONL input as messages, or a plain sentence on what is wrong with it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rules.types import Message, MessageKey, Role

_ROLES = ", ".join(role.value for role in Role)
_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)


class BadLineError(ValueError):
    """An input line that cannot be judged; `id` is its id where it has one. It quotes nothing."""

    def __init__(self, what: str, line_id: Any = None) -> None:
        super().__init__(what)
        self.id = line_id


@dataclass(frozen=True, slots=True)
class Case:
    """What one line asks to judge: a message, or the messages of a conversation in order."""

    id: Any
    messages: tuple[Message, ...]
    conversation: bool


def read_case(line: str | bytes) -> Case:
    """Read one line; raises `BadLineError`."""
    try:
        text = line.decode("utf-8-sig") if isinstance(line, bytes) else line
        data = json.loads(text, parse_constant=_refuse)
    except UnicodeDecodeError:
        raise BadLineError("not UTF-8 text") from None
    except (ValueError, RecursionError):  # no JSON, or nested too deep
        raise BadLineError("not valid JSON") from None
    if not isinstance(data, dict):
        raise BadLineError("should be a JSON object")
    line_id = data.get("id")
    if isinstance(line_id, dict | list):
        raise BadLineError("`id` should be a string, a number, true, false or null")
    if "id" not in data:
        raise BadLineError("`id` is missing")
    if ("text" in data) == ("messages" in data):
        raise BadLineError("needs either `text` or `messages`", line_id)
    if "text" in data:
        return Case(line_id, (_message(data, data, 0, line_id),), conversation=False)
    rows = data["messages"]
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadLineError("`messages` should be a list of objects", line_id)
    messages = tuple(_message(row, data, number, line_id) for number, row in enumerate(rows))
    return Case(line_id, messages, conversation=True)


def _refuse(constant: str) -> None:
    raise ValueError(constant)  # NaN and its like are no JSON, though Python reads them


def _message(row: dict[str, Any], data: dict[str, Any], number: int, line_id: Any) -> Message:
    where = f"`messages[{number}].text`" if row is not data else "`text`"
    if not isinstance(row.get("text"), str):
        raise BadLineError(f"{where} should be a string", line_id)
    role = row.get("author_role", data.get("author_role")) or "unknown"
    if not isinstance(role, str) or role not in Role._value2member_map_:
        raise BadLineError(f"`author_role` should be one of {_ROLES}", line_id)
    lang = data.get("lang")
    platform = data.get("platform")
    return Message(
        key=MessageKey(platform if isinstance(platform, str) else "check", "", "", str(number)),
        author_id=str(row.get("author", "")),
        text=row["text"],
        posted_at=_time(row.get("ts"), number, line_id),
        author_role=Role(role),
        lang=lang if isinstance(lang, str) else "",
    )


def _time(value: Any, number: int, line_id: Any) -> datetime:
    if value is None:
        return _NO_TIME
    try:
        at = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        what = f"`messages[{number}].ts` should be a time such as 2026-01-31T09:30:00Z"
        raise BadLineError(what, line_id) from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
