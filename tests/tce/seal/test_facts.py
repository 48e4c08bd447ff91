from datetime import UTC, datetime
from pathlib import Path

from blueprints.secret import nobody
from governance.workspace.config import StoreConfig
from tce.seal.facts import recognised
from tce.seal.setting import Setting
from tce.seal.sources import source

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
SETTING = Setting(NOW, lambda number: bytes(number), nobody, {}, lambda _: None)
TENSORS = (2).to_bytes(8, "little") + b"{}"


def contents(folder: Path) -> dict[str, dict[str, object] | None]:
    found = recognised(source(str(folder), StoreConfig()), SETTING)
    return {
        item.name: item.content.model_dump(exclude_none=True) if item.content else None
        for item in found.items
    }


def write(folder: Path, **files: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_bytes(content)


def test_members_of_an_artifact_know_it_and_each_other(tmp_path: Path) -> None:
    write(tmp_path / "m", config__json=b'{"model_type": "llama"}', model__safetensors=TENSORS)
    found = contents(tmp_path / "m")
    assert found["m/model.safetensors"] == {
        "artifact": "m",
        "kind": "model",
        "layout": "hf-model",
        "member": "model.safetensors",
        "members": 2,
        "needs": [],
    }


def test_an_adapter_says_what_it_needs(tmp_path: Path) -> None:
    adapter = b'{"peft_type": "LORA", "base_model_name_or_path": "example-org/base"}'
    write(tmp_path / "a", adapter_config__json=adapter, adapter_model__safetensors=TENSORS)
    (said,) = {str(one and one["needs"]) for one in contents(tmp_path / "a").values()}
    assert said == "['example-org/base']"


def test_what_is_nothing_known_says_nothing(tmp_path: Path) -> None:
    write(tmp_path / "n", notes__xyz=b"hello")
    assert contents(tmp_path / "n") == {"n/notes.xyz": None}
