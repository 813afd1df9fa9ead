"""The answers that a settings file is written from, and who the people in them are."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.setup.checks import AnswerError

_SLACK_PERSON = re.compile(r"[UW][A-Z0-9]{2,20}")
_DISCORD_PERSON = re.compile(r"[0-9]{17,20}")
WORKSPACE = {"slack": "slack-workspace", "discord": "discord-server"}  # platform -> its question


class Answers:
    """What was answered, by the question's name; a question not asked has no answer."""

    def __init__(self, given: Mapping[str, tuple[str, ...]] | None = None) -> None:
        self._given = dict(given or {})

    def put(self, name: str, answer: tuple[str, ...]) -> None:
        """Keep an answer."""
        self._given[name] = answer

    def one(self, name: str) -> str:
        """The answer to a question that takes one; empty if it was left open."""
        return next(iter(self.many(name)), "")

    def many(self, name: str) -> tuple[str, ...]:
        """All parts of an answer."""
        return self._given.get(name, ())

    def has(self, platform: str) -> bool:
        """Whether this platform was chosen."""
        return platform in self.many("platforms")


def person(text: str, answers: Answers) -> str:
    """A person as the settings name them (`slack/T012AB3/U045CD6`), from an id or that form."""
    platform, workspace, name = _parts(text, answers)
    if not answers.has(platform):
        raise AnswerError(f"{text!r} is on {platform}, which was not chosen")
    here = answers.one(WORKSPACE[platform])
    if workspace and workspace != here:
        raise AnswerError(f"{text!r} is in {workspace}, not in {here}")
    fits = (_SLACK_PERSON if platform == "slack" else _DISCORD_PERSON).fullmatch(name)
    if not fits:
        raise AnswerError(f"{text!r} is no member id of {platform}")
    return f"{platform}/{here}/{name}"


def _parts(text: str, answers: Answers) -> tuple[str, str, str]:
    """Platform, workspace (if told) and id of a person."""
    if text.count("/") == 2 and text.split("/")[0] in WORKSPACE:
        platform, workspace, name = text.split("/")
        return platform, workspace, name
    if _SLACK_PERSON.fullmatch(text):
        return "slack", "", text
    if _DISCORD_PERSON.fullmatch(text):
        return "discord", "", text
    wanted = {
        "slack": "a Slack member id (U045CD6, from the profile: ⋮, Copy member ID)",
        "discord": "a Discord user id (18 digits, from a right click: Copy User ID)",
    }
    chosen = " or ".join(wanted[name] for name in answers.many("platforms"))
    raise AnswerError(f"{text!r} is not {chosen}")
