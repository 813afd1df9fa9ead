"""The structure holds: who may import what, and how large a file may grow."""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STANDARD = frozenset(sys.stdlib_module_names)
CORE = {"regex", "re2", "ahocorasick_rs", "numpy", "phonenumbers", "stdnum", "msgspec", "anyascii"}
SDKS = {
    "slack": {"slack_bolt", "slack_sdk", "aiohttp", "yarl", "starlette", "structlog"},
    "discord": {"discord", "aiohttp", "yarl", "structlog"},
    "playground": {"starlette", "jinja2", "structlog"},
    "archive": {"msgspec", "structlog"},
    "shapes": set(),
}
BORDER = ("rules.types", "rules.errors", "rules.messages", "bot.ports")
DRIVERS = {"sqlite3", "sqlite_utils", "psycopg", "procrastinate"}


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, dotted."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            yield module
            if module in ("rules", "bot", "adapters"):
                yield from (f"{module}.{alias.name}" for alias in node.names)


def files(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def under(module: str, allowed: tuple[str, ...]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in allowed)


@pytest.mark.parametrize("path", files("rules"), ids=named)
def test_the_rule_core_imports_only_itself_and_its_libraries(path: Path) -> None:
    """Nothing of the application, no I/O library."""
    extra = {"onnxruntime", "tokenizers"} if "classifier" in path.parts else set()
    for module in imports(path):
        top = module.split(".")[0]
        assert top == "rules" or top in STANDARD | CORE | extra, f"{named(path)} imports {module}"


@pytest.mark.parametrize("path", files("adapters"), ids=named)
def test_adapters_import_the_border_and_their_own_sdk(path: Path) -> None:
    """Never each other, never more of the application than `bot.ports`."""
    parts = path.relative_to(ROOT).parts
    if len(parts) < 3:
        return
    own = parts[1]
    for module in imports(path):
        top = module.split(".")[0]
        if top == "adapters":
            fine = under(module, (f"adapters.{own}", "adapters.shapes")) or module == "adapters"
        elif top in ("rules", "bot"):
            fine = under(module, BORDER) or module in ("rules", "bot")
        else:
            fine = top in STANDARD | SDKS[own]
        assert fine, f"{named(path)} imports {module}"


@pytest.mark.parametrize("path", files("bot"), ids=named)
def test_only_the_composition_root_knows_adapters_and_only_the_store_its_drivers(
    path: Path,
) -> None:
    """`bot.ports` itself imports only the core's types."""
    for module in imports(path):
        top = module.split(".")[0]
        if top == "adapters":
            assert named(path) in ALLOWED_ADAPTER_IMPORTERS, f"{named(path)} imports {module}"
        if top in DRIVERS:
            assert named(path).startswith(("bot/store/", "bot/engine/")), (
                f"{named(path)} imports {module}"
            )
        if named(path) == "bot/ports.py" and top in ("rules", "bot"):
            assert module == "rules.types", f"bot/ports.py imports {module}"


# The second reads archives, which are files and no platform to wire.
ALLOWED_ADAPTER_IMPORTERS = {"bot/bootstrap.py", "bot/cli/export_input.py"}


@pytest.mark.parametrize(
    ("house", "floors"), [("bot", ("store", "process", "cli")), ("rules", ("folding", "loader"))]
)
def test_imports_run_one_way(house: str, floors: tuple[str, ...]) -> None:
    """No package or module imports one that, over others or at once, imports it."""
    needs: dict[str, set[str]] = defaultdict(set)
    for path in files(house):
        room = path.relative_to(ROOT).with_suffix("").parts[1]
        for module in imports(path):
            parts = module.split(".")
            if parts[0] == house and len(parts) > 1 and parts[1] != room:
                needs[room].add(parts[1])

    order = list(TopologicalSorter(needs).static_order())

    assert [room for room in order if room in floors] == list(floors)


@pytest.mark.parametrize("path", files("bot", "adapters", "rules"), ids=named)
def test_files_stay_small_enough_to_read(path: Path) -> None:
    """House style: a hard look at 300 lines; nothing of ours is over 400."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
