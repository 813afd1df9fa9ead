"""Archives: exports of a chat platform, from a zip file or a folder, as messages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from adapters.archive import discord_export, slack
from adapters.archive.export import Export, Portion
from adapters.archive.folder import FolderMembers
from adapters.archive.members import Damage, Limits, Members, UnusableArchiveError
from adapters.archive.zipped import ZipMembers

__all__ = ["Damage", "Export", "Limits", "Portion", "UnusableArchiveError", "open_archive"]

# Each takes the members for an export of its platform, or says None. Another platform is a module
# beside `slack.py` and a line here.
FORMATS: Mapping[str, Callable[[Members, str], Export | None]] = {
    "Slack export (channels.json, users.json, CHANNEL/YYYY-MM-DD.json)": slack.open_export,
    "DiscordChatExporter JSON files (one for each channel)": discord_export.open_export,
}


def open_archive(path: Path, limits: Limits | None = None) -> Export:
    """Open an export; raises `UnusableArchiveError`, which says what is wrong and what to do."""
    limits = limits or Limits()
    if not path.exists():
        raise UnusableArchiveError("there is no such file or folder")
    try:
        members: Members = (FolderMembers if path.is_dir() else ZipMembers)(path, limits)
    except OSError as error:
        raise UnusableArchiveError(f"cannot be read: {error.strerror}") from None
    name = path.stem if path.suffix.lower() == ".zip" else path.resolve().name
    try:
        for open_export in FORMATS.values():
            export = open_export(members, name)
            if export is not None:
                return export
    except UnusableArchiveError:
        members.close()
        raise
    members.close()
    refused = "".join(f"\n  {damage}" for damage in members.refused[:10])
    raise UnusableArchiveError(f"holds none of these: {'; '.join(FORMATS)}{refused}")
