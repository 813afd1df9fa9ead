"""The rules that a district's settings ask for, in the states that they give them."""

from __future__ import annotations

from pathlib import Path

from bot.opinions import opinion_of
from bot.settings import Settings
from rules.errors import PackError
from rules.loader import PACKS, load
from rules.policies import Policy, load_policies
from rules.ruleset import RuleSet
from rules.types import names


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
