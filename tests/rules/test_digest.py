"""The digest of the rules: the same for the same rules, another for anything that may matter."""

from __future__ import annotations

from pathlib import Path

from rules.digest import rules_digest
from tests.rules.making import folder
from tests.rules.test_loader import CONTEXTS, GOOD


def test_any_change_of_a_pack_changes_it(tmp_path: Path) -> None:
    """An example, a pattern, a new file; but not the time of writing."""
    folder(tmp_path, GOOD, contexts=CONTEXTS)
    first = rules_digest(tmp_path)
    folder(tmp_path, GOOD, contexts=CONTEXTS)
    assert rules_digest(tmp_path) == first

    folder(tmp_path, GOOD.replace("heck no", "heck so"), contexts=CONTEXTS)
    second = rules_digest(tmp_path)
    (tmp_path / "more.toml").write_text("", encoding="utf-8")
    assert len({first, second, rules_digest(tmp_path)}) == 3
