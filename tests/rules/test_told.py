"""A rule that tells a list: what it finds is no violation, and nothing is built on it."""

from pathlib import Path

from rules.engine import evaluate
from rules.loader import load
from rules.types import Context, Suppression
from tests.rules.making import folder, message, pack, rule

EXAMPLES = {"match": '["darn", "oh darn", "darn it"]', "ignore": '["a", "b", "c"]'}
TELLS = 'kind = "phrase"\nterms = ["darn"]\ntells = "it"\n'


def test_it_is_told_and_not_live(tmp_path: Path) -> None:
    """It counts for nobody, and says which list hears of it."""
    rules = load(folder(tmp_path, pack(rule("profanity.darn", TELLS, **EXAMPLES))))

    verdict = evaluate(message("darn it"), Context(), rules)

    (told,) = verdict.told
    assert (told.tells, told.counts, told.suppressed) == ("it", False, Suppression.TOLD)
    assert verdict.live == ()
