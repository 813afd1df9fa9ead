"""Encryption at rest: what people wrote is sealed before it reaches a column.

A sealed text is bound to its place (the row it belongs to), so that a ciphertext moved to another
row does not open there.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.store.port import StoreError
from rules.types import well_formed

VARIABLE = "HALLMONITOR_SECRET_KEY"
KEY_FILE = "secret.key"
_URL_SAFE = str.maketrans("+/", "-_")  # both alphabets of base64 are welcome
_MAKE_ONE = "make one with: openssl rand -base64 32"


class SealError(StoreError):
    """A sealed text that no key opens, or that belongs to another row."""


class Vault:
    """Seals and opens texts; the first key seals, every key opens."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise StoreError(f"{VARIABLE} is not set; {_MAKE_ONE}")
        self._fernet = MultiFernet([_fernet(key, place) for place, key in enumerate(keys, 1)])

    def seal(self, place: str, text: str) -> str:
        """The text, encrypted for `place` alone."""
        bound = f"{place}\0{well_formed(text)}"
        return self._fernet.encrypt(bound.encode()).decode("ascii")

    def open(self, place: str, sealed: str) -> str:
        """The text sealed for `place`; `SealError` if no key opens it or it is another's."""
        try:
            bound = self._fernet.decrypt(sealed).decode()
        except (InvalidToken, ValueError):  # ValueError: what is kept is not even ASCII
            raise SealError(f"what is kept at {place} does not open with any key") from None
        if not bound.startswith(f"{place}\0"):
            raise SealError(f"what is kept at {place} belongs to another row")
        return bound[len(place) + 1 :]

    def renew(self, sealed: str) -> str:
        """The same sealed text under the first key."""
        try:
            return self._fernet.rotate(sealed).decode("ascii")
        except (InvalidToken, ValueError):  # as in `open`
            raise SealError("a sealed text does not open with any key") from None


def fingerprint(key: str, rule: str, text: str) -> str:
    """A keyed hash of a rule and what it found; without the key nobody can try words on it."""
    words = f"{rule}\0{well_formed(text)}".encode()
    return hmac.new(key.encode(), words, hashlib.sha256).hexdigest()


def new_key() -> str:
    """A fresh random key."""
    return Fernet.generate_key().decode("ascii")


def own_key(folder: Path) -> str:
    """The playground's key: read from the data folder, or made there (readable by its owner only).

    Never made beside records that an earlier key sealed.
    """
    path = folder / KEY_FILE
    try:
        if not path.exists():
            _make_key_file(path)
        return path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"{path} cannot be read or made: {type(error).__name__}") from error


def _make_key_file(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(path.parent.glob("*.db")):
        raise StoreError(
            f"{path} is missing, but there are records beside it that it opens: "
            f"put the file back, set {VARIABLE}, or begin with an empty data folder"
        )
    draft = path.with_name(f"{KEY_FILE}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(new_key() + "\n")
        file.flush()
        os.fsync(handle)
    try:
        os.link(draft, path)  # whole or not at all, and never over another's
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    _fsync_folder(path.parent)


def _fsync_folder(folder: Path) -> None:
    """A power cut must not leave records behind whose key is gone."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _fernet(key: str, place: int) -> Fernet:
    try:
        return Fernet(key.strip().translate(_URL_SAFE))
    except ValueError:
        raise StoreError(
            f"{VARIABLE}: key {place} is not 32 random bytes in base64; {_MAKE_ONE}"
        ) from None
