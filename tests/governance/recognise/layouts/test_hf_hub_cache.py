"""The hub cache: blobs, pointers, snapshots that are real files."""

from pathlib import Path

from tests.governance.recognise.trees import recognise_files

SHA1, SHA256 = "a1" * 20, "b2" * 32
REPO = "hub/models--org--tiny/"


def test_each_blob_is_an_artifact_and_the_pointers_are_one_model(tmp_path: Path) -> None:
    files = {
        f"{REPO}blobs/{SHA1}": b"{}",
        f"{REPO}blobs/{SHA256}": b"weights",
        f"{REPO}blobs/{SHA256}.incomplete": b"wei",
        f"{REPO}refs/main": b"c" * 40,
        f"{REPO}refs/pr/1": b"c" * 40,
        f"{REPO}.no_exist/{'c' * 40}/adapter_config.json": b"",
    }
    found = recognise_files(files, tmp_path)
    assert {a["root"]: a["kind"] for a in found.artifacts} == {
        REPO: "model",
        f"{REPO}blobs/{SHA1}": "blob",
        f"{REPO}blobs/{SHA256}": "blob",
        f"{REPO}blobs/{SHA256}.incomplete": "debris",
    }
    assert found.at(REPO)["rows"] == 3
    assert found.at(REPO)["complete"] is None


def test_a_snapshot_of_real_files_is_a_model_of_its_own(tmp_path: Path) -> None:
    snapshot = f"{REPO}snapshots/{'c' * 40}/"
    files = {f"{snapshot}config.json": b"{}", f"{snapshot}pytorch_model.bin": b"1"}
    found = recognise_files(files | {f"{REPO}refs/main": b"c" * 40}, tmp_path)
    assert {a["root"]: a["layout"] for a in found.artifacts} == {
        REPO: "hf-hub-cache",
        snapshot: "hf-model",
    }


def test_a_data_set_repository_is_a_data_set(tmp_path: Path) -> None:
    found = recognise_files({"datasets--x/refs/main": b"c"}, tmp_path)
    assert found.at("datasets--x/")["kind"] == "dataset"


def test_names_that_only_look_alike_are_unknown(tmp_path: Path) -> None:
    files = {f"models--/blobs/{SHA1}": b"1", f"blobs/{SHA1}": b"1", "models--x/readme": b"1"}
    found = recognise_files(files, tmp_path)
    assert {a["kind"] for a in found.artifacts} == {"unknown"}
