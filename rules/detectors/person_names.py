"""Whether words are a person's name: by known given names, by form, by what is never a name.

No list holds all names. A known given name carries a surname that nobody ever listed; two words in
capitals that are neither everyday words nor a place carry each other.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from importlib.resources import files
from tomllib import loads

_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*\.?")
_LEET = tuple(str.maketrans("013457@$!", f"o{one}eastas{one}") for one in "il")
_INITIAL = re.compile(r"[A-Z]\. [A-Z]")
_KIN = re.compile(r"(?:la|el|al|los|a la) \w{3,9} (?:de )?\w", re.IGNORECASE)  # la mamá de Kike
_FORMED = re.compile(r"(?:s|ing|ed|ly|tion|ment|ness|ity|ism|ful|able|ado|ada|cion|mente)$")
_POSSESSIVE = re.compile(r"['’]s?$")


def _read(name: str) -> str:
    return files("rules").joinpath("data", name).read_text(encoding="utf-8")


_LISTS = {key: frozenset(words.split()) for key, words in loads(_read("name_words.toml")).items()}
PARTICLES = _LISTS["particles"]
TITLES = _LISTS["titles"]
THINGS = _LISTS["things"]
_SURNAMES = _LISTS["surnames"]
_NEVER = _LISTS["never"]
_AMBIGUOUS = _LISTS["ambiguous"]
_CIVIL = frozenset(("mr", "mrs", "ms", "mx", "miss", "sra", "srta"))  # before names alone


def _words_of(name: str) -> frozenset[str]:
    lines = (line for line in _read(name).splitlines() if not line.startswith("#"))
    return frozenset(word for line in lines for word in line.split())


@lru_cache(maxsize=1)
def given_names() -> frozenset[str]:
    """Given names, folded to lower-case ASCII."""
    return _words_of("given_names.txt")


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """Everyday words, folded to lower-case ASCII; some of them are given names too."""
    return _words_of("common_words.txt")


def folded(word: str) -> str:
    """Lower case without accents and without apostrophes."""
    if word.isascii() and word.isalpha():
        return word.lower()
    plain = unicodedata.normalize("NFKD", word)
    return "".join(c for c in plain if c.isalpha() or c == "-").lower()


def is_given_name(word: str) -> bool:
    """A known given name, or a hyphenated one that begins with one."""
    plain = folded(word)
    return plain in given_names() or plain.partition("-")[0] in given_names()


def is_full_name(datum: str) -> bool:
    """A given name and a surname, sure enough to stand for a person without further signs."""
    words = [(word, plain) for word, plain in _folded(datum) if len(plain) > 1]
    if not 2 <= len(words) <= 4:
        return False
    plain = [plain for _, plain in words]
    if not TITLES.isdisjoint(plain):
        return False
    if all(word[:1].isupper() for word, _ in words):
        return _capitalised_name(plain)
    return _sure_given(plain[0]) and all(word in _SURNAMES or _free([word]) for word in plain[1:])


def is_person(datum: str) -> bool:
    """A given name (with or without more), or a title and a name."""
    words = [folded(word) for word in _words(datum, keep_titles=True)]
    if not words:
        return False
    if _KIN.match(datum):
        return True
    if words[0] in TITLES:
        known = words[0] in _CIVIL or (len(words) > 1 and words[1] not in THINGS)
        return len(words) > 1 and words[1] not in _NEVER and known
    capital = datum.lstrip()[:1].isupper()
    if is_given_name(words[0]):
        return capital or _sure_given(words[0])
    if not capital and _possessed(words[0]):
        return True  # "bens dad"
    return capital and len(words) > 1 and _free(words)


def is_someone(datum: str) -> bool:
    """A person as `is_person`, or a lone capitalised word that is no everyday word or thing."""
    if is_person(datum):
        return True
    words = _words(datum)
    if not words or not words[0][:1].isupper() or words[0].isupper():
        return False
    plain = [folded(word) for word in words]
    return _free(plain) and not _FORMED.search(plain[0])


def is_disguised_name(datum: str) -> bool:
    """A full name once digits and signs that stand for letters are read as those."""
    plain = datum.lower().rstrip("!@$")
    readings = {plain.translate(table) for table in _LEET} - {plain}
    return is_full_name(plain) or any(is_full_name(reading.title()) for reading in readings)


def is_initialled(datum: str) -> bool:
    """A person, or an initial and a surname, as lists have them."""
    return is_person(datum) or (_INITIAL.match(datum) is not None and _free([folded(datum[2:])]))


def is_kin(datum: str) -> bool:
    """A name after a word for a relative; or a clause about what the relative does."""
    return len(datum.split()) > 3 or is_someone(datum)


def _possessed(word: str) -> bool:
    return (
        word.endswith("s")
        and len(word) > 3
        and word not in common_words()
        and _sure_given(word[:-1])
    )


def _words(datum: str, *, keep_titles: bool = False) -> list[str]:
    return [word for word, plain in _folded(datum) if keep_titles or len(plain) > 1]


def _folded(datum: str) -> list[tuple[str, str]]:
    """The words of a name, each with its folded form; particles are none."""
    text = _POSSESSIVE.sub("", datum.strip(" ,.;:|*_()[]\"'“”"))
    if "," in text:  # "Marsh, Oren"
        last, _, first = text.partition(",")
        text = f"{first.strip()} {last.strip()}"
    pairs = [(word, folded(word)) for word in _WORD.findall(text)]
    return [(word, plain) for word, plain in pairs if plain not in PARTICLES]


def _capitalised_name(plain: list[str]) -> bool:
    first, last = plain[0], plain[-1]
    if any(word in THINGS for word in plain[:-1]):
        return False
    if is_given_name(first):
        return last not in _NEVER and (last not in THINGS or last in _SURNAMES)
    if last in THINGS or any(word in _NEVER for word in plain):
        return False
    if any(is_given_name(word) for word in plain[1:]) and _free(plain[:1]):
        return True
    return _free(plain)


def _sure_given(word: str) -> bool:
    return is_given_name(word) and word not in _AMBIGUOUS and word not in _NEVER


def _free(words: list[str]) -> bool:
    """None is an everyday word or thing; a part of a double name may be."""
    return all(
        (word not in common_words() or "-" in word) and word not in THINGS and word not in _NEVER
        for word in words
    )
