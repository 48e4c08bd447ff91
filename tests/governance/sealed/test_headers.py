from pathlib import Path

import pytest

from governance.sealed.headers import HeaderFolderError, kept
from tests.governance.sealed.sealing import header_store


def test_the_manifests_of_a_header_store_are_given(tmp_path: Path) -> None:
    header_store({"a": b"one", "b": b"two"}, tmp_path / "h")
    assert [one.manifest for one in kept(tmp_path / "h")] == [b"one", b"two"]


def test_what_was_shredded_is_left_out_and_what_is_damaged_is_said(tmp_path: Path) -> None:
    header_store({"a": b"one"}, tmp_path)
    (tmp_path / "objects" / "x.json").write_text('{"name": "x", "destroyed": "2026"}')
    (tmp_path / "objects" / "y.json").write_text('{"name": "y"')
    (tmp_path / "objects" / "z.json").write_text("[]")
    assert [one.manifest for one in kept(tmp_path)] == [b"one", None, None]


@pytest.mark.parametrize("mark", [None, "", "[]", '{"schema": "tutela/headers/v9"}'])
def test_another_folder_is_no_header_store(mark: str | None, tmp_path: Path) -> None:
    if mark is not None:
        (tmp_path / "tutela-headers.json").write_text(mark)
    with pytest.raises(HeaderFolderError, match=str(tmp_path)):
        list(kept(tmp_path))
