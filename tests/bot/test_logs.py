"""Logs hold no words of people, even where somebody turns a library's debugging on."""

from __future__ import annotations

import logging

import pytest
import structlog

from bot import logs


@pytest.mark.parametrize(
    "name", ["slack_bolt.App", "slack_sdk.web", "discord.gateway", "hallmonitor.slack.bolt:App"]
)
def test_libraries_stay_quiet(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Their lines below an error are dropped at the handler; errors come through."""
    root, theirs = logging.getLogger(), logging.getLogger(name)
    before = root.handlers[:], root.level, theirs.level
    structured = structlog.get_config()
    try:
        logs.configure(json=True)
        root.setLevel(logging.DEBUG)
        theirs.setLevel(logging.DEBUG)
        theirs.debug("payload with MARKERWORD")
        theirs.warning("payload with MARKERWORD")
        theirs.error("it broke")
        logging.getLogger("hallmonitor.own").info("ours")
    finally:
        root.handlers[:], level, own = before
        root.setLevel(level)
        theirs.setLevel(own)
        structlog.configure(**structured)

    said = capsys.readouterr().err
    assert "MARKERWORD" not in said
    assert "it broke" in said
    assert "ours" in said
