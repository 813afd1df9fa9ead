"""Lines of a TOML file by key path, and what is said where it is not TOML."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import ProblemsError
from rules.packfiles.toml_places import Path, read

TEXT = '''# a file
a.b = 1
[pack]
id = "x" # [not a table]
"q k" = { z = [1, 2,
  3], y = """a
b""" }
[[rule]]
id = 'a'
match = ["x [",
  'y ]', # c
  "z"]
[rule.all]
offer = ['a']
[[rule]]
id = "b"
[[rule.sub]]
x = 1979-05-27 07:32:00
[[rule.sub]]
x = QQQQquotedQQQQ
'''.replace("Q", "'")


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("a", "b"), 2),
        (("pack",), 3),
        (("pack", "id"), 4),
        (("pack", "q k", "z", 2), 6),
        (("pack", "q k", "y"), 6),
        (("rule", 0), 8),
        (("rule", 0, "match", 1), 11),
        (("rule", 0, "match", 9), 10),
        (("rule", 0, "all", "offer", 0), 14),
        (("rule", 1, "id"), 16),
        (("rule", 1, "sub", 0, "x"), 18),
        (("rule", 1, "sub", 1, "x"), 20),
        (("rule", 7), 8),
        (("nothing", "here"), 1),
    ],
)
def test_a_path_has_its_line(path: Path, line: int) -> None:
    """Tables, rows of tables, keys and items of lists; else the nearest parent that is known."""
    data, places = read("f.toml", TEXT)

    assert places.line(path) == line
    assert data["rule"][1]["sub"][1]["x"] == "'quoted'"


def test_line_ends_of_windows_count_once() -> None:
    """A file with CRLF has the same lines."""
    _, places = read("f.toml", TEXT.replace("\n", "\r\n"))

    assert places.line(("rule", 1, "id")) == 16


@pytest.mark.parametrize(
    ("text", "line"),
    [("a = 1\nb = \n", 2), ("a = 1\na = 2\n", 2), ("\n\n[x\n", 3), ("x = '''\n\n", 3)],
)
def test_what_is_not_toml_is_told_with_its_line(text: str, line: int) -> None:
    """A syntax error names the file and the line."""
    with pytest.raises(ProblemsError) as caught:
        read("f.toml", text)

    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == ("f.toml", line)
    assert "not valid TOML" in problem.what


_KEYS = st.text(alphabet="abcxyz_-.é \"'", min_size=1, max_size=4)
_VALUES = st.recursive(
    st.integers() | st.booleans() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=6,
)


def _written(value: Any, gap: str) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, list):
        return f"[{gap}" + f",{gap}".join(_written(item, gap) for item in value) + f"{gap}]"
    if isinstance(value, dict):
        pairs = (f"{_quoted(key)} = {_written(item, ' ')}" for key, item in value.items())
        return "{ " + ", ".join(pairs) + " }"
    return str(value)


def _quoted(text: str) -> str:
    plain = "".join(c if c not in '"\\' and c.isprintable() else f"\\U{ord(c):08x}" for c in text)
    return f'"{plain}"'


@given(st.dictionaries(_KEYS, _VALUES, max_size=4))
def test_every_key_of_any_table_is_found(table: dict[str, Any]) -> None:
    """Whatever the values hold, each key is on the line that it was written on."""
    text, lines = "", {}
    for key, value in table.items():
        lines[key] = text.count("\n") + 1
        text += f"{_quoted(key)} = {_written(value, chr(10))}\n"

    data, places = read("f.toml", text)

    assert data == table
    assert {key: places.line((key,)) for key in table} == lines
