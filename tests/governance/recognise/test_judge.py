"""What contents add to names: named files, limits, failed reads."""

import json
import struct
from pathlib import Path

from governance.artifact import Kind
from governance.recognise.find import Contents, Find, Judgement, Named
from governance.recognise.folder import Folder
from governance.recognise.judge import Opinion, judge
from governance.recognise.reading import NoReader, Read, Reader
from governance.recognise.resolve import Artifact
from tests.governance.recognise.trees import FolderReader, recognise_folder, recognise_rows, row


def opinions(artifacts: list[Artifact], reader: Reader) -> list[Opinion]:
    return [one for some in judge(artifacts, reader, lambda _: None) for one in some]


def artifact(*finds: Find) -> Artifact:
    return Artifact("a/", "", Kind.MODEL, "one", run="", finds=list(finds))


def find(layout: str, *keys: str) -> Find:
    def names_one(contents: Contents) -> Judgement:
        return Judgement(named=[Named(f"{layout}.bin")])

    reads = tuple(Read(key, 0, 1) for key in keys)
    return Find(layout, Kind.MODEL, Folder("a/", None), reads=reads, judge=names_one)


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def test_asks_at_most_two_reads_of_an_artifact_and_says_what_it_left_out(tmp_path: Path) -> None:
    reader = FolderReader(write(tmp_path, {"x": b"1", "y": b"2", "z": b"3"}))
    (opinion,) = opinions(
        [artifact(find("one", "x"), find("two", "y"), find("three", "z"))], reader
    )
    assert sorted(reader.reads) == ["x", "y"]
    assert [one.key for one in opinion.named] == ["one.bin", "two.bin"]
    assert opinion.unsure == ["three was not looked into: 2 reads an artifact"]


def test_reads_shared_by_two_parts_are_made_once(tmp_path: Path) -> None:
    reader = FolderReader(write(tmp_path, {"x": b"1"}))
    opinions([artifact(find("one", "x"), find("two", "x"))], reader)
    assert reader.reads == ["x"]


def test_without_contents_completeness_is_unknown_with_the_reason(tmp_path: Path) -> None:
    index = "m/model.safetensors.index.json"
    rows = [row("m/config.json", 2), row(index, 50), row("m/model-00001-of-00001.safetensors", 9)]
    found = recognise_rows(rows, tmp_path)
    assert found.at("m/")["complete"] is None
    assert index in found.at("m/")["why"]
    assert isinstance(NoReader(), NoReader)


def test_a_file_that_an_index_names_and_that_is_not_there_is_named(tmp_path: Path) -> None:
    weight_map = {"a": "model-00001-of-00002.safetensors", "b": "other.safetensors"}
    files = {
        "m/config.json": b"{}",
        "m/model.safetensors.index.json": json.dumps({"weight_map": weight_map}).encode(),
        "m/model-00001-of-00002.safetensors": b"1",
        "m/model-00002-of-00002.safetensors": b"1",
    }
    found = recognise_folder(write(tmp_path / "tree", files), tmp_path / "out")
    assert found.at("m/")["complete"] is False
    assert found.at("m/")["missing"] == ["m/other.safetensors"]


def test_an_empty_shard_is_as_bad_as_a_missing_one(tmp_path: Path) -> None:
    weight_map = {"a": "model-00001-of-00001.safetensors"}
    files = {
        "m/config.json": b"{}",
        "m/model.safetensors.index.json": json.dumps({"weight_map": weight_map}).encode(),
        "m/model-00001-of-00001.safetensors": b"",
    }
    found = recognise_folder(write(tmp_path / "tree", files), tmp_path / "out").at("m/")
    assert (found["complete"], found["missing"]) == (
        False,
        ["m/model-00001-of-00001.safetensors"],
    )
    assert "wrong size" in found["why"]


def test_an_index_that_is_not_json_makes_it_unknown_never_complete(tmp_path: Path) -> None:
    files = {
        "m/config.json": b"{}",
        "m/model.safetensors.index.json": b"\x80\x04cos\nsystem\n",
        "m/model-00001-of-00001.safetensors": b"1",
    }
    found = recognise_folder(write(tmp_path / "tree", files), tmp_path / "out").at("m/")
    assert (found["complete"], found["why"]) == (
        None,
        "m/model.safetensors.index.json is not JSON",
    )


def chained(second: str) -> Find:
    def follow(contents: Contents) -> Judgement:
        key = second[: int(bytes(contents["x"])[:1])]  # type: ignore[arg-type]
        return Judgement(
            more=(Read(key, 0, 1),),
            then=lambda more: Judgement(named=[Named(f"{sorted(more)[0]}.bin")]),
        )

    return Find("one", Kind.MODEL, Folder("a/", None), reads=(Read("x", 0, 1),), judge=follow)


def test_a_first_read_may_say_where_the_second_one_is(tmp_path: Path) -> None:
    reader = FolderReader(write(tmp_path, {"x": b"2", "yy": b"2"}))
    (opinion,) = opinions([artifact(chained("yyy"))], reader)
    assert reader.reads == ["x", "yy"]
    assert [one.key for one in opinion.named] == ["yy.bin"]
    assert opinion.unsure == []


def test_a_second_read_that_the_limit_forbids_makes_it_unsure(tmp_path: Path) -> None:
    reader = FolderReader(write(tmp_path, {"x": b"2", "yy": b"2", "z": b"3"}))
    (opinion,) = opinions([artifact(chained("yyy"), find("two", "z"))], reader)
    assert sorted(reader.reads) == ["x", "z"]
    assert opinion.unsure == ["one was not looked into any further: 2 reads an artifact"]


def test_hostile_numbers_and_half_characters_in_contents_do_no_harm(tmp_path: Path) -> None:
    header = json.dumps({"t": {"data_offsets": [0, 2**80]}}).encode()
    files = {
        "a/adapter_config.json": b'{"base_model_name_or_path": "x\\ud800"}',
        "a/adapter_model.safetensors": b"1",
        "m/config.json": b"{}",
        "m/model.safetensors": struct.pack("<Q", len(header)) + header,
        "n/config.json": b"{}",
        "n/model.safetensors.index.json": b'{"weight_map": {"a": "\\ud800"}}',
        f"checkpoint-{'9' * 40}/trainer_state.json": b"{}",
    }
    found = recognise_folder(write(tmp_path / "tree", files), tmp_path / "out")
    assert found.at("a/")["base_model"] == "x\\ud800"
    assert found.at("m/")["complete"] is False
    assert found.at("n/")["missing"] == ["n/\\ud800"]
    assert found.at(f"checkpoint-{'9' * 40}/")["step"] is None
