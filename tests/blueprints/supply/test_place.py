from collections.abc import Iterator
from pathlib import Path

import pytest

from blueprints.supply.place import (
    PLAIN,
    Folder,
    Options,
    PlaceError,
    checked,
    checksum_of,
    no_store,
    opened,
)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/a",
        "a//b",
        "../a",
        "a/../b",
        "./a",
        "a/.",
        "a\\b",
        "a\nb",
        "a\x7f",
        "x" * 901,
        "\udcff",
    ],
)
def test_no_name_leads_out_of_a_place(path: str) -> None:
    with pytest.raises(PlaceError, match="holds a file"):
        checked(path, "s3://bucket/x/")


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.write("a/b", 3, [b"x", b"yz"], replace=False)
    assert (tmp_path / "a/b").read_bytes() == b"xyz"

    def broken() -> Iterator[bytes]:
        yield b"1"
        raise PlaceError("no more")

    with pytest.raises(PlaceError, match="no more"):
        folder.write("a/c", 3, broken(), replace=False)
    with pytest.raises(PlaceError, match="would not have 3 bytes"):
        folder.write("a/c", 3, [b"12"], replace=False)
    with pytest.raises(PlaceError, match="already"):
        folder.write("a/b", 1, [b"1"], replace=False)
    folder.write("a/b", 1, [b"1"], replace=True)
    assert [*folder.files()] == [("a/b", 1)]
    assert b"".join(folder.read("a/b")) == b"1"


def test_nothing_is_written_through_a_link_to_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a").symlink_to(tmp_path)
    with pytest.raises(PlaceError, match="leads out"):
        Folder(tmp_path / "in").write("a/b", 1, [b"1"], replace=False)
    with pytest.raises(PlaceError, match="is a link to a folder"):
        list(Folder(tmp_path / "in").files())


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "dangling").symlink_to("nowhere")
    with pytest.raises(PlaceError, match=r"cannot read .*dangling"):
        list(Folder(tmp_path).files())
    with pytest.raises(PlaceError, match=r"cannot read .*absent"):
        list(Folder(tmp_path).read("absent"))
    (tmp_path / "file").touch()
    with pytest.raises(PlaceError, match="is not a folder"):
        list(Folder(tmp_path / "file").files())
    assert [*Folder(tmp_path / "absent").files()] == []


def test_a_place_is_a_folder_or_a_prefix_of_a_store(tmp_path: Path) -> None:
    assert opened(str(tmp_path), PLAIN, no_store).uri == str(tmp_path)
    with pytest.raises(PlaceError, match="nothing here reads s3://b/c"):
        opened("s3://b/c", PLAIN, no_store)
    with pytest.raises(PlaceError, match="cannot mirror https://"):
        opened("https://hub.example.org/a/b", PLAIN, no_store)


def test_another_store_has_credentials_of_its_own() -> None:
    one = Options("https://a.example.org", "anna", "us-east-1", "ca.pem")
    assert one.other(None, None) == one
    assert one.other(None, "ben").profile == "ben"
    assert one.other("https://b.example.org", None).profile is None


def test_a_setting_of_checksums_is_one_of_two() -> None:
    assert checksum_of("when_supported") == "when_supported"
    with pytest.raises(PlaceError, match="--checksum always is neither"):
        checksum_of("always")
