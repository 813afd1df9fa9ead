"""Changed settings and rules, while the bot runs: taken up whole, or refused and told."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from bot import settings
from bot.bootstrap import Application, build
from bot.engine.pace import Pace
from bot.learning.keeping import go_back, keep
from bot.reloading import LOOK_EVERY_S, fixed_at_start
from bot.settings import Secrets
from bot.store.port import FlagQuery
from bot.web import listen
from rules.classifier.shipped import shipped_scorer, shipped_version, shipped_weights
from rules.types import Message, MessageKey
from tests.clock import StandingClock
from tests.scenarios.world import KEY, PACKS, PaperChat

SHADOW = '\n[rules.states]\n"cyberbullying.*" = "shadow"\n'
TERMS = 'terms = ["insultword"]'


@dataclass
class Running:
    """The real application on files of its own, at a standing clock; its platform is paper."""

    app: Application
    clock: StandingClock
    chat: PaperChat
    config: Path
    pack: Path
    numbers: int = 0

    async def looks(self, times: int = 2) -> None:
        """So many looks of the clock's job; a change is taken up at its second."""
        for _ in range(times):
            self.clock.forward(seconds=LOOK_EVERY_S)
            await self.app.engine.work_off(self.app.handlers())

    async def flagged(self) -> bool:
        """Whether an insult, posted now, is flagged."""
        before = len(await self.app.store.read(lambda tx: tx.flags(FlagQuery())))
        self.numbers += 1
        key = MessageKey("playground", "demo", "class-7b", str(self.numbers))
        await self.app.desk.message(Message(key, "maya", "you insultword", self.clock.now()))
        await self.app.engine.work_off(self.app.handlers())
        return len(await self.app.store.read(lambda tx: tx.flags(FlagQuery()))) > before

    def told(self) -> list[tuple[str, str]]:
        """Who was told of a refused change, and what."""
        return [
            (who, page.sections[0].text) for who, page in self.chat.pages if "force" in page.title
        ]

    async def audited(self) -> list[str]:
        """The audit's events on changes."""
        rows = await self.app.store.read(lambda tx: tx.audit_rows("settings"))
        return [row["event"] for row in rows]


@pytest_asyncio.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    packs, config, clock = tmp_path / "packs", tmp_path / "hallmonitor.toml", StandingClock()
    shutil.copytree(PACKS, packs)
    shutil.copy(settings.PLAYGROUND, config)
    app = await build(
        settings.read(config),
        Secrets(keys=(KEY,)),
        tmp_path / "var",
        clock,
        packs=packs,
        pace=Pace(rate_s=0),
        source=config,
    )
    chat = PaperChat(clock)
    app.chats["playground", "demo"] = chat
    yield Running(app, clock, chat, config, packs / "cyberbullying.toml")
    await app.close()


def change(path: Path, old: str, new: str) -> None:
    """Change a file as an editor does: the new one takes the old one's place at once."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    beside = path.with_suffix(".new")
    beside.write_text(text.replace(old, new), encoding="utf-8")
    beside.replace(path)


async def test_changed_settings_are_taken_up(running: Running) -> None:
    """Once they have stood from one look to the next; intake, cards and lists go by them."""
    assert await running.flagged()
    change(running.config, "[district]", f"{SHADOW}\n[district]")

    await running.looks(1)
    assert await running.flagged()
    await running.looks(1)

    assert not await running.flagged()
    assert await running.audited() == ["change-taken-up"]
    await running.looks()
    assert await running.audited() == ["change-taken-up"]


async def test_a_changed_pack_is_taken_up(running: Running) -> None:
    """The rules that hold their examples hold messages from then on."""
    change(running.pack, "insultword", "otherword")

    await running.looks()

    assert not await running.flagged()
    assert running.app.settings.file.district.name


@pytest.mark.parametrize("kind", ["settings", "pack", "examples", "state"])
async def test_a_bad_change_leaves_the_old_in_force_and_is_told_once(
    running: Running, kind: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """With file and line, in the log and to the IT owner; mended, it is taken up."""
    path, old, new = {
        "settings": (running.config, "[district]", "colour = 1\n[district]"),
        "pack": (running.pack, TERMS, f"colour = 1\n{TERMS}"),
        "examples": (running.pack, TERMS, 'terms = ["otherword"]'),
        "state": (
            running.config,
            "[district]",
            '[rules.states]\n"hate.none" = "draft"\n[district]',
        ),
    }[kind]
    change(path, old, new)

    await running.looks(4)
    assert await running.flagged()
    assert running.app.reloading is not None
    problems = await running.app.reloading.reload()  # asked for again: refused again, told once
    await running.looks()

    ((who, text),) = running.told()
    place = f"{problems[0].file}:{problems[0].line}"
    assert path.name in place
    assert (who, place in text) == ("it", True)
    assert place in "".join(capfd.readouterr())
    assert await running.audited() == ["change-refused"] * 2

    change(path, new, old)
    await running.looks()
    assert (await running.audited())[-1] == "change-taken-up"
    assert len(running.told()) == 1


async def test_what_is_not_changed_is_left_alone(running: Running) -> None:
    """No look reads the rules again for nothing."""
    await running.looks(3)

    assert await running.audited() == []


async def test_sighup_takes_it_up_at_once(running: Running) -> None:
    """The serving application over a real socket; it goes on serving."""
    ready, app = asyncio.Event(), running.app
    with listen("127.0.0.1", 0) as taken:
        address = taken.getsockname()[:2]
        serving = asyncio.create_task(app.serve(taken, ready.set))
        await ready.wait()
        change(running.config, "[district]", f"{SHADOW}\n[district]")
        before = app.settings

        os.kill(os.getpid(), signal.SIGHUP)
        async with asyncio.timeout(60):
            while app.settings is before:  # noqa: ASYNC110 - a signal has nobody to answer to
                await asyncio.sleep(0.02)

        assert b"alive" in await fetched(*address)
        assert app.settings.file.rules.states
        os.kill(os.getpid(), signal.SIGTERM)
        await serving


async def fetched(host: str, port: int) -> bytes:
    """The answer to GET /healthz."""
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    answer = await reader.read()
    writer.close()
    return answer


BASE = settings.PLAYGROUND.read_text(encoding="utf-8")
SLACK = """
[[workspace]]
platform = "slack"
id = "T1"
default_role = "unknown"
moderators_channel = "C1"
mode = "socket"
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (BASE, BASE + SLACK, "the workspace slack T1 is new"),
        (BASE + SLACK, BASE, "the workspace slack T1 is gone"),
        (BASE + SLACK, BASE + SLACK.replace("socket", "http"), "the mode of slack T1"),
        (BASE + SLACK, BASE + SLACK + 'staff_groups = ["S1"]\n', "take a Slack scope"),
        (BASE + SLACK, BASE + SLACK.replace("C1", "C2"), ""),
        (BASE + SLACK + 'staff_groups = ["S1"]\n', BASE + SLACK, ""),
        (BASE, BASE + SHADOW, ""),
    ],
)
def test_what_takes_a_restart_is_named(old: str, new: str, said: str) -> None:
    """With its line; everything else may change."""
    problems = list(fixed_at_start(settings.parse(old), settings.parse(new)))

    assert [said in problem.what for problem in problems] == [True] * bool(said)
    assert all(problem.line > 0 for problem in problems)


async def test_fitted_weights_are_taken_up_and_let_go(running: Running, tmp_path: Path) -> None:
    """A fit is a change like any other, and so is the way back."""
    fitted = msgspec.structs.replace(shipped_weights(shipped_scorer().name), clear=0.123)
    keep(tmp_path / "var", fitted)
    await running.looks()
    go_back(tmp_path / "var")
    await running.looks()

    assert await running.audited() == ["change-taken-up", "change-taken-up"]


async def test_weights_for_another_model_are_passed_over(running: Running, tmp_path: Path) -> None:
    """The bot goes on with the shipped ones, and the log says so."""
    name = shipped_scorer().name
    keep(tmp_path / "var", msgspec.structs.replace(shipped_weights(name), scorer="another"))

    with capture_logs() as logged:
        await running.looks()

    (line,) = [line for line in logged if line["event"] == "own-weights-ignored"]
    assert (line["fitted_on"], line["model"]) == ("another", shipped_version(name))


async def test_a_change_that_takes_a_restart_is_refused(running: Running) -> None:
    """Nothing of it is taken up, not even what could be."""
    change(running.config, "[district]", f"{SHADOW}\n[district]")
    running.config.write_text(running.config.read_text(encoding="utf-8") + SLACK, encoding="utf-8")

    await running.looks()

    assert await running.flagged()
    rows = await running.app.store.read(lambda tx: tx.audit_rows("settings"))
    assert [row["event"] for row in rows] == ["change-refused"]
    assert "hallmonitor.toml" in json.loads(rows[0]["detail"])["problems"]
