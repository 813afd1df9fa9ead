"""A talk: the last messages of a channel with the signs in them, and at whom each is aimed."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rules.detectors.person_names import common_words, given_names
from rules.types import Message, Part

FOCUS_TURNS = 10  # messages after which nobody is in everybody's mind any more
UNKNOWN = "~"  # somebody, nobody has said who
_SHORT = 60  # characters: what is longer and meant for somebody says for whom
_MENTION = re.compile(r"<@[!&]?(\w{2,40})>|(?<!\w)@(\w{2,40})")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_YOU = re.compile(r"\b(?:you|u|ur|your|youre|you're|yall|tu|eres|ti|contigo)\b", re.IGNORECASE)
_OTHER = re.compile(
    r"\b(?:he|she|him|her|his|hers|hes|shes|bro|ella|dejal[ao]|diganle|preguntale)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sign:
    """What a rule found in one message; `names` are those that a rule may count it by."""

    rule: str
    names: frozenset[str]  # the rule, and its category unless the rule is a cue
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a talk and its signs."""

    number: int
    message: Message
    signs: tuple[Sign, ...] = ()

    @property
    def author(self) -> str:
        """Who wrote it."""
        return self.message.author_id

    def having(self, names: Collection[str]) -> tuple[Sign, ...]:
        """The signs that go by one of these names."""
        return tuple(sign for sign in self.signs if not sign.names.isdisjoint(names))


@dataclass(slots=True)
class Talk:
    """The turns so far, the one to be judged last; `look` finds the signs of a text of its author.

    `look` is asked once for each text.
    """

    turns: tuple[Turn, ...]
    look: Callable[[str], tuple[Sign, ...]]
    earlier_against: Mapping[str, int] = field(default_factory=dict)  # of the last turn's author
    _read: dict[str, tuple[Sign, ...]] = field(default_factory=dict)

    def somebody(self, target: str) -> str:
        """The target if it is a person's id, and no name or guess; else nothing."""
        last = self.turns[-1].message
        ids = {turn.author for turn in self.turns} | {*last.mentions, last.reply_to}
        return target if target in ids else ""

    def read(self, text: str) -> tuple[Sign, ...]:
        """The signs of a text, as if the last author had written it in one message."""
        if text not in self._read:
            self._read[text] = self.look(text)
        return self._read[text]


def parts_of(turn: Turn, signs: Sequence[Sign]) -> tuple[Part, ...]:
    """The stretches of a turn's message where these signs stand, each under its rule's subject."""
    parts = {Part(sign.rule.partition(".")[2], sign.start, sign.end) for sign in signs}
    return tuple(sorted(parts, key=lambda part: (part.start, part.end, part.label)))


@dataclass(slots=True)
class Aim:
    """Follows a talk from its first turn, and tells at whom a turn is aimed.

    A mention, an answered author or a name says so. Without one it is the person whom the talk is
    about, or else the one who wrote before. A name that nobody in the talk goes by is taken for
    the person whom the talk is about, the first time.
    """

    turns: Sequence[Turn]
    _focus: str = ""
    _since: int = 0
    _names: dict[str, str] = field(default_factory=dict)
    _people: dict[str, str] = field(default_factory=dict)
    _against: set[str] = field(default_factory=set)  # who has gone at the focus

    def __post_init__(self) -> None:
        self._people = {turn.author.casefold(): turn.author for turn in self.turns}

    def at(self, turn: Turn) -> str:
        """The person, by id, or by `~name` where nobody in the talk has this name; may be empty."""
        named = self._named(turn)
        if named:
            return named
        last = self._last_other(turn)
        focus = self._focus if turn.number - self._since <= FOCUS_TURNS else ""
        if focus == turn.author:
            focus = ""
        text = turn.message.text
        if _YOU.search(text) and not (focus and self._against & {last, turn.author}):
            return last
        if not focus and _OTHER.search(text):
            return self._named_before(turn) or last or UNKNOWN
        if not focus and len(text) > _SHORT:
            return ""  # long, to nobody, about nobody: an announcement
        return focus or last or UNKNOWN

    def meant(self, person: str) -> None:
        """It was this person whom the talk was about, when nobody knew."""
        if self._focus == UNKNOWN:
            self._focus = person

    def took(self, turn: Turn, target: str) -> None:
        """The turn went at this person, whom the talk is about from now on."""
        if target != self._focus:
            self._against = set()
        self._focus, self._since = target, turn.number
        self._against.add(turn.author)

    def _named(self, turn: Turn) -> str:
        message = turn.message
        for person in (*message.mentions, message.reply_to, *self._called(message.text)):
            if person and person != message.author_id:
                return person
        return ""

    def _called(self, text: str) -> Iterator[str]:
        for found in _MENTION.finditer(text):
            name = found[1] or found[2]
            yield self._people.get(name.casefold(), name)
        for word in _WORD.findall(text):
            name = word.casefold().removesuffix("'s").removesuffix("’s")
            if len(name) > 2 and name in self._people:
                yield self._people[name]
            elif name in self._names:
                yield self._names[name]
            elif name in given_names() and (word[0].isupper() or name not in common_words()):
                yield self._bound(name)

    def _bound(self, name: str) -> str:
        known = self._focus and self._focus not in self._names.values()
        person = self._focus if known and not self._focus.startswith("~") else f"~{name}"
        self._names[name] = person
        return person

    def _last_other(self, turn: Turn) -> str:
        before = self.turns[max(0, turn.number - FOCUS_TURNS) : turn.number]
        return next((t.author for t in reversed(before) if t.author != turn.author), "")

    def _named_before(self, turn: Turn) -> str:
        for earlier in reversed(self.turns[max(0, turn.number - 4) : turn.number]):
            for person in self._called(earlier.message.text):
                if person != turn.author:
                    return person
        return ""
