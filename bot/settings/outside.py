"""What the types alone cannot tell of `[model]`: what a model of the district's own needs."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from bot.settings.shapes import Model
from rules.types import Category

Fault = tuple[tuple[str, ...], str, str]  # the key, what is wrong with it, what to do


def outside_faults(model: Model) -> Iterator[Fault]:
    """Faults of the table `[model]`."""
    if model.use in ("folder", "endpoint"):
        if not getattr(model, model.use):
            yield ("use",), f"`{model.use}` is missing", f"say where it is: {model.use} = …"
        if not model.labels:
            yield ("labels",), "none of its labels is mapped", "add [model.labels]"
    if model.endpoint and (wrong := _wrong(model.endpoint)):
        yield ("endpoint",), wrong, "write http://host:port/v1/moderations"
    for label, category in model.labels.items():
        if category is Category.WELFARE:
            what = "no model stands for `welfare`, which is no violation"
            yield ("labels", label), what, "leave it out"


def _wrong(url: str) -> str:
    """What makes this no address to ask; empty if it is one."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return "it is no address"
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "it is no address of http or https"
    if parts.username is not None or parts.password is not None:
        return "it holds a password; the key stands in HALLMONITOR_MODEL_KEY"
    return ""
