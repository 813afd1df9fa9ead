"""Small Slack exports, as zip files and folders, sound and tampered with."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Files = Mapping[str, Any]

CHANNELS = [{"id": "C1", "name": "general"}, {"id": "C2", "name": "class-7b"}]
USERS = [
    {"id": "U1", "team_id": "T1", "name": "maya", "profile": {"display_name": "Maya"}},
    {
        "id": "U2",
        "team_id": "T1",
        "name": "ortiz",
        "profile": {"real_name": "Ms. Ortiz", "email": "ortiz@Staff.Example.org"},
    },
    {"id": "B1", "team_id": "T1", "name": "helper", "is_bot": True, "profile": {}},
]


def message(text: str, ts: str = "1709301600.000100", user: str = "U1", **more: Any) -> Any:
    """A message as Slack exports it; March 1, 2024, 14:00 UTC unless told."""
    return {"type": "message", "user": user, "text": text, "ts": ts} | more


def files(**days: Any) -> dict[str, Any]:
    """An export's files; `general=[…]` is a day of that channel."""
    found: dict[str, Any] = {"channels.json": CHANNELS, "users.json": USERS}
    for folder, rows in days.items():
        found[f"{folder.replace('_', '-')}/2024-03-01.json"] = rows
    return found


def content(value: Any) -> bytes:
    """The bytes of a member: bytes as they are, anything else as JSON."""
    return value if isinstance(value, bytes) else json.dumps(value).encode()


def write_zip(path: Path, members: Files, method: int = zipfile.ZIP_DEFLATED) -> Path:
    """Pack members by name, whatever the names are."""
    with zipfile.ZipFile(path, "w", method) as packed:
        for name, value in members.items():
            packed.writestr(zipfile.ZipInfo(name), content(value), method)
    return path


def write_folder(path: Path, members: Files) -> Path:
    """Lay the members out in a folder."""
    for name, value in members.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content(value))
    return path


def patch_header(path: Path, name: str, *, at: int, central_at: int, value: bytes) -> None:
    """Overwrite a field in both headers of a zip member."""
    data = bytearray(path.read_bytes())
    for signature, offset, length in ((b"PK\x03\x04", at, 30), (b"PK\x01\x02", central_at, 46)):
        start = data.find(signature)
        while start >= 0:
            if data[start + length :].startswith(name.encode()):
                data[start + offset : start + offset + len(value)] = value
            start = data.find(signature, start + 4)
    path.write_bytes(data)


def data_offset(path: Path, name: str) -> int:
    """Where the packed content of a member begins."""
    with zipfile.ZipFile(path) as packed:
        return packed.getinfo(name).header_offset + 30 + len(name.encode())
