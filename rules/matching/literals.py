"""What a pattern cannot do without: the literal words of which some must stand in a text.

A pattern's needs are clauses; of every clause at least one literal stands wherever the pattern
matches. They are found by reading the pattern, never by trying it, and err on the side of less.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from rules.regexes import Token, repeat_bounds, tokens

BORDER = "\x01"  # inside a literal: a word begins or ends here
DIGIT = "\x02"  # a literal of so many of them stands for so many digits anywhere in a text
_MOST_PRODUCT = 24  # strings that neighbouring pieces may be joined into
_MOST_UNION = 20_000  # strings that alternatives may add up to
_SIMPLE_SET = re.compile(r"\[-?[^\\^\]-]{1,40}-?\]")
_CHARACTERS = {r"\n": "\n", r"\t": "\t", r"\r": "\r"}
_RARE = 2e-5  # the commonness of a few dozen rare words
# How many texts hold a word, roughly: it only matters which of two lists is the rarer one.
_OFTEN = frozenset(
    """a about all an and are as at be but by can do for from get had has have he her his how i if
    in is it just like me my no not of on one or our out she so that the their them they this to up
    was we what when who will with you your u ur im i'm que de la el en un una es no se te tu mi por
    s t st nd rd th ing""".split()  # noqa: SIM905 - a table
)
_FAMILIAR = frozenset(
    """after am any ask back because been before being bring bus buy call class coach come day did
    does done don't dont down each even ever every first free friday game getting give go going gone
    gonna good got grade great guys hello help here hey hi him his home hour how's i'll id ill i'd
    into it's its keep kid kids know last late left let let's lol look lunch made make man many may
    maybe mom dad monday money more morning most mr ms mrs dr much need needs new next night now off
    office ok old only open other over pay people phone pick play please pls practice put ready
    really right room said same say says school see send she's should since some someone something
    start still stop student students study sure take talk teacher tell test text than thank thanks
    then there these they're thing think those thursday time today tomorrow tonight too try tuesday
    two until us use want wants watch way wednesday week well went were where which while who's why
    win won work working would yeah year years yes yesterday y'all yall you're bro eat run walk sit
    end own lie fan art ap hw pd app kid dog cat best idea cool con del los las para pero si su sus
    al como hoy lo o porque son ya yo 0 1 2 3 4 5 6 7 8 9""".split()  # noqa: SIM905 - a table
)

Strings = frozenset[str]
_DIGITS = frozenset("0123456789")
_DIGIT_SET = re.compile(r"\[(?:\d(?:-\d)?)+\]")
_BLANK = f"{BORDER} "
_EVERYWHERE = frozenset(" \n\t.,;:'\"!?-_")  # signs that say nothing alone
_NO_LETTERS: Strings = frozenset(("",))
_BORDER: Strings = frozenset((BORDER,))


@dataclass(frozen=True, slots=True)
class Need:
    """What a piece of a pattern asks for.

    `exact`: all that it can match, where that is a short list; else `clauses`: what must be in it,
    and how many digits at least.
    """

    exact: Strings | None
    clauses: frozenset[Strings] = frozenset()
    digits: int = 0

    @property
    def least_digits(self) -> int:
        """How many digits stand in anything that it matches."""
        if self.exact is None:
            return self.digits
        least = 0
        for word in self.exact:
            digits = 0 if word.isalpha() else sum(sign in _DIGITS for sign in word)
            if not digits:
                return 0
            least = min(least or digits, digits)
        return least

    def as_clauses(self) -> frozenset[Strings]:
        """The clauses; an exact list is one, unless it may match nothing to speak of."""
        clauses = self.clauses if self.exact is None else _words(self.exact)
        digits = self.least_digits
        return clauses | {frozenset((DIGIT * digits,))} if digits else clauses


def _words(run: Strings) -> frozenset[Strings]:
    """What is spelled, as a clause, if all of it tells something."""
    words = frozenset(map(_trimmed, run))
    return frozenset((words,)) if all(map(_tells, words)) else frozenset()


ANYTHING = Need(None)
_NOTHING = Need(_NO_LETTERS)
Lists = Callable[[str, bool, bool], Need]


class _UnknownError(Exception):
    """Syntax that is not read here: the pattern is taken to need nothing."""


def ways(source: str, lists: Lists, *, ascii_digits: bool) -> tuple[frozenset[Strings], ...]:
    """The ways to match a pattern, each as its clauses, case-folded; empty if one needs nothing.

    `lists` tells what a `{name}` needs, and is told whether words begin and end at its borders. A
    literal may begin or end with `BORDER`: there it is not in the middle of a word.
    """
    reader = _Reader(list(tokens(source)), lists)
    try:
        branches = reader.branches()
    except _UnknownError:
        return ()
    found = tuple(branch.as_clauses() for branch in branches)
    if not ascii_digits:
        found = tuple(frozenset(c for c in way if DIGIT not in "".join(c)) for way in found)
    return found if all(found) and reader.at == len(reader.tokens) else ()


def need_of_list(words: Iterable[str], lists: Lists, left: bool, right: bool) -> Need:
    """What a word list needs, where words begin (`left`) and end (`right`) at its borders."""
    needed: list[Need] = []
    for word in words:
        try:
            needed += _Reader(list(tokens(word)), lists).branches(left, right)
        except _UnknownError:
            return ANYTHING
    return either(needed)


def either(branches: Iterable[Need]) -> Need:
    """What alternatives need together: one list, or the union of what each needs most."""
    needed = list(branches)
    exact = [need.exact for need in needed if need.exact is not None]
    if len(exact) == len(needed) and sum(map(len, exact)) <= _MOST_UNION:
        return Need(frozenset().union(*exact))
    digits = min(need.least_digits for need in needed)
    clauses = [need.as_clauses() for need in needed]
    united = frozenset[str]()
    if all(clauses):
        united = united.union(*(min(options, key=commonness) for options in clauses))
    tells = 0 < len(united) <= _MOST_UNION
    return Need(None, frozenset((united,)) if tells else frozenset(), digits)


@lru_cache(maxsize=1 << 16)
def commonness(clause: Strings) -> float:
    """A rough guess at how many texts hold one of these: short literals are everywhere."""
    return sum(map(_commonness, clause))


def _commonness(literal: str) -> float:
    words = literal.strip(BORDER).split()
    return 0.3 ** (len(words) - 1) * min(map(_share, words), default=0.5)


def _share(word: str) -> float:
    if word[0] == DIGIT:
        return 0.3 * 0.7 ** len(word)
    if word in _OFTEN:
        return 0.2
    return 0.02 if word in _FAMILIAR else 20.0 ** -min(len(word), 5)


def _trimmed(literal: str) -> str:
    """The literal without blanks at its ends: there they only say that no word goes on."""
    if not literal or (literal[0] != " " and literal[-1] != " "):
        return literal
    left = BORDER if literal[0] in _BLANK else ""
    right = BORDER if literal[-1] in _BLANK else ""
    return f"{left}{literal.strip(_BLANK)}{right}"


def _tells(literal: str) -> bool:
    """Whether a literal says anything: two characters, a whole word, or an uncommon sign."""
    bare = literal.strip(BORDER)
    if len(bare) == 1 and not bare.isalnum():
        return bare not in _EVERYWHERE
    return len(bare) > 1 or not bare.isascii() or (bare != "" and len(literal) == 3)


class _Reader:
    """Recursive descent over the tokens of a pattern."""

    def __init__(self, parts: list[Token], lists: Lists) -> None:
        self.tokens = parts
        self.lists = lists
        self.at = 0

    def branches(self, left: bool = False, right: bool = False) -> list[Need]:
        """The alternatives between here and the end of the group."""
        branches = [self._sequence(left, right)]
        while self.at < len(self.tokens) and self.tokens[self.at].text == "|":
            self.at += 1
            branches.append(self._sequence(left, right))
        return branches

    def _sequence(self, left: bool, right: bool) -> Need:
        start: Strings = _BORDER if left else _NO_LETTERS
        run = start  # what the exact pieces since the last break spell
        clauses: frozenset[Strings] = frozenset()
        digits = 0
        broken = False
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if token.kind == "close" or token.text == "|":
                break
            self.at += 1
            piece, follows = self._repeated(self._piece(token, run))
            digits += piece.least_digits
            if piece.exact is not None and _joinable(run, piece.exact):
                run = _spliced(run, piece.exact)
                if follows is None:
                    continue
            elif piece.exact is not None:
                follows = follows or piece.exact
            broken = True
            found = _words(run) | piece.clauses
            clauses |= found
            run = follows or _NO_LETTERS
            if any(commonness(clause) < _RARE for clause in found):
                self._skip()  # rare enough: reading on would take time and narrow little
                return Need(None, clauses, digits)
        if right:
            run = _spliced(run, _BORDER)
        return Need(None, clauses | _words(run), digits) if broken else Need(run)

    def _skip(self) -> None:
        """Go to the end of the alternative."""
        depth = 0
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if not depth and (token.kind == "close" or token.text == "|"):
                return
            depth += (token.kind in ("open", "look", "strange")) - (token.kind == "close")
            self.at += 1

    def _repeated(self, piece: Need) -> tuple[Need, Strings | None]:
        """The piece as repeated, and what a match goes on from where it breaks the run."""
        if self.at >= len(self.tokens) or self.tokens[self.at].kind != "repeat":
            return piece, None
        least, most = repeat_bounds(self.tokens[self.at].text)
        self.at += 1
        if most == 1 and piece.exact is not None:
            return (piece if least else Need(piece.exact | _NO_LETTERS)), None
        if not least:
            return ANYTHING, None
        if piece.exact is not None and len(piece.exact) <= _MOST_PRODUCT:
            return piece, piece.exact  # x+ is an x, anything, and an x that the rest follows on
        clauses = piece.clauses if piece.exact is None else _words(piece.exact)
        return Need(None, clauses, least * piece.least_digits), None

    def _piece(self, token: Token, run: Strings) -> Need:
        match token.kind:
            case "literal":
                return Need(frozenset((token.text.casefold(),)))
            case "list":
                return self.lists(token.text[1:-1], _ends_word(run), self._word_ends(self.at))
            case "escape":
                return _escape(token.text)
            case "set":
                if _DIGIT_SET.fullmatch(token.text):
                    return Need(None, digits=1)
                simple = _SIMPLE_SET.fullmatch(token.text)
                return Need(frozenset(token.text[1:-1].casefold())) if simple else ANYTHING
            case "other":
                return ANYTHING if token.text == "." else _NOTHING
            case "comment":
                return _NOTHING
            case "backref":
                return ANYTHING
            case "flags" if "x" not in token.text:
                return _NOTHING
            case "open":
                need = either(self.branches(_ends_word(run), self._word_ends(self._closing())))
                self._close()
                return need
            case "look":
                return self._look(token)
        raise _UnknownError

    def _closing(self) -> int:
        """Where the tokens go on after the group that begins here."""
        depth = 1
        for at in range(self.at, len(self.tokens)):
            kind = self.tokens[at].kind
            depth += (kind in ("open", "look", "strange")) - (kind == "close")
            if not depth:
                return at + 1
        raise _UnknownError

    def _word_ends(self, at: int) -> bool:
        """Whether no word goes on at this token: a border or a blank must stand there."""
        if at >= len(self.tokens):
            return False
        token = self.tokens[at]
        repeated = at + 1 < len(self.tokens) and self.tokens[at + 1].kind == "repeat"
        blank = token.kind == "literal" and not _is_word(token.text[0])
        return not repeated and (token.text == r"\b" or blank)

    def _look(self, token: Token) -> Need:
        inside = [part.text for part in self.tokens[self.at : self.at + 2]]
        self.branches()
        self._close()
        if token.text in ("(?<!", "(?!") and inside == [r"\w", ")"]:
            return Need(_BORDER)
        return _NOTHING

    def _close(self) -> None:
        if self.at >= len(self.tokens):
            raise _UnknownError
        self.at += 1


def _is_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


def _ends_word(run: Strings) -> bool:
    """Whether a word cannot go on over the end of the run."""
    return all(word[-1:] == BORDER or (word != "" and not _is_word(word[-1])) for word in run)


def _escape(text: str) -> Need:
    if text == r"\b":
        return Need(_BORDER)
    if text in (r"\B", r"\A", r"\Z", r"\m", r"\M"):
        return _NOTHING
    if text in _CHARACTERS:
        return Need(frozenset((_CHARACTERS[text],)))
    if text == r"\d":
        return Need(None, digits=1)
    return ANYTHING if text[1].isalnum() else Need(frozenset((text[1],)))


def _joinable(left: Strings, right: Strings) -> bool:
    return len(left) * len(right) <= _MOST_PRODUCT or right == _BORDER or left == _NO_LETTERS


def _spliced(run: Strings, piece: Strings) -> Strings:
    if run == _NO_LETTERS or (run == _BORDER and all(word[:1] == BORDER for word in piece)):
        return piece
    if piece == _BORDER and all(word[-1:] == BORDER for word in run):
        return run
    return frozenset([_join(left, right) for left in run for right in piece])


def _join(left: str, right: str) -> str:
    """Two neighbours as one literal; borders are kept at its ends only."""
    if not left or not right or (left[-1] != BORDER and right[0] != BORDER):
        return left + right
    inner_left = left.rstrip(BORDER) if left.strip(BORDER) else left
    inner_right = right.lstrip(BORDER) if right.strip(BORDER) else right
    if inner_left.strip(BORDER) and inner_right.strip(BORDER):
        return inner_left + inner_right
    return left.rstrip(BORDER) + BORDER + right.lstrip(BORDER)
