"""What the outcome of the examples rests on, as one number: packs, the core's code, its engines."""

from __future__ import annotations

import hashlib
import sys
from importlib.metadata import version
from pathlib import Path

CODE = Path(__file__).parent
ENGINES = ("regex", "google-re2", "ahocorasick-rs", "phonenumberslite", "python-stdnum", "anyascii")


def rules_digest(packs: Path) -> str:
    """A SHA-256 of these packs and of everything that judges them, in hexadecimal.

    While it stays the same, examples that held once hold again, and need not be run.
    """
    told = hashlib.sha256(sys.version.encode())
    for name in ENGINES:
        told.update(f"{name} {version(name)}\n".encode())
    # The model has no part in the examples: they hold the rules alone.
    no_part = {"__pycache__", "classifier"}
    ours = (file for file in sorted(CODE.rglob("*")) if no_part.isdisjoint(file.parts))
    for file in (*sorted(packs.glob("*.toml")), *ours):
        if not file.is_file():
            continue
        told.update(f"{file.name} {file.stat().st_size}\n".encode())
        told.update(file.read_bytes())
    return told.hexdigest()
