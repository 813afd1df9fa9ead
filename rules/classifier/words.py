"""The words that weighed most with the model: those without which it would have said less."""

from __future__ import annotations

import re
from math import ceil, inf

from rules.classifier.opinion import Opinion
from rules.classifier.reading import as_read
from rules.normalize import View
from rules.types import Category, Part

WEIGHED = "weighed"  # the label of such a part
MOST = 3  # parts
_TRIED = 40  # stretches that are left out one by one; in a long text each holds several words
_LEAST = 0.25  # log-odds that a stretch must weigh to be named
_WORD = re.compile(r"\S+")


def weightiest(view: View, category: Category, opinion: Opinion) -> tuple[Part, ...]:
    """Up to `MOST` stretches of the original, the weightiest first; none if none weighs much.

    Costs one pass of the model per word, so it is for messages that the model flagged; none for one
    of more words than its opinion `explains`. Raises `ScorerError`.
    """
    words = [found.span() for found in _WORD.finditer(view.text)]
    if opinion.explains is not None and len(words) > opinion.explains:
        return ()
    size = ceil(len(words) / _TRIED)
    spans = [
        (words[at][0], words[min(at + size, len(words)) - 1][1])
        for at in range(0, len(words), max(1, size))
    ]
    texts = [as_read(view.text)] + [
        as_read(view.text[:start] + view.text[end:]) for start, end in spans
    ]
    whole, *without = (odds.get(category, inf) for odds in opinion.odds(texts))
    weighty = sorted(
        ((whole - rest, span) for rest, span in zip(without, spans, strict=True)), reverse=True
    )
    named = [span for weight, span in weighty[:MOST] if weight >= _LEAST]
    return tuple(Part(WEIGHED, *view.original(*span)) for span in named)
