"""A refusal in Discord's own form."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """4.2: the error body `{code, message, errors}` with its HTTP status."""

    def __init__(self, status: int, code: int, message: str = "", **fields: Any) -> None:
        super().__init__(f"{status}/{code}")
        self.status = status
        self.code = code
        self.message = message
        self.fields = fields

    def body(self) -> dict[str, Any]:
        return {"code": self.code, "message": self.message or "refused", **self.fields}


UNKNOWN_CHANNEL = ApiError(404, 10003, "Unknown Channel")
UNKNOWN_MEMBER = ApiError(404, 10007, "Unknown Member")
UNKNOWN_MESSAGE = ApiError(404, 10008, "Unknown Message")
UNKNOWN_USER = ApiError(404, 10013, "Unknown User")
UNKNOWN_INTERACTION = ApiError(404, 10062, "Unknown interaction")
ALREADY_ANSWERED = ApiError(400, 40060, "Interaction has already been acknowledged.")
NO_ACCESS = ApiError(403, 50001, "Missing Access")
OF_ANOTHER = ApiError(403, 50005, "Cannot edit a message authored by another user")
CLOSED_DM = ApiError(403, 50007, "Cannot send messages to this user")
NO_PERMISSION = ApiError(403, 50013, "Missing Permissions")
WRONG_TYPE = ApiError(400, 50024, "Cannot execute action on this channel type")
ARCHIVED = ApiError(400, 50083, "Thread is archived")
NO_MUTUAL_SERVER = ApiError(403, 50278, "Cannot send messages to this user due to no mutual guilds")
UNAUTHORIZED = ApiError(401, 0, "401: Unauthorized")


def bad_form(field: str, what: str) -> ApiError:
    """50035: which field, and why."""
    errors = {field: {"_errors": [{"code": "BASE_TYPE", "message": what}]}}
    return ApiError(400, 50035, "Invalid Form Body", errors=errors)
