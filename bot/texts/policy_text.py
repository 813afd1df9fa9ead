"""What is read, kept, by whom reviewed and how long, in words for everybody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from bot.before import CONTEXT_KEPT
from bot.settings import Settings
from rules.messages import say, wording
from rules.policies import Policy
from rules.types import Category

PLATFORMS = {"slack": "Slack", "discord": "Discord", "playground": "playground"}
MONTHS = {
    "en": "January February March April May June July August September October November December",
    "es": (
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
    ),
}


def policy_text(settings: Settings, policies: Sequence[Policy], lang: str) -> str:
    """The whole text in a language, for everybody in the district to read; no markup."""
    lang = lang if lang in MONTHS else "en"
    return "\n\n".join(_paragraphs(settings, policies, lang))


def _paragraphs(settings: Settings, policies: Sequence[Policy], lang: str) -> Iterator[str]:
    file = settings.file
    moderators = file.lists["moderators"]
    yield say(lang, "policy.title", district=file.district.name)
    yield say(lang, "policy.read")
    yield say(lang, "policy.held", policies=_names(policies) or ", ".join(file.policies))
    yield " ".join([say(lang, "policy.care"), *_private(settings, lang)])
    yield say(
        lang,
        "policy.kept",
        minutes=file.context.minutes,
        shadow_days=file.rules.shadow_days,
        before=CONTEXT_KEPT,
    )
    yield _words_go(settings, lang)
    people, groups = len(moderators.people), len(moderators.groups)
    if groups:
        yield say(lang, "policy.reviewed_groups", moderators=people, groups=groups)
    else:
        yield say(lang, "policy.reviewed", moderators=people)
    yield " ".join([say(lang, "policy.told"), *_called(settings, lang)])
    yield _window(settings, lang)
    contact = file.district.contact
    appeal = say(lang, "policy.appeal", days=file.appeals.school_days)
    heard = [say(lang, "policy.heard"), appeal]
    yield " ".join(heard + ([say(lang, "policy.contact", contact=contact)] if contact else []))
    yield say(lang, "policy.report")


def _words_go(settings: Settings, lang: str) -> str:
    """Whether words go to a model elsewhere, and whether that may be outside the district."""
    model, places = settings.file.model, settings.file.workspace
    names = sorted({PLATFORMS[place.platform] for place in places})
    platforms = (" y " if lang == "es" else " and ").join(names)
    if model.use != "endpoint":
        return say(lang, "policy.stays", platforms=platforms)
    host = urlsplit(model.endpoint).hostname or model.endpoint
    key = "leaves" if model.public else "to_network"
    return say(lang, f"policy.{key}", platforms=platforms, host=host)


def _names(policies: Sequence[Policy]) -> str:
    return "; ".join(f"{policy.district}, {policy.name}" for policy in policies)


def _called(settings: Settings, lang: str) -> list[str]:
    """Who else is told, from the lowest step of the common ladder that calls anybody."""
    for step in sorted(settings.file.ladder.steps, key=lambda step: step.at):
        if step.page:
            return [say(lang, "policy.called", at=step.at, lists=_list_names(step.page, lang))]
    return []


def _private(settings: Settings, lang: str) -> list[str]:
    """What the moderators do not see, by the list that does; care is told of by itself."""
    by_list: dict[str, list[str]] = {}
    for category in Category:
        name = settings.category(category).private_to
        if name and category is not Category.WELFARE:
            by_list.setdefault(name, []).append(say(lang, f"category.{category}.name"))
    return [
        say(lang, "policy.private", what="; ".join(names), who=_list_names([name], lang))
        for name, names in by_list.items()
    ]


def _list_names(names: Sequence[str], lang: str) -> str:
    known = wording(lang)
    return ", ".join(known.get(f"policy.list.{name}", name) for name in names)


def _window(settings: Settings, lang: str) -> str:
    ladder = settings.file.ladder
    if ladder.window == "rolling":
        return say(lang, "policy.rolling", days=ladder.days)
    month, day = (int(part) for part in ladder.year_starts.split("-"))
    name = MONTHS[lang].split()[month - 1]
    return say(lang, "policy.year", day=f"{day} de {name}" if lang == "es" else f"{name} {day}")
