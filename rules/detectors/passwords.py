"""Whether a word is a password or key: by its looks, or because no everyday word is like it."""

from __future__ import annotations

import re

from rules.detectors.person_names import common_words, folded

_MASKED = re.compile(r"[*xX•#_.\-\s]+")
_PLACEHOLDERS = frozenset(("password", "contraseña", "changeme", "yourpassword", "passwordi2e"))
# Ordinary words with digits or signs: times, ordinals, rooms, grades, ratios, links, mentions.
_ORDINARY = re.compile(
    r"\d{1,4}(?:st|nd|rd|th|am|pm|a|p|min|mins|hrs?|s|k|x|gb|mb|ft|in|lbs?|pts?)"
    r"|\d{1,2}:\d{2}\w{0,2}|[a-z]{1,3}-?\d{1,3}[a-z]?|\d{1,2}[a-z]{1,2}"
    r"|https?://.*|www\..*|<.*>|@.*|#.*"
    r"|[a-z]+(?:[-/'’.][a-z]+)*|[a-z]+(?:[-/]\d{1,2})|\d{1,2}[-/][a-z]+"
    r"|\d{1,4}(?:[-/:.,]\d{1,4})+|\*+"
    r"|[^@\s]+@[^@\s]+\.[a-z.]+|[\w-]+\.(?:com|org|net|edu|gov|example|pdf|docx?|py|js)(?:/.*)?"
)
_UNUSUAL = re.compile(r"[^\w\s'’./&,:;()?-]")
_INNER_CAPITAL = re.compile(r"[a-z][A-Z].*|[A-Z][a-z]+[._-][A-Z]|_")
_SYMBOL = re.compile(r"[^\w\s]")
_LEET = str.maketrans("013457@$!", "oieastasi")
_SITE = re.compile(
    r"(?:https?://|www\.|<)|[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|edu|gov|example|io)(?:/|$)"
)


def is_secret(datum: str) -> bool:
    """What people choose for a password: not an everyday word, nor a blank to fill in."""
    word = datum.strip(" .,;:!?\"'“”‘’()[]")
    if len(word) < 3 or _MASKED.fullmatch(datum.strip()) or _SITE.match(word.lower()):
        return False
    if word.lower().translate(_LEET) in _PLACEHOLDERS:
        return False
    return folded(word) != word.lower() or word.lower() not in common_words()


def is_strong_secret(datum: str) -> bool:
    """A secret by its looks alone: no word, time, ordinal, room or mask is written like that."""
    word = datum.strip(" .,;:?\"'“”‘’()[]")
    if not is_secret(word) or _ORDINARY.fullmatch(word.lower()):
        return False
    letters = sum(c.isalpha() for c in word)
    numbers = sum(c.isdigit() for c in word)
    signs = len(_SYMBOL.findall(word[1:-1].replace("'", "").replace("’", ""))) + word.count("_")
    if numbers and letters:
        return len(word) >= 6 or bool(signs)
    if letters and signs:
        return bool(_UNUSUAL.search(word)) or (
            letters >= 5 and _INNER_CAPITAL.search(word) is not None
        )
    return bool(letters) and _INNER_CAPITAL.search(word) is not None and len(word) >= 8
