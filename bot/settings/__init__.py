"""The settings: `hallmonitor.toml` and the environment, read once, every fault reported at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from bot.settings.outside import outside_faults
from bot.settings.school import holiday, opening_hours
from bot.settings.secrets import Secrets, missing_secrets, platform_secrets, secret_keys
from bot.settings.shapes import (
    CATEGORY_DEFAULTS,
    CategorySettings,
    PeopleList,
    SettingsFile,
    SpecialSteps,
    Step,
    Workspace,
)
from rules.errors import Problem, ProblemsError
from rules.packfiles import toml_places
from rules.packfiles.tables import take
from rules.packfiles.toml_places import Path as KeyPath
from rules.packfiles.toml_places import Places
from rules.types import Audience, Category, Message, Purpose, Role

__all__ = [
    "PLAYGROUND",
    "Secrets",
    "Settings",
    "SettingsError",
    "fallbacks",
    "platform_secrets",
    "policies_named",
    "read",
    "secret_keys",
    "start_problems",
]

PLAYGROUND = Path(__file__).with_name("playground.toml")
PRINCIPAL = "principal"
REQUIRED_LISTS = ("moderators", PRINCIPAL, "it", "counsellors")


class _Report(Protocol):
    def __call__(self, path: KeyPath, what: str, remedy: str = "") -> None: ...


class SettingsError(ProblemsError):
    """`hallmonitor.toml` cannot be used; nothing was started."""


class Settings:
    """What is in force. Built from a `SettingsFile` that has been checked."""

    def __init__(
        self, file: SettingsFile, overrides: Mapping[str, Mapping[str, Any]], places: Places
    ) -> None:
        self.file = file
        self.places = places  # for faults that show only beside something else: rules, a change
        self.timezone = ZoneInfo(file.district.timezone)
        self._workspaces: dict[tuple[str, str], Workspace] = {
            (w.platform, w.id): w for w in file.workspace
        }
        self._categories = {
            category: self._with_lists(
                msgspec.structs.replace(default, **dict(overrides.get(category, {})))
            )
            for category, default in CATEGORY_DEFAULTS.items()
        }

    def _with_lists(self, category: CategorySettings) -> CategorySettings:
        """The defaults name a list that need not be there: then it is the principal's."""
        known = self.file.lists
        return msgspec.structs.replace(
            category,
            page_at_once=[n if n in known else PRINCIPAL for n in category.page_at_once],
            private_to=category.private_to
            if category.private_to in known or not category.private_to
            else PRINCIPAL,
        )

    @property
    def thresholds(self) -> dict[Category, tuple[float, float]]:
        """How sure a finding must be to be flagged, and to be told at once."""
        return {name: (kept.review, kept.act) for name, kept in self._categories.items()}

    def workspace(self, platform: str, workspace_id: str) -> Workspace | None:
        """The listed workspace, or None: the bot does nothing elsewhere."""
        return self._workspaces.get((platform, workspace_id))

    def workspaces(self, platform: str) -> list[Workspace]:
        """The listed workspaces of a platform."""
        return [w for w in self.file.workspace if w.platform == platform]

    def category(self, category: Category) -> CategorySettings:
        """How this category is handled, defaults filled in."""
        return self._categories[category]

    def people(self, name: str) -> PeopleList:
        """The escalation list of this name."""
        return self.file.lists[name]

    def role_of(self, message: Message) -> Role:
        """The author's role by group, then by e-mail domain, then the workspace's default.

        Unknown where the platform did not tell what the settings ask for.
        """
        place = self.workspace(message.key.platform, message.key.workspace)
        if place is None:
            return Role.UNKNOWN
        groups, domain = message.author_groups, message.author_domain
        if groups and groups & set(place.staff_groups):
            return Role.STAFF
        if groups and groups & set(place.student_groups):
            return Role.STUDENT
        if domain and domain in place.staff_domains:
            return Role.STAFF
        if domain and domain in place.student_domains:
            return Role.STUDENT
        untold = groups is None and (place.staff_groups or place.student_groups)
        untold = untold or (domain is None and (place.staff_domains or place.student_domains))
        return Role.UNKNOWN if untold else place.default_role

    def purpose_of(self, message: Message) -> Purpose:
        """What the message's channel is for."""
        place = self.workspace(message.key.platform, message.key.workspace)
        if place is None:
            return Purpose.GENERAL
        inherited = place.channels.get(message.parent, Purpose.GENERAL)
        return place.channels.get(message.key.channel, inherited)

    def steps(self, category: Category, role: Role) -> list[Step]:
        """The ladder's steps for this category and author, lowest first."""
        special = self._special(category, role)
        steps = self.file.ladder.steps if special is None else special.steps
        return sorted(steps, key=lambda step: step.at)

    def apart(self, category: Category, role: Role) -> SpecialSteps | None:
        """The ladder whose strikes count among themselves alone, if this is one of them."""
        special = self._special(category, role)
        return special if special is not None and special.apart else None

    def _special(self, category: Category, role: Role) -> SpecialSteps | None:
        fitting = (
            special
            for special in self.file.ladder.special
            if not special.categories or category in special.categories
            if special.audience in (Audience.ALL.value, role.value)
        )
        return next(fitting, None)


def read(path: Path, name: str | None = None) -> Settings:
    """Read and check the settings file; raises `SettingsError` with every fault and its line."""
    name = name or str(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise SettingsError([Problem(name, 1, f"cannot be read: {reason}")]) from error
    return parse(text, name)


def parse(text: str, name: str = "hallmonitor.toml") -> Settings:
    """`read` for text in hand; `name` stands in the faults."""
    try:
        data, places = toml_places.read(name, text)
    except ProblemsError as error:
        raise SettingsError(error.problems) from error
    file, problems = take(data, SettingsFile, (), places)

    def report(path: KeyPath, what: str, remedy: str = "") -> None:
        problems.append(places.problem(path, what, remedy))

    if file is not None:
        _check(file, report)
    if problems or file is None:
        raise SettingsError(problems)
    return Settings(file, data.get("categories", {}), places)


def _check(file: SettingsFile, report: _Report) -> None:
    """Report what the types alone cannot tell."""
    try:
        ZoneInfo(file.district.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder, `America`
        zone = file.district.timezone
        report(("district", "timezone"), f"unknown time zone `{zone}`", "e.g. America/Chicago")
    if not file.workspace:
        report((), "no [[workspace]] is named", "add the Slack workspace or Discord server")
    seen: set[tuple[str, str]] = set()
    for n, place in enumerate(file.workspace):
        if (place.platform, place.id) in seen:
            report(("workspace", n, "id"), f"{place.platform} {place.id} is listed twice")
        elif place.platform == "slack" and any(platform == "slack" for platform, _ in seen):
            what = "a second Slack workspace: one bot serves one"
            report(
                ("workspace", n, "id"), what, "give it a bot, settings and data folder of its own"
            )
        seen.add((place.platform, place.id))
    _check_lists(file, report)
    _check_calling(file, report)
    _check_steps(file, report)
    _check_holidays(file, report)
    for path, what, remedy in outside_faults(file.model):
        report(("model", *path), what, remedy)
    for n, line in enumerate(file.care.help_lines):
        if not (line.number or line.link):
            what = f"the help line `{line.name}` cannot be reached"
            report(("care", "help_lines", n), what, "give its number, its link or both")


def _check_lists(file: SettingsFile, report: _Report) -> None:
    for name in REQUIRED_LISTS:
        people = file.lists.get(name)
        if people is None:
            report(("lists",), f"the list `{name}` is missing", f"add [lists.{name}]")
        elif not people.people and not (name == "moderators" and people.groups):
            report(("lists", name), f"the list `{name}` has nobody on it", "add people")
    for name, people in file.lists.items():
        if people.groups and name != "moderators":
            report(("lists", name, "groups"), "only `moderators` may name groups", "name people")
        _check_people(file, people.people, ("lists", name, "people"), report)
    for duty, holders in file.roles.items():
        _check_people(file, holders.people, ("roles", duty.value, "people"), report)


def _check_people(
    file: SettingsFile, people: Sequence[str], path: KeyPath, report: _Report
) -> None:
    for n, person in enumerate(people):
        if person.startswith("cli:"):
            continue
        platform, workspace, _ = person.split("/")
        if not any((w.platform, w.id) == (platform, workspace) for w in file.workspace):
            what = f"{person} is in no workspace that is configured"
            report((*path, n), what, "correct it or add the [[workspace]]")


def _check_calling(file: SettingsFile, report: _Report) -> None:
    """Hours that can be read, and fallbacks that lead somewhere and end."""
    for name, people in file.lists.items():
        try:
            _ = people.hours and opening_hours(people.hours)
        except ValueError:
            what = f"the hours `{people.hours}` end before they begin"
            report(("lists", name, "hours"), what, "write 07:30-16:00")
        if not people.fallback:
            continue
        path: KeyPath = ("lists", name, "fallback")
        _check_names(file, [people.fallback], path, report)
        if people.fallback in file.lists and not file.lists[people.fallback].people:
            what = f"the fallback `{people.fallback}` has nobody on it"
            report(path, what, "name people there, or another list")
        if name in fallbacks(file, name):
            report(path, "the fallbacks lead back to this list", "let one of them have none")


def fallbacks(file: SettingsFile, name: str) -> list[str]:
    """The lists that follow one by fallback, each once."""
    found: list[str] = []
    while name in file.lists and (name := file.lists[name].fallback) and name not in found:
        found.append(name)
    return found


def _check_steps(file: SettingsFile, report: _Report) -> None:
    ladders: list[tuple[KeyPath, tuple[Step, ...]]] = [(("ladder",), file.ladder.steps)]
    ladders += [
        (("ladder", "special", n), special.steps) for n, special in enumerate(file.ladder.special)
    ]
    for path, steps in ladders:
        if 1 not in {step.at for step in steps}:
            report((*path, "steps"), "no step says what follows the first strike", "add at = 1")
        if len({step.at for step in steps}) < len(steps):
            report((*path, "steps"), "two steps have the same `at`")
        for n, step in enumerate(steps):
            _check_names(file, step.page, (*path, "steps", n, "page"), report)
    for category, settings in file.categories.items():
        path = ("categories", category.value)
        _check_names(file, settings.page_at_once, (*path, "page_at_once"), report)
        private = [settings.private_to] if settings.private_to else []
        _check_names(file, private, (*path, "private_to"), report)


def _check_holidays(file: SettingsFile, report: _Report) -> None:
    for n, text in enumerate(file.school.holidays):
        try:
            holiday(text)
        except ValueError:
            what = f"`{text}` is no day, or ends before it begins"
            report(("school", "holidays", n), what, "write 2026-12-21/2027-01-01")


def _check_names(file: SettingsFile, names: list[str], path: KeyPath, report: _Report) -> None:
    for name in names:
        if name not in file.lists:
            report(path, f"there is no list `{name}`", f"known: {', '.join(file.lists)}")


def policies_named(path: Path) -> tuple[str, ...]:
    """The policies that a settings file names; raises `SettingsError`."""
    return read(path).file.policies


def start_problems(settings: Settings, secrets: Secrets) -> list[str]:
    """What the environment lacks for these settings: one line each, naming the variable."""
    return missing_secrets(settings.file, secrets)
