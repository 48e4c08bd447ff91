from pathlib import Path

import pytest

from governance.workspace.config import StoreConfig
from tce.seal.errors import MissingError, PlaceError
from tce.seal.sources import source
from tests.labs.seaweed import Lab

NOWHERE = StoreConfig()


def test_a_file_is_called_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"12")
    (item,) = source(str(tmp_path / "a.bin"), NOWHERE).items
    assert (item.name, item.size, item.uri) == ("a.bin", 2, str(tmp_path / "a.bin"))


def test_a_folder_gives_its_name_to_all_of_it(tmp_path: Path) -> None:
    for name in ("run/b", "run/a/c"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    found = source(str(tmp_path / "run"), NOWHERE)
    assert found.folder
    assert sorted(item.name for item in found.items) == ["run/a/c", "run/b"]


def test_what_was_sealed_beside_is_left_out_with_its_manifest_only(tmp_path: Path) -> None:
    for name in ("a", "a.age", "a.age.dsse.json", "b.age", "c.dsse.json"):
        (tmp_path / name).write_bytes(b"")
    found = source(str(tmp_path), NOWHERE)
    top = tmp_path.name
    assert [item.name for item in found.items] == [
        f"{top}/{n}" for n in ("a", "b.age", "c.dsse.json")
    ]
    assert found.sealed == 2


def test_nothing_to_seal_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="no file"):
        source(str(tmp_path / "missing"), NOWHERE)
    (tmp_path / "empty").mkdir()
    with pytest.raises(MissingError, match="nothing lies at"):
        source(str(tmp_path / "empty"), NOWHERE)
    for name in ("a.age", "a.age.dsse.json"):
        (tmp_path / "empty" / name).write_bytes(b"")
    with pytest.raises(PlaceError, match="sealed already"):
        source(str(tmp_path / "empty"), NOWHERE)


def test_a_name_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    (tmp_path / "bad\udcff").write_bytes(b"")
    with pytest.raises(PlaceError, match="not UTF-8"):
        source(str(tmp_path), NOWHERE)


def test_objects_and_prefixes(s3: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in s3.environ().items():
        monkeypatch.setenv(name, value)
    bucket = s3.bucket()
    for key in ("runs/7/a", "runs/7/b/c", "runs/70/d"):
        s3.client.put_object(Bucket=bucket, Key=key, Body=b"x")
    config = StoreConfig(endpoint=s3.endpoint)

    def names(said: str) -> list[str]:
        return [item.name for item in source(said, config).items]

    assert names(f"s3://{bucket}/runs/7/a") == ["a"]
    assert names(f"s3://{bucket}/runs/7") == names(f"s3://{bucket}/runs/7/") == ["7/a", "7/b/c"]
    assert names(f"s3://{bucket}") == ["runs/7/a", "runs/7/b/c", "runs/70/d"]
    with pytest.raises(MissingError, match="nothing lies at"):
        names(f"s3://{bucket}/other")
