"""Looking over what was decided: settings, secrets, roles, lists, policies and rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from bot.loading import load_rules
from bot.process.private import standing_in
from bot.settings import Secrets, Settings, start_problems
from bot.settings.shapes import Workspace
from bot.setup.findings import Finding, fault, ok, warning
from bot.store.port import StoreError
from bot.store.vault import VARIABLE, Vault
from rules.errors import PackError
from rules.types import Category

_QUOTED = re.compile(r"""^['"]|['"]$|\s""")


def look_at_settings(settings: Settings) -> Iterator[Finding]:
    """Roles and lists, beyond what the file's own check refuses."""
    for place in settings.file.workspace:
        yield from _roles(place)
        yield from _no_effect(place)
    yield from _lists(settings)
    yield from _private(settings)


def look_at_secrets(settings: Settings, secrets: Secrets) -> Iterator[Finding]:
    """Whether the environment holds what the platforms need, well formed. Shows none of it."""
    problems = start_problems(settings, secrets)
    for problem in problems:
        what, _, own = problem.partition(". ")
        name = re.split(r"[ :]", what)[0]
        yield fault("secrets", f"{what}.", own or f"Set {name} in the environment of the bot.")
    for name, value in _tokens(secrets):
        if _QUOTED.search(value):
            yield fault(
                "secrets",
                f"{name} holds quotation marks or white space.",
                "Set it to the token alone; quotation marks belong to the shell, not to it.",
            )
    if secrets.keys:
        yield _key(secrets)
    if not problems:
        yield ok("secrets", "The environment holds what the platforms need.")


def look_at_rules(settings: Settings, packs: Path) -> Iterator[Finding]:
    """Whether the policies and packs load, as they will at start."""
    try:
        ruleset, policies = load_rules(settings, packs)
    except PackError as error:
        for problem in error.problems:
            where = f"{problem.file}:{problem.line}"
            yield fault("rules", f"{where}: {problem.what}.", problem.remedy or f"Mend {where}.")
        return
    names = ", ".join(policy.id for policy in policies)
    yield ok("rules", f"{len(ruleset.rules)} rules and the policies {names} load.")


def _tokens(secrets: Secrets) -> Iterator[tuple[str, str]]:
    yield "SLACK_BOT_TOKEN", secrets.slack_bot_token
    yield "SLACK_APP_TOKEN", secrets.slack_app_token
    yield "SLACK_SIGNING_SECRET", secrets.slack_signing_secret
    yield "DISCORD_TOKEN", secrets.discord_token


def _key(secrets: Secrets) -> Finding:
    try:
        Vault(secrets.keys)
    except StoreError as error:
        return fault("secret-key", f"{error}.", f"Set {VARIABLE} to a key made so.")
    number = len(secrets.keys)
    return ok("secret-key", f"{VARIABLE} holds {number} well-formed key{'s' * (number > 1)}.")


def _roles(place: Workspace) -> Iterator[Finding]:
    where = f"{place.platform} {place.id}"
    mapped = [place.staff_groups, place.student_groups]
    if place.platform == "slack":  # Discord tells no e-mail addresses
        mapped += [place.staff_domains, place.student_domains]
    both = (set(place.staff_groups) & set(place.student_groups)) | (
        set(place.staff_domains) & set(place.student_domains)
    )
    if both:
        yield warning(
            "roles",
            f"In {where}, {', '.join(sorted(both))} stands for staff and for students: "
            "its people are taken for staff.",
            "Take it out of one of the two.",
        )
    if any(mapped):
        yield ok("roles", f"In {where}, groups or domains tell staff from students.")
        return
    yield warning(
        "roles",
        f'In {where}, everybody is taken for "{place.default_role}": nothing tells staff from '
        "students.",
        "Name staff_groups or student_groups (on Slack also e-mail domains) in that [[workspace]].",
    )


def _no_effect(place: Workspace) -> Iterator[Finding]:
    where = f"{place.platform} {place.id}"
    if place.platform == "discord" and (place.staff_domains or place.student_domains):
        yield warning(
            "roles",
            f"In {where}, e-mail domains have no effect: Discord does not tell addresses.",
            "Name staff_groups and student_groups: the ids of Discord roles.",
        )
    if place.platform == "slack" and place.hide:
        yield warning(
            "hide",
            f"In {where}, hide has no effect: Slack lets a bot delete only its own messages.",
            "Take hide out of that [[workspace]].",
        )


def _private(settings: Settings) -> Iterator[Finding]:
    """Who is shown the flags that no moderators' channel sees."""
    if instead := standing_in(settings):
        yield ok("private-flags", instead)
    by_list: dict[str, list[str]] = {}
    for category in Category:
        name = settings.category(category).private_to
        if name:
            by_list.setdefault(name, []).append(category)
    for name, categories in by_list.items():
        people = settings.people(name)
        told = f"Flags of {', '.join(categories)} are shown to the list {name} alone."
        if len(people.people) > 1 or people.fallback:
            yield ok("private-flags", told)
            continue
        yield warning(
            "private-flags",
            f"{told} One person is on it: nobody else is called when they do not answer.",
            f"Put a second person on [lists.{name}], or name a fallback.",
        )


def _lists(settings: Settings) -> Iterator[Finding]:
    moderators = settings.people("moderators")
    if len(moderators.people) == 1 and not moderators.groups:
        yield warning(
            "lists",
            "There is one moderator: nobody can decide on a message of their own.",
            "Put a second person on [lists.moderators], or a group.",
        )
    sizes = ", ".join(
        f"{name} {len(people.people)}{' and groups' if people.groups else ''}"
        for name, people in settings.file.lists.items()
    )
    yield ok("lists", f"The lists are filled: {sizes}.")
