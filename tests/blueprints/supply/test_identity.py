from pathlib import Path

import pytest

from blueprints.supply.identity import NOTHING, Claimed, whose
from blueprints.supply.place import Folder, PlaceError
from tests.blueprints.supply.models import FILES, REVISION, cloned, record, written

SIZES = {path: len(text) for path, text in FILES.items()}
NAMED = Claimed("example-org/Scout", REVISION, "Apache-2.0")


def test_what_is_not_said_is_read(tmp_path: Path) -> None:
    found = whose(Folder(cloned(tmp_path)), Claimed("example-org/Scout"), SIZES, None)
    assert (found.revision, found.licence, found.remarks) == (REVISION, "apache-2.0", ())
    recorded = whose(Folder(written(tmp_path)), NOTHING, SIZES, record())
    assert (recorded.repository, recorded.licence) == ("example-org/Scout", "Apache-2.0")
    assert recorded.digests == {one.path: one.sha256 for one in record().files}


@pytest.mark.parametrize(
    ("claimed", "why"),
    [
        (Claimed(revision=REVISION), "nothing says which repository"),
        (Claimed("example-org/Scout", "0" * 40), "says you, and its folder"),
        (Claimed("Scout", REVISION), "--repository Scout: has to be"),
        (Claimed("$(id)/x", REVISION), "--repository .*: has to be"),
    ],
)
def test_what_is_missing_or_contradicts_is_refused(
    claimed: Claimed, why: str, tmp_path: Path
) -> None:
    with pytest.raises(PlaceError, match=why):
        whose(Folder(cloned(tmp_path)), claimed, SIZES, None)


def test_a_branch_is_no_revision(tmp_path: Path) -> None:
    with pytest.raises(PlaceError, match="--revision main: has to be the 40"):
        whose(Folder(written(tmp_path)), Claimed("a/b", "main"), SIZES, None)
    with pytest.raises(PlaceError, match="nothing says which revision"):
        whose(Folder(written(tmp_path)), Claimed("a/b"), SIZES, None)


def test_a_model_without_a_licence_is_refused_and_odd_ones_are_told(tmp_path: Path) -> None:
    files = {"model.safetensors": 0}
    folder = Folder(written(tmp_path, {"model.safetensors": b""}))
    with pytest.raises(PlaceError, match="under which licence") as caught:
        whose(folder, Claimed("a/b", REVISION), files, None)
    assert caught.value.__notes__ == ["--licence TEXT"]
    assert whose(folder, NAMED, files, None).remarks == ("no text of a licence lies with it",)
    other = Claimed("a/b", REVISION, "MIT")
    found = whose(Folder(written(tmp_path)), other, SIZES, None)
    assert found.remarks == ("its card names the licence apache-2.0",)


def test_files_that_are_not_as_recorded_are_refused(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    with pytest.raises(PlaceError, match=r"extra in .* is not in its record"):
        whose(folder, NOTHING, {"extra": 1}, record())
    with pytest.raises(PlaceError, match=r"LICENSE in .* has 1 bytes"):
        whose(folder, NOTHING, {"LICENSE": 1}, record())
