"""Slack on loopback, strict: see `double.py`."""

from tests.doubles.slack.delivery import sign
from tests.doubles.slack.double import SlackDouble
from tests.doubles.slack.http_app import serving
from tests.doubles.slack.inbox import RecordingInbox, WatchedInbox

__all__ = ["RecordingInbox", "SlackDouble", "WatchedInbox", "serving", "sign"]
