"""What cards and pages both show of a flag: who, why, what was said, what happened since."""

from __future__ import annotations

from bot.actors import named
from bot.ports import Action, Person, Place, Section, mention, mention_channel
from bot.ports import words as spoken
from bot.process import calls
from bot.process.dossier import Dossier
from bot.process.outbox import Kind
from bot.process.targets import PILE_ON
from bot.store.port import DeliveryState, Evidence, EvidenceKind, RecordedDecision, Status
from bot.texts.words import Words

EXCERPT_WIDTH = 400
CONTEXT_WIDTH = 120
MARK = "▸ "  # before a line that the flag rests on
MOST_CLAUSES = 2


def person(dossier: Dossier, words: Words) -> Section:
    """Whose message it was, where and when, and which strike it would be."""
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
    text = "\n".join([line, _standing(dossier, words), *_against(dossier, words)])
    return Section(words.say("card.person"), text)


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


def found(dossier: Dossier, words: Words) -> list[str]:
    """Each matter in plain sentences, its basis and its clauses, the newest text last."""
    lines = []
    for said in dossier.said(EvidenceKind.MESSAGE):
        findings = [r.finding for r in dossier.findings if r.evidence == said.number]
        explainer = words.explainer(said.text, findings, quotes=dossier.shows_words)
        for one in explainer.flagged():
            lines += [one.sentences, f"({one.basis})", *one.clauses[:MOST_CLAUSES]]
    return lines


def quoted(dossier: Dossier, words: Words) -> str:
    """What the flag is about, masked, between quotation marks; below, what an edit made of it."""
    matters = dict.fromkeys(dossier.matter(newest=edited) for edited in (False, True))
    return "\n".join(f"“{words.masker.excerpt(*one, EXCERPT_WIDTH)}”" for one in matters)


def said(dossier: Dossier, words: Words) -> list[Section]:
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
        said = [_said(dossier, e, words) for e in dossier.said(kind)]
        if said:
            sections.append(Section(words.say(key), "\n".join(said)))
    return sections


def _said(dossier: Dossier, evidence: Evidence, words: Words) -> str:
    if dossier.kept_from_moderators(evidence):
        return words.say("card.answer_care")
    return f"“{words.masker.opening(evidence.text, EXCERPT_WIDTH)}”" if evidence.text else "…"


def _by(dossier: Dossier, evidence: Evidence) -> str:
    key = dossier.flag.key
    return mention(Person(key.platform, key.workspace, evidence.author_id))


def progress(dossier: Dossier, words: Words) -> Section:
    """What has happened since, a line each."""
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
    return Section(words.say("card.progress"), "\n".join(lines))


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
    if last.skipped:
        key = "notice_cancelled"
    elif last.state is DeliveryState.DONE:
        key = "notice_unproven" if last.kind == Kind.SHOWN else "notice_done"
    elif last.state in (DeliveryState.PENDING, DeliveryState.LEASED):
        key = "notice_pending"
    else:
        key = f"notice_{last.state}"
    return words.say(f"card.{key}", when=when, reason=last.reason)
