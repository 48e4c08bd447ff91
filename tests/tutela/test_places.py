"""Mirrors from and to a real store, by the program."""

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from blueprints.supply.place import PLAIN, Options, PlaceError
from blueprints.supply.record import NAME, read_mirror
from governance.store.errors import ConflictError, NotFoundError
from tests.blueprints.supply.models import FILES, cached
from tests.labs.seaweed import Lab
from tutela.places import Prefix, open_store
from tutela.program import main


@pytest.fixture
def options(s3: Lab, monkeypatch: pytest.MonkeyPatch) -> Options:
    for name, value in s3.environ(s3.admin).items():
        monkeypatch.setenv(name, value)
    return Options(s3.endpoint)


def test_a_model_goes_to_a_store_and_from_it_to_another_place(
    s3: Lab,
    options: Options,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bucket = s3.bucket()
    target = f"s3://{bucket}/huggingface.co/example-org/Scout"
    words = ["--endpoint-url", s3.endpoint, "--json"]
    source = str(cached(tmp_path))
    written: list[str] = []
    whole = Prefix.write

    def watched(self: Prefix, path: str, size: int, *rest: Any, **more: Any) -> None:
        written.append(path)
        whole(self, path, size, *rest, **more)

    monkeypatch.setattr(Prefix, "write", watched)
    assert main(["model", "mirror", source, target, *words]) == 0
    assert written == [*sorted(FILES), NAME]
    first = json.loads(capsys.readouterr().out)
    assert len(first["sent"]) == len(FILES)
    prefix = "huggingface.co/example-org/Scout/"
    reply = s3.client.get_object(Bucket=bucket, Key=prefix + NAME)
    assert read_mirror(reply["Body"].read()).repository == "example-org/Scout"
    # One file is lost, another damaged: the lost one is sent again, the damaged one told.
    s3.client.delete_object(Bucket=bucket, Key=f"{prefix}config.json")
    assert main(["model", "mirror", source, target, *words]) == 0
    again = json.loads(capsys.readouterr().out)
    assert [one["path"] for one in again["sent"]] == ["config.json"]
    assert again["mirror"] == first["mirror"]
    copy = f"s3://{s3.bucket()}/copies/example-org/Scout"
    assert main(["model", "mirror", target, copy, *words]) == 0
    second = json.loads(capsys.readouterr().out)["mirror"]
    assert second["digest"] == first["mirror"]["digest"]
    assert second["source"] == f"{target}/"
    damaged = b"X" + FILES["LICENSE"][1:]
    s3.client.put_object(Bucket=bucket, Key=f"{prefix}LICENSE", Body=damaged)
    assert main(["model", "mirror", target, str(tmp_path / "back"), *words]) == 1
    assert "is damaged" in capsys.readouterr().err
    assert not (tmp_path / "back" / "LICENSE").exists()


def test_an_object_is_made_whole_or_not_at_all(s3: Lab, options: Options) -> None:
    bucket = s3.bucket()
    place = open_store(f"s3://{bucket}/a", options)
    try:
        with pytest.raises(PlaceError, match="would not have 3 bytes"):
            place.write("b", 3, [b"12"], replace=False)
        assert list(place.files()) == []
        place.write("b", 2, [b"1", b"2"], replace=False)
        with pytest.raises(ConflictError):
            place.write("b", 1, [b"3"], replace=False)
        place.write("b", 1, [b"3"], replace=True)
        s3.client.put_object(Bucket=bucket, Key="a/folder/", Body=b"")
        assert list(place.files()) == [("b", 1)]
        assert b"".join(place.read("b")) == b"3"
    finally:
        place.close()


def test_a_whole_bucket_is_no_place_of_a_model(s3: Lab, options: Options) -> None:
    with pytest.raises(PlaceError, match="names a whole bucket"):
        open_store(f"s3://{s3.bucket()}", options)
    with pytest.raises(NotFoundError):
        open_store("s3://absent-bucket/a", options)
    assert PLAIN.checksum == "when_required"


def test_a_large_object_is_gone_on_with_where_it_was_cut_off(
    s3: Lab, options: Options, tmp_path: Path
) -> None:
    bucket = s3.bucket()
    place = open_store(f"s3://{bucket}/a", dataclasses.replace(options, state=tmp_path / "state"))
    piece = bytes(4 << 20)

    def cut() -> Iterator[bytes]:
        yield from [piece] * 5
        raise OSError("the machine is gone")

    sent: list[object] = []
    try:
        with pytest.raises(OSError, match="is gone"):
            place.write("b", 6 * len(piece), cut(), replace=False)
        (upload,) = s3.client.list_multipart_uploads(Bucket=bucket)["Uploads"]
        assert len(list((tmp_path / "state").iterdir())) == 1
        assert list(place.files()) == []
        client = place._objects.client  # type: ignore[attr-defined]
        client.meta.events.register("before-call.s3.UploadPart", lambda **_: sent.append(1))
        place.write("b", 6 * len(piece), [piece] * 6, replace=False)
        assert len(sent) < 3
        assert list(place.files()) == [("b", 6 * len(piece))]
        assert list((tmp_path / "state").iterdir()) == []
        assert upload["Key"] == "a/b"
    finally:
        place.close()


def test_what_turned_out_to_be_damaged_is_not_gone_on_with(
    s3: Lab, options: Options, tmp_path: Path
) -> None:
    bucket = s3.bucket()
    place = open_store(f"s3://{bucket}/a", dataclasses.replace(options, state=tmp_path / "state"))
    piece = bytes(4 << 20)

    def damaged() -> Iterator[bytes]:
        yield from [piece] * 5
        raise PlaceError("is damaged")

    try:
        with pytest.raises(PlaceError, match="is damaged"):
            place.write("b", 6 * len(piece), damaged(), replace=False)
        assert "Uploads" not in s3.client.list_multipart_uploads(Bucket=bucket)
        assert list((tmp_path / "state").iterdir()) == []
    finally:
        place.close()
