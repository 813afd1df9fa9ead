"""`make bench`: what the rule core costs, part by part, and how the cost grows. One run, one table.

Compare rows of one run only: the figures depend on the machine, the ratios much less.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import re2
from ahocorasick_rs import AhoCorasick, Implementation
from rich.console import Console
from rich.table import Table

from rules.folding.normalize import View, fold
from rules.folding.reveal import reveal
from rules.loader import PACKS, load
from rules.matching.expression import QUIET, Pattern
from rules.matching.literals import BORDER
from rules.matching.scan import Budget, Scan
from rules.policies import load_policies, shipped
from rules.ruleset import RuleSet
from tests.bench import chat, model
from tests.bench.core import judged
from tests.bench.timing import Times, measure, measure_beside

_BUDGET = Budget(seconds=3600, call=10)
_POSTS = 400
_LOOPED = 40  # posts for the naive loop, which is slow


def main() -> None:
    """Load, measure, print."""
    console = Console(width=100)
    start = time.thread_time()
    rules = load(policies=load_policies(shipped()), run_examples=False)
    loaded = time.thread_time() - start
    patterns = len({pattern for rule in rules.rules for pattern in rule.patterns})
    console.print(f"{len(rules.rules)} rules, {patterns} patterns, loaded in {loaded:.2f} s")
    examples = [text for rule in rules.rules for text in rule.match]
    ordinary = chat.ordinary(_POSTS)
    for name, posts in (("ordinary", ordinary), ("flag-heavy", chat.flagged(_POSTS, examples))):
        console.print(_parts(name, posts, rules))
    model.report(
        console, rules, _table("the model, ordinary chat, µs per message", "of the rules alone")
    )
    console.print(_growth(ordinary, rules))
    console.print(_lengths(rules))


def _parts(name: str, posts: list[str], rules: RuleSet) -> Table:
    folded = [fold(post) for post in posts]
    plain = [reveal(view, rules.lexicon).text for view in folded]
    views = list(zip(plain, posts, strict=True))
    scanned = [(View(one), View(other)) for one, other in views]
    every = list(dict.fromkeys(pattern for rule in rules.rules for pattern in rule.patterns))
    core = measure(judged(rules), posts)
    naive = measure(
        lambda pair: [pattern.regex.search(pair[pattern.sight == "raw"]) for pattern in every],
        views[:_LOOPED],
        repeats=1,
    )
    table = _table(f"{name} chat, µs per message", "of the core: p50", "batch")
    rows = {
        "whole core": core,
        "fold": measure(fold, posts),
        "lift disguise": measure(lambda view: reveal(view, rules.lexicon), folded),
        "which rules may find something": measure(
            lambda pair: list(rules.prefilter.candidates(Scan(*pair, _BUDGET))), scanned
        ),
        "floor: Aho-Corasick and re2.Set alone": measure(_floor(every), views),
        "naive loop: regex, every pattern": naive,
    }
    for row, times in rows.items():
        table.add_row(
            row, *_figures(times), f"{times.p50 / core.p50:.3g}", f"{times.mean / core.mean:.3g}"
        )
    return table


def _floor(patterns: Sequence[Pattern]) -> Callable[[tuple[str, str]], object]:
    """Only looking: for every word that a pattern needs, and for the forms of those without."""
    needed = {
        literal.strip(BORDER)
        for pattern in patterns
        for way in pattern.ways
        for clause in way
        for literal in clause
    }
    words = AhoCorasick(sorted(needed), implementation=Implementation.ContiguousNFA)
    forms = re2.Set.SearchSet(QUIET)
    for pattern in patterns:
        if not pattern.ways and (loose := pattern.loose()):
            forms.Add(loose)
    forms.Compile()
    return lambda view: (
        words.find_matches_as_indexes(view[0], overlapping=True),
        forms.Match(view[0]),
    )


def _growth(posts: list[str], shipped: RuleSet) -> Table:
    table = _table("how the cost grows, ordinary chat, µs per message", "times the first row")
    first = measure(judged(shipped), posts)
    table.add_row("shipped rules", *_figures(first), "")
    for terms in (200, 2_000, 20_000):
        rules = _loaded(partial(_with_terms, count=terms))
        times, ratio = measure_beside(judged(shipped), judged(rules), posts)
        table.add_row(f"shipped rules and {terms:,} more terms", *_figures(times), f"{ratio:.2f}")
    few, many = (_loaded(partial(_made_up, count=count)) for count in (150, 1_500))
    table.add_row("150 made-up rules", *_figures(measure(judged(few), posts)), "")
    times, ratio = measure_beside(judged(few), judged(many), posts)
    table.add_row("1,500 made-up rules", *_figures(times), f"{ratio:.2f} (of 150)")
    return table


def _loaded(write: Callable[[Path], None]) -> RuleSet:
    """The packs that are written into a folder, loaded."""
    with TemporaryDirectory() as place:
        write(Path(place))
        return load(Path(place), run_examples=False)


def _lengths(rules: RuleSet) -> Table:
    table = _table("how the cost grows with length, µs per message", "µs per 100 characters")
    for length in (100, 1_000, 4_000, 10_000, 40_000):
        texts = [chat.long_text(length, seed) for seed in range(3)]
        times = measure(judged(rules), texts, repeats=2)
        table.add_row(
            f"{length:,} characters", *_figures(times), f"{times.mean / length * 100:.1f}"
        )
    return table


def _with_terms(place: Path, count: int) -> None:
    """The shipped packs, and one more with a rule of so many terms."""
    for file in PACKS.glob("*.toml"):
        (place / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    (place / "bench.toml").write_text(
        _pack(_rule("profanity.bench", f"kind = 'phrase'\nterms = {chat.words(count)!r}"))
    )


def _made_up(place: Path, count: int) -> None:
    """A pack of so many rules, each with words of its own."""
    words = chat.words(count * 3)
    rules = (
        _rule(
            f"profanity.r{number}",
            "kind = 'pattern'\npatterns = "
            rf"['\b(?:{own[0]}|{own[1]})\b.{{0,40}}\b{own[2]}\b']",
        )
        for number in range(count)
        for own in (words[number * 3 : number * 3 + 3],)
    )
    (place / "bench.toml").write_text(_pack("".join(rules)))


def _pack(rules: str) -> str:
    return f'[pack]\nid = "bench"\ncategory = "profanity"\n{rules}'


def _rule(rule_id: str, body: str) -> str:
    return (
        f'\n[[rule]]\nid = "{rule_id}"\nseverity = "low"\nconfidence = 0.9\ntier = "review"\n'
        f'reason = "-"\nmatch = ["a", "b", "c"]\nignore = ["d", "e", "f"]\n{body}\n'
    )


def _table(title: str, *last: str) -> Table:
    table = Table(title=title, title_justify="left", box=None, header_style="bold", pad_edge=False)
    table.add_column("", min_width=42)
    for column in ("p50", "p99", "in a batch", *last):
        table.add_column(column, justify="right")
    return table


def _figures(times: Times) -> tuple[str, str, str]:
    return f"{times.p50:,.1f}", f"{times.p99:,.1f}", f"{times.mean:,.1f}"


if __name__ == "__main__":
    main()
