"""What the model costs: time beside the rules, one at a time and at once; start-up and memory."""

from __future__ import annotations

import resource
import time

from rich.console import Console
from rich.table import Table

from rules.classifier.reading import as_read
from rules.classifier.scorer import Scorer
from rules.classifier.shipped import shipped_opinion, shipped_scorer
from rules.folding.normalize import fold
from rules.folding.reveal import reveal
from rules.ruleset import RuleSet
from tests.bench import chat
from tests.bench.core import judged
from tests.bench.timing import measure

BATCH = 32
_KIB = 1024  # Linux tells the largest resident set in KiB


def report(console: Console, rules: RuleSet, table: Table) -> None:
    """Load the shipped model, fill the table and print it."""
    before, start = _resident(), time.thread_time()
    opinion = shipped_opinion()
    opinion.odds(["warm"])
    seconds, more = time.thread_time() - start, _resident() - before
    name = shipped_scorer().name
    console.print(f"the model `{name}`: loaded in {seconds:.2f} s, {more:.0f} MiB of memory")
    posts = chat.ordinary(400)
    alone = measure(judged(rules), posts)
    rows = {
        "rules alone": alone,
        "rules and model": measure(judged(rules.advised(opinion)), posts, repeats=2),
    }
    for row, times in rows.items():
        told = (f"{value:,.1f}" for value in (times.p50, times.p99, times.mean))
        table.add_row(row, *told, f"{times.p50 / alone.p50:.3g}")
    texts = [as_read(reveal(fold(post), rules.lexicon).text) for post in posts]
    table.add_row(
        f"the model, {BATCH} at once", "", "", f"{_batched(opinion.scorer, texts):,.1f}", ""
    )
    console.print(table)


def _batched(scorer: Scorer, texts: list[str]) -> float:
    """Microseconds of computing per text."""
    start = time.thread_time()
    for at in range(0, len(texts), BATCH):
        scorer.logits(texts[at : at + BATCH])
    return (time.thread_time() - start) / len(texts) * 1e6


def _resident() -> float:
    """MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB
