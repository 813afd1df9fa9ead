"""Looking for escalation lists that were called and from which nobody has answered."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.process import calls
from bot.settings import Settings
from bot.setup.findings import Finding, warning
from bot.store.folder import DATABASE
from bot.store.port import FlagQuery, StoreError, Tx
from bot.store.sqlite import open_store

NEWEST = 200  # flags that are looked at
MOST_NAMED = 3


async def look_at_calls(data: Path, keys: Sequence[str], settings: Settings) -> list[Finding]:
    """The lists that left calls unanswered, with the flags; nothing where records cannot be read.

    What is wrong with the records is for `look_at_records` to say.
    """
    if not keys or not (data / DATABASE).exists():
        return []

    def read(tx: Tx) -> list[tuple[str, list[str]]]:
        return calls.waiting(tx, tx.flags(FlagQuery(limit=NEWEST)), settings)

    try:
        store = open_store(data, keys, beside=True)
        try:
            silent = await store.read(read)
        finally:
            await store.close()
    except StoreError:
        return []
    by_list: dict[str, list[str]] = {}
    for flag_id, names in silent:
        for name in names:
            by_list.setdefault(name, []).append(flag_id)
    return [_unanswered(name, flags) for name, flags in sorted(by_list.items())]


def _unanswered(name: str, flags: Sequence[str]) -> Finding:
    more = f" and {len(flags) - MOST_NAMED} more" if len(flags) > MOST_NAMED else ""
    return warning(
        "calls",
        f"Nobody on the list {name} has answered about {', '.join(flags[:MOST_NAMED])}{more}.",
        f"Ask them whether calls reach them, and answer with hallmonitor flags acknowledge; more "
        f"people or a fallback in [lists.{name}] help.",
    )
