"""What every letter, card and page needs to say: names, times, clauses, in one language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.settings import Settings
from bot.store.port import Flag
from bot.texts.explanation import Explainer
from bot.texts.masking import Masker
from bot.times import in_words
from rules.messages import LANGUAGES, say, wording
from rules.policies import Policy, find_clause
from rules.types import Finding


class Words:
    """Sentences in one language, for one district."""

    def __init__(
        self, settings: Settings, policies: Sequence[Policy], masker: Masker, lang: str
    ) -> None:
        self.masker = masker
        self.lang = lang if lang in LANGUAGES else settings.file.district.language
        self.settings = settings
        self._policies = policies

    def say(self, key: str, **params: object) -> str:
        """A sentence of the shared wording."""
        return say(self.lang, key, **params)

    def when(self, at: datetime) -> str:
        """A moment, in the district's zone."""
        return in_words(at, self.settings.timezone)

    def window(self) -> str:
        """ "this school year", or "within 180 days"."""
        ladder = self.settings.file.ladder
        return self.say(f"window.{ladder.window}", days=ladder.days)

    def category(self, flag: Flag) -> str:
        """The category's name, or that of a rule which is about something else."""
        own = wording(self.lang).get(f"rule_name.{flag.rule}")
        if own is not None:
            return own
        return self.say(f"category.{flag.category}.name")

    def severity(self, flag: Flag) -> str:
        """How grave, in a word."""
        return self.say(f"severity.{flag.severity}")

    def clauses(self, cites: Sequence[str], most: int = 2) -> list[str]:
        """The first clauses, one line each, in plain words."""
        lines = []
        for cite in cites:
            clause = find_clause(cite, self._policies)
            policy = next((p for p in self._policies if clause and p.id == clause.policy), None)
            if clause is None or policy is None:
                continue
            plain = clause.plain.say(self.lang)
            lines.append(
                self.say("notice.rule_line", policy=policy.name, clause=clause.id, plain=plain)
            )
        return lines[:most]

    def explainer(self, text: str, findings: Sequence[Finding], *, quotes: bool) -> Explainer:
        """What explains these findings on this text in the same language."""
        return Explainer(text, findings, self.masker, self.lang, quotes=quotes)

    @property
    def district(self) -> str:
        """The district's name."""
        return self.settings.file.district.name

    @property
    def contact(self) -> str:
        """Whom an author can turn to, if the district says."""
        return self.settings.file.district.contact
