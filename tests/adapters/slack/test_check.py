"""What `doctor` asks the adapter."""

from __future__ import annotations

from typing import Any

import pytest

from tests.adapters.slack.conftest import School, adapter_of
from tests.adapters.slack.samples import MARK
from tests.doubles.slack import SlackDouble


async def test_check_finds_nothing_wrong_with_a_good_set_up(school: School) -> None:
    assert [check for check in await school.adapter.check() if not check.ok] == []


@pytest.mark.parametrize(
    ("trouble", "name", "said"),
    [
        (lambda slack: slack.revoke_token(), "slack-token", "token_revoked"),
        (lambda slack: slack.scopes.discard("files:read"), "slack-scopes", "files:read"),
        (lambda slack: slack.scopes.discard("usergroups:read"), "slack-user-groups", "missing"),
        (lambda slack: slack.app_scopes.clear(), "slack-socket", "connections:write"),
    ],
)
async def test_check_names_what_is_wrong(trouble: Any, name: str, said: str) -> None:
    """It starts nothing and sends nothing."""
    async with SlackDouble() as slack:
        trouble(slack)
        checks = await adapter_of(slack).check()
        [found] = [check for check in checks if check.name == name]

        assert not found.ok
        assert not checks[0].ok
        assert said in f"{found.what} {found.remedy}"
        assert [method for method, _ in slack.calls if method.startswith("chat")] == []


@pytest.mark.parametrize(
    ("private", "said"), [(True, "channel_not_found"), (False, "not_in_channel")]
)
async def test_check_finds_a_moderators_channel_without_the_bot(private: bool, said: str) -> None:
    """It reads no message to find out."""
    async with SlackDouble() as slack:
        inside = slack.add_channel("desk", private=private)
        outside = slack.add_channel("elsewhere", private=private, bot=False)
        checks = await adapter_of(slack).check([inside, outside])
        found = [check for check in checks if check.name == "slack-moderators-channel"]

        assert [check.ok for check in found] == [False, True]
        assert outside in found[0].what
        assert said in found[0].what
        assert "/invite" in found[0].remedy


async def test_check_reads_no_words_of_the_moderators_channel() -> None:
    """Asked for messages of a far future, Slack has none to give."""
    async with SlackDouble() as slack:
        user = slack.add_user("mo")
        desk = slack.add_channel("desk", [user], private=True)
        await slack.post(user, desk, MARK, wait=False)
        await adapter_of(slack).check([desk])
        [asked] = [args for method, args in slack.calls if method == "conversations.history"]

        assert slack.api.call("conversations.history", asked)["messages"] == []


async def test_scopes_that_the_settings_spare_are_not_missed() -> None:
    """Nor are user groups asked for."""
    async with SlackDouble() as slack:
        spare = frozenset({"usergroups:read", "users:read.email"})
        slack.scopes.difference_update(spare)
        checks = await adapter_of(slack, spare_scopes=spare).check()

        assert [check.name for check in checks if not check.ok] == []
        assert "usergroups.list" not in [method for method, _ in slack.calls]
