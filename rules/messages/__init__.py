"""Every sentence that people read, in English and Spanish: data in `en.toml` and `es.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "es")
FOLDER = Path(__file__).parent


@cache
def wording(lang: str) -> Mapping[str, str]:
    """All sentences of a language by dotted key; an unknown language reads as English."""
    name = lang if lang in LANGUAGES else "en"
    data = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    return dict(_flat(data, ""))


def _flat(table: Mapping[str, object], prefix: str) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, Mapping):
            rows += _flat(value, f"{prefix}{key}.")
        else:
            rows.append((f"{prefix}{key}", str(value)))
    return rows


def say(lang: str, key: str, **params: object) -> str:
    """The sentence `key` with its placeholders filled; KeyError if either is unknown."""
    return wording(lang)[key].format(**params)
