"""The translators: any JSON is either understood, ignored, or named as malformed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.slack.events import Malformed, Posted, Removed, read_event
from adapters.slack.interactions import read_form, read_press

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
KEYS = [
    "action_id",
    "action_ts",
    "actions",
    "block_id",
    "bot_id",
    "channel",
    "channel_type",
    "deleted_ts",
    "event_ts",
    "files",
    "hidden",
    "id",
    "message",
    "mimetype",
    "name",
    "previous_message",
    "private_metadata",
    "size",
    "state",
    "subtype",
    "text",
    "thread_ts",
    "ts",
    "url_private_download",
    "user",
    "value",
    "values",
    "view",
]
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=8),
    st.sampled_from(
        ["1700000000.000100", "U1", "C1", "D1", "message_changed", "message_deleted", "tombstone"]
    ),
    st.sampled_from(["hm:confirm", "text/plain", "{}", '{"a": 1}', "thread_broadcast"]),
)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6)
    ),
    max_leaves=25,
)
payloads = st.dictionaries(st.sampled_from(KEYS), values, max_size=10)


def attempt(read: Callable[[], Any]) -> tuple[Any, str]:
    """What was read, and which field was malformed."""
    try:
        return read(), ""
    except Malformed as problem:
        return None, str(problem).split()[0]


@unhurried
@given(payloads)
def test_every_message_event_is_understood_ignored_or_malformed(event: dict[str, Any]) -> None:
    """Never another error; what is understood names its place, its author and its time."""
    change, malformed = attempt(lambda: read_event(event, team="T1"))

    assert malformed in ("", *KEYS)
    match change:
        case Posted():
            assert change.key.channel == event["channel"]
            assert change.author
            assert change.posted_at.tzinfo is not None
        case Removed(key, at):
            assert key.channel == event["channel"]
            assert at.tzinfo is not None


@unhurried
@given(payloads)
def test_every_interaction_is_understood_or_malformed(body: dict[str, Any]) -> None:
    for read in (read_press, read_form):
        read_as, malformed = attempt(lambda read=read: read(body))
        assert (read_as is None) == (malformed in KEYS)
