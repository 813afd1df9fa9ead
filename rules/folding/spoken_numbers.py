"""Numbers as people spell them to get past a filter, or to be read aloud, as plain digits.

"three seven one, five five five, oh one oh four" is 3715550104; so are its Spanish, glued, mixed,
spaced and sound-alike spellings.
"""

from __future__ import annotations

import re

_UNITS = {
    0: "zero oh o ohh owe cero zip nought",
    1: "one won wun uno un una",
    2: "two too tew to dos tu",
    3: "three tree free thr33 tres",
    4: "four for fore fo4r cuatro quatro",
    5: "five fife fiv cinco sinco",
    6: "six sicks sixx seis",
    7: "seven sevn siete",
    8: "eight ate ait ocho",
    9: "nine niner nyne nueve",
}
_TEENS = {
    10: "ten diez",
    11: "eleven once",
    12: "twelve doce",
    13: "thirteen trece",
    14: "fourteen catorce",
    15: "fifteen quince",
    16: "sixteen dieciseis",
    17: "seventeen diecisiete",
    18: "eighteen dieciocho",
    19: "nineteen diecinueve",
}
_TENS = {
    20: "twenty veinte veinti",
    30: "thirty treinta",
    40: "forty fourty cuarenta",
    50: "fifty fiddy cincuenta",
    60: "sixty sesenta",
    70: "seventy setenta",
    80: "eighty ochenta",
    90: "ninety noventa",
}
_HUNDREDS = {
    100: "cien ciento",
    200: "doscientos",
    300: "trescientos",
    400: "cuatrocientos",
    500: "quinientos",
    600: "seiscientos",
    700: "setecientos",
    800: "ochocientos",
    900: "novecientos",
}
_TIMES = {"double": 2, "dbl": 2, "doble": 2, "triple": 3}
_WORD = {
    spelling: value
    for table in (_UNITS, _TEENS, _TENS, _HUNDREDS)
    for value, spellings in table.items()
    for spelling in spellings.split()
}
# Sound-alikes and particles are words of their own: alone they prove nothing.
DOUBTFUL = frozenset(
    (
        "o",
        "owe",
        "won",
        "to",
        "too",
        "tu",
        "for",
        "fore",
        "free",
        "ate",
        "un",
        "una",
        "once",
        "zip",
        "tree",
    )
)
_LOOKALIKE = str.maketrans("oliszb", "011528")
_LEET = str.maketrans("01345", "oieas")  # f0ur, tr3s

_SPACED = re.compile(r"(?<![a-z])(?:[a-z][ .~_-]{1,2}){2,}[a-z](?![a-z])")
_PIECE = re.compile(
    "|".join(sorted((*_WORD, *_TIMES, "hundred", "y"), key=len, reverse=True)) + r"|\d+|."
)
_TOKEN = re.compile(r"[a-z0-9]+")


def to_digits(text: str) -> str | None:
    """The digits that `text` spells, or None where something in it is no number."""
    text = _SPACED.sub(lambda run: re.sub(r"[^a-z]", "", run[0]), text.lower())
    values: list[int | str] = []
    for token in _TOKEN.findall(text):
        pieces = _pieces(token)
        if pieces is None:
            return None
        values.extend(pieces)
    return _joined(values)


def spelled_words(text: str) -> int:
    """How many number words in `text` can be nothing else."""
    tokens = re.findall(r"[a-z]+", text.lower())
    return sum(1 for token in tokens for piece in _PIECE.findall(token) if _is_sure(piece))


def _is_sure(piece: str) -> bool:
    return piece in _WORD and piece not in DOUBTFUL


def _pieces(token: str) -> list[int | str] | None:
    """The numbers glued into one token; digits stay a string, so that 01 keeps its zero."""
    if any(letter.isdigit() for letter in token):
        if (plain := token.translate(_LOOKALIKE)).isdigit():
            return [plain]
        if (word := token.translate(_LEET)) in _WORD:
            return [_WORD[word]]
    elif token in _WORD:
        return [_WORD[token]]
    values: list[int | str] = []
    for piece in _PIECE.findall(token):
        if piece.isdigit():
            values.append(piece)
        elif piece in _WORD:
            values.append(_WORD[piece])
        elif piece in _TIMES or piece == "hundred":
            values.append(piece)
        elif piece != "y":
            plain = token.translate(_LOOKALIKE)
            return [plain] if plain.isdigit() else None
    return values


def _joined(values: list[int | str]) -> str:
    out = ""
    times = 1
    hold = 0  # a ten or hundred that may still take what follows: "seventy" "one"
    for value in values:
        if value in _TIMES:
            out, hold, times = out + _shown(hold), 0, _TIMES[str(value)]
            continue
        if value == "hundred":
            out = out + "00" if not hold else out + _shown(hold * 100)
            hold = 0
            continue
        if isinstance(value, int) and hold and 0 < value < _room(hold):
            hold += value
            continue
        out, hold = out + _shown(hold), 0
        if isinstance(value, int) and value >= 20:
            hold = value
        else:
            out += str(value) * times
            times = 1
    return out + _shown(hold)


def _room(hold: int) -> int:
    """What a ten (70) or hundred (700) can still take: less than 10, less than 100."""
    return 100 if hold % 100 == 0 else 10 if hold % 10 == 0 else 0


def _shown(hold: int) -> str:
    return str(hold) if hold else ""
