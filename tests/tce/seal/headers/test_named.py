"""Naming objects of a header store."""

from pathlib import Path

import pytest

from tce.seal.headers.errors import MissingError
from tce.seal.headers.folder import create
from tce.seal.headers.named import named
from tce.seal.headers.store import Change, HeaderStore, mark
from tests.tce.keys.office import NOW
from tests.tce.seal.headers.stores import body_of, record


@pytest.fixture
def store(tmp_path: Path) -> HeaderStore:
    made = create(tmp_path / "h")
    made.put_all([Change(record(name), None) for name in ("a", "b/c", "b/d", "bc")])
    return made


def _names(store: HeaderStore, *names: str) -> list[str]:
    return [one.name for one in named(store, names)]


def test_by_name_by_body_and_by_folder(store: HeaderStore) -> None:
    assert _names(store, "a", "b/c") == ["a", "b/c"]
    assert _names(store, body_of("b/d")) == ["b/d"]
    assert sorted(_names(store, "b/")) == ["b/c", "b/d"]


def test_each_once(store: HeaderStore) -> None:
    assert sorted(_names(store, "b/c", "b/", body_of("b/c"))) == ["b/c", "b/d"]


def test_a_destroyed_one_is_known(store: HeaderStore) -> None:
    store.destroy(["b/c"], NOW, "0" * 64)
    assert named(store, ["b/c"]) == [mark(record("b/c"), NOW, "0" * 64)]
    assert len(named(store, ["b/"])) == 2


@pytest.mark.parametrize("name", ["b", "z", "z/", ""])
def test_what_is_not_there_is_told(store: HeaderStore, name: str) -> None:
    with pytest.raises(MissingError, match=f"nothing of {name}"):
        named(store, ["a", name])
