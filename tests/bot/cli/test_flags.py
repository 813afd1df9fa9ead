"""`hallmonitor flags` and `deliveries`, beside a running bot."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from bot.cli.__main__ import main
from bot.clock import SystemClock
from bot.learning.keeping import keep
from bot.ports import Action, DeliveryError
from bot.settings import PLAYGROUND
from bot.store.port import Status
from rules.classifier.shipped import shipped_scorer, shipped_version, shipped_weights
from rules.messages import say
from tests.scenarios.test_care import BOTH, LINES
from tests.scenarios.world import KEY, World


async def hallmonitor(folder: Path, *words: str, at: Path | None = None) -> Result:
    """A command on the records of this folder, with the settings `at` or the playground's."""
    options = ["--data", str(folder), "--config", str(at or folder / "none.toml")]
    arguments = [*words[:2], *options, *words[2:]]
    env = {"HALLMONITOR_SECRET_KEY": KEY}
    return await asyncio.to_thread(CliRunner().invoke, main, arguments, env=env)


def named(folder: Path, **people: str) -> Path:
    """The playground's settings with these roles for names at the keyboard."""
    roles = (f'[roles.{role}]\npeople = ["cli:{name}"]\n' for role, name in people.items())
    path = folder / "roles.toml"
    path.write_text(PLAYGROUND.read_text(encoding="utf-8") + "".join(roles), encoding="utf-8")
    return path


async def test_flags_are_listed_shown_and_decided(tmp_path: Path) -> None:
    """The running bot delivers what the command decided."""
    world = World(tmp_path)
    await world.post("maya", "you maybeword, my number is 414-555-0101")
    (flag,) = await world.flags()

    listed = await hallmonitor(tmp_path, "flags", "list")
    shown = await hallmonitor(tmp_path, "flags", "show", flag.id)
    decided = await hallmonitor(tmp_path, "flags", "confirm", flag.id, "--as", "office")
    again = await hallmonitor(
        tmp_path, "flags", "dismiss", flag.id, "--as", "office", "--reason", "no"
    )
    world.clock.at = SystemClock().now()  # the command goes by the machine's clock
    await world.settle()

    assert flag.id in listed.output
    assert "maybeword" in shown.output
    assert "414-555-0101" not in shown.output
    assert decided.exit_code == 0
    assert (await world.flags())[0].status is Status.CONFIRMED
    assert again.exit_code == 1
    assert "Already decided" in again.output
    assert [who for who, _ in world.chat.notices] == ["maya"]
    await world.close()


@pytest.mark.parametrize(("clear", "told"), [(1.0, True), (0.0, False)])
async def test_a_card_is_shown_as_the_running_bot_posts_it(
    tmp_path: Path, clear: float, told: bool
) -> None:
    """With the weights that were fitted there: what they clear is told as cleared, no more."""
    world = World(tmp_path)
    await world.post("ortiz", "insultword, bake sale! Order your tamales from me")
    (flag,) = await world.flags()
    name = shipped_scorer().name
    own = msgspec.structs.replace(shipped_weights(name), scorer=shipped_version(name))
    keep(tmp_path, msgspec.structs.replace(own, clear=clear))

    shown = await hallmonitor(tmp_path, "flags", "show", flag.id)
    await world.close()

    assert (say("en", "explain.not_model") in shown.output) is told


async def test_words_are_revealed_to_who_may_see_them_and_that_is_on_record(tmp_path: Path) -> None:
    """Without masks, but nothing in them steers the terminal; who may not is told so."""
    world = World(tmp_path)
    await world.post("maya", "you maybeword, my number is 414-555-0101 \x1b[2J")
    (flag,) = await world.flags()
    roles = named(tmp_path, reviewer="ortiz", it_owner="novak")

    shown = await hallmonitor(tmp_path, "flags", "reveal", flag.id, "--as", "ortiz", at=roles)
    refused = await hallmonitor(tmp_path, "flags", "reveal", flag.id, "--as", "novak", at=roles)
    unknown = await hallmonitor(tmp_path, "flags", "reveal", "F-NONE", "--as", "ortiz", at=roles)

    assert "my number is 414-555-0101 \\x1b[2J" in shown.output
    assert (refused.exit_code, "414-555-0101" in refused.output) == (1, False)
    assert "needs the role" in refused.output
    assert (unknown.exit_code, "there is no flag F-NONE" in unknown.output) == (1, True)
    rows = await world.store.read(lambda tx: tx.audit_rows(flag.id))
    assert [(row["actor"], row["event"]) for row in rows][-2:] == [
        ("cli:ortiz", "evidence-revealed"),
        ("cli:novak", "refused"),
    ]
    await world.close()


async def test_a_private_flag_is_revealed_to_administrators_alone(tmp_path: Path) -> None:
    """Not to a moderator, to whom its card was not shown either."""
    world = World(tmp_path)
    await world.post("maya", "lewdword")
    (flag,) = await world.flags()
    roles = named(tmp_path, reviewer="ortiz", administrator="adams")

    codes = [
        (await hallmonitor(tmp_path, "flags", "reveal", flag.id, "--as", who, at=roles)).exit_code
        for who in ("ortiz", "adams")
    ]

    assert codes == [1, 0]
    await world.close()


async def test_what_is_the_counsellors_is_not_revealed_to_moderators(tmp_path: Path) -> None:
    """They decide about the conduct; what its author answers the help lines is no part of it."""
    world = World(tmp_path, LINES)
    await world.post("maya", BOTH)
    await world.post("maya", "could i talk to ms amari", channel="dm-maya")
    (flag,) = await world.flags()
    roles = named(tmp_path, reviewer="ortiz", administrator="adams")

    shown = [
        (await hallmonitor(tmp_path, "flags", "reveal", flag.id, "--as", who, at=roles)).output
        for who in ("ortiz", "adams")
    ]

    assert [BOTH in words for words in shown] == [True, True]
    assert ["ms amari" in words for words in shown] == [False, True]
    await world.close()


async def test_a_dismissal_needs_a_reason(tmp_path: Path) -> None:
    """It is what the author is told."""
    world = World(tmp_path)
    await world.post("maya", "you maybeword")
    (flag,) = await world.flags()

    result = await hallmonitor(tmp_path, "flags", "dismiss", flag.id, "--as", "office")

    assert result.exit_code == 1
    assert "reason" in result.output
    await world.close()


async def test_dead_deliveries_are_listed_and_retried(tmp_path: Path) -> None:
    """What was given up is visible, and goes out when asked to."""
    world = World(tmp_path)
    for verb in ("send_notice", "show_notice"):
        world.chat.errors[verb] = DeliveryError("invalid_auth")
    await world.post("maya", "you insultword")
    (flag,) = await world.flags()
    deliveries = await world.store.read(lambda tx: tx.deliveries(flag.id))
    numbers = [str(d.id) for d in deliveries if d.kind in ("notice", "shown")]
    world.chat.errors.clear()

    listed = await hallmonitor(tmp_path, "deliveries", "dead")
    retried = await hallmonitor(tmp_path, "deliveries", "retry", *numbers, "--as", "office")
    world.clock.at = SystemClock().now()  # the command goes by the machine's clock
    await world.settle()

    assert "invalid_auth" in listed.output
    assert retried.exit_code == 0
    assert [who for who, _ in world.chat.notices] == ["maya"]
    assert [who for who, _ in world.chat.shown] == ["maya"]
    await world.close()


@pytest.mark.parametrize(
    "words",
    [
        ("flags", "show", "F-NONE-NONE"),
        ("flags", "confirm", "F-NONE-NONE", "--as", "office"),
        ("deliveries", "retry", "999", "--as", "office"),
        ("deliveries", "retry", str(2**63 - 1), "--as", "office"),
    ],
)
async def test_what_is_not_there_is_told(tmp_path: Path, words: tuple[str, ...]) -> None:
    """One line and exit 1, no traceback."""
    world = World(tmp_path)

    result = await hallmonitor(tmp_path, *words)

    assert result.exit_code == 1
    assert result.output.startswith("hallmonitor: ")
    await world.close()


async def test_a_folder_without_records_is_told(tmp_path: Path) -> None:
    """Nothing is made there by looking."""
    result = await hallmonitor(tmp_path / "nowhere", "flags", "list")

    assert result.exit_code == 2
    assert "there are no records" in result.output
    assert not (tmp_path / "nowhere").exists()


async def test_appeals_are_listed_and_decided(tmp_path: Path) -> None:
    """Whoever confirmed the flag at the keyboard cannot hear the appeal there."""
    world = World(tmp_path)
    await world.post("maya", "you insultword")
    (flag,) = await world.flags()
    await hallmonitor(tmp_path, "flags", "confirm", flag.id, "--as", "office")
    await world.press("maya", Action.APPEAL, flag, "It was a line of our play.")
    words = ("--reason", "It was.")

    listed = await hallmonitor(tmp_path, "appeals", "list")
    own = await hallmonitor(tmp_path, "appeals", "overturn", flag.id, "--as", "office", *words)
    other = await hallmonitor(tmp_path, "appeals", "overturn", flag.id, "--as", "board", *words)
    again = await hallmonitor(tmp_path, "appeals", "uphold", flag.id, "--as", "board", *words)

    assert flag.id in listed.output
    assert (own.exit_code, "You decided flag" in own.output) == (1, True)
    assert other.exit_code == 0
    assert (await world.flags())[0].status is Status.OVERTURNED
    assert (again.exit_code, "no open appeal" in again.output) == (1, True)
    await world.close()


async def test_an_appeal_made_on_paper_is_entered(tmp_path: Path) -> None:
    """Its author's words, by somebody who may; the running bot calls who hears it."""
    world = World(tmp_path)
    await world.post("maya", "you insultword")
    (flag,) = await world.flags()
    roles = named(tmp_path, administrator="adams", reviewer="ortiz")
    words = ("--reason", "It was a line of our play.")

    refused = await hallmonitor(
        tmp_path, "appeals", "enter", flag.id, "--as", "ortiz", *words, at=roles
    )
    silent = await hallmonitor(tmp_path, "appeals", "enter", flag.id, "--as", "adams", at=roles)
    entered = await hallmonitor(
        tmp_path, "appeals", "enter", flag.id, "--as", "adams", *words, at=roles
    )
    listed = await hallmonitor(tmp_path, "appeals", "list")
    world.clock.at = SystemClock().now()  # the command goes by the machine's clock
    await world.settle()

    assert (refused.exit_code, "needs the role" in refused.output) == (1, True)
    assert (silent.exit_code, "reason" in silent.output) == (1, True)
    assert (entered.exit_code, "in its author's name" in entered.output) == (0, True)
    assert flag.id in listed.output
    assert world.paged() == ["principal"]
    await world.close()


async def test_authorisations_are_added_listed_and_ended(tmp_path: Path) -> None:
    """With their paper; what cannot be is refused with a reason."""
    world = World(tmp_path)
    told = ("--approved-by", "Dr. Hughes", "--as", "office", "--category", "fundraiser")

    added = await hallmonitor(
        tmp_path, "authorise", "add", "raffle", "--until", "2100-01-01", "--form", "12", *told
    )
    wrong = await hallmonitor(tmp_path, "authorise", "add", "raffle", "--until", "soon", *told)
    nobody = await hallmonitor(
        tmp_path, "authorise", "add", "raffle", "--until", "2100-01-01", "--owner", "ruiz", *told
    )
    listed = await hallmonitor(tmp_path, "authorise", "list")
    name = added.output.partition(":")[0]
    ended = await hallmonitor(tmp_path, "authorise", "revoke", name, "--as", "office")
    again = await hallmonitor(tmp_path, "authorise", "revoke", name, "--as", "office")

    assert (added.exit_code, listed.output) == (0, added.output)
    assert (wrong.exit_code, "“soon” is no day" in wrong.output) == (1, True)
    assert (nobody.exit_code, "ruiz is no person" in nobody.output) == (1, True)
    assert (ended.exit_code, again.exit_code) == (0, 1)
    await world.close()


async def test_a_persons_strikes_are_explained(tmp_path: Path) -> None:
    """Flag by flag; a person is written in full."""
    world = World(tmp_path)
    await world.post("maya", "you insultword")
    (flag,) = await world.flags()

    shown = await hallmonitor(tmp_path, "people", "show", "playground/demo/maya")
    wrong = await hallmonitor(tmp_path, "people", "show", "maya")

    assert flag.id in shown.output
    assert "1 of 1 flags count now" in shown.output
    assert (wrong.exit_code, "is no person" in wrong.output) == (1, True)
    await world.close()


async def test_what_was_flagged_against_a_person_is_listed(tmp_path: Path) -> None:
    """Flag by flag and how many people they are of, without a word of theirs."""
    world = World(tmp_path)
    for author in ("maya", "maya", "ana"):
        said = replace(world.message(author, "you insultword"), mentions=("leo",))
        await world.desk.message(said)
    flags = await world.flags()
    await world.press("ortiz", Action.DISMISS, flags[0], "a play")

    shown = await hallmonitor(tmp_path, "people", "against", "playground/demo/leo")
    nothing = await hallmonitor(tmp_path, "people", "against", "playground/demo/maya")

    assert all(flag.id in shown.output for flag in flags)
    assert "2 of 3 flags stand, of 2 people." in shown.output
    assert "insultword" not in shown.output
    assert "0 of 0 flags" in nothing.output
    await world.close()


async def test_two_accounts_are_linked_and_taken_apart(tmp_path: Path) -> None:
    """One name proposes, another confirms; what a person's strikes are says whose they are."""
    world = World(tmp_path)
    one, other = "playground/demo/maya", "playground/demo/maya2"
    await world.post("maya2", "you insultword")
    why = ("--reason", "the register")

    made = await hallmonitor(tmp_path, "people", "link", one, other, "--as", "office", *why)
    name = made.output.split()[2].strip(":")
    own = await hallmonitor(tmp_path, "people", "confirm-link", name, "--as", "office")
    held = await hallmonitor(tmp_path, "people", "confirm-link", name, "--as", "board")
    shown = await hallmonitor(tmp_path, "people", "show", one)
    listed = await hallmonitor(tmp_path, "people", "links")
    ended = await hallmonitor(tmp_path, "people", "unlink", name, "--as", "office", *why)
    nothing = await hallmonitor(tmp_path, "people", "links")
    everything = await hallmonitor(tmp_path, "people", "links", "--ended")

    assert [made.exit_code, own.exit_code, held.exit_code, ended.exit_code] == [0, 1, 0, 0]
    assert "1 of 1 flags count now" in shown.output
    assert f"One person: {one}, {other}" in shown.output
    assert name in listed.output
    assert "because: the register" in listed.output
    assert nothing.output == ""
    assert "ended by cli:office" in everything.output
    await world.close()


async def test_who_has_not_answered_is_listed(tmp_path: Path) -> None:
    """Until somebody at the command line sees to it."""
    world = World(tmp_path)
    world.clock.at = SystemClock().now()  # an answer counts from the call on
    await world.post("maya", "you threatword")
    (flag,) = await world.flags()

    before = await hallmonitor(tmp_path, "flags", "list")
    done = await hallmonitor(tmp_path, "flags", "acknowledge", flag.id, "--as", "office")
    after = await hallmonitor(tmp_path, "flags", "list")

    assert f"{flag.id}: nobody has answered (principal, it)" in before.output
    assert done.exit_code == 0
    assert "nobody has answered" not in after.output
    await world.close()


async def test_names_without_the_role_are_refused(tmp_path: Path) -> None:
    """Once the settings name somebody at the keyboard; nothing is decided or allowed."""
    world = World(tmp_path)
    await world.post("maya", "you maybeword")
    (flag,) = await world.flags()
    config = tmp_path / "roles.toml"
    text = PLAYGROUND.read_text(encoding="utf-8")
    config.write_text(f'{text}\n[roles.reviewer]\npeople = ["cli:office"]\n', encoding="utf-8")
    told = ("--category", "fundraiser", "--approved-by", "Dr. Ruiz", "--until", "2100-01-01")

    refused = await hallmonitor(tmp_path, "flags", "confirm", flag.id, "--as", "hall", at=config)
    barred = await hallmonitor(
        tmp_path, "authorise", "add", "raffle", *told, "--as", "office", at=config
    )
    resent = await hallmonitor(tmp_path, "deliveries", "retry", "1", "--as", "hall", at=config)
    decided = await hallmonitor(tmp_path, "flags", "confirm", flag.id, "--as", "office", at=config)

    assert resent.exit_code == 1
    assert "needs the role “reviewer”" in resent.output
    assert refused.exit_code == 1
    assert "needs the role “reviewer”" in refused.output
    assert "needs the role “authoriser”" in barred.output
    assert decided.exit_code == 0
    assert await world.store.read(lambda tx: tx.permissions(world.clock.now())) == []
    await world.close()
