"""From folder to folder; from and to a real store in tests/tutela/test_places.py."""

import dataclasses
import hashlib
from pathlib import Path

import pytest

from blueprints.supply.identity import NOTHING, Claimed
from blueprints.supply.mirror import Asked, Mirrored
from blueprints.supply.mirror import mirror as operation
from blueprints.supply.place import PlaceError, no_store
from blueprints.supply.record import NAME, read_mirror
from tests.blueprints.supply.models import FILES, NOW, REVISION, cached, cloned, record, written

NAMED = Claimed("example-org/Scout", REVISION)


def mirror(source: Path, target: Path, claimed: Claimed = NAMED, **more: object) -> Mirrored:
    asked = dataclasses.replace(Asked(str(source), str(target), claimed), **more)  # type: ignore[arg-type]
    return operation(asked, no_store, NOW, lambda _: None)


def held(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != NAME
    }


def test_all_of_a_clone_but_gits_own_files_arrives_with_its_record(tmp_path: Path) -> None:
    target = tmp_path / "out"
    done = mirror(cloned(tmp_path / "in"), target, Claimed("example-org/Scout"))
    assert held(target) == FILES
    assert read_mirror((target / NAME).read_bytes()) == done.mirror
    assert done.mirror is not None
    assert done.mirror.digest == record().digest
    assert done.mirror.source == "folder"
    assert [path for path, _ in done.sent] == sorted(FILES)
    assert "7 files (179 kB) sent" in str(done)


def test_the_hubs_cache_is_mirrored_by_what_it_says_itself(tmp_path: Path) -> None:
    done = mirror(cached(tmp_path / "hub"), tmp_path / "out", NOTHING)
    assert held(tmp_path / "out") == FILES
    assert done.mirror is not None
    assert done.mirror.repository == "example-org/Scout"


@pytest.mark.parametrize("name", ["config.json", "model-00001-of-00002.safetensors"])
def test_a_damaged_download_is_not_mirrored(name: str, tmp_path: Path) -> None:
    top = cached(tmp_path / "hub")
    blob = (top / "snapshots" / REVISION / name).resolve()
    blob.write_bytes(b"X" + blob.read_bytes()[1:])
    with pytest.raises(PlaceError, match=f"{name} in .* is damaged"):
        mirror(top, tmp_path / "out", NOTHING)
    assert name not in held(tmp_path / "out")
    assert not (tmp_path / "out" / NAME).exists()


def test_a_mirror_is_the_source_of_another_and_damage_is_seen(tmp_path: Path) -> None:
    mirror(cloned(tmp_path / "in"), tmp_path / "one")
    mirror(tmp_path / "one", tmp_path / "two", NOTHING)
    assert held(tmp_path / "two") == FILES
    (tmp_path / "one" / "LICENSE").write_bytes(FILES["LICENSE"].replace(b"granted", b"refused"))
    with pytest.raises(PlaceError, match=r"LICENSE in .* is damaged"):
        mirror(tmp_path / "one", tmp_path / "three", NOTHING)


def test_a_run_goes_on_where_one_was_cut_off(tmp_path: Path) -> None:
    source, target = cloned(tmp_path / "in"), tmp_path / "out"
    written(target, {"LICENSE": FILES["LICENSE"], "README.md": FILES["README.md"]})
    before = (target / "LICENSE").stat().st_ino
    planned = mirror(source, target, dry_run=True)
    assert len(planned.sent) == 5
    assert "Nothing was written." in str(planned)
    assert not (target / NAME).exists()
    done = mirror(source, target)
    assert [path for path, _ in done.there] == ["LICENSE", "README.md"]
    assert (target / "LICENSE").stat().st_ino == before
    again = mirror(source, target)
    assert (len(again.sent), len(again.there)) == (0, 7)
    assert again.mirror == done.mirror


def test_another_file_of_the_same_size_is_found_and_not_written_over(tmp_path: Path) -> None:
    source, target = cloned(tmp_path / "in"), tmp_path / "out"
    written(target, {"config.json": b"X" * len(FILES["config.json"])})
    with pytest.raises(PlaceError, match=r"config.json in .* is another one"):
        mirror(source, target)
    mirror(source, target, replace=True)
    assert held(target) == FILES


def test_what_is_not_of_the_model_is_in_the_way(tmp_path: Path) -> None:
    source, target = cloned(tmp_path / "in"), tmp_path / "out"
    written(target, {"model-00003-of-00003.safetensors": b"old"})
    with pytest.raises(PlaceError, match="which the source does not"):
        mirror(source, target, replace=True)


def test_another_revision_goes_elsewhere(tmp_path: Path) -> None:
    source, target = written(tmp_path / "in"), tmp_path / "out"
    mirror(source, target)
    with pytest.raises(PlaceError, match=f"holds example-org/Scout at {REVISION}"):
        mirror(source, target, Claimed("example-org/Scout", "0" * 40))
    done = mirror(source, target, Claimed("example-org/Scout", "0" * 40), replace=True)
    assert read_mirror((target / NAME).read_bytes()) == done.mirror


def test_what_is_excluded_stays_and_is_recorded(tmp_path: Path) -> None:
    done = mirror(cloned(tmp_path / "in"), tmp_path / "out", excluded=("original/*",))
    assert "original/params.json" not in held(tmp_path / "out")
    assert done.mirror is not None
    assert "original/*" in done.mirror.excluded


def test_pointers_of_lfs_are_no_weights(tmp_path: Path) -> None:
    source = cloned(tmp_path / "in")
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
    written(source, {"model-00001-of-00002.safetensors": pointer})
    with pytest.raises(PlaceError, match="is a pointer of Git LFS") as caught:
        mirror(source, tmp_path / "out")
    assert caught.value.__notes__ == ["git lfs pull"]


def test_a_folder_that_is_empty_or_not_whole_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlaceError, match="no files in"):
        mirror(tmp_path / "absent", tmp_path / "out")
    source = cloned(tmp_path / "in")
    (source / "model-00001-of-00002.safetensors").unlink()
    with pytest.raises(PlaceError, match="is not whole"):
        mirror(source, tmp_path / "out")
    assert held(tmp_path / "out") == {}


def test_the_result_is_data(tmp_path: Path) -> None:
    said = mirror(cloned(tmp_path / "in"), tmp_path / "out").as_json()
    assert said["schema"] == "tutela/mirrored/v1"
    assert {"path": "LICENSE", "bytes": 23} in said["sent"]  # type: ignore[operator]


def test_names_with_blanks_and_quotes_arrive(tmp_path: Path) -> None:
    odd = {"a b'$(id).txt": b"1", "ünïcode/雪.bin": b"2"}
    source = written(cloned(tmp_path / "in"), odd)
    mirror(source, tmp_path / "out")
    assert held(tmp_path / "out") == {**FILES, **odd}
    digest = hashlib.sha256(b"2").hexdigest()
    recorded = read_mirror((tmp_path / "out" / NAME).read_bytes())
    assert digest in [one.sha256 for one in recorded.files]
