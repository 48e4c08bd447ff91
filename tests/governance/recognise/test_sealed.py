"""Whatever the layout: sealed, an artifact is what it was before."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from governance.recognise.engine import Place, recognise
from governance.sealed.look import look
from governance.sealed.manifest import Content
from governance.snapshot.schema import LISTED
from tests.governance.recognise.trees import FolderReader, Recognised, recognise_folder, rows_of
from tests.governance.sealed.sealing import (
    body_id,
    envelope,
    header_store,
    manifest,
    sealed_tree,
)

FIXTURES = Path(__file__).parents[2] / "fixtures" / "layouts"
CASES = ["accelerate", "hf-model-sharded", "peft-two-adapters", "mds", "gguf", "nanotron"]
ALIKE = ("root", "kind", "layout", "step", "run", "base_model", "weights", "optimizer")
KNOWN = ("checkpoint", "model", "adapter", "dataset")


def recognised(tree: Path, tmp: Path, headers: Path | None = None) -> Recognised:
    tmp.mkdir()
    listed = tmp / "listed.parquet"
    pq.write_table(pa.Table.from_pylist(list(rows_of(tree)), LISTED), listed)
    reader, place = FolderReader(tree), Place("store", "bucket", "s3://bucket/")
    looked = look(listed, place.base_uri, reader, [headers] if headers else [], lambda _: None)
    assert looked.doubts == ()
    recognise(listed, tmp, place=place, read=reader, progress=lambda _: None, told=looked.told)
    return Recognised(tmp)


def contents(plain: Recognised) -> dict[str, Content | None]:
    """What is said of each file when it is sealed."""
    roots = {one["artifact"]: one for one in plain.artifacts}
    found: dict[str, Content | None] = {}
    for row in plain.objects:
        artifact = roots[row["artifact"]]
        root, key = str(artifact["root"]), str(row["key"])
        found[key] = None
        if artifact["kind"] in KNOWN:
            found[key] = Content(
                artifact=root.rstrip("/"),
                kind=artifact["kind"],
                layout=artifact["layout"],
                member=key.removeprefix(root) if root.endswith("/") else key.rpartition("/")[2],
                members=artifact["rows"],
                needs=[artifact["base_model"]] if artifact["base_model"] else [],
            )
    return found


def known(found: Recognised) -> dict[str, Mapping[str, Any]]:
    return {one["root"]: one for one in found.artifacts if one["kind"] in KNOWN}


@pytest.mark.parametrize("case", CASES)
def test_sealed_it_is_the_same_artifact(case: str, tmp_path: Path) -> None:
    tree = FIXTURES / case / "tree"
    plain = recognise_folder(tree, tmp_path / "plain")
    said = contents(plain)
    sizes = {key: ((tree / key).stat().st_size, content) for key, content in said.items()}
    sealed_tree(sizes, tmp_path / "sealed")
    sealed = recognised(tmp_path / "sealed", tmp_path / "out")
    before, after = known(plain), known(sealed)
    assert len(before) >= 1
    assert {root.removesuffix(".age") for root in after} == set(before)
    for root, one in after.items():
        other = before[root.removesuffix(".age")]
        assert {what: one[what] for what in ALIKE[1:6]} == {
            what: other[what] for what in ALIKE[1:6]
        }
        assert "sealed" in one["parts"]
        assert one["complete"] is True
        # Which bytes are weights is known as before; each file has its header more.
        assert (one["weights"] > 0) == (other["weights"] > 0)
        assert (one["optimizer"] > 0) == (other["optimizer"] > 0)


def test_something_unsealed_beside_it_is_another(tmp_path: Path) -> None:
    said = Content(artifact="m", kind="model", layout="hf-model", member="a", members=2)
    tree = tmp_path / "t"
    sealed_tree({"m/a": (9, said), "m/notes.txt": (5, None)}, tree, bare=["m/notes.txt"])
    found = recognised(tree, tmp_path / "out")
    assert sorted((one["kind"], one["rows"]) for one in found.artifacts) == [
        ("model", 2),
        ("unknown", 1),
    ]
    model = known(found)["m/"]
    assert (model["complete"], model["why"]) == (None, "1 of its 2 sealed files are here")


def test_a_layout_that_nobody_knows_is_called_sealed(tmp_path: Path) -> None:
    said = Content(artifact="m", kind="model", layout="'; DROP", member="a", members=1)
    sealed_tree({"m/a": (9, said)}, tmp_path / "t")
    assert known(recognised(tmp_path / "t", tmp_path / "out"))["m/"]["layout"] == "sealed"


def test_without_manifests_sealed_files_are_unknown(tmp_path: Path) -> None:
    sealed_tree({"m/a": (9, None)}, tmp_path / "t")
    found = recognised(tmp_path / "t", tmp_path / "out")
    assert [one["kind"] for one in found.artifacts] == ["unknown"]


def test_bodies_of_several_saves_are_told_apart(tmp_path: Path) -> None:
    tree = tmp_path / "t"
    (tree / "p").mkdir(parents=True)
    records = {}
    for step in (10, 20):
        for member in ("model.safetensors", "trainer_state.json"):
            name = f"runs/a/checkpoint-{step}/{member}"
            artifact = f"runs/a/checkpoint-{step}"
            said = Content(
                artifact=artifact, kind="checkpoint", layout="hf-trainer", member=member, members=2
            )
            place = f"s3://bucket/p/{body_id(name)}"
            records[name] = envelope(manifest(name, 64, said, place))
            (tree / "p" / body_id(name)).write_bytes(bytes(64))
    header_store(records, tmp_path / "h")
    found = recognised(tree, tmp_path / "out", tmp_path / "h")
    saves = sorted(
        (one["kind"], one["layout"], one["step"], one["run"], one["rows"], one["complete"])
        for one in found.artifacts
    )
    assert saves == [
        ("checkpoint", "hf-trainer", 10, "p/runs/a/", 2, True),
        ("checkpoint", "hf-trainer", 20, "p/runs/a/", 2, True),
    ]
