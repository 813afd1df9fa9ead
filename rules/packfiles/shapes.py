"""What stands in a pack file: the tables that every kind of rule shares, strictly typed."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from rules.types import Audience, Category, Purpose, RuleState, Severity, Tier

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]
Texts = Annotated[list[Text], msgspec.Meta(min_length=1)]
Id = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]*$")]
RuleId = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z_]*\.[a-z0-9][a-z0-9_-]*$")]
# a rule, or `category.*`: whatever is found of a category
Ref = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z_]*\.(?:\*|[a-z0-9][a-z0-9_-]*)$")]
Refs = Annotated[list[Ref], msgspec.Meta(min_length=1)]
Reach = Annotated[int, msgspec.Meta(ge=1, le=1000)]
Examples = Annotated[list[Text], msgspec.Meta(min_length=3)]
View = Literal["plain", "raw"]


class PackTable(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """`[pack]`: what holds for every rule of the file."""

    id: Id
    category: Category
    audience: Audience = Audience.ALL
    max_tier: Tier = Tier.ACT
    unless: list[Id] = []
    quiet_in: list[Purpose] = []
    disguised: list[Id] = []
    weighed: bool = False  # whether the model, measured beside these rules, may doubt them
    state: RuleState = RuleState.LIVE


class RuleTable(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """`[[rule]]`: the keys of every kind; each kind adds its own."""

    id: RuleId
    kind: str
    severity: Severity
    confidence: Annotated[float, msgspec.Meta(gt=0, le=1)]
    tier: Tier
    reason: Text
    match: Examples
    ignore: Examples
    audience: Audience | None = None
    category: Category | None = None
    state: RuleState | None = None
    view: View = "plain"
    case: bool = False
    unless: list[Id] = []
    quiet_in: list[Purpose] = []
    counts: bool = True
    tells: Annotated[str, msgspec.Meta(pattern=r"^([a-z][a-z0-9_]*)?$")] = ""
    mask: bool | None = None
    near: list[Text] = []
    not_near: list[Text] = []
    reach: Reach = 60
    absorbs: list[RuleId] = []
    absorbs_in: Literal["span", "message"] = "span"


class ContextTable(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """`[[context]]`: what clears a speaker."""

    id: Id
    scope: Literal["message", "sentence", "before", "after", "beside", "inside"]
    patterns: Texts
    reason: Text
    match: Examples
    ignore: Examples
    within: Reach | None = None
    stops: list[Text] = []
    despite: list[Text] = []
    lowers: bool = False
