"""The text of small text files shared with a message, fetched with the bot's token."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import aiohttp
import structlog
from yarl import URL

from adapters.slack.events import MAX_FILE_BYTES, TextFile
from adapters.slack.web import Web
from rules.types import Message

FETCH_S = 1.5  # for all files of a message: Slack wants its answer within 3 s
MAX_FILES = 5
FILES_HOST = "files.slack.com"

log = structlog.get_logger()


class FileTexts:
    """Reads text files; what cannot be read in time is left out and logged by its id."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._api = URL(web.base_url)

    async def added_to(self, message: Message, files: Sequence[TextFile]) -> Message:
        """The message with the words of its files after its own, and whether some are unread."""
        fetching = [asyncio.create_task(self._fetch(file)) for file in files[:MAX_FILES]]
        if not fetching:
            return message
        done, late = await asyncio.wait(fetching, timeout=FETCH_S)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        texts, unread = [message.text], False
        for file, task in zip(files, fetching, strict=False):
            reason, text = task.result() if task in done else ("timeout", "")
            if reason:
                log.warning("slack-file-unread", file=file.id, reason=reason)
                unread = True
            texts.append(text)
        return replace(message, text="\n".join(filter(None, texts)), unread=unread)

    async def _fetch(self, file: TextFile) -> tuple[str, str]:
        """Why the file cannot be read (empty if it can), and its text."""
        if not self._may_have_token(file.url):
            return "foreign_host", ""
        headers = {"Authorization": f"Bearer {self._web.token}"}
        try:
            # Without the scope Slack redirects to its sign-in page, which is no file.
            async with self._web.session.get(
                file.url, headers=headers, allow_redirects=False
            ) as response:
                if response.status != 200:
                    return f"http_{response.status}", ""
                if response.content_type == "text/html":
                    return "sign_in_page", ""
                body = await response.content.read(MAX_FILE_BYTES + 1)
                while len(body) <= MAX_FILE_BYTES and (more := await response.content.read(4096)):
                    body += more
        except (aiohttp.ClientError, OSError, ValueError):
            return "connection_failed", ""
        if len(body) > MAX_FILE_BYTES:
            return "too_large", ""
        return "", body.decode("utf-8-sig", errors="replace")

    def _may_have_token(self, url: str) -> bool:
        """The token goes to Slack's hosts only, whatever address an event names."""
        try:
            target = URL(url)
        except ValueError:
            return False
        if target.scheme == "https" and target.host == FILES_HOST:
            return True
        return target.origin() == self._api.origin() if target.absolute else False
