"""torch DCP: files that are missing or short, saves under way, hostile metadata, ranks alone."""

from pathlib import Path

import pytest

from tests.blueprints.formats.saved_by_torch import dcp_metadata
from tests.governance.recognise.trees import recognise_files, recognise_rows, row

ITEMS = [
    ("model.w", "__0_0.distcp", 0, 60),
    ("optimizer.state.w.exp_avg", "__0_0.distcp", 60, 40),
    ("lr_scheduler.last_epoch", "__1_0.distcp", 0, 10),
]
WHOLE = {
    "s/.metadata": dcp_metadata(ITEMS),
    "s/__0_0.distcp": bytes(100),
    "s/__1_0.distcp": bytes(10),
}


def test_the_metadata_divides_the_bytes_and_names_the_files(tmp_path: Path) -> None:
    found = recognise_files(WHOLE, tmp_path).at("s/")
    assert (found["kind"], found["layout"], found["complete"]) == ("checkpoint", "torch-dcp", True)
    assert (found["mixed"], found["mixed_weights"], found["mixed_optimizer"]) == (110, 60, 40)


def test_a_file_that_is_too_short_is_named(tmp_path: Path) -> None:
    found = recognise_files({**WHOLE, "s/__0_0.distcp": bytes(99)}, tmp_path).at("s/")
    assert (found["complete"], found["missing"]) == (False, ["s/__0_0.distcp"])


def test_metadata_that_claims_more_than_there_is_does_not_divide_it(tmp_path: Path) -> None:
    found = recognise_files({**WHOLE, "s/__0_0.distcp": bytes(80)}, tmp_path).at("s/")
    assert (found["mixed_weights"], found["mixed_optimizer"]) == (None, None)


def test_metadata_that_has_lost_all_its_data_names_it(tmp_path: Path) -> None:
    found = recognise_files({"s/.metadata": WHOLE["s/.metadata"]}, tmp_path).at("s/")
    assert found["missing"] == ["s/__0_0.distcp", "s/__1_0.distcp"]


@pytest.mark.parametrize("extra", [[], ["s/.metadata.tmp"]])
def test_data_without_metadata_is_a_save_that_did_not_end(extra: list[str], tmp_path: Path) -> None:
    keys = ["s/__0_0.distcp", "s/__1_0.distcp", *extra]
    found = recognise_rows([row(key, 5) for key in keys], tmp_path).at("s/")
    assert (found["complete"], found["missing"]) == (False, ["s/.metadata"])
    assert "written last" in found["why"]


@pytest.mark.parametrize("data", [b"cposix\nsystem\n(Vtrue\ntR.", b"\x80\x04N.", b"{}"])
def test_metadata_that_is_none_makes_it_unsure(data: bytes, tmp_path: Path) -> None:
    found = recognise_files({"s/.metadata": data, "s/__0_0.distcp": b"1"}, tmp_path).at("s/")
    assert found["complete"] is None
    assert "not the metadata of a checkpoint" in found["why"]


def test_empty_metadata_is_none(tmp_path: Path) -> None:
    found = recognise_files({**WHOLE, "s/.metadata": b""}, tmp_path).at("s/")
    assert (found["complete"], found["missing"]) == (False, ["s/.metadata"])


def test_metadata_may_name_a_hostile_file(tmp_path: Path) -> None:
    items = [("w", "../" * 9 + "etc/passwd\n\u202e", 0, 2**62)]
    files = {"s/.metadata": dcp_metadata(items), "s/__0_0.distcp": b"1"}
    found = recognise_files(files, tmp_path).at("s/")
    assert found["missing"] == ["s/" + "../" * 9 + "etc/passwd\n\u202e"]


def test_a_metadata_file_of_something_else_is_not_a_checkpoint(tmp_path: Path) -> None:
    keys = ["app/.metadata", "app/pubspec.yaml", "app/lib/main.dart"]
    found = recognise_rows([row(key, 5) for key in keys], tmp_path)
    assert [one["layout"] for one in found.artifacts] == ["unknown"]


def test_metadata_too_large_to_read_makes_it_unsure(tmp_path: Path) -> None:
    rows = [row("s/.metadata", 2**30), row("s/__0_0.distcp", 5)]
    found = recognise_rows(rows, tmp_path).at("s/")
    assert found["complete"] is None
    assert "too many to look into" in found["why"]


def alone(rank: int) -> bytes:
    return dcp_metadata([("model.w", f"__{rank}_0.distcp", 0, 5)])


def test_metadata_of_each_rank_is_looked_for_rank_by_rank(tmp_path: Path) -> None:
    files = {f"s/__{rank}_0.distcp": bytes(5) for rank in range(3)}
    two = {**files, "s/__0.metadata": alone(0), "s/__1.metadata": alone(1)}
    found = recognise_files(two, tmp_path / "two").at("s/")
    assert (found["complete"], found["missing"]) == (False, ["s/__2.metadata"])
    three = {**two, "s/__2.metadata": alone(2)}
    found = recognise_files(three, tmp_path / "three").at("s/")
    assert (found["complete"], found["missing"]) == (None, [])
    assert "each of 3 ranks" in found["why"]


def test_beside_other_saves_it_takes_only_its_own_files(tmp_path: Path) -> None:
    files = {f"r/{key}": data for key, data in WHOLE.items()}
    files |= {key.replace("s/", "r/"): data for key, data in WHOLE.items()}
    found = recognise_files(files, tmp_path)
    assert {one["root"]: one["complete"] for one in found.artifacts} == {"r/": True, "r/s/": True}


def test_shards_of_the_safetensors_writer_are_one_set_per_rank(tmp_path: Path) -> None:
    names = ["shard-00001-model-00001-of-00002", "shard-00002-model-00002-of-00002"]
    found = recognise_rows([row(f"s/{name}.safetensors", 5) for name in names], tmp_path).at("s/")
    assert found["missing"] == [
        "s/shard-00001-model-00002-of-00002.safetensors",
        "s/shard-00002-model-00001-of-00002.safetensors",
    ]
    assert found["bytes_weights"] == 10
