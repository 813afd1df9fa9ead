"""The words of the rule core: what comes in (Message, Context) and what goes out (Verdict).

Every type is frozen. People's words never appear in a `repr`, so they cannot reach a log or a
traceback by accident.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Category(StrEnum):
    """What a finding is about; the ids are fixed and stand in every record and report."""

    CYBERBULLYING = "cyberbullying"
    HATE = "hate"
    THREAT = "threat"
    PROFANITY = "profanity"
    SEXUAL = "sexual"
    POLITICAL_CAMPAIGN = "political_campaign"
    UNION_CAMPAIGN = "union_campaign"
    FUNDRAISER = "fundraiser"
    COMMERCIAL = "commercial"
    GAMBLING = "gambling"
    PII_STUDENT = "pii_student"
    PII_GENERAL = "pii_general"
    CREDENTIAL = "credential"
    OFFCHANNEL_CONTACT = "offchannel_contact"
    PHISHING_SPAM = "phishing_spam"
    WELFARE = "welfare"  # a care route, never a violation


class Severity(StrEnum):
    """How grave a finding is; the gravest finding of a message selects the ladder."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def rank(self) -> int:
        """0 for low, 1 for medium, 2 for high."""
        return ("low", "medium", "high").index(self.value)


class Tier(StrEnum):
    """`act`: sure enough to tell the author at once. `review`: a moderator decides first."""

    ACT = "act"
    REVIEW = "review"


class Role(StrEnum):
    """Who wrote a message, as far as the audience map knows."""

    STAFF = "staff"
    STUDENT = "student"
    UNKNOWN = "unknown"


class Audience(StrEnum):
    """Whom a rule is for."""

    ALL = "all"
    STAFF = "staff"
    STUDENT = "student"


class Purpose(StrEnum):
    """What a channel is for; a rule may be quiet where its subject is the lesson."""

    GENERAL = "general"
    CLASS = "class"
    STAFF = "staff"
    CIVICS = "civics"
    LITERATURE = "literature"
    HEALTH = "health"
    SECURITY = "security"
    UNION_BUSINESS = "union_business"
    GAMES = "games"
    MARKETPLACE = "marketplace"


class RuleState(StrEnum):
    """How far a rule has come on its way into force."""

    DRAFT = "draft"  # held against its own examples and no message
    SHADOW = "shadow"  # what it finds is counted, and nobody is told
    LIVE = "live"


class Suppression(StrEnum):
    """Why a finding leads to no flag."""

    AUDIENCE = "audience"
    AUTHORISED = "authorised"
    CHANNEL = "channel"
    CONTEXT = "context"
    PAUSED = "paused"
    SHADOW = "shadow"
    TOLD = "told"  # it is no violation: somebody tells of a problem, and a list hears of it


def well_formed(text: str) -> str:
    """Return `text` with each lone surrogate replaced by U+FFFD, one for one."""
    return _LONE_SURROGATE.sub("\ufffd", text)


def names(named: str, rule: str) -> bool:
    """Whether `category.subject` or `category.*` stands for this rule."""
    category, _, subject = named.partition(".")
    return rule == named or (subject == "*" and rule.startswith(f"{category}."))


@dataclass(frozen=True, slots=True, order=True)
class MessageKey:
    """Where one post stands: the same for the post, its edits and its deletion."""

    platform: str
    workspace: str
    channel: str
    message: str

    def __str__(self) -> str:
        return f"{self.platform}/{self.workspace}/{self.channel}/{self.message}"


@dataclass(frozen=True, slots=True)
class Message:
    """One post (or edit) as an adapter hands it over.

    `text` is everything a reader sees: the body, then the text of blocks, attachments, forwards
    and file names, each on lines of its own. Offsets in findings are code points of it.
    """

    key: MessageKey
    author_id: str
    text: str = field(repr=False)
    posted_at: datetime
    author_role: Role = Role.UNKNOWN
    # For the audience map; None where the platform did not tell (in time).
    author_groups: frozenset[str] | None = frozenset()  # user groups or roles
    author_domain: str | None = ""  # of the author's e-mail address
    channel_purpose: Purpose = Purpose.GENERAL
    thread: str = ""
    parent: str = ""  # where a thread is a channel by itself (Discord): the channel it hangs in
    reply_to: str = ""  # the author who is answered, where the platform tells
    mentions: tuple[str, ...] = ()
    direct: bool = False  # written to the bot itself: an answer, not a post
    edited: bool = False
    unread: bool = False  # a file of it could not be read: its words are not in the text
    lang: str = ""  # en, es or mixed, as a hint
    permalink: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", well_formed(self.text))

    def stands_in(self, place: str) -> bool:
        """Whether it stands in this channel (platform/workspace/channel) or hangs in it."""
        home, _, channel = place.rpartition("/")
        here = (self.key.channel, self.parent)
        return home == f"{self.key.platform}/{self.key.workspace}" and channel in here


@dataclass(frozen=True, slots=True)
class Authorisation:
    """A permission on record that turns a matching finding into a log line."""

    id: str
    categories: frozenset[Category]
    words: tuple[str, ...] = ()  # any of these words or links in the message, any case
    channels: frozenset[str] = frozenset()  # empty: every channel
    people: frozenset[str] = frozenset()  # empty: every author


@dataclass(frozen=True, slots=True)
class Pause:
    """A rule, a channel, or a rule in a channel, from which nothing follows for a while."""

    id: str
    rule: str = ""  # `category.subject` or `category.*`; empty: every rule
    place: str = ""  # platform/workspace/channel, its threads included; empty: every channel

    def covers(self, rule: str, message: Message) -> bool:
        """Whether nothing is to follow from what this rule finds in this message."""
        if self.rule and not names(self.rule, rule):
            return False
        return not self.place or message.stands_in(self.place)


@dataclass(frozen=True, slots=True)
class Context:
    """What the core may know beside the message: it comes in as an argument, never by look-up."""

    recent: tuple[Message, ...] = ()  # the channel's last messages, oldest first
    earlier_against: Mapping[str, int] = field(default_factory=dict)  # target id -> flags by author
    authorisations: tuple[Authorisation, ...] = ()  # those in force at the time of the message
    pauses: tuple[Pause, ...] = ()  # the same

    def paused(self, rule: str, message: Message) -> Pause | None:
        """The pause that keeps back what this rule finds in this message."""
        return next((pause for pause in self.pauses if pause.covers(rule, message)), None)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the message that a finding rests on; `label` says what it was taken for."""

    label: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's hit on one datum of a message.

    `start` and `end` are code points of the original text, end-exclusive, or both None. `masked`
    are the stretches that must not be shown in clear (personal data, secrets). `tier` is what it
    is for its audience; `suppressed` says why it leads to no flag, `cleared_by` which context or
    authorisation did it.
    """

    rule: str
    category: Category
    clauses: tuple[str, ...]
    severity: Severity
    confidence: float
    tier: Tier
    explanation: str  # from the rule, never quoting the message
    start: int | None = None
    end: int | None = None
    parts: tuple[Part, ...] = ()
    masked: tuple[Part, ...] = ()
    suppressed: Suppression | None = None
    cleared_by: str = ""
    counts: bool = True  # False: worth a notice, never a strike (one's own phone number)
    message_index: int | None = None  # in a conversation: the message at which context suffices
    earlier: tuple[int, ...] = ()  # the messages of `Context.recent` that it rests on, by index
    tells: str = ""  # the list that hears of it, where it is no violation
    target: str = ""  # in a conversation: at whom it is aimed, where that is somebody by id

    def touches(self, other: Finding) -> bool:
        """Whether both stand on one letter at least; one without a place touches none."""
        if self.start is None or self.end is None or other.start is None or other.end is None:
            return False
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Skip:
    """A rule that could not be applied; shown to moderators, never taken for clean."""

    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings on one message, suppressed ones too, and what was skipped."""

    findings: tuple[Finding, ...] = ()
    skipped: tuple[Skip, ...] = ()

    @property
    def told(self) -> tuple[Finding, ...]:
        """What is no violation and brought to a list: a security problem, reported to be mended."""
        return tuple(f for f in self.findings if f.suppressed is Suppression.TOLD)

    @property
    def live(self) -> tuple[Finding, ...]:
        """The findings that lead to a flag, gravest and surest first."""
        hits = (finding for finding in self.findings if finding.suppressed is None)
        return tuple(
            sorted(hits, key=lambda f: (f.severity.rank, f.tier is Tier.ACT, f.confidence))[::-1]
        )
