"""Messages, buttons, forms and commands beyond Discord's limits are refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.doubles.discord.errors import ApiError
from tests.doubles.discord.forms import check_commands, check_form, check_message


@pytest.mark.parametrize(
    "body",
    [
        {"content": "x" * 2_001},
        {"content": " "},
        {"content": "😀" * 1_001},
        {"embeds": [{"title": "x"}] * 11},
        {"embeds": [{"author": {"name": ""}}]},
        {"embeds": [{"title": "x", "url": "ftp://x"}]},
        {"content": "x", "nonce": "n" * 26},
        {"content": "x", "components": [{"type": 1, "components": []}]},
        {"content": "x", "components": [{"type": 2}]},
        {"content": "x", "unknown": 1},
        {"content": "x\0"},
    ],
)
def test_messages_beyond_the_limits_are_refused(body: dict[str, Any]) -> None:
    """4.3, 4.4, line by line."""
    with pytest.raises(ApiError) as caught:
        check_message(body, new=True)
    assert caught.value.code == 50035


def button(**about: Any) -> dict[str, Any]:
    return {"type": 2, "style": 2, "label": "x", "custom_id": "a", **about}


@pytest.mark.parametrize(
    "rows",
    [
        [[button()] * 2],
        [[button(custom_id=str(n)) for n in range(6)]],
        [[button(custom_id="x" * 101)]],
        [[button(label="x" * 81)]],
        [[button(custom_id=f"{n}")] for n in range(6)],
    ],
)
def test_buttons_beyond_the_limits_are_refused(rows: list[list[Any]]) -> None:
    """4.4: 5 rows, 5 buttons; custom_id 1-100 and unique; label 80."""
    components = [{"type": 1, "components": row} for row in rows]
    with pytest.raises(ApiError):
        check_message({"content": "x", "components": components}, new=True)


def form(**about: Any) -> dict[str, Any]:
    box = {"type": 4, "custom_id": "a", "style": 2, **about.pop("box", {})}
    label = {"type": 18, "label": "x", "component": box, **about.pop("label", {})}
    return {"title": "x", "custom_id": "f", "components": [label], **about}


def test_forms_beyond_the_limits_are_refused() -> None:
    """4.4: title and label 45, description and placeholder 100, input 4,000."""
    check_form(form())
    for bad in (
        form(title="x" * 46),
        form(custom_id="x" * 101),
        form(components=[]),
        form(label={"label": "x" * 46}),
        form(label={"description": "x" * 101}),
        form(box={"placeholder": "x" * 101}),
        form(box={"max_length": 4_001}),
        form(box={"style": 3}),
    ):
        with pytest.raises(ApiError):
            check_form(bad)


def test_commands_beyond_the_limits_are_refused() -> None:
    for bad in (
        {"type": 1, "name": "Upper", "description": "x"},
        {"type": 1, "name": "a", "description": "x" * 101},
        {"type": 3, "name": "Report", "description": "x"},
        {"type": 3, "name": "x" * 33},
    ):
        with pytest.raises(ApiError):
            check_commands([bad])
