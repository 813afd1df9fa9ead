"""What the people of a list are told when they are called about a flag."""

from __future__ import annotations

from collections.abc import Mapping

from bot.actors import named
from bot.ports import Action, Button, Page, Section, mention
from bot.ports import words as spoken
from bot.process import outbox
from bot.process.dossier import Dossier
from bot.process.ladder import Why
from bot.process.outbox import may_be_spared
from bot.store.port import Delivery, Flag, Permission
from bot.texts import sections
from bot.texts.cards import buttons
from bot.texts.sections import EXCERPT_WIDTH
from bot.texts.words import Words

NEWS = frozenset(
    {
        "answered",
        "care_refused",
        "decided_confirm",
        "decided_escalate",
        "reported",
        "upheld_refused",
        "withdrawn_refused",
    }
)


def page(dossier: Dossier, delivery: Delivery, words: Words) -> Page:
    """The call to one person of a list, with the record that it rests on."""
    flag, why = dossier.flag, Why(delivery.params["why"])
    shown = dossier.shown_to(delivery.params)
    facts = {
        "category": words.category(flag) if shown else words.say("page.private_category"),
        "strikes": max(dossier.number, 1),
        "window": words.window(),
        "author": mention(flag.author),
        "flag": flag.id,
        "list": delivery.params["list"],
        "actor": _escalated_by(dossier),
        "reason": delivery.params.get("reason", ""),
    }
    parts = [
        Section(words.say("page.why"), words.say(f"page.why_{why}", **facts)),
        sections.person(dossier, words),
        *(_matter(dossier, words) if shown else [Section("", words.say("page.private"))]),
    ]
    if why is Why.APPEAL:
        parts.append(Section(words.say("page.appeal"), _appeal(dossier, words)))
    if why is Why.APPEAL or (shown and dossier.private_to):
        parts.append(sections.progress(dossier, words))
    if why is not Why.URGENT and dossier.strikes:
        record = _record(dossier, words, outbox.named_list(delivery.params))
        parts.append(Section(words.say("page.record"), record))
    parts.append(Section("", words.say("page.careful")))
    title = words.say(f"page.title_{why}", **facts)
    link = flag.permalink if shown else ""
    return Page(flag.id, title, tuple(parts), _answers(dossier, delivery, words), link)


def _matter(dossier: Dossier, words: Words) -> list[Section]:
    """What the flag is about; where nobody has a card of it, what was said about it, too."""
    return [
        Section(words.say("card.found"), "\n".join(sections.found(dossier, words))),
        Section(words.say("card.excerpt"), sections.quoted(dossier, words)),
        *([Section("", words.say("page.good_faith"))] if dossier.good_faith else []),
        *(sections.said(dossier, words) if dossier.private_to else []),
    ]


def _answers(dossier: Dossier, delivery: Delivery, words: Words) -> tuple[Button, ...]:
    """What somebody who is called can do about it."""
    flag_id = dossier.flag.id
    label = words.say("button.acknowledge")
    if delivery.params["why"] != Why.APPEAL:
        take = Button(Action.ACKNOWLEDGE, flag_id, label, "primary")
        decides = dossier.private_to and dossier.shown_to(delivery.params)
        return (take, *(buttons(dossier, words) if decides else ()))
    overturn = words.say("button.overturn")
    seen = (Button(Action.ACKNOWLEDGE, flag_id, label),)
    return (
        *(seen if may_be_spared(delivery.params) else ()),
        Button(Action.UPHOLD, flag_id, words.say("button.uphold"), asks_reason=True),
        Button(Action.OVERTURN, flag_id, overturn, "primary", asks_reason=True),
    )


def _escalated_by(dossier: Dossier) -> str:
    by = [d.actor for d in dossier.decisions if d.action == Action.ESCALATE]
    return named(by[-1]) if by else ""


def unpage(dossier: Dossier, params: Mapping[str, str], words: Words) -> Page:
    """Tells somebody who was called that the reason is gone, or what has become of it."""
    flag, template = dossier.flag, params["template"]
    said = [e.text for e in dossier.evidence if str(e.number) == params.get("words")]
    text = words.say(
        f"page.{template}",
        author=mention(flag.author),
        strikes=max(dossier.number, 1),
        actor=named(dossier.decisions[-1].actor) if dossier.decisions else "",
        answer=words.masker.opening(said[0], EXCERPT_WIDTH) if said else "…",
    )
    title = "title_news" if template in NEWS else "title_withdrawn"
    return Page(flag.id, words.say(f"page.{title}", flag=flag.id), (Section("", text),))


def reminder(permission: Permission, words: Words) -> Page:
    """Tells whoever answers for an authorisation that it ends soon."""
    text = words.say(
        "authorise.reminder", name=spoken(permission.name), when=words.when(permission.ends_at)
    )
    title = words.say("authorise.reminder_title", id=permission.id)
    return Page("", title, (Section("", text),))


def change_refused(problems: str, words: Words) -> Page:
    """Tells whoever runs the bot why a change of settings or rules is not in force."""
    title = words.say("change_refused.title")
    return Page("", title, (Section("", words.say("change_refused.text", problems=problems)),))


def _appeal(dossier: Dossier, words: Words) -> str:
    by = [d.reason for d in dossier.decisions if d.action == Action.APPEAL]
    return f"“{words.masker.opening(by[-1], EXCERPT_WIDTH)}”" if by else "…"


def _record(dossier: Dossier, words: Words, reader: str) -> str:
    """The strikes; what is private to another list than the reader's keeps its category."""

    def category(strike: Flag) -> str:
        kept = words.settings.category(strike.category).private_to not in ("", reader)
        return words.say("page.private_category") if kept else words.category(strike)

    return "\n".join(
        words.say(
            "page.record_line",
            when=words.when(strike.posted_at),
            category=category(strike),
            severity=words.severity(strike),
            status=words.say(f"status.{strike.status}"),
            flag=strike.id,
        )
        for strike in dossier.strikes
    )
