"""The disguise lexicon: the words that a disguise may be lifted into, ready for quick look-up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from string import ascii_lowercase

from ahocorasick_rs import AhoCorasick

from rules.regexes import spelled_out

_VOWELS = frozenset("aeiou")
_SHORTEST = 3
_HIDDEN = 4  # letters that a word needs to be recognised backwards or without its vowels
_MOST = 200  # words that one entry may stand for; more is no word list

# English words that some listed word spells backwards: they mean what they say.
_BACKWARDS = frozenset(
    """lived knits rail reward drawer peels warts strap parts trams buns lever room keep tool loop
    part draw live evil emit time star rats step pets stop pots spot tops swap paws snap pans span
    naps flow wolf mood doom meet teem dial laid edit tide deer reed loot sleep sloop pools spool
    gulp plug guns snug nuts stun garb brag stab bats tabs flog""".split()  # noqa: SIM905 - a table
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
    open, anything wilder stands in `left_aside`.
    """

    def __init__(self, entries: Iterable[str] = ()) -> None:
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
        for word in words:
            self._hide(word, words)
        self.left_aside = tuple(left)
        self.words = frozenset(words)
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

    def _add(self, word: str, is_open: bool) -> None:
        node = self.root
        for letter in word:
            node = node.next.setdefault(letter, Node())
        node.ends = True
        node.open = node.open or is_open

    def _hide(self, word: str, words: dict[str, bool]) -> None:
        backwards = word[::-1]
        if len(word) >= _HIDDEN and backwards not in words and backwards not in _BACKWARDS:
            self.hidden.setdefault(backwards, word)
        bare = "".join(letter for letter in word if letter not in _VOWELS)
        if len(bare) >= _HIDDEN and bare not in words:
            self.hidden.setdefault(bare, word)
