"""The text of small text files shared with a message, fetched from Discord's own hosts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import aiohttp
import structlog
from yarl import URL

from adapters.discord.events import MAX_FILE_BYTES, TextFile
from rules.types import Message

FETCH_S = 3.0  # for all files of a message: what follows it in the channel waits
MAX_FILES = 5
FILE_HOSTS = frozenset({"cdn.discordapp.com", "media.discordapp.net"})

log = structlog.get_logger()


class FileTexts:
    """Reads text files; what cannot be read in time is left out and logged by its id."""

    def __init__(self, api_url: str | None) -> None:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=FETCH_S))
        self._api = URL(api_url) if api_url else None

    async def added_to(self, message: Message, files: Sequence[TextFile]) -> Message:
        """The message with the words of its files after its own, and whether some are unread."""
        read = await asyncio.gather(*(self._fetch(file) for file in files[:MAX_FILES]))
        texts, unread = [message.text], False
        for file, (reason, text) in zip(files, read, strict=False):
            if reason:
                log.warning("discord-file-unread", file=file.id, reason=reason)
                unread = True
            texts.append(text)
        return replace(message, text="\n".join(filter(None, texts)), unread=unread)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._session.close()

    async def _fetch(self, file: TextFile) -> tuple[str, str]:
        """Why the file cannot be read (empty if it can), and its text."""
        if not self._is_discords(file.url):
            return "foreign_host", ""
        try:
            async with self._session.get(file.url, allow_redirects=False) as response:
                if response.status != 200:
                    return f"http_{response.status}", ""
                body = await response.content.read(MAX_FILE_BYTES + 1)
                while len(body) <= MAX_FILE_BYTES and (more := await response.content.read(4096)):
                    body += more
        except TimeoutError:
            return "timeout", ""
        except (aiohttp.ClientError, OSError, ValueError):
            return "connection_failed", ""
        if len(body) > MAX_FILE_BYTES:
            return "too_large", ""
        return "", body.decode("utf-8-sig", errors="replace")

    def _is_discords(self, url: str) -> bool:
        """Whether the address is one where Discord keeps files, whatever an event names."""
        try:
            target = URL(url)
        except ValueError:
            return False
        if target.scheme == "https" and target.host in FILE_HOSTS:
            return True
        return bool(self._api and target.absolute and target.origin() == self._api.origin())
