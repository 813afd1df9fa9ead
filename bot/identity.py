"""Ids of flags, authorisations and pauses: short enough to read aloud, too many to guess."""

from __future__ import annotations

import secrets

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U


def new_flag_id() -> str:
    """A fresh id such as `F-7K3Q-X2M9` (40 random bits)."""
    return _new_id("F")


def new_permission_id() -> str:
    """A fresh id such as `A-7K3Q-X2M9`."""
    return _new_id("A")


def new_pause_id() -> str:
    """A fresh id such as `P-7K3Q-X2M9`."""
    return _new_id("P")


def new_link_id() -> str:
    """A fresh id such as `L-7K3Q-X2M9`."""
    return _new_id("L")


def _new_id(kind: str) -> str:
    letters = "".join(secrets.choice(_LETTERS) for _ in range(8))
    return f"{kind}-{letters[:4]}-{letters[4:]}"
