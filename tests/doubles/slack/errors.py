"""A refusal in Slack's own form."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """What the Web API answers instead of doing it: `{ok: false, error}`, HTTP 200 (3.4)."""

    def __init__(self, error: str, *, messages: list[str] | None = None, **fields: Any) -> None:
        super().__init__(error)
        self.error = error
        self.messages = messages or []
        self.fields = fields

    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {"ok": False, "error": self.error, **self.fields}
        if self.messages:
            body["response_metadata"] = {"messages": self.messages}
        return body
