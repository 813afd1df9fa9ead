"""What moderators see of a flag: its card, and the task to tell its author."""

from __future__ import annotations

from collections.abc import Mapping

from bot.ports import Action, Button, Card, Section, mention
from bot.process.dossier import Dossier
from bot.process.outbox import Kind
from bot.process.private import escalates_to
from bot.store.port import DeliveryState, EvidenceKind, Status
from bot.texts import sections
from bot.texts.words import Words
from rules.types import Category, Suppression

DECIDABLE = frozenset({Status.OPEN, Status.RESOLVED})


def card(dossier: Dossier, words: Words) -> Card:
    """The flag's card as it stands now: evidence masked, what happened, what can be decided."""
    flag = dossier.flag
    title = words.say("card.title", category=words.category(flag), severity=words.severity(flag))
    if flag.status is not Status.OPEN:
        title = f"{words.say(f'status.{flag.status}')}: {title}"
    parts = [
        sections.person(dossier, words),
        *_reasons(dossier, words),
        Section(words.say("card.excerpt"), _excerpt(dossier, words)),
        *sections.said(dossier, words),
        sections.progress(dossier, words),
    ]
    return Card(
        flag.id,
        title,
        _tone(dossier),
        tuple(parts),
        buttons(dossier, words),
        flag.permalink,
        flag.revision,
    )


def task(dossier: Dossier, params: Mapping[str, str], words: Words) -> Card:
    """Asks the moderators to tell the author in person, where no letter arrived."""
    flag, about = dossier.flag, params.get("about", Kind.NOTICE)
    author, reason = mention(flag.author), params["reason"]
    text = words.say(f"task.{about}", flag=flag.id, author=author, reason=reason)
    if "shown" in params:
        text += " " + words.say("task.unproven")
    done = Button(Action.ACKNOWLEDGE, flag.id, words.say("button.done"), "primary")
    title = words.say("task.title")
    return Card(flag.id, title, "urgent", (Section("", text),), (done,), flag.permalink)


def withheld(dossier: Dossier, words: Words) -> Card:
    """What stays in the moderators' channel of a flag that an edit made private."""
    flag = dossier.flag
    section = Section("", words.say("card.withheld", flag=flag.id))
    return Card(
        flag.id, words.say("card.withheld_title"), "done", (section,), (), "", flag.revision
    )


def _tone(dossier: Dossier) -> str:
    if dossier.flag.status is Status.OPEN:
        return "urgent" if dossier.urgent else "open"
    return "dismissed" if dossier.flag.taken_back else "done"


def _reasons(dossier: Dossier, words: Words) -> list[Section]:
    """Why it was flagged, and what the newest text itself clears."""
    found = "\n".join(sections.found(dossier, words)) or words.say("card.report_none")
    parts = [Section(words.say("card.found"), found)]
    text = dossier.said(EvidenceKind.MESSAGE)[-1].text
    by_context = [f for f in words.masker.judged(text) if f.suppressed is Suppression.CONTEXT]
    cleared = words.explainer(text, by_context, quotes=dossier.shows_words).cleared()
    if cleared:
        parts.append(Section(words.say("card.cleared"), "\n".join(cleared)))
    return parts


def _excerpt(dossier: Dossier, words: Words) -> str:
    care = any(r.finding.category is Category.WELFARE for r in dossier.findings)
    if care:
        return words.say("card.excerpt_care")
    return sections.quoted(dossier, words)


def buttons(dossier: Dossier, words: Words) -> tuple[Button, ...]:
    """What can be decided about the flag as it stands."""
    flag = dossier.flag
    buttons = []
    if dossier.appealed:
        return ()
    if flag.status in DECIDABLE:
        buttons.append(Button(Action.CONFIRM, flag.id, words.say("button.confirm"), "primary"))
        dismiss = words.say("button.dismiss")
        buttons.append(Button(Action.DISMISS, flag.id, dismiss, asks_reason=True))
    escalates = not _escalated(dossier) and escalates_to(dossier.private_to)
    if flag.status in DECIDABLE | {Status.CONFIRMED} and escalates:
        buttons.append(Button(Action.ESCALATE, flag.id, words.say("button.escalate"), "danger"))
    if any(d.state is DeliveryState.DEAD for d in dossier.deliveries):
        buttons.append(Button(Action.RETRY, flag.id, words.say("button.retry")))
    return tuple(buttons)


def _escalated(dossier: Dossier) -> bool:
    return any(d.action == Action.ESCALATE for d in dossier.standing_decisions)
