"""TOML tables into msgspec structs, strictly: every fault of a table, not just the first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import msgspec
from msgspec.structs import FieldInfo

from rules.errors import Problem
from rules.packfiles.toml_places import Path, Places

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
    fields = _fields(shape)
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in fields:
            known = ", ".join(sorted(fields))
            problems.append(
                places.problem((*path, key), f"unknown key `{key}`", f"known here: {known}")
            )
            continue
        values[fields[key].name], faults = _value(value, fields[key].type, (*path, key), places)
        problems += faults
    for key, field in fields.items():
        if field.required and key not in table:
            problems.append(places.problem(path, f"`{key}` is missing"))
    return (None, problems) if problems else (shape(**values), [])


def _value(value: object, kind: Any, path: Path, places: Places) -> tuple[Any, list[Problem]]:
    """One value; structs in it, in lists and in tables of it, are taken one by one."""
    bare = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    inner = [arg for arg in get_args(bare) if _is_struct(arg)]
    if inner and get_origin(bare) in (Union, UnionType) and isinstance(value, Mapping):
        bare = inner[0]  # a table that may be left out
    if _is_struct(bare):
        return take(value, bare, path, places)
    if inner and isinstance(value, list):
        rows = [take(item, inner[0], (*path, n), places) for n, item in enumerate(value)]
        return tuple(row for row, _ in rows), [fault for _, faults in rows for fault in faults]
    if get_origin(bare) is dict and isinstance(value, Mapping):
        of, held = get_args(bare)
        named = {key: _value(item, held, (*path, key), places) for key, item in value.items()}
        problems = [fault for _, faults in named.values() for fault in faults]
        keys, faults = _value(list(named), list[of], path, places)  # type: ignore[valid-type]
        return dict(zip(keys or [], (row for row, _ in named.values()), strict=False)), [
            *problems,
            *faults,
        ]
    try:
        return msgspec.convert(value, kind), []
    except msgspec.ValidationError as error:
        what, steps = _place(str(error))
        return None, [places.problem((*path, *steps), f"`{path[-1]}`: {what}")]


@cache  # msgspec looks them up anew for every table
def _fields(shape: type[msgspec.Struct]) -> Mapping[str, FieldInfo]:
    return {field.encode_name: field for field in msgspec.structs.fields(shape)}


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


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
