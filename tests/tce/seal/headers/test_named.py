"""Naming objects of a header store."""

from pathlib import Path

import pytest

from tce.seal.headers.errors import MissingError
from tce.seal.headers.folder import create
from tce.seal.headers.named import named
from tce.seal.headers.store import Change, HeaderStore, mark
from tests.tce.keys.office import NOW
from tests.tce.seal.headers.objects import Institution
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


@pytest.fixture
def lying(tmp_path: Path) -> tuple[HeaderStore, Institution]:
    """Objects whose manifests say where their bodies lie."""
    made, hospital = create(tmp_path / "h"), Institution()
    places = {
        "a": "s3://tce/genomes",
        "b": "s3://tce/genomes/more",
        "c": "s3://tce/genomes-old",
        "d": "s3://tce-other/genomes",
        "e": str(tmp_path / "provider"),
    }
    made.put_all(
        [
            Change(hospital.sealed(name, place=f"{at}/{body_of(name)}"), None)
            for name, at in places.items()
        ]
    )
    return made, hospital


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("s3://tce/genomes/", ["a", "b"]),
        ("s3://tce/genomes", ["a", "b"]),
        ("s3://tce/genomes/more/", ["b"]),
        ("s3://tce", ["a", "b", "c"]),
        ("s3://tce/", ["a", "b", "c"]),
        ("{folder}/provider", ["e"]),
        ("{folder}/x/../provider/", ["e"]),
        ("{folder}", ["e"]),
    ],
)
def test_by_the_place_of_their_bodies(
    lying: tuple[HeaderStore, Institution], tmp_path: Path, said: str, found: list[str]
) -> None:
    assert sorted(_names(lying[0], said.format(folder=tmp_path))) == found


@pytest.mark.parametrize("said", ["s3://", "s3://tc", "s3://tce/genom", "s3://tce/genomes/m", "./"])
def test_a_part_of_a_name_is_no_place(lying: tuple[HeaderStore, Institution], said: str) -> None:
    with pytest.raises(MissingError, match="nothing of"):
        named(lying[0], [said])


def test_by_the_address_of_a_body(lying: tuple[HeaderStore, Institution]) -> None:
    store, _ = lying
    body = store.current("b").id
    assert _names(store, f"s3://tce/genomes/more/{body}") == ["b"]
    with pytest.raises(MissingError):
        named(store, [f"s3://tce/genomes/{'a' * 26}"])


def test_an_object_whose_name_looks_like_a_body_is_not_taken_for_one(
    lying: tuple[HeaderStore, Institution],
) -> None:
    store, hospital = lying
    store.put(hospital.sealed("q" * 26), None)
    assert _names(store, "q" * 26) == ["q" * 26]
    with pytest.raises(MissingError):
        named(store, [f"s3://tce/{'q' * 26}"])


def test_what_is_destroyed_is_named_by_objects(lying: tuple[HeaderStore, Institution]) -> None:
    with pytest.raises(MissingError, match="a place") as caught:
        named(lying[0], ["s3://tce/genomes/"], places=False)
    assert "tutela tce headers list" in caught.value.__notes__[0]
