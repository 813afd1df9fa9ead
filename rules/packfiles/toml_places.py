"""TOML with line numbers: which line a key path of a file stands on."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any

from rules.errors import Problem, ProblemsError

Path = tuple[str | int, ...]

_ERROR_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|' + r"'''.*?'{3,5}|" + r'"(?:[^"\\\n]|\\.)*"|' + r"'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}\n#]+")


class Places:
    """The lines of one file by key path, such as `("rule", 3, "patterns", 0)`."""

    def __init__(self, file: str, lines: Mapping[Path, int]) -> None:
        self.file = file
        self._lines = lines

    def line(self, path: Path) -> int:
        """The line of the path, or of its nearest parent that is known (1 at worst)."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def problem(self, path: Path, what: str, remedy: str = "") -> Problem:
        """A fault at this path."""
        return Problem(self.file, self.line(path), what, remedy)


def read(name: str, text: str) -> tuple[dict[str, Any], Places]:
    """Parse TOML; raises `ProblemsError` naming `name` and the line where it is not TOML."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _ERROR_LINE.search(str(error))
        line = int(at[1]) if at else text.count("\n") + 1
        what = f"not valid TOML: {_ERROR_LINE.sub('', str(error)).strip()}"
        raise ProblemsError([Problem(name, line, what)]) from None
    return data, Places(name, _Scan(text.replace("\r\n", "\n")).run())


class _Scan:
    """One pass over text that is known to be TOML, noting where each key path begins."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line = 1
        self.lines: dict[Path, int] = {}
        self.tables: dict[Path, int] = {}  # arrays of tables -> index of the newest

    def run(self) -> dict[Path, int]:
        table: Path = ()
        self._space()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._space()
        return self.lines

    def _move(self, end: int) -> None:
        self.line += self.text.count("\n", self.at, end)
        self.at = end

    def _space(self) -> None:
        found = _SPACE.match(self.text, self.at)
        assert found
        self._move(found.end())

    def _note(self, path: Path) -> None:
        for end in range(1, len(path) + 1):
            self.lines.setdefault(path[:end], self.line)

    def _key(self) -> list[str]:
        parts: list[str] = []
        while True:
            self._space()
            found = _STRING.match(self.text, self.at) or _BARE_KEY.match(self.text, self.at)
            assert found
            word = found[0]
            parts.append(tomllib.loads(f"k = {word}")["k"] if word[0] in "\"'" else word)
            self._move(found.end())
            self._space()
            if self.text[self.at] != ".":
                return parts
            self._move(self.at + 1)

    def _header(self) -> Path:
        several = self.text.startswith("[[", self.at)
        self._move(self.at + 1 + several)
        keys = self._key()
        path: Path = ()
        for key in keys[:-1]:
            path = (*path, key)
            if path in self.tables:
                path = (*path, self.tables[path])
        path = (*path, keys[-1])
        if several:
            self.tables[path] = self.tables.get(path, -1) + 1
            path = (*path, self.tables[path])
        self._note(path)
        self._move(self.at + 1 + several)
        return path

    def _pair(self, table: Path) -> None:
        path = (*table, *self._key())
        self._note(path)
        self._move(self.at + 1)  # the equals sign
        self._space()
        self._value(path)

    def _value(self, path: Path) -> None:
        opening = self.text[self.at]
        if opening in "[{":
            self._move(self.at + 1)
            self._items(path, "]" if opening == "[" else "}")
            return
        found = _STRING.match(self.text, self.at) or _SCALAR.match(self.text, self.at)
        assert found
        self._move(found.end())

    def _items(self, path: Path, closing: str) -> None:
        index = 0
        self._space()
        while self.text[self.at] != closing:
            if self.text[self.at] == ",":
                self._move(self.at + 1)
            elif closing == "}":
                self._pair(path)
            else:
                self._note((*path, index))
                self._value((*path, index))
                index += 1
            self._space()
        self._move(self.at + 1)
