"""The manifest asks for what the adapter uses, no more, within Slack's limits; the docs say why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.check import needed_scopes
from adapters.slack.presses import COMMAND
from adapters.slack.reports import SHORTCUT
from tests.doubles.slack.server import HISTORY_SCOPE
from tests.doubles.slack.web_api import ALL_SCOPES, SCOPES

ROOT = Path(__file__).parents[3]
MANIFEST: dict[str, Any] = json.loads((ROOT / "adapters/slack/manifest.json").read_text("utf-8"))
DOCS = (ROOT / "docs/connect-slack.md").read_text("utf-8")


def test_it_asks_for_just_the_scopes_that_are_used() -> None:
    """Methods, events, files, e-mail addresses and the command; the double refuses all else."""
    used = {*SCOPES.values(), *HISTORY_SCOPE.values()}
    used |= {"commands", "files:read", "users:read.email"}

    assert needed_scopes() == used
    assert set(ALL_SCOPES.split()) == used


def test_it_subscribes_to_messages_alone() -> None:
    """One event for each history scope."""
    events = MANIFEST["settings"]["event_subscriptions"]["bot_events"]

    assert events == ["message.channels", "message.groups", "message.im"]


def test_it_names_what_the_listeners_wait_for() -> None:
    features = MANIFEST["features"]

    assert [command["command"] for command in features["slash_commands"]] == [COMMAND]
    assert [shortcut["callback_id"] for shortcut in features["shortcuts"]] == [SHORTCUT]
    assert features["app_home"]["messages_tab_enabled"]
    assert not features["app_home"]["messages_tab_read_only_enabled"]
    assert MANIFEST["settings"]["interactivity"]["is_enabled"]
    assert MANIFEST["settings"]["socket_mode_enabled"]


@pytest.mark.parametrize(
    ("value", "least", "most"),
    [  # as slackapi/manifest-schema 2.0.0 has them
        (MANIFEST["display_information"]["name"], 1, 35),
        (MANIFEST["display_information"]["description"], 1, 140),
        (MANIFEST["display_information"]["long_description"], 175, 4_000),
        (MANIFEST["features"]["bot_user"]["display_name"], 1, 80),
        (MANIFEST["features"]["shortcuts"][0]["name"], 1, 24),
        (MANIFEST["features"]["shortcuts"][0]["description"], 1, 150),
        (MANIFEST["features"]["slash_commands"][0]["command"], 2, 32),
        (MANIFEST["features"]["slash_commands"][0]["description"], 1, 2_000),
        (MANIFEST["features"]["slash_commands"][0]["usage_hint"], 1, 1_000),
    ],
)
def test_its_texts_are_as_long_as_slack_takes(value: str, least: int, most: int) -> None:
    assert least <= len(value) <= most


@pytest.mark.parametrize("scope", sorted(needed_scopes()))
def test_every_scope_is_explained(scope: str) -> None:
    assert f"| `{scope}` |" in DOCS


@pytest.mark.parametrize(
    "name", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "/slack/events"]
)
def test_every_token_and_address_is_explained(name: str) -> None:
    assert f"`{name}`" in DOCS
