from pathlib import Path

from governance.sealed.manifest import Content
from tests.governance.evidence.store.trees import Said, read_folder
from tests.governance.sealed.sealing import sealed_tree


def read(tmp_path: Path, needs: list[str]) -> Said:
    said = Content(
        artifact="adapters/a",
        kind="adapter",
        layout="peft",
        member="adapter_model.safetensors",
        members=1,
        needs=needs,
    )
    base = Content(artifact="models/base", kind="model", member="x", members=1)
    tree = tmp_path / "tree"
    files = {"adapters/a/adapter_model.safetensors": (50, said), "models/base/x": (10, base)}
    sealed_tree(files, tree)
    return read_folder(tree, tmp_path)


def test_a_sealed_adapter_needs_its_base_model(tmp_path: Path) -> None:
    said = read(tmp_path, ["example/base"])
    assert said.edges("needs", "base.model") == {("adapters/a", "hub:example/base")}
    assert said.reading.complete


def test_whatever_else_it_was_made_from_is_needed_too(tmp_path: Path) -> None:
    said = read(tmp_path, ["example/base", "models/base", "s3://other/data", "adapters/a"])
    assert said.edges("needs") == {
        ("adapters/a", "hub:example/base"),
        ("adapters/a", "models/base"),
        ("adapters/a", "hub:models/base"),
        ("adapters/a", "s3://other/data"),
    }


def test_where_a_manifest_says_nothing_the_file_is_kept(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    sealed_tree({"x/a": (50, None)}, tree)
    (tree / "x/a.age.dsse.json").write_bytes(b"{}")
    said = read_folder(tree, tmp_path)
    assert said.problems == [
        ("manifest x/a.age.dsse.json: not a signed manifest", "x/a.age"),
    ]
    assert not said.reading.complete
