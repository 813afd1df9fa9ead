"""The shape of `hallmonitor.toml`: what may stand in it, and what each key means.

The JSON Schema that editors complete from is generated from these types, descriptions included.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from rules.types import Audience, Category, Purpose, Role, RuleState

PERSON = r"^(slack|discord|playground)/[A-Za-z0-9_-]+/[A-Za-z0-9_-]+$"
HOLDER = rf"{PERSON}|^cli:[A-Za-z0-9._-]+$"
DAY = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
HOLIDAY = rf"^{DAY}(/{DAY})?$"
HOURS = r"^(([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9])?$"
RULES = r"^[a-z][a-z_]*\.(\*|[a-z0-9][a-z0-9_-]*)$"
MONTH_DAY = r"^((0[1-9]|1[0-2])-(0[1-9]|[12][0-9])|(0[13-9]|1[0-2])-30|(0[13578]|1[02])-31)$"

PersonText = Annotated[
    str, Meta(pattern=PERSON, description="platform/workspace/person, e.g. slack/T012AB3/U045CD6")
]
HolderText = Annotated[
    str, Meta(pattern=HOLDER, description="A person, or cli:NAME as given with --as.")
]
Share = Annotated[float, Meta(ge=0.0, le=1.0)]
ListName = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$")]


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of the file: unknown keys are refused."""


class District(Table, frozen=True):
    """The district, as its people know it."""

    name: Annotated[str, Meta(min_length=1, description="Named in every notice.")]
    timezone: Annotated[str, Meta(description="IANA name; school years and times follow it.")] = (
        "America/Chicago"
    )
    language: Annotated[
        Literal["en", "es"], Meta(description="Of notices, where a message does not tell.")
    ] = "en"
    contact: Annotated[
        str, Meta(description="Whom an author can turn to beside answering the bot.")
    ] = ""


class Workspace(Table, frozen=True):
    """One Slack workspace or Discord server. The bot reads no other."""

    platform: Annotated[Literal["slack", "discord", "playground"], Meta(description="Where it is.")]
    id: Annotated[str, Meta(min_length=1, description="Slack team id or Discord server id.")]
    default_role: Annotated[
        Role, Meta(description="Of people whom no group or domain below names.")
    ]
    moderators_channel: Annotated[
        str, Meta(min_length=1, description="Channel id where the cards are posted.")
    ]
    name: Annotated[str, Meta(description="For people to read.")] = ""
    mode: Annotated[
        Literal["socket", "http"], Meta(description="Slack only: how events arrive.")
    ] = "socket"
    staff_groups: Annotated[
        list[str], Meta(description="Slack user groups or Discord roles that are staff.")
    ] = []
    student_groups: Annotated[list[str], Meta(description="The same for students.")] = []
    staff_domains: Annotated[
        list[str], Meta(description="E-mail domains that are staff (Slack).")
    ] = []
    student_domains: Annotated[list[str], Meta(description="The same for students.")] = []
    channels: Annotated[
        dict[str, Purpose], Meta(description="Channel id -> what the channel is for.")
    ] = {}
    hide: Annotated[
        list[Category],
        Meta(description="Categories whose act-tier messages are deleted, where a bot may."),
    ] = []


class PeopleList(Table, frozen=True):
    """People who are called or may decide: named one by one, or by group."""

    people: Annotated[list[PersonText], Meta(description="Each is paged by direct message.")] = []
    groups: Annotated[
        list[str], Meta(description="User groups or roles; for `moderators` only.")
    ] = []
    in_turn: Annotated[
        bool, Meta(description="One after another until somebody acknowledges; else all at once.")
    ] = False
    every_minutes: Annotated[
        int,
        Meta(ge=1, le=10_080, description="Until the next in turn, or the fallback, is called."),
    ] = 30
    rounds: Annotated[
        int, Meta(ge=1, le=50, description="How often a list in turn is gone through.")
    ] = 5
    hours: Annotated[
        str, Meta(pattern=HOURS, description="07:30-16:00 of school days; empty: at any hour.")
    ] = ""
    fallback: Annotated[str, Meta(description="The list called when nobody acknowledged.")] = ""


class Duty(StrEnum):
    """The roles of those who work with flags; what each may do: `bot/process/roles.py`."""

    VIEWER = "viewer"
    REVIEWER = "reviewer"
    APPEALS_REVIEWER = "appeals_reviewer"
    AUTHORISER = "authoriser"
    ADMINISTRATOR = "administrator"
    IT_OWNER = "it_owner"
    AUDITOR = "auditor"


class Holders(Table, frozen=True):
    """Who has a role, beside the people of the list that has it anyway."""

    people: Annotated[list[HolderText], Meta(description="One by one.")] = []
    groups: Annotated[
        list[str], Meta(description="Slack user groups or Discord roles: all their members.")
    ] = []


class Step(Table, frozen=True):
    """What follows at a number of strikes."""

    at: Annotated[int, Meta(ge=1, le=50, description="From this strike on.")]
    notice: Annotated[
        Literal["first", "repeat", "final"], Meta(description="Which letter the author gets.")
    ]
    page: Annotated[list[ListName], Meta(description="Lists whose people are called.")] = []


DEFAULT_STEPS = (
    Step(at=1, notice="first"),
    Step(at=2, notice="repeat"),
    Step(at=3, notice="final", page=["principal", "it"]),
)


class SpecialSteps(Table, frozen=True):
    """Steps of their own for some categories or one audience; the first that fits holds."""

    steps: Annotated[tuple[Step, ...], Meta(min_length=1)]
    categories: Annotated[list[Category], Meta(description="Empty: every category.")] = []
    audience: Annotated[Audience, Meta(description="Whose strikes.")] = Audience.ALL
    apart: Annotated[
        bool, Meta(description="Its strikes count among themselves, and not with any others.")
    ] = False


class Ladder(Table, frozen=True):
    """How strikes add up and what follows."""

    window: Annotated[
        Literal["school_year", "rolling"], Meta(description="Which strikes count together.")
    ] = "school_year"
    year_starts: Annotated[
        str, Meta(pattern=MONTH_DAY, description="First day of the school year, MM-DD.")
    ] = "07-01"
    days: Annotated[int, Meta(ge=1, le=3660, description="Length of a rolling window.")] = 180
    cooldown_minutes: Annotated[
        int,
        Meta(ge=0, le=1440, description="What follows a strike so soon is one strike with it."),
    ] = 0
    steps: Annotated[tuple[Step, ...], Meta(min_length=1)] = DEFAULT_STEPS
    special: Annotated[tuple[SpecialSteps, ...], Meta(description="Steps that differ.")] = ()


class Appeals(Table, frozen=True):
    """How long an author may appeal, and who hears it: the list `appeals`, or else `principal`."""

    school_days: Annotated[
        int, Meta(ge=1, le=60, description="From the notice on; weekends and holidays not counted.")
    ] = 10


class HelpLine(Table, frozen=True):
    """Somewhere to turn to, by telephone or on a page."""

    name: Annotated[str, Meta(min_length=1, description="As people know it.")]
    number: Annotated[str, Meta(description="To call or to write to.")] = ""
    link: Annotated[str, Meta(pattern=r"^(https://\S+)?$", description="A page: https://…")] = ""


class Care(Table, frozen=True):
    """What somebody gets whose message suggests that they, or others, may need help."""

    help_lines: Annotated[
        tuple[HelpLine, ...], Meta(description="Sent in a kind message; none: none is sent.")
    ] = ()


class School(Table, frozen=True):
    """When the school is open."""

    days: Annotated[
        tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...],
        Meta(min_length=1, description="School days of a week."),
    ] = ("mon", "tue", "wed", "thu", "fri")
    holidays: Annotated[
        list[Annotated[str, Meta(pattern=HOLIDAY)]],
        Meta(description="Days without school: 2026-11-26, or 2026-12-21/2027-01-01."),
    ] = []


class CategorySettings(Table, frozen=True):
    """How one category is handled."""

    review: Annotated[Share, Meta(description="Findings less sure than this are not flagged.")] = (
        0.0
    )
    act: Annotated[Share, Meta(description="Findings less sure than this go to review only.")] = 0.0
    counts: Annotated[bool, Meta(description="Whether its flags are strikes.")] = True
    expires_days: Annotated[
        int, Meta(ge=0, le=3660, description="For how long a strike counts; 0: the whole window.")
    ] = 0
    tell_author: Annotated[bool, Meta(description="Whether its flags bring a notice.")] = True
    page_at_once: Annotated[
        list[ListName], Meta(description="Lists called at the first flag, whatever the strikes.")
    ] = []
    private_to: Annotated[
        str, Meta(description="The list that alone sees its flags; empty: the moderators.")
    ] = ""


ADMINISTRATORS = "administrators"  # a list that need not be there: `principal` stands in for it
CATEGORY_DEFAULTS: dict[Category, CategorySettings] = {
    **{category: CategorySettings() for category in Category},
    Category.THREAT: CategorySettings(page_at_once=["principal", "it"]),
    Category.WELFARE: CategorySettings(
        counts=False,
        tell_author=False,
        page_at_once=["counsellors"],
        private_to="counsellors",
    ),
    Category.SEXUAL: CategorySettings(page_at_once=[ADMINISTRATORS], private_to=ADMINISTRATORS),
    Category.OFFCHANNEL_CONTACT: CategorySettings(private_to=ADMINISTRATORS),
}


class ContextWindow(Table, frozen=True):
    """How long unflagged messages are kept (encrypted) for judging what follows them."""

    minutes: Annotated[int, Meta(ge=1, le=120)] = 30


class Rules(Table, frozen=True):
    """How far rules are in force here, whatever their packs say."""

    states: Annotated[
        dict[Annotated[str, Meta(pattern=RULES)], RuleState],
        Meta(description="Rule id or `category.*` -> draft, shadow (counts, tells nobody), live."),
    ] = {}
    shadow_days: Annotated[
        int, Meta(ge=1, le=365, description="How long what rules in shadow found is kept.")
    ] = 30


class Model(Table, frozen=True):
    """The model that is weighed with the rules."""

    use: Annotated[
        Literal["shipped", "none", "folder", "endpoint"],
        Meta(description="The model that comes with it, none, or the district's own beside it."),
    ] = "shipped"
    folder: Annotated[
        str, Meta(description="With model.onnx, tokenizer.json and config.json of a classifier.")
    ] = ""
    endpoint: Annotated[
        str, Meta(description="Address of an HTTP endpoint of the OpenAI moderation form.")
    ] = ""
    name: Annotated[str, Meta(description="What the model is called at the endpoint.")] = ""
    timeout_seconds: Annotated[
        float, Meta(gt=0, le=30, description="For an answer of the endpoint.")
    ] = 2.0
    public: Annotated[
        bool, Meta(description="Lets messages leave the district's network for the endpoint.")
    ] = False
    flag: Annotated[
        Share, Meta(description="From this probability on the district's own model flags alone.")
    ] = 0.8
    labels: Annotated[
        dict[str, Category], Meta(description="Label of the district's own model -> category.")
    ] = {}


class SettingsFile(Table, frozen=True):
    """`hallmonitor.toml`. Secrets never stand here; they come from the environment."""

    district: District
    workspace: Annotated[tuple[Workspace, ...], Meta(min_length=1, description="At least one.")]
    lists: Annotated[
        dict[str, PeopleList],
        Meta(
            description="moderators, principal, it and counsellors are required; more may follow."
        ),
    ]
    policies: Annotated[
        tuple[str, ...],
        Meta(min_length=1, description="Shipped ids (mps-6.34, cps-2018) or TOML files."),
    ] = ("mps-6.34", "cps-2018")
    ladder: Ladder = Ladder()
    categories: Annotated[
        dict[Category, CategorySettings], Meta(description="What differs from the defaults.")
    ] = {}
    context: ContextWindow = ContextWindow()
    appeals: Appeals = Appeals()
    school: School = School()
    care: Care = Care()
    roles: Annotated[dict[Duty, Holders], Meta(description="Roles beside those of lists.")] = {}
    rules: Rules = Rules()
    model: Model = Model()
