"""The docs are whole: every command, option, setting, variable, kind and target stands in them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec
import pytest

from bot.cli.__main__ import main
from bot.settings import SettingsError, read, shapes
from bot.settings.secrets import MODEL_KEY, PLATFORM_SECRETS, SECRET_KEY, Secrets
from rules.kinds import KINDS
from rules.messages import LANGUAGES, wording
from rules.packfiles.shapes import RuleTable
from rules.types import Category, Purpose

ROOT = Path(__file__).parents[1]
PAGES = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md")}
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands(group: click.Group, words: str) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{words} {name}")
        else:
            yield f"{words} {name}", command


COMMANDS = dict(commands(main, "hallmonitor"))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented_and_explains_itself(name: str) -> None:
    """In the table of docs/command-line.md, and by its own help."""
    assert f"| `{name}` |" in PAGES["command-line.md"]
    assert COMMANDS[name].help
    for option in COMMANDS[name].params:
        assert isinstance(option, click.Argument) or option.name


def settings() -> Iterator[str]:
    for table in vars(shapes).values():
        if isinstance(table, type) and issubclass(table, shapes.Table):
            yield from (field.encode_name for field in msgspec.structs.fields(table))


@pytest.mark.parametrize("name", sorted(set(settings())))
def test_every_setting_is_documented(name: str) -> None:
    """As a key or as the table it heads."""
    page = PAGES["settings.md"]

    assert f"`{name}`" in page or f"[{name}" in page


@pytest.mark.parametrize("purpose", [*Purpose, *Category])
def test_every_purpose_and_category_is_documented(purpose: str) -> None:
    """People have to spell them in the settings file."""
    assert f"`{purpose}`" in PAGES["settings.md"] + PAGES["concepts.md"]


def test_every_variable_is_documented() -> None:
    """Those that the settings read from the environment."""
    names = {MODEL_KEY, SECRET_KEY, *PLATFORM_SECRETS}
    names |= {field.name.upper() for field in dataclasses.fields(Secrets)} - {"KEYS", "MODEL_KEY"}

    missing = [name for name in names if f"`{name}`" not in PAGES["settings.md"]]
    assert missing == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_rule_is_documented(kind: str) -> None:
    """In the table of kinds."""
    assert f"| `{kind}` |" in PAGES["writing-rules.md"]


@pytest.mark.parametrize("field", [f.encode_name for f in msgspec.structs.fields(RuleTable)])
def test_every_key_of_a_rule_is_documented(field: str) -> None:
    """In docs/writing-rules.md."""
    assert (
        f"`{field}`" in PAGES["writing-rules.md"] or f"[rule.{field}]" in PAGES["writing-rules.md"]
    )


def test_every_make_target_is_documented() -> None:
    """Those that people call."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE)
    text = README + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

    assert {"setup", "run", "test", "bench", "lock"} <= set(targets)
    assert [t for t in ("setup", "run", "test", "bench", "lock") if f"make {t}" not in text] == []


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.toml")), ids=lambda p: p.name)
def test_the_examples_are_in_order(path: Path) -> None:
    """What people copy must load."""
    try:
        read(path)
    except SettingsError as error:
        pytest.fail(str(error))


def pages() -> list[Path]:
    return [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


@pytest.mark.parametrize("path", pages(), ids=lambda p: str(p.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(path: Path) -> None:
    """No dead link inside the project."""
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
        if "://" not in target and not target.startswith("mailto:"):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_both_languages_say_the_same_things() -> None:
    """Same keys, same placeholders: no person gets an empty sentence."""
    english = wording("en")
    for lang in LANGUAGES:
        other = wording(lang)
        assert other.keys() == english.keys()
        for key, text in english.items():
            assert placeholders(text) == placeholders(other[key]), f"{lang}: {key}"


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_every_category_has_its_sentences() -> None:
    """Name, what was seen, how to mend it."""
    english = wording("en")

    for category in Category:
        assert {f"category.{category}.{part}" for part in ("name", "seen", "mend")} <= set(english)
