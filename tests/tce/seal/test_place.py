from pathlib import Path

import pytest

from blueprints.errors import ExpectedError
from governance.store.client import Store
from governance.store.objects import Objects
from governance.workspace.config import StoreConfig
from tce.seal.bucket import Bucket
from tce.seal.errors import ExistsError, MissingError, PlaceError
from tce.seal.folder import Folder
from tce.seal.place import Place, checked
from tests.labs.seaweed import Lab


@pytest.fixture(params=["folder", "bucket"])
def somewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Both kinds of places behave alike."""
    if request.param == "folder":
        return Folder(tmp_path / "place")
    s3: Lab = request.getfixturevalue("s3")
    patch: pytest.MonkeyPatch = request.getfixturevalue("monkeypatch")
    for name, value in s3.environ().items():
        patch.setenv(name, value)
    return Bucket(Objects(Store(StoreConfig(endpoint=s3.endpoint)), s3.bucket()), "below/")


def test_what_is_written_is_read(somewhere: Place) -> None:
    with somewhere.writer("a/b", expected=9) as writer:
        writer.write(b"one line\n")
        writer.write(b"more")
        assert not somewhere.exists("a/b")
        writer.complete()
    with somewhere.stream("a/b") as stream:
        assert stream.size == 13
        assert stream.readline() == b"one line\n"
        buffer = bytearray(10)
        assert stream.readinto(memoryview(buffer)) == 4
    assert somewhere.read("a/b", 13) == b"one line\nmore"
    assert list(somewhere.below("a")) == [("a/b", 13)]
    assert list(somewhere.below("")) == [("a/b", 13)]


def test_what_was_not_completed_has_no_name(somewhere: Place) -> None:
    with somewhere.writer("a") as writer:
        writer.write(b"half")
    assert not somewhere.exists("a")
    with pytest.raises(MissingError, match=r"no (file|object)"):
        somewhere.stream("a")


def test_what_is_there_stays_unless_told(somewhere: Place) -> None:
    somewhere.write("a", b"first", replace=False)
    with pytest.raises(ExistsError, match="already"):
        somewhere.write("a", b"second", replace=False)
    with pytest.raises(ExistsError):
        somewhere.writer("a")
    assert somewhere.read("a", 9) == b"first"
    somewhere.write("a", b"second", replace=True)
    assert somewhere.read("a", 9) == b"second"


def test_what_appears_meanwhile_is_not_written_over(somewhere: Place) -> None:
    with somewhere.writer("a") as writer:
        writer.write(b"ours")
        somewhere.write("a", b"theirs", replace=False)
        with pytest.raises(ExpectedError, match="already"):
            writer.complete()
    assert somewhere.read("a", 9) == b"theirs"


def test_a_removed_file_is_gone_and_may_be_so_before(somewhere: Place) -> None:
    somewhere.write("a", b"x", replace=False)
    somewhere.remove("a")
    somewhere.remove("a")
    assert not somewhere.exists("a")


def test_pieces_are_read_for_recognition(somewhere: Place) -> None:
    somewhere.write("a/b", b"0123456789", replace=False)
    assert somewhere.reader().read("a/b", 2, 3) == b"234"


@pytest.mark.parametrize(
    "name", ["", "/a", "a//b", "../a", "a/../b", "./a", "a/", "a\0b", "\udcff"]
)
def test_a_name_that_leads_elsewhere_is_none(name: str) -> None:
    with pytest.raises(PlaceError, match="name"):
        checked(name)
