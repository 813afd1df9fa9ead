"""What an answer may be: each check returns the answer as it is written down, or says why not."""

from __future__ import annotations

import re
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.setup.slack_app import EVENTS_PATH
from rules.errors import PackError
from rules.policies import load_policies, shipped
from rules.types import Category

_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
_SLACK_GROUP = re.compile(r"[A-Za-z0-9._-]+")


class AnswerError(ValueError):
    """An answer that cannot be used; the text says why and what would do."""


def words(text: str) -> str:
    """Any line of text that can be printed."""
    if not text.isprintable():
        raise AnswerError("it holds a character that cannot be printed; type it again")
    return text


def _fits(pattern: str, what: str, text: str) -> str:
    if not re.fullmatch(pattern, text):
        raise AnswerError(f"{text!r} is not {what}")
    return text


def slack_workspace(text: str) -> str:
    """A Slack team id."""
    return _fits(r"T[A-Z0-9]{4,20}", "a Slack workspace id: it begins with T, as T012AB3CD", text)


def slack_channel(text: str) -> str:
    """A Slack channel id."""
    what = "a Slack channel id: it begins with C or G, as C045EF6GH, and is not the name"
    return _fits(r"[CG][A-Z0-9]{4,20}", what, text)


def snowflake(text: str) -> str:
    """A Discord id."""
    return _fits(r"[0-9]{17,20}", "a Discord id: 17 to 20 digits, from Copy ID", text)


def slack_group(text: str) -> str:
    """A user group, by id or handle."""
    group = text.removeprefix("@")
    if not _SLACK_GROUP.fullmatch(group):
        raise AnswerError(f"{text!r} is not a user group: give its id (S…) or handle (staff)")
    return group


def domain(text: str) -> str:
    """The domain of e-mail addresses."""
    name = text.rpartition("@")[2].lower()
    if not _DOMAIN.fullmatch(name):
        raise AnswerError(f"{text!r} is not a domain such as staff.example.org")
    return name


def address(text: str) -> str:
    """An https address without a path."""
    parts = urlsplit(text.strip().removesuffix("/").removesuffix(EVENTS_PATH))
    plain = parts.scheme == "https" and parts.netloc and not (parts.path.strip("/") or parts.query)
    if not plain:
        raise AnswerError(f"{text!r} is not an address such as https://hallmonitor.example.org")
    return f"https://{parts.netloc}"


def time_zone(text: str) -> str:
    """An IANA time zone."""
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder, `America`
        raise AnswerError(f"{text!r} is not a time zone such as America/Chicago") from None
    return text


def policy(text: str) -> str:
    """A shipped policy, or a file that loads as one."""
    if words(text) in shipped():
        return text
    try:
        load_policies([text])
    except PackError as error:
        known = ", ".join(shipped())
        raise AnswerError(f"{error.problems[0]}; shipped are {known}") from None
    return text


def category(text: str) -> str:
    """A category whose messages can be hidden."""
    known = [name.value for name in Category if name is not Category.WELFARE]
    if text not in known:
        raise AnswerError(f"{text!r} is no category; known: {', '.join(known)}")
    return text


def help_line(text: str) -> str:
    """A name, and where it is reached, as `help_line_parts` takes it apart again."""
    name, number, link = help_line_parts(words(text))
    if not name or not (number or link) or "://" in number:
        raise AnswerError(f"{text!r} is not NAME = NUMBER, as Counselling office = 414-555-0150")
    return f"{name} = {' '.join(filter(None, (number, link)))}"


def help_line_parts(text: str) -> tuple[str, str, str]:
    """Name, number and https link; what is not there is empty."""
    name, _, reached = text.partition("=")
    parts = reached.split()
    links = [part for part in parts if re.fullmatch(r"https://\S+", part)][:1]
    number = " ".join(part for part in parts if part not in links)
    return name.strip(), number, next(iter(links), "")
