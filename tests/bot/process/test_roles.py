"""The table of roles, whole; who has one by list, by group and by name; what a denial says."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from bot.ports import Action
from bot.process.roles import MAY, OF_BUTTON, Deed, Part, Roles
from bot.settings import SettingsError, parse
from bot.settings.shapes import Duty
from bot.store.sqlite import open_store
from tests.bot.settings.test_read import GOOD
from tests.clock import StandingClock
from tests.scenarios.world import KEY

# The whole table, written a second time: a row is changed in two places or not at all.
TABLE = {
    "see": "viewer reviewer appeals_reviewer administrator auditor",
    "decide": "reviewer",
    "retry": "reviewer it_owner",
    "acknowledge": "reviewer called",
    "appeal": "author",
    "enter": "appeals_reviewer administrator",
    "hear": "appeals_reviewer hearing",
    "authorise": "authoriser",
    "reveal": "reviewer administrator auditor",
    "link": "administrator",
    "pause": "it_owner",
    "tune": "it_owner",
    "export": "administrator auditor",
    "audit": "administrator auditor",
}
PRIVATE = TABLE | {
    "see": "administrator auditor entrusted",
    "decide": "administrator entrusted",
    "retry": "administrator it_owner entrusted",
    "acknowledge": "administrator called entrusted",
    "hear": "administrator hearing",
    "reveal": "administrator entrusted",
}
# One person and one group for each role, and nobody has two.
HOLDERS = GOOD + "".join(
    f'[roles.{duty}]\npeople = ["slack/T1/U-{duty}", "cli:{duty}"]\ngroups = ["G-{duty}"]\n'
    for duty in Duty
)
HOW = ("person", "group", "name")


def roles(text: str) -> Roles:
    """The roles of these settings."""
    return Roles(parse(text), StandingClock())


HERE = roles(HOLDERS)


def somebody(duty: Duty, how: str) -> tuple[str, frozenset[str]]:
    """Who has this role and no other, and their groups."""
    if how == "group":
        return "slack/T1/U9", frozenset({f"G-{duty}"})
    return (f"cli:{duty}" if how == "name" else f"slack/T1/U-{duty}"), frozenset()


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize(("deed", "duty"), list(product(Deed, Duty)))
def test_every_deed_by_every_role(deed: Deed, duty: Duty, how: str, private: bool) -> None:
    """What the table says, whether the role comes by name or by group; on private flags, too."""
    actor, groups = somebody(duty, how)
    table = PRIVATE if private else TABLE

    assert HERE.may(deed, actor, groups, private=private) is (duty in table[deed].split())


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize(("deed", "part"), list(product(Deed, Part)))
def test_every_deed_by_everybody_whom_the_flag_concerns(
    deed: Deed, part: Part, private: bool
) -> None:
    """Without a role, what somebody is to the flag decides."""
    table = PRIVATE if private else TABLE

    allowed = HERE.may(deed, "slack/T1/U9", parts={part}, private=private)
    assert allowed is (part in table[deed].split())


@pytest.mark.parametrize("deed", Deed)
def test_nobody_else_may_do_anything(deed: Deed) -> None:
    """A person without a role and a stranger at the keyboard, where names are known there."""
    assert not HERE.may(deed, "slack/T1/U9", frozenset({"G-other"}))
    assert not HERE.may(deed, "cli:stranger")


def test_every_button_and_every_deed_is_in_the_table() -> None:
    """Nothing can be done that nobody was asked about."""
    assert set(MAY) == set(Deed)
    assert set(OF_BUTTON) == set(Action)
    assert all(MAY.values())


@pytest.mark.parametrize(
    ("person", "duties"),
    [
        ("slack/T1/U1", {"reviewer"}),
        ("slack/T1/U2", {"appeals_reviewer", "authoriser", "administrator"}),
        ("slack/T1/U3", {"it_owner"}),
        ("slack/T1/U4", set()),  # a counsellor
    ],
)
def test_the_required_lists_give_roles(person: str, duties: set[str]) -> None:
    """Settings without [roles] work as they are."""
    assert roles(GOOD).duties(person) == duties


def test_lists_of_their_own_stand_before_the_principal() -> None:
    """Where a district names them, the principal has these roles no more."""
    text = GOOD + "".join(
        f'{name} = {{ people = ["slack/T1/U-{name}"] }}\n'
        for name in ("appeals", "authorisers", "administrators")
    )

    assert roles(text).duties("slack/T1/U2") == set()
    assert roles(text).duties("slack/T1/U-appeals") == {"appeals_reviewer"}


def test_the_command_line_has_every_role_until_one_names_it() -> None:
    """Who holds the key and the data folder is trusted, unless the district says by name."""
    assert roles(GOOD).duties("cli:anybody") == set(Duty)

    named = roles(GOOD + '[roles.auditor]\npeople = ["cli:byrne"]\n')
    assert named.duties("cli:byrne") == {"auditor"}
    assert named.duties("cli:anybody") == set()


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        (Deed.PAUSE, "needs the role “IT owner”"),
        (Deed.EXPORT, "needs the role “administrator” or “auditor”"),
        (Deed.APPEAL, "Only the author"),
    ],
)
async def test_a_denial_is_on_record_and_says_what_it_needs(
    tmp_path: Path, deed: Deed, said: str
) -> None:
    """A plain sentence, with who can give the role; what is allowed leaves no such row."""
    store = open_store(tmp_path, [KEY])
    here = roles(GOOD)

    denied = await store.write(lambda tx: here.refusal(tx, deed, "slack/T1/U1", subject="HM-1"))
    await store.write(lambda tx: here.refusal(tx, Deed.DECIDE, "slack/T1/U1", subject="HM-1"))
    rows = await store.read(lambda tx: tx.audit_rows("HM-1"))
    await store.close()

    assert denied is not None
    assert not denied.accepted
    assert said in denied.text
    assert deed is Deed.APPEAL or "T1/U3" in denied.text
    assert [(row["actor"], row["event"]) for row in rows] == [("slack/T1/U1", "refused")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[roles.reviewer]\npeople = ["slack/T2/U1"]', "in no workspace"),
        ('[roles.reviewer]\npeople = ["ortiz"]', "people"),
        ('[roles.owner]\npeople = ["slack/T1/U1"]', "owner"),
    ],
)
def test_roles_that_cannot_be_meant_are_refused(text: str, said: str) -> None:
    """An unknown role, a person that is none, a workspace that is not there."""
    with pytest.raises(SettingsError, match=said):
        parse(f"{GOOD}{text}\n")
