"""The rules that a district's settings ask for, in the states that they give them."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from pathlib import Path

import structlog

from bot.model.opinions import fits, opinion_of, own_weights
from bot.settings import Settings
from rules.classifier.shipped import shipped_version
from rules.digest import rules_digest
from rules.errors import PackError
from rules.loader import PACKS, load
from rules.policies import Policy, load_policies
from rules.ruleset import RuleSet
from rules.types import names

log = structlog.get_logger()

RULES_HELD = "rules-held"  # in the data folder: the digest of the rules whose examples held


@dataclass(frozen=True, slots=True)
class Terms:
    """What messages are held against: settings, and the rules and policies that they name."""

    settings: Settings
    ruleset: RuleSet
    policies: tuple[Policy, ...]
    digest: bytes  # of the rules: see `note_held`


def checked_terms(settings: Settings, packs: Path, data: Path, key: str = "") -> Terms:
    """Everything loaded and held against its examples; raises `ProblemsError`.

    The log says where the district's own weights do not fit the model that serves.

    Examples are left out where just these rules held in this data folder before.
    """
    digest, held = rules_digest(packs).encode(), data / RULES_HELD
    known = held.is_file() and held.read_bytes() == digest
    ruleset, policies = load_rules(settings, packs, examples=not known, data=data, key=key)
    ruleset.prepare()
    _keep_out_of_collections()
    own = own_weights(data)
    if own and ruleset.opinion and not fits(own, ruleset.opinion.scorer.name):
        model = shipped_version(ruleset.opinion.scorer.name)
        log.warning("own-weights-ignored", fitted_on=own.scorer, model=model)
    return Terms(settings, ruleset, policies, digest)


def _keep_out_of_collections() -> None:
    """Leave what is loaded out of garbage collections; what an earlier load left is collected.

    Walking through the rules takes 60 ms, which a pattern looking just then would be charged for:
    longer than it may take (`rules.matching.scan.CALL_S`).
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def note_held(terms: Terms, data: Path) -> None:
    """Remember in the data folder that the examples of these rules hold."""
    (data / RULES_HELD).write_bytes(terms.digest)


def load_rules(
    settings: Settings,
    packs: Path = PACKS,
    *,
    examples: bool = True,
    data: Path | None = None,
    key: str = "",
) -> tuple[RuleSet, tuple[Policy, ...]]:
    """The rule packs, the model and the policies that these settings name.

    Raises `ProblemsError`. `data` is the folder in which the district may have weights of its own,
    `key` what the endpoint of its own model asks for.
    `examples` holds every rule against its own, which takes seconds: for what runs long.
    """
    policies = load_policies(settings.file.policies)
    states = settings.file.rules.states
    ruleset = load(packs, policies=policies, run_examples=examples, states=states)
    unknown = [
        settings.places.problem(("rules", "states", name), f"`{name}` names no rule")
        for name in states
        if not any(names(name, rule.id) for rule in ruleset.rules)
    ]
    if unknown:
        raise PackError(unknown)
    opinion = opinion_of(settings.file.model, data, key=key, places=settings.places)
    return (ruleset.advised(opinion) if opinion else ruleset), policies
