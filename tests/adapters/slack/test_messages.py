"""What people write in Slack arrives at the inbox, whole and once, and is acknowledged after."""

from __future__ import annotations

from rules.types import MessageKey
from tests.adapters.slack.conftest import School


async def test_a_message_arrives_with_all_that_is_known_of_it(school: School) -> None:
    """Key, author, words, time, groups, e-mail domain and permalink."""
    ts = await school.slack.post(school.teacher, school.room, "hello & welcome <all>")

    [message] = school.inbox.messages
    assert message.key == MessageKey("slack", school.slack.team, school.room, ts)
    assert message.author_id == school.teacher
    assert message.text == "hello & welcome <all>"
    assert f"{message.posted_at.timestamp():.6f}" == ts
    assert "staff" in message.author_groups
    assert message.author_domain == "staff.example.org"
    assert message.permalink == (
        f"https://school.slack.com/archives/{school.room}/p{ts.replace('.', '')}"
    )
    assert not message.direct
    assert not message.edited
    assert school.slack.acked_before_commit == []
