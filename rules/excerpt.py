"""What may be shown of a message: the neighbourhood of a finding, with everything secret masked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from rules.types import Category, Finding

BLOCK = "••••"  # one length for all, so that it tells nothing of what it hides
CUT = "…"
SHORTEST = 12
_SECRET = frozenset({Category.PII_STUDENT, Category.PII_GENERAL, Category.CREDENTIAL})
_REPEATED = 4  # a masked stretch this long is masked wherever else it stands, too
_WORD_REACH = 12  # a cut is moved by at most so much, to stand between words
_LONGEST_REST = 40  # of a word, beside what a rule found of it
_INSIDE = ".-_@'’"  # between letters or digits they do not end a word
_SPACES = re.compile(r" {2,}")
_JOINERS = "\u200c\u200d\ufe0e\ufe0f"  # they hold emoji and some scripts together

Span = tuple[int, int]


def excerpt(text: str, findings: Sequence[Finding], *, width: int) -> str:
    """The text around the first finding on one line of at most `width` characters.

    What any of the findings masks appears as a block, wherever it stands, so pass all findings of
    the message. Control characters and line breaks become spaces.
    """
    focus = _clipped(findings[0].start, findings[0].end, text) if findings else (0, 0)
    return _around(text, findings, focus, width)


def opening(text: str, findings: Sequence[Finding], *, width: int) -> str:
    """The beginning of the text, masked and cut like an `excerpt`."""
    return _around(text, findings, (0, 0), width)


def quote(text: str, findings: Sequence[Finding], span: Span, *, width: int) -> str:
    """Exactly the stretch `span`, masked like an `excerpt`; what is longer is cut at its end."""
    if any(_unplaced(finding) for finding in findings):
        return BLOCK
    hidden = masked_spans(text, findings)
    start, end = _clipped(*span, text)
    inside = any(first < start < last for first, last in hidden)
    line = ((BLOCK if inside else "") + _shown(text, start, end, hidden)).strip()
    return line if len(line) <= width else line[: width - len(CUT)].rstrip() + CUT


def _around(text: str, findings: Sequence[Finding], focus: Span, width: int) -> str:
    if width < SHORTEST:
        raise ValueError(f"width must be at least {SHORTEST}")
    if any(_unplaced(finding) for finding in findings):
        return BLOCK
    hidden = masked_spans(text, findings)
    start, end = focus
    reach = 4 * width  # more than enough to either side; the rest of a long text is not looked at
    first, last = max(0, start - reach), min(len(text), end + reach)
    before = _shown(text, first, start, hidden)
    inside = _shown(text, start, end, hidden)
    after = _shown(text, end, last, hidden)
    shown = len(before), len(before) + len(inside)
    return _fit(before + inside + after, shown, width, (first > 0, last < len(text)))


def masked_spans(text: str, findings: Sequence[Finding]) -> tuple[Span, ...]:
    """The stretches of `text` that must not be shown in clear: sorted, merged, never empty."""
    spans = [_whole_words(text, span) for finding in findings for span in _secrets(finding)]
    for start, end in tuple(spans):
        spans.extend(_elsewhere(text, text[start:end].strip()))
    merged: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def one_line(text: str) -> str:
    """The text without what could move a cursor, turn the writing direction or break a line."""
    kept = []
    for char in text:
        kind = unicodedata.category(char)
        if kind in ("Cc", "Zl", "Zp", "Zs"):
            kept.append(" ")
        elif kind != "Cf" or char in _JOINERS:
            kept.append(char)
    return _SPACES.sub(" ", "".join(kept))


def _secrets(finding: Finding) -> Iterator[Span]:
    """What the finding masks; all of it where a rule about secrets forgot to say."""
    if finding.masked:
        yield from ((part.start, part.end) for part in finding.masked)
    elif _is_secret(finding) and finding.start is not None and finding.end is not None:
        yield finding.start, finding.end


def _unplaced(finding: Finding) -> bool:
    """Whether it is about a secret of which nobody knows where it stands."""
    return _is_secret(finding) and not finding.masked and finding.start is None


def _is_secret(finding: Finding) -> bool:
    """A report of a problem is about a secret and holds none."""
    return finding.category in _SECRET and not finding.tells


def _whole_words(text: str, span: Span) -> Span:
    """Whole words without space around: a rule that misses a digit must not leave it standing."""
    start, end = _clipped(*span, text)
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    first, last = max(0, start - _LONGEST_REST), min(len(text), end + _LONGEST_REST)
    while first < start < end and _goes_on(text, start):
        start -= 1
    while start < end < last and _goes_on(text, end):
        end += 1
    return start, end


def _clipped(start: int | None, end: int | None, text: str) -> Span:
    first = min(max(start or 0, 0), len(text))
    return first, min(max(end or first, first), len(text))


def _goes_on(text: str, at: int) -> bool:
    """Whether the characters to either side belong to one word, number or address."""
    left, right = text[at - 1], text[at]
    if not _in_word(left):
        return left in _INSIDE and at > 1 and _in_word(text[at - 2]) and _in_word(right)
    return _in_word(right) or (right in _INSIDE and _in_word(text[at + 1 : at + 2]))


def _in_word(char: str) -> bool:
    return char.isalnum() or (char != "" and unicodedata.category(char)[0] == "M")


def _elsewhere(text: str, secret: str) -> Iterator[Span]:
    if len(secret) < _REPEATED:
        return
    at = text.find(secret)
    while at >= 0:
        yield at, at + len(secret)
        at = text.find(secret, at + len(secret))


def _shown(text: str, start: int, end: int, hidden: Sequence[Span]) -> str:
    """Render `text[start:end]`; a hidden stretch shows as a block in the part where it begins."""
    pieces: list[str] = []
    at = start
    for first, last in hidden:
        if last <= start or first >= end:
            continue
        pieces.append(one_line(text[at : max(at, first)]))
        if first >= start:
            pieces.append(BLOCK)
        at = min(last, end)
    pieces.append(one_line(text[at:end]))
    return "".join(pieces)


def _fit(line: str, focus: Span, width: int, cut: tuple[bool, bool]) -> str:
    """Cut the line to `width` around the focus, between words where they are near."""
    if len(line) + sum(cut) <= width:
        return (CUT if cut[0] else "") + line.strip() + (CUT if cut[1] else "")
    room = width - len(CUT) * 2
    start, end = focus
    first = max(0, start - max(0, room - (end - start)) // 2)
    last = min(len(line), first + room)
    first = max(0, min(first, last - room))
    if first > 0:
        space = line.find(" ", first - 1, min(start, first + _WORD_REACH))
        first = space + 1 if space >= 0 else first
    if last < len(line):
        kept = end if end <= last else start + 1
        space = line.rfind(" ", max(kept, last - _WORD_REACH), last + 1)
        last = space if space >= 0 else last
    head = CUT if first > 0 or cut[0] else ""
    tail = CUT if last < len(line) or cut[1] else ""
    return head + line[first:last].strip() + tail
