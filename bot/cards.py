"""What moderators and administrators see of a flag: cards, tasks and pages."""

from __future__ import annotations

from bot import calls, outbox
from bot.dossier import Dossier
from bot.ladder import Why
from bot.outbox import Kind, may_be_spared
from bot.ports import (
    Action,
    Button,
    Card,
    Page,
    Person,
    Place,
    Section,
    mention,
    mention_channel,
)
from bot.ports import words as spoken
from bot.private import escalates_to
from bot.store.port import (
    Delivery,
    DeliveryState,
    Evidence,
    EvidenceKind,
    Flag,
    Permission,
    RecordedDecision,
    Status,
)
from bot.targets import PILE_ON
from bot.words import Words, named
from rules.types import Category, Suppression

EXCERPT_WIDTH = 400
CONTEXT_WIDTH = 120
MARK = "▸ "  # before a line that the flag rests on
MOST_CLAUSES = 2
NEWS = frozenset({"answered", "care_refused", "decided_confirm", "decided_escalate"})
DECIDABLE = frozenset({Status.OPEN, Status.RESOLVED})


def card(dossier: Dossier, words: Words) -> Card:
    """The flag's card as it stands now: evidence masked, what happened, what can be decided."""
    flag = dossier.flag
    title = words.say("card.title", category=words.category(flag), severity=words.severity(flag))
    if flag.status is not Status.OPEN:
        title = f"{words.say(f'status.{flag.status}')}: {title}"
    sections = [
        Section(words.say("card.person"), _person(dossier, words)),
        *_reasons(dossier, words),
        Section(words.say("card.excerpt"), _excerpt(dossier, words)),
        *_said(dossier, words),
        Section(words.say("card.progress"), "\n".join(_progress(dossier, words))),
    ]
    return Card(
        flag.id,
        title,
        _tone(dossier),
        tuple(sections),
        _buttons(dossier, words),
        flag.permalink,
        flag.revision,
    )


def task(dossier: Dossier, reason: str, words: Words) -> Card:
    """Asks the moderators to tell the author in person, where no letter arrived."""
    flag = dossier.flag
    text = words.say("task.text", flag=flag.id, author=mention(flag.author), reason=reason)
    if any(d.state is DeliveryState.DONE for d in dossier.of_kind(Kind.SHOWN)):
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
    sections = [
        Section(words.say("page.why"), words.say(f"page.why_{why}", **facts)),
        Section(words.say("card.person"), _person(dossier, words)),
        *(_matter(dossier, words) if shown else [Section("", words.say("page.private"))]),
    ]
    if why is Why.APPEAL:
        sections.append(Section(words.say("page.appeal"), _appeal(dossier, words)))
    if why is Why.APPEAL or (shown and dossier.private_to):
        sections.append(Section(words.say("card.progress"), "\n".join(_progress(dossier, words))))
    if why is not Why.URGENT and dossier.strikes:
        record = _record(dossier, words, outbox.named_list(delivery.params))
        sections.append(Section(words.say("page.record"), record))
    sections.append(Section("", words.say("page.careful")))
    title = words.say(f"page.title_{why}", **facts)
    link = flag.permalink if shown else ""
    return Page(flag.id, title, tuple(sections), _answers(dossier, delivery, words), link)


def _matter(dossier: Dossier, words: Words) -> list[Section]:
    """What the flag is about; where nobody has a card of it, what was said about it, too."""
    return [
        Section(words.say("card.found"), "\n".join(_found(dossier, words))),
        Section(words.say("card.excerpt"), f"“{dossier.excerpt(words.masker, EXCERPT_WIDTH)}”"),
        *([Section("", words.say("page.good_faith"))] if dossier.good_faith else []),
        *(_said(dossier, words) if dossier.private_to else []),
    ]


def _answers(dossier: Dossier, delivery: Delivery, words: Words) -> tuple[Button, ...]:
    """What somebody who is called can do about it."""
    flag_id = dossier.flag.id
    label = words.say("button.acknowledge")
    if delivery.params["why"] != Why.APPEAL:
        take = Button(Action.ACKNOWLEDGE, flag_id, label, "primary")
        decides = dossier.private_to and dossier.shown_to(delivery.params)
        return (take, *(_buttons(dossier, words) if decides else ()))
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


def unpage(dossier: Dossier, template: str, words: Words) -> Page:
    """Tells somebody who was called that the reason is gone, or what has become of it."""
    flag = dossier.flag
    said = dossier.said(EvidenceKind.ANSWER)
    text = words.say(
        f"page.{template}",
        author=mention(flag.author),
        strikes=max(dossier.number, 1),
        actor=named(dossier.decisions[-1].actor) if dossier.decisions else "",
        answer=words.masker.opening(said[-1].text, EXCERPT_WIDTH) if said else "…",
    )
    title = "title_news" if template in NEWS else "title_withdrawn"
    return Page(flag.id, words.say(f"page.{title}", flag=flag.id), (Section("", text),))


def _appeal(dossier: Dossier, words: Words) -> str:
    by = [d.reason for d in dossier.decisions if d.action == Action.APPEAL]
    return f"“{words.masker.opening(by[-1], EXCERPT_WIDTH)}”" if by else "…"


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


def _tone(dossier: Dossier) -> str:
    if dossier.flag.status is Status.OPEN:
        return "urgent" if dossier.urgent else "open"
    return "dismissed" if dossier.flag.taken_back else "done"


def _person(dossier: Dossier, words: Words) -> str:
    flag = dossier.flag
    place = Place(flag.key.platform, flag.key.workspace, flag.key.channel)
    line = words.say(
        "card.person_line",
        author=mention(flag.author),
        role=words.say(f"role.{flag.author_role}"),
        channel=mention_channel(place),
        when=words.when(flag.posted_at),
    )
    others = sorted(dossier.authors - {str(flag.author)})
    if others:
        line += "\n" + words.say("card.linked", accounts=", ".join(map(named, others)))
    return "\n".join([line, _standing(dossier, words), *_against(dossier, words)])


def _standing(dossier: Dossier, words: Words) -> str:
    """First, repeat, or no strike; a flag under review is counted as if it were confirmed."""
    flag, number = dossier.flag, dossier.place
    if not flag.counts or flag.taken_back:
        return words.say("card.uncounted")
    key = "card.first" if number == 1 else "card.repeat"
    line = words.say(key, strikes=number, window=words.window())
    if dossier.beside:
        line += "\n" + words.say("card.burst", flags=", ".join(f.id for f in dossier.beside))
    if words.settings.apart(flag.category, flag.author_role):
        line += "\n" + words.say("card.apart")
    return line


def _against(dossier: Dossier, words: Words) -> list[str]:
    """At whom it is aimed, how often its author went at them, and who else did."""
    lines = []
    for one in dossier.aimed if dossier.shows_words else ():
        key = "card.against_again" if one.number > 1 else "card.against"
        target = mention(one.target)
        lines.append(words.say(key, target=target, number=one.number, window=words.window()))
        if one.authors >= PILE_ON:
            lines.append(words.say("card.pile_on", target=target, people=one.authors))
    return lines


def _reasons(dossier: Dossier, words: Words) -> list[Section]:
    """Why it was flagged, and what the newest text itself clears."""
    found = "\n".join(_found(dossier, words)) or words.say("card.report_none")
    sections = [Section(words.say("card.found"), found)]
    text = dossier.said(EvidenceKind.MESSAGE)[-1].text
    by_context = [f for f in words.masker.judged(text) if f.suppressed is Suppression.CONTEXT]
    cleared = words.explainer(text, by_context, quotes=dossier.shows_words).cleared()
    if cleared:
        sections.append(Section(words.say("card.cleared"), "\n".join(cleared)))
    return sections


def _found(dossier: Dossier, words: Words) -> list[str]:
    """Each matter in plain sentences, its basis and its clauses, the newest text last."""
    lines = []
    for said in dossier.said(EvidenceKind.MESSAGE):
        findings = [r.finding for r in dossier.findings if r.evidence == said.number]
        explainer = words.explainer(said.text, findings, quotes=dossier.shows_words)
        for one in explainer.flagged():
            lines += [one.sentences, f"({one.basis})", *one.clauses[:MOST_CLAUSES]]
    return lines


def _excerpt(dossier: Dossier, words: Words) -> str:
    care = any(r.finding.category is Category.WELFARE for r in dossier.findings)
    if care:
        return words.say("card.excerpt_care")
    return f"“{dossier.excerpt(words.masker, EXCERPT_WIDTH)}”"


def _said(dossier: Dossier, words: Words) -> list[Section]:
    """What stood before, what the author answers, what a person reported."""
    sections = []
    behind = {number for r in dossier.findings for number in r.finding.earlier}
    before = [
        f"{MARK if e.number in behind else ''}{_by(dossier, e)}:"
        f" {words.masker.opening(e.text, CONTEXT_WIDTH)}"
        for e in dossier.said(EvidenceKind.CONTEXT)
    ]
    if before and dossier.shows_words:
        heading = words.say("card.context_behind" if behind else "card.context")
        sections.append(Section(heading, "\n".join(before)))
    for kind, key in ((EvidenceKind.ANSWER, "card.answer"), (EvidenceKind.REPORT, "card.report")):
        said = [
            f"“{words.masker.opening(e.text, EXCERPT_WIDTH)}”" if e.text else "…"
            for e in dossier.said(kind)
        ]
        if said:
            sections.append(Section(words.say(key), "\n".join(said)))
    return sections


def _progress(dossier: Dossier, words: Words) -> list[str]:
    lines = [
        words.say("card.authorisation_ended", name=spoken(one.name), when=words.when(one.ends_at))
        for one in dossier.ended
    ]
    lines.append(_notice_line(dossier, words))
    for name, made in calls.by_list(dossier).items():
        state = words.say(f"card.state_{calls.standing(dossier, made, words.settings)}")
        lines.append(words.say("card.paged", list=name, state=state))
    for decision in dossier.decisions:
        key = "card.decided_reason" if decision.reason else "card.decided"
        lines.append(
            words.say(
                key,
                action=words.say(f"action.{decision.action}"),
                actor=named(decision.actor),
                when=words.when(decision.at),
                reason=_reason(decision, words),
            )
        )
    if dossier.appealed:
        lines.append(words.say("card.appeal_open"))
    if dossier.flag.status is Status.RESOLVED:
        lines.append(words.say("card.resolved"))
    return lines


def _reason(decision: RecordedDecision, words: Words) -> str:
    """What a reviewer wrote stands as it is; the author's appeal is masked as any message."""
    if decision.action == Action.APPEAL:
        return words.masker.opening(decision.reason, EXCERPT_WIDTH)
    return spoken(decision.reason)


def _notice_line(dossier: Dossier, words: Words) -> str:
    sent = dossier.of_kind(Kind.NOTICE, Kind.SHOWN)
    if not sent:
        return words.say("card.notice_none")
    last = sent[-1]
    when = last.receipt.get("at", "")
    if last.state is DeliveryState.DONE:
        key = "notice_unproven" if last.kind == Kind.SHOWN else "notice_done"
    elif last.state in (DeliveryState.PENDING, DeliveryState.LEASED):
        key = "notice_pending"
    else:
        key = f"notice_{last.state}"
    return words.say(f"card.{key}", when=when, reason=last.reason)


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


def _buttons(dossier: Dossier, words: Words) -> tuple[Button, ...]:
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
    return any(d.params["why"] == Why.ESCALATED for d in dossier.of_kind(Kind.PAGE))


def _by(dossier: Dossier, evidence: Evidence) -> str:
    key = dossier.flag.key
    return mention(Person(key.platform, key.workspace, evidence.author_id))
