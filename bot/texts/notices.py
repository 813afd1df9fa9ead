"""Letters to the author of a flagged message."""

from __future__ import annotations

from dataclasses import replace

from bot.actors import named
from bot.ports import Action, Button, Notice, Section
from bot.process import ladder
from bot.process.dossier import Dossier
from bot.settings import Settings
from bot.store.port import EvidenceKind
from bot.texts.words import Words
from rules.types import Tier

EXCERPT_WIDTH = 240
SAID_WIDTH = 1_000


def notice(dossier: Dossier, template: str, words: Words, settings: Settings) -> Notice:
    """The letter about a flag: what was seen, which clause, what follows, what to do."""
    flag = dossier.flag
    told_by = "notice.seen_text" if flag.tier is Tier.ACT else "notice.decided.seen_text"
    what = words.say(f"category.{flag.category}.seen")
    clauses = words.clauses(dossier.lead.clauses if dossier.lead else ())
    sections = [
        Section(
            words.say("notice.seen"), words.say(told_by, when=words.when(flag.posted_at), what=what)
        ),
        Section(words.say("notice.excerpt"), _excerpt(dossier, words)),
        *([Section(words.say("notice.rule"), "\n".join(clauses))] if clauses else []),
        Section(words.say("notice.follows"), _follows(dossier, template, words, settings)),
        Section(words.say("notice.mend"), words.say(f"category.{flag.category}.mend")),
        Section(words.say("notice.answer"), _answer(words)),
        *_appeal(template, words, settings),
    ]
    letter = _letter(dossier, words, words.say(f"notice.{template}.title"), sections)
    if template == "gentle" or dossier.appeal is not None:
        return letter
    appeal = Button(Action.APPEAL, flag.id, words.say("button.appeal"), asks_reason=True)
    return replace(letter, buttons=(appeal,))


def withdrawn(dossier: Dossier, words: Words) -> Notice:
    """The letter that takes a flag back, with the reason that the moderator gave."""
    when = words.when(dossier.flag.posted_at)
    sections = [
        Section(words.say("notice.withdrawn.what"), words.say("notice.withdrawn.text", when=when))
    ]
    reasons = [d.reason for d in dossier.decisions if d.reason]
    if reasons:
        sections.append(Section(words.say("notice.withdrawn.why"), reasons[-1]))
    return _letter(dossier, words, words.say("notice.withdrawn.title"), sections)


def entered(dossier: Dossier, words: Words) -> Notice:
    """The letter that says who entered an appeal in its author's name, and with which words."""
    by = [d.actor for d in dossier.decisions if d.action == Action.ENTER_APPEAL]
    said = [d.reason for d in dossier.decisions if d.action == Action.APPEAL]
    what = words.say("notice.entered.text", flag=dossier.flag.id, actor=named(by[-1]))
    sections = [
        Section(words.say("notice.entered.what"), what),
        Section(
            words.say("notice.entered.said"), f"“{words.masker.opening(said[-1], SAID_WIDTH)}”"
        ),
    ]
    return _letter(dossier, words, words.say("notice.entered.title"), sections)


def upheld(dossier: Dossier, words: Words) -> Notice:
    """The letter that says that the appeal was heard and the flag stands, with the reason."""
    when = words.when(dossier.flag.posted_at)
    reason = dossier.decisions[-1].reason
    sections = [
        Section(words.say("notice.upheld.what"), words.say("notice.upheld.text", when=when)),
        Section(words.say("notice.withdrawn.why"), reason),
    ]
    return _letter(dossier, words, words.say("notice.upheld.title"), sections)


def answered(dossier: Dossier, words: Words) -> Notice:
    """The receipt for an author's answer."""
    if dossier.for_carers(dossier.said(EvidenceKind.ANSWER)[-1]):
        return _kind_letter(dossier, words, "answered_care", [])
    text = words.say("notice.answered.text", flag=dossier.flag.id)
    return _letter(dossier, words, words.say("notice.answered.title"), [Section("", text)])


def care(dossier: Dossier, words: Words) -> Notice:
    """Where somebody who may need help can turn to; it says of nothing that it was wrong."""
    lines = [
        words.say("notice.care.line", name=line.name, how=", ".join(filter(None, where)))
        for line in words.settings.file.care.help_lines
        for where in ((line.number, line.link),)
    ]
    return _kind_letter(
        dossier, words, "care", [Section(words.say("notice.care.lines"), "\n".join(lines))]
    )


def _kind_letter(dossier: Dossier, words: Words, key: str, sections: list[Section]) -> Notice:
    text = Section("", words.say(f"notice.{key}.text"))
    footer = words.say("notice.care.footer", district=words.district)
    title = words.say(f"notice.{key}.title")
    return Notice(dossier.flag.id, words.lang, title, (text, *sections), footer)


def of_link(template: str, words: Words) -> Notice:
    """The letter that says that somebody's accounts count as one person, or no more."""
    text = words.say(f"link.letter_{template}", contact=words.contact or words.district)
    title = words.say(f"link.title_{template}")
    return Notice("", words.lang, title, (Section("", text),), words.say("link.footer"))


def _letter(dossier: Dossier, words: Words, title: str, sections: list[Section]) -> Notice:
    footer = words.say("notice.footer", flag=dossier.flag.id, district=words.district)
    return Notice(dossier.flag.id, words.lang, title, tuple(sections), footer)


def _excerpt(dossier: Dossier, words: Words) -> str:
    if not dossier.shows_words:
        return words.say("notice.hidden")
    return f"“{words.masker.excerpt(*dossier.matter(newest=True), EXCERPT_WIDTH)}”"


def _follows(dossier: Dossier, template: str, words: Words, settings: Settings) -> str:
    key = f"notice.{template}.follows"
    at = ladder.escalates_at(dossier.flag, settings)
    if at is None and template in ("first", "repeat"):
        key += "_without_escalation"
    number = max(dossier.number, 1)
    return words.say(key, strikes=number, window=words.window(), escalate=at)


def _appeal(template: str, words: Words, settings: Settings) -> list[Section]:
    if template == "gentle":
        return []
    days = settings.file.appeals.school_days
    return [Section(words.say("notice.appeal"), words.say("notice.appeal_text", days=days))]


def _answer(words: Words) -> str:
    text = words.say("notice.answer_text")
    contact = words.contact
    return f"{text} {words.say('notice.answer_contact', contact=contact)}" if contact else text
