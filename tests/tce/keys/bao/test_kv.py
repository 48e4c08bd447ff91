import pytest

from tce.keys.bao import kv
from tce.keys.bao.errors import ConflictError, MissingError
from tests.labs.openbao import OpenBao


@pytest.fixture(scope="module")
def mount(bao: OpenBao) -> str:
    return bao.kv()


def test_versions_follow_each_other_and_older_ones_stay(bao: OpenBao, mount: str) -> None:
    assert kv.put(bao.root, mount, "a/b", {"x": "1"}, after=0) == 1
    assert kv.put(bao.root, mount, "a/b", {"x": "2"}, after=1) == 2
    assert kv.get(bao.root, mount, "a/b").data == {"x": "2"}
    assert kv.get(bao.root, mount, "a/b", 1).data == {"x": "1"}
    assert kv.versions(bao.root, mount, "a/b") == [1, 2]


def test_who_saw_an_older_version_does_not_write(bao: OpenBao, mount: str) -> None:
    kv.put(bao.root, mount, "c", {"x": "1"}, after=0)
    for seen in (0, 2):
        with pytest.raises(ConflictError, match="somebody else wrote it first"):
            kv.put(bao.root, mount, "c", {"x": "2"}, after=seen)
    assert kv.put(bao.root, mount, "c", {"x": "2"}, after=None) == 2


def test_what_was_destroyed_is_not_read_and_the_rest_is(bao: OpenBao, mount: str) -> None:
    for seen in (0, 1, 2):
        kv.put(bao.root, mount, "d", {"x": str(seen)}, after=seen)
    kv.destroy(bao.root, mount, "d", [1, 2])
    assert kv.versions(bao.root, mount, "d") == [3]
    with pytest.raises(MissingError):
        kv.get(bao.root, mount, "d", 1)
    kv.forget(bao.root, mount, "d")
    assert kv.versions(bao.root, mount, "d") == []
    with pytest.raises(MissingError):
        kv.get(bao.root, mount, "d")


def test_a_deletion_is_told_from_a_value(bao: OpenBao, mount: str) -> None:
    kv.put(bao.root, mount, "e", {"x": "1"}, after=0)
    bao.root.delete(f"{mount}/data/e")
    with pytest.raises(MissingError):
        kv.get(bao.root, mount, "e")
    assert kv.versions(bao.root, mount, "e") == []


def test_names_are_listed_by_folder(bao: OpenBao, mount: str) -> None:
    kv.put(bao.root, mount, "f/g/h", {}, after=0)
    kv.put(bao.root, mount, "f/i", {}, after=0)
    assert kv.names(bao.root, mount, "f") == ["g/", "i"]
    assert kv.names(bao.root, mount, "nothing") == []


def test_an_entry_shows_no_value(bao: OpenBao, mount: str) -> None:
    kv.put(bao.root, mount, "j", {"x": "hidden"}, after=0)
    assert "hidden" not in repr(kv.get(bao.root, mount, "j"))
