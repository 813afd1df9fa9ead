"""Why a finding leads to no flag, or to less than its rule says: the last word of the core."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rules.contexts import Place
from rules.matching.scan import Scan
from rules.ruleset import Rule, RuleSet
from rules.types import (
    Audience,
    Authorisation,
    Context,
    Finding,
    Message,
    Role,
    RuleState,
    Suppression,
    Tier,
)


class Judge:
    """Has the last word on the findings of one text; what they share is worked out once."""

    def __init__(self, message: Message, context: Context, ruleset: RuleSet, scan: Scan) -> None:
        self._message = message
        self._context = context
        self._ruleset = ruleset
        self._scan = scan
        self._narrowed = False

    def judge(self, finding: Finding, rule: Rule) -> Finding:
        """The finding, suppressed for the first of context, permission, audience, channel, pause.

        What a rule in shadow finds is suppressed for that alone where nothing else clears it: it
        is what the rule would have flagged.

        Where the author's role is unknown nothing is suppressed for it, but a rule for one
        audience goes no higher than review.
        """
        for reason, cleared_by in self._reasons(finding, rule):
            return replace(finding, suppressed=reason, cleared_by=cleared_by)
        if self._lowered(finding, rule):
            finding = replace(finding, tier=Tier.REVIEW)
        if rule.state is RuleState.SHADOW and rule.alone:
            return replace(finding, suppressed=Suppression.SHADOW)
        if rule.tells:
            return replace(finding, suppressed=Suppression.TOLD)
        return finding

    def _lowered(self, finding: Finding, rule: Rule) -> bool:
        if rule.audience is not Audience.ALL and self._message.author_role is Role.UNKNOWN:
            return True
        return finding.tier is Tier.ACT and any(self._contexts_at(finding, rule, lowering=True))

    def _reasons(self, finding: Finding, rule: Rule) -> Iterator[tuple[Suppression, str]]:
        for name in self._contexts_at(finding, rule, lowering=False):
            yield Suppression.CONTEXT, name
        for authorisation in self._context.authorisations:
            if permits(authorisation, finding, self._message):
                yield Suppression.AUTHORISED, authorisation.id
        if not meant_for(rule.audience, self._message.author_role):
            yield Suppression.AUDIENCE, ""
        if self._message.channel_purpose in rule.quiet_in:
            yield Suppression.CHANNEL, ""
        pause = self._context.paused(rule.id, self._message)
        if pause is not None:
            yield Suppression.PAUSED, pause.id

    def _contexts_at(self, finding: Finding, rule: Rule, *, lowering: bool) -> Iterator[str]:
        """The contexts that clear it (or lower it); none where it has no place in this message."""
        if finding.start is None or finding.end is None:
            return
        if rule.unless and not self._narrowed:
            self._ruleset.narrow_contexts(self._scan)
            self._narrowed = True
        last = max((part.start for part in finding.parts), default=finding.start)
        place = Place(finding.start, finding.end, last)
        for name in rule.unless:
            context = self._ruleset.contexts[name]
            if context.lowers is lowering and context.clears(place, self._scan):
                yield name


def meant_for(audience: Audience, role: Role) -> bool:
    """Whether a rule for this audience holds for this role; an unknown role may be anybody."""
    return audience is Audience.ALL or role is Role.UNKNOWN or audience.value == role.value


def permits(authorisation: Authorisation, finding: Finding, message: Message) -> bool:
    """Whether an authorisation on record covers this finding of this message."""
    text = message.text.casefold()
    return (
        finding.category in authorisation.categories
        and (not authorisation.channels or message.key.channel in authorisation.channels)
        and (not authorisation.people or message.author_id in authorisation.people)
        and (
            not authorisation.words or any(word.casefold() in text for word in authorisation.words)
        )
    )
