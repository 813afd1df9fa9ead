"""`docs/writing-rules.md`: what it shows works, and it leaves out nothing that a pack may hold."""

import re
from pathlib import Path

import msgspec
import pytest

from rules.folding.normalize import fold
from rules.kinds import KINDS
from rules.loader import load
from rules.packfiles.shapes import ContextTable, PackTable

DOC = (Path(__file__).parents[2] / "docs" / "writing-rules.md").read_text(encoding="utf-8")


def test_the_pack_and_the_context_that_it_shows_load(tmp_path: Path) -> None:
    """The samples are a pack and a context that hold, examples and all."""
    pack, *others = re.findall(r"```toml\n(.*?)```", DOC, re.DOTALL)
    contexts = [sample for sample in others if sample.startswith("[[context]]")]
    quoting = contexts[0].replace('"negated"', '"quoting"')
    (tmp_path / "cyberbullying.toml").write_text(pack, encoding="utf-8")
    (tmp_path / "contexts.toml").write_text("".join(contexts) + quoting, encoding="utf-8")

    rules = load(tmp_path, probe=True)

    assert list(rules.by_id) == ["cyberbullying.insult"]
    assert {"loser", "clown", "idiot"} <= rules.lexicon.words


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_of_a_kind_is_named(kind: str) -> None:
    """A kind, and each key that its table takes, stands in the document."""
    keys = {field.encode_name for field in msgspec.structs.fields(KINDS[kind].table)}

    missing = {key for key in keys if not re.search(rf"`(?:\[rule\.)?{key}\b", DOC)}

    assert f"| `{kind}` |" in DOC
    assert missing == set()


def test_every_key_of_a_pack_and_a_context_is_shown() -> None:
    """The same for `[pack]` and `[[context]]`."""
    for table in (PackTable, ContextTable):
        for field in msgspec.structs.fields(table):
            assert re.search(rf"^{field.encode_name} = ", DOC, re.MULTILINE), field.encode_name


def test_what_the_plain_view_holds_is_true() -> None:
    """The spellings of the table fold to what it says."""
    assert {fold(word).text for word in ("ｌｏｓｅｒ", "𝓵𝓸𝓼𝓮𝓻", "🅛🅞🅢🅔🅡", "l̷o̶ser", "lоser")} == {
        "loser"
    }
    assert (fold("You’re").text, fold("AÑO").text) == ("you're", "ano")
