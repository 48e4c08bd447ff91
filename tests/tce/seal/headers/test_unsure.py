"""What becomes of a body whose record could not be put."""

from pathlib import Path

import pytest

from tce.seal.folder import Folder
from tce.seal.headers.errors import DamagedError, HeadersError
from tce.seal.headers.folder import FolderStore, create
from tce.seal.headers.store import Entry
from tce.seal.headers.unsure import undo
from tests.tce.keys.office import NOW
from tests.tce.seal.headers.stores import body_of, record


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return create(tmp_path / "headers")


@pytest.fixture
def place(tmp_path: Path) -> Folder:
    """With a body of an object ``a``."""
    (tmp_path / "provider").mkdir()
    (tmp_path / "provider" / body_of("a")).write_bytes(b"body")
    return Folder(tmp_path / "provider")


def test_a_body_without_a_record_is_removed(store: FolderStore, place: Folder) -> None:
    undo(store, place, body_of("a"), HeadersError("no"))
    assert not place.exists(body_of("a"))


def test_a_body_whose_record_counts_after_all_stays(store: FolderStore, place: Folder) -> None:
    """The store took it, and its answer was lost on the way."""
    store.put(record("a"), None)
    error = HeadersError("slow")
    undo(store, place, body_of("a"), error)
    assert place.exists(body_of("a"))
    assert error.__notes__ == ["version 1 of a counts all the same"]


def test_a_body_of_what_is_shredded_meanwhile_is_removed(store: FolderStore, place: Folder) -> None:
    store.put(record("a"), None)
    store.destroy(["a"], NOW, "0" * 64)
    undo(store, place, body_of("a"), HeadersError("no"))
    assert not place.exists(body_of("a"))


def test_where_it_cannot_be_asked_nothing_is_removed(
    store: FolderStore, place: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(self: FolderStore, name: str) -> Entry | None:
        raise DamagedError("cannot be read")

    monkeypatch.setattr(FolderStore, "find", down)
    error = HeadersError("no")
    undo(store, place, body_of("a"), error)
    assert place.exists(body_of("a"))
    assert "could not be asked" in error.__notes__[0]
