"""Archives that mean harm or were harmed: named and skipped, or refused with a clear line."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.archive import Limits, UnusableArchiveError, open_archive
from tests.adapters.archive.exports import (
    data_offset,
    files,
    message,
    patch_header,
    write_folder,
    write_zip,
)
from tests.adapters.archive.test_slack_export import read

DAY = "general/2024-03-01.json"
SOUND = files(general=[message("a")])
BLANKS = b"[" + b" " * 200_000 + b"]"


def damage_of(path: Path, limits: Limits | None = None) -> tuple[int, list[str]]:
    """How many messages were read, and what was said of the rest."""
    messages, damage = read(open_archive(path, limits))
    return len(messages), damage


@pytest.mark.parametrize(
    "name",
    [
        "/etc/2024-03-01.json",
        "../general/2024-03-01.json",
        "general/../../2024-03-01.json",
        "general\\2024-03-01.json",
        "C:/general/2024-03-01.json",
        "..",
        "general/../",
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    """Nothing is unpacked to disk, but such a name means harm: it is not read and it is named."""
    path = write_zip(tmp_path / "e.zip", SOUND | {name: [message("b")]})

    count, (said,) = damage_of(path)

    assert count == 1
    assert "has a name that" in said


def test_a_name_cannot_disturb_a_terminal(tmp_path: Path) -> None:
    """Control characters in names are shown as escapes."""
    path = write_zip(tmp_path / "e.zip", SOUND | {"../\x1b[2J.json": b""})

    _, (said,) = damage_of(path)

    assert said.startswith("../\\x1b[2J.json: ")


@pytest.mark.parametrize("name", [b"\0\0\0\0", b"\0general/2024-03-01.json"])
def test_a_member_without_a_name_is_refused(tmp_path: Path, name: bytes) -> None:
    """zipfile itself stumbles over a name that is empty up to its first NUL."""
    stand_in = b"N" * len(name)
    path = write_zip(tmp_path / "e.zip", SOUND | {stand_in.decode(): [message("b")]})
    path.write_bytes(path.read_bytes().replace(stand_in, name))

    assert damage_of(path)[0] == 1


def test_a_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    """A member may be a link; its content is a path."""
    path = tmp_path / "e.zip"
    write_zip(path, SOUND)
    with zipfile.ZipFile(path, "a") as packed:
        info = zipfile.ZipInfo("general/2024-03-02.json")
        info.external_attr = 0o120777 << 16
        packed.writestr(info, "/etc/passwd")

    assert damage_of(path) == (
        1,
        ["general/2024-03-02.json: is a link, and links are not followed"],
    )


def test_links_and_devices_in_a_folder_are_refused(tmp_path: Path) -> None:
    """Whether they lead outside or not: a file, a folder, a loop, a pipe, a broken link."""
    outside = write_folder(tmp_path / "outside", {"2024-03-01.json": [message("stolen")]})
    root = write_folder(tmp_path / "export", SOUND)
    (root / "general/2024-03-02.json").symlink_to(outside / "2024-03-01.json")
    (root / "stolen").symlink_to(outside)
    (root / "general/loop").symlink_to(root)
    (root / "nothing").symlink_to(root / "absent")
    os.mkfifo(root / "general/2024-03-03.json")

    count, damage = damage_of(root)

    assert count == 1
    assert damage == [
        "general/2024-03-02.json: is a link, and links are not followed",
        "general/2024-03-03.json: is no plain file",
        "general/loop: is a link, and links are not followed",
        "nothing: is a link, and links are not followed",
        "stolen: is a link, and links are not followed",
    ]


@pytest.mark.parametrize("write", [write_zip, write_folder])
def test_an_archive_inside_is_refused(tmp_path: Path, write: Any) -> None:
    """It could unpack to anything; whoever wants it scanned unpacks it."""
    count, (said,) = damage_of(write(tmp_path / "e.zip", SOUND | {"general/more.ZIP": b"PK"}))

    assert count == 1
    assert said.startswith("general/more.ZIP: is an archive inside the")


def test_a_zip_bomb_is_stopped_by_its_ratio(tmp_path: Path) -> None:
    """What is counted is what comes out for what goes in, while it does."""
    path = write_zip(tmp_path / "e.zip", SOUND | {"general/2024-03-02.json": BLANKS})

    assert damage_of(path, Limits(ratio=50, ratio_from=10_000)) == (
        1,
        ["general/2024-03-02.json: unpacks to more than 50 times its size, as a zip bomb does"],
    )
    assert damage_of(path, Limits(ratio=50, ratio_from=1_000_000)) == (1, [])


@pytest.mark.parametrize("write", [write_zip, write_folder])
def test_a_member_that_is_too_large_is_named(tmp_path: Path, write: Any) -> None:
    """A limit on what is in memory at once."""
    path = write(tmp_path / "e.zip", SOUND | {"general/2024-03-02.json": BLANKS})

    assert damage_of(path, Limits(member_bytes=100_000)) == (
        1,
        ["general/2024-03-02.json: is larger than 100,000 bytes"],
    )


@pytest.mark.parametrize("write", [write_zip, write_folder])
def test_an_archive_that_is_too_large_in_all_is_refused(tmp_path: Path, write: Any) -> None:
    """Many members that are small enough by themselves fill a day as well."""
    many = {f"general/2024-03-{day:02}.json": BLANKS for day in range(1, 9)}
    export = open_archive(write(tmp_path / "e.zip", SOUND | many), Limits(total_bytes=1_000_000))

    with pytest.raises(UnusableArchiveError, match="scan it in parts"):
        read(export)


@pytest.mark.parametrize("write", [write_zip, write_folder])
def test_too_many_members_are_refused(tmp_path: Path, write: Any) -> None:
    """Names alone can fill the memory."""
    path = write(tmp_path / "e.zip", SOUND | {f"x{n}": b"" for n in range(20)})

    with pytest.raises(UnusableArchiveError, match="more than 10 files"):
        open_archive(path, Limits(members=10))


def test_a_list_of_members_that_fills_the_memory_is_not_loaded(tmp_path: Path) -> None:
    """It is looked at before zipfile reads it."""
    path = write_zip(tmp_path / "e.zip", SOUND | {f"x{n}": b"" for n in range(20)})

    with pytest.raises(UnusableArchiveError, match="more than 500,000 files"):
        open_archive(path, Limits(directory_bytes=500))


def test_a_header_that_lies_about_the_size_gains_nothing(tmp_path: Path) -> None:
    """A bomb that claims to be small is cut at its claim, and its checksum tells."""
    path = write_zip(tmp_path / "e.zip", SOUND | {"general/2024-03-02.json": BLANKS})
    patch_header(
        path, "general/2024-03-02.json", at=22, central_at=24, value=(10).to_bytes(4, "little")
    )

    assert damage_of(path) == (
        1,
        ["general/2024-03-02.json: is damaged: it cannot be unpacked"],
    )


def test_an_encrypted_member_is_named(tmp_path: Path) -> None:
    """With what can be done about it."""
    path = write_zip(tmp_path / "e.zip", SOUND | {"general/2024-03-02.json": [message("b")]})
    patch_header(path, "general/2024-03-02.json", at=6, central_at=8, value=b"\x01\x00")

    count, (said,) = damage_of(path)

    assert count == 1
    assert said.startswith("general/2024-03-02.json: is encrypted: unpack it with its password")


def test_a_method_that_unpacks_without_bounds_is_refused(tmp_path: Path) -> None:
    """bzip2 and lzma give a chunk whole, however large; no chat platform packs so."""
    path = write_zip(tmp_path / "e.zip", SOUND, zipfile.ZIP_BZIP2)

    with pytest.raises(UnusableArchiveError, match="packed by a method"):
        open_archive(path)


def test_a_member_whose_content_is_damaged_is_named(tmp_path: Path) -> None:
    """A flipped bit on the disk costs one day of one channel."""
    path = write_zip(tmp_path / "e.zip", SOUND | {"general/2024-03-02.json": [message("b")]})
    data = bytearray(path.read_bytes())
    at = data_offset(path, "general/2024-03-02.json")
    data[at + 3 : at + 9] = b"\xff" * 6
    path.write_bytes(data)

    assert damage_of(path) == (1, ["general/2024-03-02.json: is damaged: it cannot be unpacked"])


def test_a_name_twice_is_read_once(tmp_path: Path) -> None:
    """What a second entry of the same name would hide is said."""
    path = write_zip(tmp_path / "e.zip", SOUND)
    with zipfile.ZipFile(path, "a") as packed, pytest.warns(UserWarning, match="Duplicate"):
        packed.writestr(DAY, "[]")

    count, (said,) = damage_of(path)

    assert (count, said) == (1, f"{DAY}: stands twice in the archive: the first was read")


def test_names_in_utf8_without_a_flag_are_understood(tmp_path: Path) -> None:
    """macOS packs so; the folder must fit the channel's name."""
    members = files() | {
        "channels.json": [{"id": "C3", "name": "óptica"}],
        "óptica/2024-03-01.json": [message("a")],
    }
    path = write_zip(tmp_path / "e.zip", members)
    patch_header(path, "óptica/2024-03-01.json", at=6, central_at=8, value=b"\x00\x00")

    (found,), damage = read(open_archive(path))

    assert (found.key.channel, damage) == ("C3", [])


@pytest.mark.parametrize("data", [b"", b"not a zip", b"PK\x05\x06", b"PK\x03\x04" + b"\x00" * 90])
def test_what_is_no_zip_is_refused(tmp_path: Path, data: bytes) -> None:
    """The line says what to do."""
    path = tmp_path / "e.zip"
    path.write_bytes(data)

    with pytest.raises(UnusableArchiveError, match="is no zip file"):
        open_archive(path)


def test_a_zip_without_its_end_is_refused(tmp_path: Path) -> None:
    """A broken download has no list of members."""
    path = write_zip(tmp_path / "e.zip", SOUND)
    path.write_bytes(path.read_bytes()[:-40])

    with pytest.raises(UnusableArchiveError, match="its end is missing"):
        open_archive(path)


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    """And an empty folder is no export."""
    with pytest.raises(UnusableArchiveError, match="no such file"):
        open_archive(tmp_path / "absent.zip")
    with pytest.raises(UnusableArchiveError, match="holds none of these"):
        open_archive(tmp_path)


@settings(deadline=None)
@given(st.data())
def test_no_damage_to_a_zip_goes_further_than_the_archive(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Any bytes changed, cut out or added: read what can be read, or refuse; nothing else."""
    path = write_zip(tmp_path_factory.mktemp("zip") / "e.zip", SOUND)
    packed = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(packed)))
        gone = data.draw(st.integers(0, 4))
        packed[at : at + gone] = data.draw(st.binary(max_size=4))
    path.write_bytes(packed)

    try:
        messages, damage = read(open_archive(path))
    except UnusableArchiveError:
        return
    assert len(messages) <= 1
    assert all(": " in said for said in damage)
