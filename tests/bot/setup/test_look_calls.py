"""Lists that were called and from which nobody has answered."""

from __future__ import annotations

from pathlib import Path

from bot.ports import Action
from bot.setup.findings import State
from bot.setup.look_calls import look_at_calls
from tests.scenarios.world import KEY, World

AT_ONCE = '[categories.cyberbullying]\npage_at_once = ["principal"]\n'


async def test_a_silent_list_is_named_until_somebody_answers(tmp_path: Path) -> None:
    """With the flags that wait; four are counted, three named."""
    world = World(tmp_path, AT_ONCE)
    for author in ("maya", "leo", "ana", "kai"):
        await world.post(author, "you insultword")
    flags = await world.flags()

    (silent,) = await look_at_calls(tmp_path, [KEY], world.settings)
    assert silent.state is State.WARNING
    assert "list principal has answered" in silent.what
    assert sum(flag.id in silent.what for flag in flags) == 3
    assert "and 1 more" in silent.what

    for flag in flags:
        await world.press("principal", Action.ACKNOWLEDGE, flag)
    assert await look_at_calls(tmp_path, [KEY], world.settings) == []
    await world.close()


async def test_without_records_there_is_nothing_to_say(tmp_path: Path) -> None:
    """Nor without a key: other findings tell of that."""
    world = World(tmp_path / "there")
    await world.close()

    assert await look_at_calls(tmp_path / "none", [KEY], world.settings) == []
    assert await look_at_calls(tmp_path / "there", [], world.settings) == []
