"""Rule packs from TOML files into a `RuleSet`: strict, every fault of every file at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from rules.errors import PackError, Problem
from rules.folding.lexicon import Lexicon
from rules.kinds.found import FollowOn
from rules.kinds.several import OverTalk, unmet
from rules.policies import Policy
from rules.reading import Reading, shown
from rules.ruleset import Rule, RuleSet
from rules.trials.examples import failing_context_examples, failing_examples
from rules.trials.probe import slow_patterns
from rules.types import RuleState, names

__all__ = ["PACKS", "RuleSet", "load"]

PACKS = Path(__file__).parent / "packs"
States = Mapping[str, RuleState]  # by `category.subject` or `category.*`
NO_STATES: States = {}
SHARED = "shared.toml"
CONTEXTS = "contexts.toml"


def load(
    packs: Path = PACKS,
    *,
    policies: Sequence[Policy] = (),
    run_examples: bool = True,
    probe: bool = False,
    states: States = NO_STATES,
) -> RuleSet:
    """Load a folder of packs, or one pack with the shared files that lie beside it.

    Raises `PackError` with every fault, each with file and line. `run_examples` holds every rule
    against its own examples; `probe` tries every pattern on texts made to keep it busy. `states`
    go before those that the packs give: `category.subject` or `category.*` -> state.
    """
    folder, files = _files(packs)
    reading = Reading(policies)
    if (folder / SHARED).is_file():
        reading.shared(folder / SHARED)
    if (folder / CONTEXTS).is_file():
        reading.context_file(folder / CONTEXTS)
    for file in files:
        reading.pack(file)
    reading.problems += _loose_ends(reading, whole=packs.is_dir())
    if reading.problems:
        raise PackError(reading.problems)
    lexicon = Lexicon(reading.disguised, reading.known)
    rules = [replace(rule, state=state_of(rule, states)) for rule in reading.rules]
    ruleset = RuleSet(rules, reading.contexts, lexicon, policies)
    faults: list[Problem] = []
    if probe:
        faults += slow_patterns(ruleset)
    if run_examples:
        faults += failing_context_examples(ruleset, reading.places)
        faults += failing_examples(ruleset.all_live(), reading.places)
    if faults:
        raise PackError(faults)
    return ruleset


def state_of(rule: Rule, states: States) -> RuleState:
    """The state of a rule where these go before its own; its id before its category."""
    return states.get(rule.id) or states.get(f"{rule.category}.*") or rule.state


def pack_files(packs: Path = PACKS) -> list[Path]:
    """Every file that `load` reads for this folder or pack, the shared ones first."""
    folder, files = _files(packs)
    beside = [folder / name for name in (SHARED, CONTEXTS)]
    return [*(file for file in beside if file.is_file()), *files]


def _files(packs: Path) -> tuple[Path, list[Path]]:
    own = (SHARED, CONTEXTS)
    if packs.is_file():
        return packs.parent, [] if packs.name in own else [packs]
    files = sorted(path for path in packs.glob("*.toml") if path.name not in own)
    if not files:
        raise PackError([Problem(shown(packs), 1, "there are no rule packs here")])
    return packs, files


def _loose_ends(reading: Reading, *, whole: bool) -> Iterator[Problem]:
    """Names that nothing stands behind; of other packs only where all of them are there."""
    counts = Counter(rule.id for rule in reading.rules)
    loaded = {Path(rule.file).stem for rule in reading.rules}  # packs bear their category's name
    for number, rule in zip(reading.numbers, reading.rules, strict=True):
        here = reading.places[rule.file]
        if counts[rule.id] > 1:
            yield here.problem(("rule", number, "id"), f"there are two rules `{rule.id}`")
        for name in _missing(rule.unless, reading.contexts):
            yield here.problem(("rule", number, "unless"), f"there is no context `{name}`")
        for name in _missing(rule.absorbs, counts):
            if whole or name.partition(".")[0] in loaded:
                yield here.problem(("rule", number, "absorbs"), f"there is no rule `{name}`")
        for name in _unnamed(rule, counts) if whole else ():
            key = () if isinstance(rule.test, OverTalk) else ("rules",)
            yield here.problem(("rule", number, *key), f"`{name}` names no rule")


def _unnamed(rule: Rule, known: Iterable[str]) -> list[str]:
    """The entries of a rule that builds on others that stand for no other rule."""
    if isinstance(rule.test, OverTalk):
        return unmet(rule.test.refs, known)
    if not isinstance(rule.test, FollowOn):
        return []
    others = [other for other in known if other != rule.id]
    return [name for name in rule.test.rules if not any(names(name, other) for other in others)]


def _missing(names: Iterable[str], known: Container[str]) -> list[str]:
    return sorted(name for name in names if name not in known)
