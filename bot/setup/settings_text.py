"""Answers into a commented `hallmonitor.toml`, checked before anybody sees it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from bot import settings
from bot.setup.answers import Answers
from bot.setup.checks import help_line_parts

LISTS = {
    "moderators": "They see every card and decide; nobody decides on a message of their own.",
    "principal": "Called at the third strike, and at once for threats.",
    "administrators": "They alone see sexual content, and private contact of staff with students.",
    "it": "Called with the principal.",
    "counsellors": "Called when somebody may be in danger or hurting. That is help, no violation.",
}

OPTIONAL = {"administrators"}  # lists in whose place another acts


def settings_text(answers: Answers) -> str:
    """The file's text; raises `SettingsError` if it would not be taken."""
    text = "\n".join(_lines(answers)) + "\n"
    settings.parse(text)
    return text


def _lines(answers: Answers) -> Iterator[str]:
    yield "# Hall Monitor's settings. Every key: docs/settings.md. Check them: hallmonitor doctor"
    yield "# Secrets (tokens, HALLMONITOR_SECRET_KEY) stand in the environment, never here."
    yield ""
    yield "# Shipped ids, or TOML files of your own (docs/policies.md)."
    yield f"policies = {_array(answers.many('policies'))}"
    yield ""
    yield "[district]"
    yield f"name = {_string(answers.one('district'))}"
    yield f"timezone = {_string(answers.one('timezone'))}"
    yield f"language = {_string(answers.one('language'))}  # of cards; of notices in doubt"
    yield f"contact = {_string(answers.one('contact'))}  # named in notices"
    if answers.has("slack"):
        yield from _slack(answers)
    if answers.has("discord"):
        yield from _discord(answers)
    yield from _lists(answers)
    yield from _care(answers)
    yield from _ladder()


def _slack(answers: Answers) -> Iterator[str]:
    yield from _place("slack", answers.one("slack-workspace"), answers)
    yield f"mode = {_string(answers.one('slack-mode'))}  # how events arrive: socket or http"
    for name in ("staff_groups", "student_groups", "staff_domains", "student_domains"):
        yield f"{name} = {_array(answers.many('slack-' + name.replace('_', '-')))}"
    yield from _channels("C0CIVICS7")


def _discord(answers: Answers) -> Iterator[str]:
    yield from _place("discord", answers.one("discord-server"), answers)
    yield f"staff_groups = {_array(answers.many('discord-staff-roles'))}  # role ids"
    yield f"student_groups = {_array(answers.many('discord-student-roles'))}"
    yield f"hide = {_array(answers.many('discord-hide'))}  # categories the bot deletes when sure"
    yield from _channels("123456789012345678")


def _place(platform: str, id_: str, answers: Answers) -> Iterator[str]:
    yield ""
    reads = "it is invited to" if platform == "slack" else "it can see"
    yield f"# The bot reads the channels {reads} here, and nothing anywhere else."
    yield "[[workspace]]"
    yield f"platform = {_string(platform)}"
    yield f"id = {_string(id_)}"
    yield "# staff, student or unknown: of people whom no group or domain below names."
    yield f"default_role = {_string(answers.one(platform + '-default-role'))}"
    yield f"moderators_channel = {_string(answers.one(platform + '-moderators-channel'))}"


def _channels(example: str) -> Iterator[str]:
    yield "# What a channel is for, so that a lesson is taken for one:"
    yield f'# channels = {{ {example} = "civics" }}'


def _lists(answers: Answers) -> Iterator[str]:
    for name, why in LISTS.items():
        if name in OPTIONAL and not answers.many(name):
            continue
        yield ""
        yield f"# {why}"
        yield f"[lists.{name}]"
        yield f"people = {_array(answers.many(name))}"
        if name == "moderators":
            yield f"groups = {_array(answers.many('moderator-groups'))}"


def _care(answers: Answers) -> Iterator[str]:
    lines = [help_line_parts(text) for text in answers.many("help-lines")]
    yield ""
    yield "# Sent in a kind message to whoever may need help; where there are none, none is sent."
    yield "[care]"
    yield "help_lines = ["
    for line in lines:
        keys = zip(("name", "number", "link"), line, strict=True)
        yield f"    {{ {', '.join(f'{key} = {_string(text)}' for key, text in keys if text)} }},"
    yield "]"


def _ladder() -> Iterator[str]:
    yield ""
    yield "# What follows at one, two, three strikes (these are the defaults)."
    yield "[ladder]"
    yield 'window = "school_year"'
    yield 'year_starts = "07-01"'
    yield "steps = ["
    yield '    { at = 1, notice = "first" },'
    yield '    { at = 2, notice = "repeat" },'
    yield '    { at = 3, notice = "final", page = ["principal", "it"] },'
    yield "]"


def _string(text: str) -> str:
    # JSON's escapes are TOML's too; what JSON leaves bare and TOML refuses is not printable.
    return json.dumps(text, ensure_ascii=False)


def _array(texts: Sequence[str]) -> str:
    return f"[{', '.join(_string(text) for text in texts)}]"
