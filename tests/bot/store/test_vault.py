from __future__ import annotations

import os
import stat
from base64 import b64encode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.port import StoreError
from bot.store.vault import KEY_FILE, SealError, Vault, fingerprint, new_key, own_key
from rules.types import well_formed
from tests.bot.store.keys import KEY, OTHER_KEY

ANY_TEXT = st.text(st.characters(), max_size=200)  # surrogates and NULs too
ANY_PLACE = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=30)


@given(place=ANY_PLACE, text=ANY_TEXT)
def test_what_is_sealed_opens(place: str, text: str) -> None:
    """Any text comes back from its place, lone surrogates replaced."""
    vault = Vault([KEY])

    assert vault.open(place, vault.seal(place, text)) == well_formed(text)


@given(place=ANY_PLACE, other=ANY_PLACE, text=ANY_TEXT)
def test_a_seal_is_bound_to_its_place(place: str, other: str, text: str) -> None:
    """No text opens at a place it was not sealed for, however the two are alike."""
    vault = Vault([KEY])
    sealed = vault.seal(place, text)

    if other != place:
        with pytest.raises(SealError):
            vault.open(other, sealed)


def test_a_seal_shows_nothing() -> None:
    """The same text is never sealed the same way twice."""
    vault = Vault([KEY])

    assert vault.seal("a", "clown") != vault.seal("a", "clown")
    assert "clown" not in vault.seal("a", "clown")


@pytest.mark.parametrize("sealed", ["", "nonsense", "\u2603", "gAAAAA==", "A" * 200])
def test_nonsense_does_not_open(sealed: str) -> None:
    """What was never sealed is refused, naming the place and not the text."""
    with pytest.raises(SealError, match="evidence/F-1/1") as caught:
        Vault([KEY]).open("evidence/F-1/1", sealed)

    assert caught.value.__suppress_context__


def test_keys_change() -> None:
    """With several keys the first seals and each opens; `renew` moves a text to the first."""
    old, both, new = Vault([OTHER_KEY]), Vault([KEY, OTHER_KEY]), Vault([KEY])
    sealed = old.seal("a", "text")

    assert both.open("a", sealed) == "text"
    assert new.open("a", both.renew(sealed)) == "text"
    assert new.open("a", both.seal("a", "text")) == "text"
    with pytest.raises(SealError):
        new.open("a", sealed)
    with pytest.raises(SealError):
        new.renew(sealed)


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ([], "HALLMONITOR_SECRET_KEY is not set"),
        (["secret"], "HALLMONITOR_SECRET_KEY: key 1 is not"),
        ([KEY, "c2hvcnQ="], "HALLMONITOR_SECRET_KEY: key 2 is not"),
        ([KEY, "\u2603" * 44], "HALLMONITOR_SECRET_KEY: key 2 is not"),
    ],
)
def test_unusable_keys(keys: list[str], says: str) -> None:
    """What is wrong with the variable is said, with the way to a good key, and never the key."""
    with pytest.raises(StoreError, match=says) as caught:
        Vault(keys)

    assert "openssl rand -base64 32" in str(caught.value)
    assert not any(key in str(caught.value) for key in keys)


def test_keys_as_openssl_writes_them() -> None:
    """Both alphabets of base64 are welcome."""
    key = b64encode(b"\xff\xef\xbe" * 10 + b"ab").decode()
    assert {"+", "/"} <= set(key)
    url_safe = key.replace("+", "-").replace("/", "_")

    assert Vault([url_safe]).open("a", Vault([f" {key}\n"]).seal("a", "text")) == "text"


@given(rule=ANY_PLACE, text=ANY_TEXT)
def test_a_fingerprint_tells_nothing_without_its_key(rule: str, text: str) -> None:
    """Equal words have equal prints under one key, others under another."""
    mine = fingerprint("key one", rule, text)

    assert mine == fingerprint("key one", rule, text)
    assert mine != fingerprint("key two", rule, text)
    assert mine != fingerprint("key one", rule + "x", text)
    assert len(mine) == 64


class TestOwnKey:
    """The playground's key file."""

    def test_made_once_for_its_owner(self, folder: Path) -> None:
        """The key is made with the folder, kept, and readable by nobody else."""
        umask = os.umask(0)
        try:
            key = own_key(folder)
        finally:
            os.umask(umask)

        assert own_key(folder) == key
        assert Vault([key])
        assert stat.S_IMODE((folder / KEY_FILE).stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert [path.name for path in folder.iterdir()] == [KEY_FILE]

    def test_never_made_beside_records(self, folder: Path) -> None:
        """Where the key was lost but the records were not, no new key hides the loss."""
        folder.mkdir()
        (folder / "hallmonitor.db").touch()

        with pytest.raises(StoreError, match="put the file back"):
            own_key(folder)

        assert not (folder / KEY_FILE).exists()

    def test_after_a_crash(self, folder: Path) -> None:
        """A draft that a killed process left behind does not matter."""
        folder.mkdir()
        (folder / f"{KEY_FILE}.{os.getpid()}").write_text("half a k")

        assert Vault([own_key(folder)])

    def test_unreadable(self, folder: Path) -> None:
        """Something else in the file's place is said, with the path."""
        (folder / KEY_FILE).mkdir(parents=True)

        with pytest.raises(StoreError, match=KEY_FILE):
            own_key(folder)

    def test_keys_differ(self) -> None:
        """No two keys are alike."""
        assert len({new_key() for _ in range(50)}) == 50
