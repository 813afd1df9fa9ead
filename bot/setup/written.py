"""Files that `init` writes: whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path


def write(path: Path, text: str) -> None:
    """Put `text` at `path`; a crash or a full disk leaves what stood there before."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def text_of_json(data: Mapping[str, object]) -> str:
    """JSON for people to read and paste."""
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
