"""Roles: who may do what. One table, asked before every deed; what it denies is on record.

Roles come from the lists and from `[roles]` of the settings: by person, by Slack user group or by
Discord role. What somebody is to one flag (its author, called about it …) counts beside them.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from enum import StrEnum

from bot.actors import named
from bot.ports import Action, Clock, Reply
from bot.settings import Settings
from bot.settings.shapes import Duty
from bot.store.port import Tx
from rules.messages import say

NOBODY: frozenset[str] = frozenset()
MOST_NAMED = 3


class Part(StrEnum):
    """What somebody is to one flag, whatever their roles."""

    AUTHOR = "author"
    CALLED = "called"  # about it, or on a list that was
    HEARING = "hearing"  # on the list that hears its appeal
    ENTRUSTED = "entrusted"  # a private flag was shown to them, or to their list


class Deed(StrEnum):
    """What can be done, as the table names it."""

    SEE = "see"  # which flags there are, without their words
    DECIDE = "decide"  # confirm, dismiss, escalate
    RETRY = "retry"
    ACKNOWLEDGE = "acknowledge"
    APPEAL = "appeal"
    ENTER = "enter"  # an appeal, in its author's name
    HEAR = "hear"  # uphold, overturn
    AUTHORISE = "authorise"
    REVEAL = "reveal"  # evidence without its masks
    LINK = "link"  # two identities of one person
    PAUSE = "pause"  # a rule; or exempt a channel from it
    TUNE = "tune"  # the model's weights, to decisions; or go back
    EXPORT = "export"
    AUDIT = "audit"  # read the audit


Allowed = frozenset[Duty | Part]
EVERY_READER: Allowed = frozenset(set(Duty) - {Duty.AUTHORISER, Duty.IT_OWNER})

MAY: Mapping[Deed, Allowed] = {
    Deed.SEE: EVERY_READER,
    # Not the administrators: they hear appeals, and who has decided cannot.
    Deed.DECIDE: frozenset({Duty.REVIEWER}),
    Deed.RETRY: frozenset({Duty.REVIEWER, Duty.IT_OWNER}),
    Deed.ACKNOWLEDGE: frozenset({Duty.REVIEWER, Part.CALLED}),
    Deed.APPEAL: frozenset({Part.AUTHOR}),
    # Of a private flag, too: entering shows nothing of it.
    Deed.ENTER: frozenset({Duty.APPEALS_REVIEWER, Duty.ADMINISTRATOR}),
    Deed.HEAR: frozenset({Duty.APPEALS_REVIEWER, Part.HEARING}),
    Deed.AUTHORISE: frozenset({Duty.AUTHORISER}),
    Deed.REVEAL: frozenset({Duty.REVIEWER, Duty.ADMINISTRATOR, Duty.AUDITOR}),
    Deed.LINK: frozenset({Duty.ADMINISTRATOR}),
    Deed.PAUSE: frozenset({Duty.IT_OWNER}),
    Deed.TUNE: frozenset({Duty.IT_OWNER}),
    Deed.EXPORT: frozenset({Duty.ADMINISTRATOR, Duty.AUDITOR}),
    Deed.AUDIT: frozenset({Duty.ADMINISTRATOR, Duty.AUDITOR}),
}

# The rows that differ for a flag that is private to some lists (`bot/process/private.py`).
TRUSTED: Allowed = frozenset({Part.ENTRUSTED, Duty.ADMINISTRATOR})
MAY_PRIVATELY: Mapping[Deed, Allowed] = {
    **MAY,
    Deed.SEE: TRUSTED | {Duty.AUDITOR},
    Deed.DECIDE: TRUSTED,
    Deed.RETRY: TRUSTED | {Duty.IT_OWNER},
    Deed.ACKNOWLEDGE: frozenset({Part.CALLED}) | TRUSTED,
    Deed.HEAR: frozenset({Part.HEARING, Duty.ADMINISTRATOR}),
    Deed.REVEAL: TRUSTED,
}

OF_BUTTON: Mapping[Action, Deed] = {
    Action.CONFIRM: Deed.DECIDE,
    Action.DISMISS: Deed.DECIDE,
    Action.ESCALATE: Deed.DECIDE,
    Action.RETRY: Deed.RETRY,
    Action.ACKNOWLEDGE: Deed.ACKNOWLEDGE,
    Action.APPEAL: Deed.APPEAL,
    Action.ENTER_APPEAL: Deed.ENTER,
    Action.UPHOLD: Deed.HEAR,
    Action.OVERTURN: Deed.HEAR,
}

# The list whose people have a role without further words: the first of these that there is.
BY_LIST: Mapping[Duty, tuple[str, ...]] = {
    Duty.REVIEWER: ("moderators",),
    Duty.APPEALS_REVIEWER: ("appeals", "principal"),
    Duty.AUTHORISER: ("authorisers", "principal"),
    Duty.ADMINISTRATOR: ("administrators", "principal"),
    Duty.IT_OWNER: ("it",),
}


class Roles:
    """Who may do what in one district; `refusal` is asked before every deed."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._lang = settings.file.district.language
        self._people = {duty: self._holders(duty) for duty in Duty}
        self._groups = {duty: self._holding_groups(duty) for duty in Duty}
        self._names_at_the_keyboard = any(
            one.startswith("cli:") for holders in self._people.values() for one in holders
        )

    def people(self, duty: Duty) -> frozenset[str]:
        """Who has a role by name; more may have it by group."""
        return self._people[duty]

    def duties(self, actor: str, groups: Set[str] = NOBODY) -> frozenset[Duty]:
        """The roles of somebody. A name at the command line has all, unless roles name some."""
        if actor.startswith("cli:") and not self._names_at_the_keyboard:
            return frozenset(Duty)
        return frozenset(
            duty for duty in Duty if actor in self._people[duty] or groups & self._groups[duty]
        )

    def may(
        self,
        deed: Deed,
        actor: str,
        groups: Set[str] = NOBODY,
        parts: Set[Part] = frozenset(),
        *,
        private: bool = False,
    ) -> bool:
        """Whether somebody may do this; `parts` are what they are to the flag it is done to."""
        allowed = (MAY_PRIVATELY if private else MAY)[deed]
        return bool(allowed & (self.duties(actor, groups) | parts))

    def refusal(
        self,
        tx: Tx,
        deed: Deed,
        actor: str,
        groups: Set[str] = NOBODY,
        *,
        parts: Set[Part] = frozenset(),
        subject: str = "",
        what: str = "",
        private: bool = False,
    ) -> Reply | None:
        """None if they may; else the attempt goes to the audit, and the answer says what it needs.

        `what` names the attempt in the audit where the deed is too wide a word for it.
        """
        if self.may(deed, actor, groups, parts, private=private):
            return None
        detail = {"action": what or deed.value, "why": "role"}
        tx.audit(actor, "refused", subject, self._clock.now(), detail)
        return Reply(self._denied(deed, private), accepted=False)

    def _denied(self, deed: Deed, private: bool) -> str:
        """Which role it needs and who can give it, in a plain sentence."""
        needed = [duty for duty in Duty if duty in MAY[deed]]
        if not needed:
            return say(self._lang, f"denied.{deed}")
        if private and MAY_PRIVATELY[deed] != MAY[deed]:
            return say(self._lang, "denied.private")
        names = [f"“{say(self._lang, f'duty.{duty}')}”" for duty in needed]
        givers = sorted(self._people[Duty.IT_OWNER])[:MOST_NAMED]
        return say(
            self._lang,
            "denied.role",
            roles=f" {say(self._lang, 'denied.or')} ".join(names),
            givers=", ".join(map(named, givers)),
        )

    def _holders(self, duty: Duty) -> frozenset[str]:
        extra = self._settings.file.roles.get(duty)
        name = self._list(duty)
        by_list = self._settings.people(name).people if name else ()
        return frozenset({*by_list, *(extra.people if extra else ())})

    def _holding_groups(self, duty: Duty) -> frozenset[str]:
        extra = self._settings.file.roles.get(duty)
        name = self._list(duty)
        by_list = self._settings.people(name).groups if name else ()
        return frozenset({*by_list, *(extra.groups if extra else ())})

    def _list(self, duty: Duty) -> str:
        known = self._settings.file.lists
        return next((name for name in BY_LIST.get(duty, ()) if name in known), "")
