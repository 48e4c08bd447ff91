"""NeMo 1: archives cut short, compressed or none at all, and unpacked ones."""

import gzip
import io
import tarfile
from pathlib import Path

from tests.blueprints.formats.saved_by_torch import tensors, torch_file
from tests.governance.recognise.trees import recognise_files, recognise_rows, row


def archive() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, size in (("model_config.yaml", 20), ("model_weights.ckpt", 3000)):
            info = tarfile.TarInfo(f"./{name}")
            info.size = size
            tar.addfile(info, io.BytesIO(bytes(size)))
    return out.getvalue()


def test_an_archive_is_whole_when_it_ends_whole(tmp_path: Path) -> None:
    data = archive()
    files = {"m/a.nemo": data, "m/b.nemo": data[:2048] + b"x" * 1024, "m/c.nemo": data[:-1]}
    files |= {"m/d.nemo": gzip.compress(data), "m/e.nemo": b"text", "m/f.nemo": b""}
    found = recognise_files(files, tmp_path)
    complete = {one["root"]: one["complete"] for one in found.artifacts}
    assert complete == {
        "m/a.nemo": True,
        "m/b.nemo": False,
        "m/c.nemo": False,
        "m/d.nemo": None,
        "m/e.nemo": None,
        "m/f.nemo": None,
    }
    one = found.at("m/a.nemo")
    assert (one["kind"], one["layout"], one["bytes_weights"]) == ("model", "nemo1", len(data))
    assert "compressed" in found.at("m/d.nemo")["why"]


def test_an_unpacked_archive_needs_both_files(tmp_path: Path) -> None:
    weights = torch_file(tensors("", a=4))
    files = {"m/model_config.yaml": b"a: 1", "m/model_weights.ckpt": weights, "m/x.model": b"1"}
    found = recognise_files(files, tmp_path / "a").at("m/")
    assert (found["layout"], found["complete"], found["rows"]) == ("nemo1", True, 3)
    del files["m/model_config.yaml"]
    found = recognise_files(files, tmp_path / "b").at("m/")
    assert found["missing"] == ["m/model_config.yaml"]


def test_sharded_weights_of_an_unpacked_archive_are_its_part(tmp_path: Path) -> None:
    names = ["model_config.yaml", "model_weights/common.pt", "model_weights/metadata.json"]
    found = recognise_rows([row(f"m/{name}", 5) for name in names], tmp_path).at("m/")
    assert found["parts"] == ["megatron-core", "nemo1"]
    assert found["missing"] == ["m/model_weights/.metadata"]
