"""Showing evidence without its masks: who may, and that it is on record."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.ports import Reply
from bot.process.dossier import Dossier, open_dossier
from bot.process.roles import Deed, Roles
from bot.settings import Settings
from bot.store.port import Tx

REVEALED = "evidence-revealed"  # the audit's event


def reveal(
    tx: Tx, flag_id: str, actor: str, roles: Roles, settings: Settings, now: datetime
) -> Dossier | Reply | None:
    """The flag with its words, put on record; or the refusal; None if there is no such flag.

    What is the counsellors' is left out for whom a private flag would not be shown.
    """
    dossier = open_dossier(tx, flag_id, settings)
    if dossier is None:
        return None
    private = bool(dossier.private_to)
    refusal = roles.refusal(tx, Deed.REVEAL, actor, subject=flag_id, private=private)
    if refusal is not None:
        return refusal
    tx.audit(actor, REVEALED, flag_id, now, {})
    if roles.may(Deed.REVEAL, actor, private=True):
        return dossier
    kept = tuple(one for one in dossier.evidence if not dossier.kept_from_moderators(one))
    return replace(dossier, evidence=kept)
