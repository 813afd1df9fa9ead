"""What cannot be arranged on every machine: little room, passing disks, wrong clocks, roles."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from bot.settings import parse
from bot.setup.findings import Finding, State
from bot.setup.look_platforms import look_at_clock
from bot.setup.look_records import LITTLE, TOO_LITTLE, look_at_folder
from bot.setup.look_settings import look_at_settings
from tests.bot.settings.test_read import GOOD


def named(findings: list[Finding], name: str) -> Finding:
    [found] = [finding for finding in findings if finding.name == name]
    return found


@pytest.mark.parametrize(
    ("free", "state"),
    [
        (TOO_LITTLE - 1, State.FAULT),
        (TOO_LITTLE, State.WARNING),
        (LITTLE - 1, State.WARNING),
        (LITTLE, State.OK),
    ],
)
def test_room_on_the_disk(tmp_path: Path, free: int, state: State) -> None:
    """Where nothing can be recorded, the platforms are not acknowledged."""
    assert named(list(look_at_folder(tmp_path, lambda _: free)), "disk").state is state


@pytest.mark.parametrize(
    ("mounts", "state", "said"),
    [
        ("/dev/sda1 / ext4 rw 0 0\n", State.OK, "ext4"),
        ("overlay / overlay rw 0 0\n", State.WARNING, "overlay"),
        ("overlay / overlay rw 0 0\n/dev/sdb {data} xfs rw 0 0\n", State.OK, "xfs"),
        ("/dev/sda1 / ext4 rw 0 0\ntmpfs {parent} tmpfs rw 0 0\n", State.WARNING, "tmpfs"),
        ("/dev/sda1 / ext4 rw 0 0\ntmpfs {data}-other tmpfs rw 0 0\n", State.OK, "ext4"),
        ("tmpfs {data} tmpfs rw 0 0\n/dev/sdb {data} xfs rw 0 0\n", State.OK, "xfs"),
        ("", State.SKIPPED, "does not tell"),
    ],
)
def test_a_disk_that_does_not_last_is_named(
    tmp_path: Path, mounts: str, state: State, said: str
) -> None:
    """The innermost mount counts, and the last one made there."""
    data = tmp_path / "var"
    data.mkdir()
    table = tmp_path / "mounts"
    table.write_text(mounts.format(data=data.resolve(), parent=tmp_path.resolve()))
    found = named(list(look_at_folder(data, mounts=table)), "lasting-disk")

    assert found.state is state
    assert said in found.what


class Telling(BaseHTTPRequestHandler):
    """A server that tells the time with a refusal, as platforms do."""

    date = ""

    def do_HEAD(self) -> None:
        self.send_response_only(404)
        if self.date:
            self.send_header("Date", self.date)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    server = HTTPServer(("127.0.0.1", 0), Telling)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


class At:
    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now


NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DATE = "Mon, 02 Mar 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("off", "date", "state", "said"),
    [
        (0, DATE, State.OK, "0 s"),
        (-29, DATE, State.OK, "29 s behind"),
        (31, DATE, State.WARNING, "31 s ahead of"),
        (-400, DATE, State.FAULT, "400 s behind"),
        (0, "", State.SKIPPED, "tells no time"),
        (0, "yesterday", State.SKIPPED, "could not be asked"),
    ],
)
async def test_the_clock_against_the_platforms(
    monkeypatch: pytest.MonkeyPatch, address: str, off: int, date: str, state: State, said: str
) -> None:
    """Slack refuses what seems five minutes old."""
    monkeypatch.setattr(Telling, "date", date)
    found = await look_at_clock(address, At(NOON + timedelta(seconds=off)))

    assert found.state is state
    assert said in found.what


@pytest.mark.parametrize(
    ("old", "new", "name", "said"),
    [
        ('staff_groups = ["S-STAFF"]', 'staff_groups = ["S-STUDENTS"]', "roles", "for staff and"),
        ("channels", 'hide = ["sexual"]\nchannels', "hide", "delete only its own"),
        ('people = ["slack/T1/U1"]', 'people = ["slack/T1/U1"] ', "lists", "one moderator"),
    ],
)
def test_what_is_allowed_and_yet_unwise_is_a_warning(
    old: str, new: str, name: str, said: str
) -> None:
    """The file is in order; somebody may still have meant something else."""
    assert old in GOOD
    found = list(look_at_settings(parse(GOOD.replace(old, new))))
    warnings = [one for one in found if one.state is State.WARNING and one.name == name]

    assert [one for one in warnings if said in one.what]
    assert all(one.remedy for one in warnings)


def test_domains_do_nothing_on_discord() -> None:
    """Discord tells no e-mail addresses, so they map nobody."""
    text = GOOD.replace('"slack"', '"discord"').replace("slack/T1", "discord/T1")
    text = text.replace('staff_groups = ["S-STAFF"]\nstudent_groups = ["S-STUDENTS"]\n', "")
    found = [one for one in look_at_settings(parse(text)) if one.name == "roles"]

    assert {one.state for one in found} == {State.WARNING}
    assert any("no effect" in one.what for one in found)
    assert any("everybody is taken for" in one.what for one in found)
