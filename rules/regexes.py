"""Regular expressions as text: their tokens, and a looser form of them for the prefilter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
    (?P<escape>\\(?:[pP]\{[^}]*\}|N\{[^}]*\}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|g<[^>]*>|k<[^>]*>
        |\d{1,2}|.))
  | (?P<set>\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\])
  | (?P<comment>\(\?\#[^)]*\))
  | (?P<backref>\(\?P=\w+\))
  | (?P<look>\(\?<?[=!])
  | (?P<flags>\(\?[aiLmsuxwbfr01V-]+\))
  | (?P<open>\((?:\?(?:P?<\w+>|>|:|\||[a-zA-Z-]+:))?)
  | (?P<strange>\(\?)
  | (?P<close>\))
  | (?P<repeat>(?:[*+?]|\{\d+(?:,\d*)?\}|\{,\d+\})[?+]?)
  | (?P<other>[|^$.])
  | (?P<literal>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_COUNT = re.compile(r"\{(\d*)(,?)(\d*)\}")

_UNICODE = {r"\w": r"[\pL\pM\pN_]", r"\d": r"\p{Nd}", r"\s": r"[\s\x0b\x1c-\x1f\x{85}\pZ]"}
_UNICODE_IN_SET = {key: value.strip("[]") for key, value in _UNICODE.items()}
_ANCHORS = frozenset((r"\b", r"\B", r"\m", r"\M", r"\Z", r"\z", r"\G"))


@dataclass(frozen=True, slots=True)
class Token:
    """One element of a pattern: `kind` is a group name of the scanner."""

    kind: str
    text: str


def tokens(source: str) -> Iterator[Token]:
    """The elements of a pattern, in order; together they are the pattern."""
    for found in _TOKEN.finditer(source):
        assert found.lastgroup
        yield Token(found.lastgroup, found[0])


def repeat_bounds(repeat: str) -> tuple[int, int | None]:
    """The least and the greatest count of a repetition; None: no greatest."""
    if repeat[0] in "*+?":
        return (1 if repeat[0] == "+" else 0), (1 if repeat[0] == "?" else None)
    count = _COUNT.match(repeat)
    assert count
    least = int(count[1] or 0)
    if not count[2]:
        return least, least
    return least, int(count[3]) if count[3] else None


def loosen(source: str, *, unicode: bool) -> str | None:
    """A pattern for re2 that matches wherever `source` matches, and perhaps elsewhere too.

    Look-arounds go, and counted repetitions lose their upper bound: both only widen it, and an
    automaton without counters stays small. None where re2 has no such pattern (back-references).
    `unicode`: `\\w`, `\\d` and `\\s` of `source` mean all of Unicode, which re2's own do not.
    """
    out: list[str] = []
    skip = 0  # depth of parentheses inside a look-around that is left out
    gone = False  # the last element was left out: so is its repetition
    for token in tokens(source):
        if skip:
            skip += (token.kind in ("look", "open", "strange")) - (token.kind == "close")
            gone = True
        elif token.kind == "look":
            skip = 1
        elif token.kind == "repeat" and gone:
            gone = False
        else:
            text = _loose_token(token, unicode)
            if text is None:
                return None
            gone = text == "" and token.kind not in ("comment",)
            out.append(text)
    return "(?m)" + "".join(out)


def _loose_token(token: Token, unicode: bool) -> str | None:
    text = token.text
    match token.kind:
        case "strange" | "backref":
            return None
        case "comment":
            return ""
        case "open":
            return "(" + text[1:] if re.fullmatch(r"\(\?[is-]+:", text) else "(?:"
        case "flags":
            return text if re.fullmatch(r"\(\?[ims]+\)", text) else None
        case "repeat":
            return _loose_repeat(text)
        case "escape":
            return _loose_escape(text, unicode)
        case "set":
            return _loose_set(text, unicode)
    return text


def _loose_repeat(text: str) -> str:
    least, most = repeat_bounds(text)
    if most == 1:
        return "?" if least == 0 else ""
    if most == least:
        return f"{{{least}}}"
    return {0: "*", 1: "+"}.get(least, f"{{{least},}}")


def _loose_escape(text: str, unicode: bool) -> str | None:
    if text[1].isdigit() or text[1] in "gkNXRLK":
        return None
    if text in _ANCHORS:
        return text if text in (r"\b", r"\B") and not unicode else ""
    if text.startswith(r"\u"):
        return rf"\x{{{text[2:]}}}"
    return _UNICODE.get(text, text) if unicode else text


def _loose_set(text: str, unicode: bool) -> str | None:
    if "[:" in text or r"\u" in text or r"\N" in text or r"\b" in text:
        return None
    if unicode and text.startswith("[^"):
        return None if re.search(r"\\[WDS]", text) else text
    if unicode:
        return re.sub(r"\\.", lambda found: _UNICODE_IN_SET.get(found[0], found[0]), text)
    return text
