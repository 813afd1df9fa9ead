"""TOML tables into msgspec structs, strictly: every fault of a table, not just the first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from rules.errors import Problem
from rules.toml_places import Path, Places

T = TypeVar("T", bound=msgspec.Struct)

_AT = re.compile(r" - at `\$([^`]*)`$")
_STEP = re.compile(r"\[(\d+)\]|\.([^.\[]+)|\[\.\.\.\]")


def take(
    table: object, shape: type[T], path: Path, places: Places
) -> tuple[T | None, list[Problem]]:
    """Convert one table; the struct is None exactly when there are problems.

    Unknown keys, missing keys and wrong values are all reported, each with its line.
    """
    if not isinstance(table, Mapping):
        return None, [places.problem(path, "should be a table")]
    fields = {field.encode_name: field for field in msgspec.structs.fields(shape)}
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in fields:
            known = ", ".join(sorted(fields))
            problems.append(
                places.problem((*path, key), f"unknown key `{key}`", f"known here: {known}")
            )
            continue
        try:
            values[fields[key].name] = msgspec.convert(value, fields[key].type)
        except msgspec.ValidationError as error:
            what, inner = _place(str(error))
            problems.append(places.problem((*path, key, *inner), f"`{key}`: {what}"))
    for key, field in fields.items():
        if field.required and key not in table:
            problems.append(places.problem(path, f"`{key}` is missing"))
    return (None, problems) if problems else (shape(**values), [])


def _place(error: str) -> tuple[str, Path]:
    """Split msgspec's message into what is wrong and the path inside the value."""
    at = _AT.search(error)
    if not at:
        return error, ()
    inner: list[str | int] = []
    for index, key in _STEP.findall(at[1]):
        if index:
            inner.append(int(index))
        elif key:
            inner.append(key)
    return error[: at.start()], tuple(inner)
