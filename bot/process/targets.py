"""Against whom messages were: whom an author went at before, and who goes at one person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.ports import Person
from bot.process.strikes import expired, is_strike, window_start
from bot.settings import Settings
from bot.store.port import Flag, FlagQuery, Tx
from rules.types import Category, Finding, Message

# What is done to somebody. Who is mentioned beside a swear word or an advertisement is no target.
PERSONAL = frozenset({Category.CYBERBULLYING, Category.HATE, Category.THREAT, Category.SEXUAL})
PILE_ON_DAYS = timedelta(days=7)
MOST = 10  # of one message
AGAIN = 3  # messages of one author against one person: somebody should look soon
PILE_ON = 3  # people


@dataclass(frozen=True, slots=True)
class Aimed:
    """A flagged message against one person, among those before it."""

    target: Person
    number: int  # which one it is of its author's against this person, from 1
    authors: int  # how many people's messages against this person were flagged in the last days

    @property
    def grave(self) -> bool:
        """Whether it goes on and on, or is a pile-on."""
        return self.number >= AGAIN or self.authors >= PILE_ON


def aimed_at(message: Message, findings: Iterable[Finding]) -> tuple[str, ...]:
    """Against whom a message with these findings is: whom it mentions or answers.

    Where it does neither, at whom a finding over several messages is aimed.
    """
    personal = [finding for finding in findings if finding.category in PERSONAL]
    if not personal:
        return ()
    said = [person for person in (*message.mentions, message.reply_to) if person]
    people = said or [finding.target for finding in personal]
    return tuple(p for p in dict.fromkeys(people) if p and p != message.author_id)[:MOST]


def earlier_against(tx: Tx, author: Person, settings: Settings, now: datetime) -> Counter[str]:
    """Person on the author's platform, by id -> strikes of the author against them."""
    here = (author.platform, author.workspace)
    return Counter(
        account.id
        for strike in tx.strikes(author, window_start(now, settings))
        if not expired(strike, now, settings)
        for account in {one for target in tx.targets(strike.id) for one in tx.accounts(target)}
        if (account.platform, account.workspace) == here
    )


def history(tx: Tx, flag: Flag, settings: Settings) -> tuple[Aimed, ...]:
    """For each person whom the flagged message was against: how it stands among others."""
    return tuple(_aimed(tx, flag, target, settings) for target in tx.targets(flag.id))


def _aimed(tx: Tx, flag: Flag, target: Person, settings: Settings) -> Aimed:
    start, since = window_start(flag.created_at, settings), flag.created_at - PILE_ON_DAYS
    before = [
        strike
        for strike in tx.flags(FlagQuery(author=flag.author, against=target))
        if is_strike(strike) and start <= strike.posted_at < flag.posted_at
        if not expired(strike, flag.created_at, settings)
    ]
    lately = [
        other.author
        for other in tx.flags(FlagQuery(against=target, since=since))
        if other.created_at <= flag.created_at and not other.taken_back
    ]
    people = {tx.accounts(author)[0] for author in (*lately, flag.author)}
    return Aimed(target, len(before) + 1, len(people))
