import json
from pathlib import Path

import pytest

from blueprints.supply import hub
from blueprints.supply.place import Folder, PlaceError
from tests.blueprints.supply.models import FILES, REVISION, cached, cloned, written


def test_a_clone_says_its_commit(tmp_path: Path) -> None:
    folder = cloned(tmp_path / "Scout")
    assert hub.said(folder) == hub.Said(revision=REVISION)
    (folder / ".git/refs/heads/main").unlink()
    assert hub.said(folder) == hub.Said()
    (folder / ".git/packed-refs").write_text(f"# pack-refs\n{REVISION} refs/heads/main\n")
    assert hub.said(folder).revision == REVISION
    (folder / ".git/HEAD").write_text(REVISION)
    assert hub.said(folder).revision == REVISION
    written(tmp_path, {"elsewhere": REVISION.encode()})
    (folder / ".git/HEAD").write_text("ref: refs/../../../elsewhere")
    assert hub.said(folder) == hub.Said()


def test_the_cache_says_name_commit_and_digests(tmp_path: Path) -> None:
    top = cached(tmp_path)
    folder = hub.snapshot(top)
    assert folder == top / "snapshots" / REVISION
    said = hub.said(folder)
    assert (said.repository, said.revision) == ("example-org/Scout", REVISION)
    assert set(said.digests) == set(FILES)
    assert len(said.digests["model-00001-of-00002.safetensors"]) == 64
    assert len(said.digests["original/params.json"]) == 40


def test_of_several_snapshots_main_is_meant_or_none(tmp_path: Path) -> None:
    top = cached(tmp_path)
    (top / "snapshots" / ("0" * 40)).mkdir()
    assert hub.snapshot(top).name == REVISION
    (top / "refs/main").unlink()
    with pytest.raises(PlaceError, match="has 2 snapshots"):
        hub.snapshot(top)
    assert hub.snapshot(tmp_path) == tmp_path


def test_a_download_says_commit_and_digests_and_is_of_one_revision(tmp_path: Path) -> None:
    folder = written(tmp_path)
    notes = ".cache/huggingface/download"
    written(folder, {f"{notes}/config.json.metadata": f"{REVISION}\n{'a' * 40}\n1.5\n".encode()})
    written(folder, {f"{notes}/gone.json.metadata": f"{'0' * 40}\n{'a' * 40}\n1.5\n".encode()})
    assert hub.said(folder) == hub.Said(None, REVISION, {"config.json": "a" * 40})
    written(folder, {f"{notes}/LICENSE.metadata": f"{'0' * 40}\n{'b' * 40}\n1.5\n".encode()})
    with pytest.raises(PlaceError, match="is a mixture"):
        hub.said(folder)


@pytest.mark.parametrize(
    ("card", "licence"),
    [
        ("---\nlicense: mit\n---\n", "mit"),
        ("---\r\nlicense: mit\r\n---\r\n", "mit"),
        ("---\nlicense: other\nlicense_name: llama4\n---\n", "llama4"),
        ("---\nlicense: other\n---\n", "other"),
        ("---\nlicense: [a, b]\n---\n", "a"),
        ("---\nlicense: !!python/object:os.system x\n---\n", None),
        ("---\nlicense: mit\n", None),
        ("# nothing", None),
    ],
)
def test_the_licence_is_what_the_card_names(card: str, licence: str | None, tmp_path: Path) -> None:
    folder = Folder(written(tmp_path, {"README.md": card.encode()}))
    assert hub.licence(folder, ["README.md"]) == licence
    assert hub.licence(folder, []) is None


def test_a_text_of_a_licence_is_known_by_its_name() -> None:
    assert hub.has_licence(["LICENSE.txt"])
    assert hub.has_licence(["docs/USE_POLICY.md"])
    assert not hub.has_licence(["licenses.json.safetensors", "README.md"])


def _missing(folder: Path) -> list[str]:
    place = Folder(folder)
    return [*hub.missing(place, dict(place.files()))]


def test_a_model_without_a_shard_or_without_weights_is_not_whole(tmp_path: Path) -> None:
    folder = written(tmp_path)
    assert _missing(folder) == []
    (folder / "model-00002-of-00002.safetensors").unlink()
    assert _missing(folder) == [
        "model.safetensors.index.json names model-00002-of-00002.safetensors, which is not there"
    ]
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": [1]}))
    assert "is no index" in _missing(folder)[0]
    assert _missing(written(tmp_path / "other", {"README.md": b""})) == [
        "no file of weights is in it"
    ]


def test_only_small_files_are_read_whole(tmp_path: Path) -> None:
    folder = Folder(written(tmp_path, {"a": b"123"}))
    assert hub.small(folder, "a", 3) == b"123"
    with pytest.raises(PlaceError, match="more than 2 bytes"):
        hub.small(folder, "a", 2)
