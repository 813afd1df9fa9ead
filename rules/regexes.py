"""Regular expressions as text: their tokens, and a looser form of them for the prefilter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
    (?P<escape>\\(?:[pP]\{[^}]*\}|N\{[^}]*\}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[gkL]<[^>]*>
        |\d{1,2}|.))
  | (?P<set>\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\])
  | (?P<comment>\(\?\#[^)]*\))
  | (?P<backref>\(\?P=\w+\))
  | (?P<look>\(\?<?[=!])
  | (?P<flags>\(\?[aiLmsuxwbfr01V-]+\))
  | (?P<open>\(\?(?:P?<\w+>|>|:|\||[a-zA-Z-]+:)|\((?!\?))
  | (?P<strange>\(\?)
  | (?P<close>\))
  | (?P<list>\{[a-z][a-z0-9_]*\})
  | (?P<repeat>(?:[*+?]|\{\d+(?:,\d*)?\}|\{,\d+\})[?+]?)
  | (?P<other>[|^$.])
  | (?P<literal>[^\\\[(){}|^$.*+?]{2,}(?![*+?{])|.)
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


Spelled = tuple[str, bool]  # a word, and whether any letters may follow it


def spelled_out(source: str, most: int) -> list[Spelled] | None:
    """The words that a simple pattern stands for; None if it is not simple or there are too many.

    Known are literals, alternatives, sets, optional parts and `\\b`; `\\w*` or its like at the end
    leaves the word open.
    """
    reader = _Speller(list(tokens(source)), most)
    words = reader.alternatives()
    if words is None or reader.at < len(reader.tokens):
        return None
    return list(dict.fromkeys(words))


class _Speller:
    """Recursive descent over the tokens of a pattern; None wherever it is not a word list."""

    def __init__(self, parts: list[Token], most: int) -> None:
        self.tokens = parts
        self.most = most
        self.at = 0

    def alternatives(self) -> list[Spelled] | None:
        """What stands between here and the end of the group."""
        words: list[Spelled] = []
        while True:
            branch = self._sequence()
            if branch is None:
                return None
            words += branch
            if self.at >= len(self.tokens) or self.tokens[self.at].text != "|":
                return words
            self.at += 1

    def _sequence(self) -> list[Spelled] | None:
        words: list[Spelled] = [("", False)]
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if token.kind == "close" or token.text == "|":
                break
            piece = self._piece(token)
            if piece is None:
                return None
            piece = self._repeated(piece)
            if piece is None or any(is_open for _, is_open in words):
                return None  # something follows an open end
            words = [(a + b, is_open) for a, _ in words for b, is_open in piece]
            if len(words) > self.most:
                return None
        return words

    def _piece(self, token: Token) -> list[Spelled] | None:
        self.at += 1
        if token.kind == "literal":
            return [(token.text, False)]
        if token.kind == "set" and re.fullmatch(r"\[[^\\^\]-]+\]", token.text):
            return [(letter, False) for letter in token.text[1:-1]]
        if token.kind == "escape":
            if token.text in (r"\b", r"\B"):
                return [("", False)]
            if token.text == r"\w":
                return [("", True)]
            return [(token.text[1], False)] if not token.text[1].isalnum() else None
        if token.kind == "open":
            words = self.alternatives()
            if words is None or self.at >= len(self.tokens):
                return None
            self.at += 1
            return words
        return None

    def _repeated(self, piece: list[Spelled]) -> list[Spelled] | None:
        if self.at >= len(self.tokens) or self.tokens[self.at].kind != "repeat":
            return piece if piece != [("", True)] else None
        least, most = repeat_bounds(self.tokens[self.at].text)
        self.at += 1
        if piece == [("", True)]:
            return piece if least == 0 or least == 1 else None
        if (least, most) == (0, 1):
            return [("", False), *piece]
        if most is None or most > 3:
            return [(word, False) for word, _ in piece] if least <= 1 else None
        return [
            (word * times, is_open) for times in range(least, most + 1) for word, is_open in piece
        ]
