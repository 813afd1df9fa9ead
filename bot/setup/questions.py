"""The questions of `init`: one table, from which its options, prompts and checks come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.setup import checks
from bot.setup.answers import Answers, person
from bot.setup.checks import AnswerError
from rules.messages import LANGUAGES
from rules.policies import shipped
from rules.types import Role

Check = Callable[[str, Answers], str]
When = Callable[[Answers], bool]
PLATFORMS = ("slack", "discord")
ROLES = tuple(role.value for role in Role)
MODES = ("socket", "http")


def _always(_: Answers) -> bool:
    return True


def _on(platform: str) -> When:
    return lambda answers: answers.has(platform)


def _over_http(answers: Answers) -> bool:
    return answers.has("slack") and answers.one("slack-mode") == "http"


def _plain(check: Callable[[str], str]) -> Check:
    return lambda text, _: check(text)


def _one_of(known: tuple[str, ...]) -> Check:
    def check(text: str, _: Answers) -> str:
        if text.lower() not in known:
            raise AnswerError(f"{text!r} is none of {', '.join(known)}")
        return text.lower()

    return check


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to be known. `default` None: an answer is required. `hint`: where to find it."""

    name: str
    ask: str
    check: Check
    default: str | None = None
    many: bool = False  # separated by commas
    when: When = _always
    hint: str = ""

    def read(self, text: str, answers: Answers) -> tuple[str, ...]:
        """The answer in this text; `AnswerError` says why it is none."""
        parts = text.split(",") if self.many else [text]
        given = [part.strip() for part in parts if part.strip()]
        if not given and self.default is None:
            raise AnswerError("an answer is needed")
        return tuple(dict.fromkeys(self.check(part, answers) for part in given))


def _list_of(name: str, ask: str, hint: str = "", default: str | None = None) -> Question:
    return Question(name, ask, person, default, many=True, hint=hint)


_ROLE_HINT = (
    "Rules of campaigning, selling and private contact are for staff. Of people whose role is\n"
    "unknown, what such a rule finds goes to a moderator first."
)
_DISTRICT = (
    Question("district", "Name of the district (stands in every notice)", _plain(checks.words)),
    Question(
        "contact",
        "Whom can an author turn to, beside answering the bot",
        _plain(checks.words),
        default="",
        hint="An office and an extension, for example. May be left empty.",
    ),
    Question("timezone", "Time zone", _plain(checks.time_zone), default="America/Chicago"),
    Question("language", "Language of notices and cards (en, es)", _one_of(LANGUAGES), "en"),
    Question(
        "policies",
        "Policies to hold messages against",
        _plain(checks.policy),
        default=", ".join(reversed(shipped())),
        many=True,
        hint=f"Shipped: {', '.join(shipped())}. Or TOML files of your own (docs/policies.md).",
    ),
    Question(
        "platforms",
        "Platforms (slack, discord, or both with a comma)",
        _one_of(PLATFORMS),
        many=True,
    ),
)
_SLACK = (
    Question(
        "slack-workspace",
        "Slack workspace id",
        _plain(checks.slack_workspace),
        when=_on("slack"),
        hint="Open Slack in a browser: it stands in the address, app.slack.com/client/T…",
    ),
    Question(
        "slack-mode",
        "How do Slack's events arrive (socket, http)",
        _one_of(MODES),
        default="socket",
        when=_on("slack"),
        hint="socket needs only a way out of your network; http an https address of your own.",
    ),
    Question(
        "slack-url",
        "The bot's https address, as Slack reaches it",
        _plain(checks.address),
        when=_over_http,
    ),
    Question(
        "slack-moderators-channel",
        "Slack channel id for the moderators' cards",
        _plain(checks.slack_channel),
        when=_on("slack"),
        hint="A private channel. Its id stands at the end of its About, and begins with C.",
    ),
    Question(
        "slack-default-role",
        "Role of people of whom nothing else is known (staff, student, unknown)",
        _one_of(ROLES),
        when=_on("slack"),
        hint=_ROLE_HINT,
    ),
    Question(
        "slack-staff-domains",
        "E-mail domains of staff",
        _plain(checks.domain),
        default="",
        many=True,
        when=_on("slack"),
        hint="Domains and user groups tell who is who. Each may be left empty.",
    ),
    Question(
        "slack-student-domains",
        "E-mail domains of students",
        _plain(checks.domain),
        default="",
        many=True,
        when=_on("slack"),
    ),
    Question(
        "slack-staff-groups",
        "Slack user groups of staff",
        _plain(checks.slack_group),
        default="",
        many=True,
        when=_on("slack"),
    ),
    Question(
        "slack-student-groups",
        "Slack user groups of students",
        _plain(checks.slack_group),
        default="",
        many=True,
        when=_on("slack"),
    ),
)
_DISCORD = (
    Question(
        "discord-server",
        "Discord server id",
        _plain(checks.snowflake),
        when=_on("discord"),
        hint="User Settings, Advanced, Developer Mode on; then right click the server: Copy ID.",
    ),
    Question(
        "discord-application",
        "Discord application id",
        _plain(checks.snowflake),
        when=_on("discord"),
        hint="discord.com/developers/applications, your application, General Information.",
    ),
    Question(
        "discord-moderators-channel",
        "Discord channel id for the moderators' cards",
        _plain(checks.snowflake),
        when=_on("discord"),
        hint="A channel that only moderators and the bot can see. Right click: Copy ID.",
    ),
    Question(
        "discord-default-role",
        "Role of people of whom nothing else is known (staff, student, unknown)",
        _one_of(ROLES),
        when=_on("discord"),
        hint=_ROLE_HINT,
    ),
    Question(
        "discord-staff-roles",
        "Discord roles of staff, by id",
        _plain(checks.snowflake),
        default="",
        many=True,
        when=_on("discord"),
        hint="Server Settings, Roles, ⋯: Copy Role ID. May be left empty.",
    ),
    Question(
        "discord-student-roles",
        "Discord roles of students, by id",
        _plain(checks.snowflake),
        default="",
        many=True,
        when=_on("discord"),
    ),
    Question(
        "discord-hide",
        "Categories whose sure findings the bot deletes",
        _plain(checks.category),
        default="",
        many=True,
        when=_on("discord"),
        hint="For example sexual, credential. Left empty, the bot deletes nothing.",
    ),
)
_PEOPLE = (
    _list_of(
        "moderators",
        "Moderators, who decide on every flag",
        "Member ids, separated by commas. On Slack from a profile: ⋮, Copy member ID; on Discord\n"
        "from a right click: Copy User ID. Two or more: nobody decides on their own message.",
    ),
    Question(
        "moderator-groups",
        "User groups or roles whose members are moderators too",
        _plain(checks.slack_group),
        default="",
        many=True,
        hint="May be left empty.",
    ),
    _list_of("principal", "Principal's list: called at repeat violations and threats"),
    _list_of(
        "administrators",
        "Administrators, who alone see private flags",
        "Sexual content, and private contact of staff with students: moderators do not see\n"
        "them. Left empty, the principal's list does.",
        default="",
    ),
    _list_of("it", "IT list: called at repeat violations and threats"),
    _list_of("counsellors", "Counsellors: called when somebody may be in danger or hurting"),
    Question(
        "help-lines",
        "Help lines, each as NAME = NUMBER, or a link, or both",
        _plain(checks.help_line),
        default="",
        many=True,
        hint="Sent in a kind message to whoever may need them, for example\n"
        "988 Suicide & Crisis Lifeline = 988 https://988lifeline.org. Left empty, none is sent.",
    ),
)
QUESTIONS = (*_DISTRICT, *_SLACK, *_DISCORD, *_PEOPLE)
