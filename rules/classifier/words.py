"""The words that weighed most with the model: those without which it would have said less."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import inf

from rules.classifier.opinion import Opinion
from rules.classifier.reading import as_read
from rules.folding.normalize import View
from rules.types import Category, Part

WEIGHED = "weighed"  # the label of such a part
MOST = 3  # parts
_TRIED = 40  # words that are left out one by one, of a long text the likeliest
LONGEST = 1000  # characters of so many words, as the model reads them
_LEAST = 0.25  # log-odds that a stretch must weigh to be named
Span = tuple[int, int]
_WORD = re.compile(r"\S+")


def weightiest(view: View, category: Category, opinion: Opinion) -> tuple[Part, ...]:
    """Up to `MOST` stretches of the original, the weightiest first; none if none weighs much.

    Costs a pass of the model for each of up to forty words, so it is for messages that the model
    flagged; none for one of more words than its opinion `explains`, or where they are endless.
    Raises `ScorerError`.
    """
    words = [found.span() for found in _WORD.finditer(view.text)]
    if opinion.explains is not None and len(words) > opinion.explains:
        return ()
    spans = _likeliest(view, words, category, opinion)
    if not spans:
        return ()
    begin, close = spans[0][0], spans[-1][1]
    read = as_read(view.text[begin:close])
    if len(read) > LONGEST:
        return ()
    texts = [read] + [
        as_read(view.text[begin:start] + view.text[end:close]) for start, end in spans
    ]
    whole, *without = (odds.get(category, inf) for odds in opinion.odds(texts))
    weighty = sorted(
        ((whole - rest, span) for rest, span in zip(without, spans, strict=True)), reverse=True
    )
    named = [span for weight, span in weighty[:MOST] if weight >= _LEAST]
    return tuple(Part(WEIGHED, *view.original(*span)) for span in named)


def _likeliest(
    view: View, words: Sequence[Span], category: Category, opinion: Opinion
) -> Sequence[Span]:
    """The words of a long text among which the category is likeliest; all of a short one."""
    stretches = [words[at : at + _TRIED] for at in range(0, len(words), _TRIED)]
    if len(stretches) < 2:
        return words
    texts = [as_read(view.text[one[0][0] : one[-1][1]])[:LONGEST] for one in stretches]
    said = [odds.get(category, -inf) for odds in opinion.odds(texts)]
    return stretches[said.index(max(said))]
