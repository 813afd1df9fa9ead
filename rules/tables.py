"""Strict conversion of TOML tables into msgspec types, with every fault reported at once.

msgspec stops at its first error and knows no lines; this walks structs, lists and dicts itself and
leaves only single values to msgspec, so that each fault is named with its key path.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, get_args, get_origin

import msgspec

T = TypeVar("T")
Path = tuple[str | int, ...]
Report = Callable[[Path, str, str], None]


def convert(data: object, kind: type[T], report: Report, path: Path = ()) -> T | None:
    """Return `data` as `kind`, or None after calling `report(path, what, remedy)` for each fault."""
    faults = 0

    def count(at: Path, what: str, remedy: str) -> None:
        nonlocal faults
        faults += 1
        report(at, what, remedy)

    value = _convert(data, kind, count, path)
    return None if faults else value


def _convert(data: object, kind: Any, report: Report, path: Path) -> Any:
    origin, args = get_origin(kind), get_args(kind)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _struct(data, kind, report, path)
    if origin in (list, tuple) and isinstance(data, list) and _nested(args[0]):
        return origin(
            _convert(item, args[0], report, (*path, n)) for n, item in enumerate(data)
        )
    if origin is dict and isinstance(data, dict) and _nested(args[1]):
        return {key: _convert(item, args[1], report, (*path, key)) for key, item in data.items()}
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        report(path, f"{dotted(path)}: {error}", "")
        return None


def _nested(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _struct(data: object, kind: type[msgspec.Struct], report: Report, path: Path) -> Any:
    if not isinstance(data, Mapping):
        report(path, f"{dotted(path)}: must be a table", "")
        return None
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    for key in data:
        if key not in fields:
            report((*path, key), f"unknown key `{key}`", _nearest(key, list(fields)))
    values = {}
    for name, field in fields.items():
        if name in data:
            values[field.name] = _convert(data[name], field.type, report, (*path, name))
        elif field.required:
            report(path, f"`{name}` is missing", "")
            values[field.name] = None
    return kind(**values)


def _nearest(key: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(key, known, n=1)
    return f"did you mean `{near[0]}`?" if near else f"known: {', '.join(known)}"


def dotted(path: Path) -> str:
    """`("rule", 3, "id")` as people write it: `rule[3].id`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".") or "the file"
