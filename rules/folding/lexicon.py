"""The disguise lexicon: the words that a disguise may be lifted into, ready for quick look-up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from string import ascii_lowercase

from ahocorasick_rs import AhoCorasick

from rules.regexes import spelled_out

_VOWELS = frozenset("aeiou")
_SHORTEST = 3
_BACKWARDS_FROM = 5  # letters that a word needs to be recognised backwards …
_UNSPEAKABLE = "kc"  # … unless no word begins so: kcuf
_BARE_FROM = 4  # consonants that a word needs to be recognised by them alone
_SWAPPED_FROM = 5  # letters that a word needs to be recognised with an l for an i: Ioser
_PARTED_FROM = 4  # letters that a word needs to be recognised in two parts: fu ck
_MOST = 200  # words that one entry may stand for; more is no word list

_SWAPS = {"i": "l", "l": "i"}  # alike where one of them is a capital

# English words that some listed word spells backwards: they mean what they say.
_BACKWARDS = frozenset(
    """lived knits reward drawer peels warts strap parts trams lever sleep sloop pools spool decal
    laced pupils stressed desserts diaper repaid denim mined snoops spoons snaps spans animal lamina
    debut tubed keels sleek loots stool rebut tuber regal lager remit timer serif fires
    sinned""".split()  # noqa: SIM905 - a table
)
# Short words that may stand beside others when all are spaced out: y o u l o s e r
SHORT_WORDS = frozenset(
    """a i u r y o n ur you youre your are is an am im so such the this that it me my he she we
    all off up of in to and go ho no not yes hey hi yo dumb big fat on at for by be do if or us
    la el los las de que es un una por tu mi si te me se en con del al su""".split()  # noqa: SIM905
)
# Short forms of ordinary words.
_SHORT_FORMS = frozenset(
    """whts thts smth tmrw frnd frnds msgs txts wknd mnth schl schls tchr tchrs stdnt clss grls
    plls prnt prnts wrks wrld ppls blck blcks wht""".split()  # noqa: SIM905
)


@dataclass(slots=True)
class Node:
    """One letter of the trie. `open`: after it any letters may follow (`idiot\\w*`)."""

    next: dict[str, Node] = field(default_factory=dict)
    ends: bool = False
    open: bool = False


class Lexicon:
    """Built from word lists of the packs; an entry that is no plain word is left aside.

    Simple patterns are spelled out (`los(?:er|ers)`, `idiots?`), a trailing `\\w*` keeps the end
    open, anything wilder stands in `left_aside`. `known` are the other words that rules look for:
    digits and signs are read as their letters, but no bolder disguise is lifted into them.
    """

    def __init__(self, entries: Iterable[str] = (), known: Iterable[str] = ()) -> None:
        self.root = Node()
        self.hidden: dict[str, str] = {}  # a word backwards or without vowels -> the word
        left: list[str] = []
        words: dict[str, bool] = {}
        for entry in dict.fromkeys(entries):
            spelled = spelled_out(entry, _MOST)
            if spelled is None:
                left.append(entry)
            for word, is_open in spelled or ():
                if word.isalpha() and word.isascii() and len(word) >= _SHORTEST:
                    words[word] = words.get(word, False) or is_open
        for word, is_open in words.items():
            self._add(word, is_open)
        self.left_aside = tuple(left)
        self.words = frozenset(words)
        self.known = self.words.union(known)
        for word in words:
            self._hide(word)
        self.parted = dict(self._parted(words))  # two parts -> the word
        self._parts = AhoCorasick(list(self.parted))
        self._strange = AhoCorasick([*self.hidden, *(3 * letter for letter in ascii_lowercase)])

    def strange(self, text: str) -> Iterator[tuple[int, str]]:
        """Words of a folded text that are hidden ones, or that repeat a letter three times."""
        end = 0
        for _, at, _ in self._strange.find_matches_as_indexes(text):
            if at < end:
                continue
            start = at
            while start > end and "a" <= text[start - 1] <= "z":
                start -= 1
            end = at
            while end < len(text) and "a" <= text[end] <= "z":
                end += 1
            yield start, text[start:end]

    def in_parts(self, text: str) -> Iterator[tuple[int, str]]:
        """Listed words that stand in a folded text in two parts, neither of them in a word."""
        for _, start, end in self._parts.find_matches_as_indexes(text):
            before, after = text[start - 1 : start], text[end : end + 1]
            if not (before.isalnum() or after.isalnum() or before in ("'", "-")):
                yield start, text[start:end]

    def _parted(self, words: Iterable[str]) -> Iterator[tuple[str, str]]:
        """The ways to part listed words so that neither part is a word."""
        for word in words:
            for at in range(1, len(word)) if len(word) >= _PARTED_FROM else ():
                parts = word[:at], word[at:]
                if not any(part in self.known or part in SHORT_WORDS for part in parts):
                    yield " ".join(parts), word

    def _add(self, word: str, is_open: bool) -> None:
        node = self.root
        for letter in word:
            node = node.next.setdefault(letter, Node())
        node.ends = True
        node.open = node.open or is_open

    def _hide(self, word: str) -> None:
        backwards = word[::-1]
        told = len(word) >= _BACKWARDS_FROM or backwards.startswith(_UNSPEAKABLE)
        if told and backwards not in self.known and backwards not in _BACKWARDS:
            self.hidden.setdefault(backwards, word)
        bare = "".join(letter for letter in word if letter not in _VOWELS)
        if len(bare) >= _BARE_FROM and bare not in self.known and bare not in _SHORT_FORMS:
            self.hidden.setdefault(bare, word)
        for at, letter in enumerate(word if len(word) >= _SWAPPED_FROM else ""):
            swapped = word[:at] + _SWAPS.get(letter, letter) + word[at + 1 :]
            if swapped not in self.known:
                self.hidden.setdefault(swapped, word)
