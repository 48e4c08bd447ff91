from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from blueprints.engine import render
from blueprints.engine.blueprint import File
from blueprints.engine.spec import load
from tce.blueprint import BLUEPRINT
from tce.visibility.visibility import Visibility, VisibilityError, visibility
from tests.tce.intent.specifications import EXAMPLES

PART = (
    "spec.yaml",
    "tutela.lock",
    "network/",
    "handover/",
    "evidence/",
    "keys/cus",
    "rke2/reg",
    "k8s/pki",
)


@pytest.fixture(scope="module")
def rendered() -> dict[str, bytes]:
    loaded = load(EXAMPLES / "hospital.yaml", BLUEPRINT)
    return {file.path: file.content for file in render.repository(loaded)}


@pytest.fixture
def folder(rendered: dict[str, bytes], tmp_path: Path) -> Path:
    return _written(rendered, tmp_path)


def _written(files: dict[str, bytes], tmp_path: Path) -> Path:
    for path, content in files.items():
        file = tmp_path / "hospital" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return tmp_path / "hospital"


@pytest.fixture
def part(rendered: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the provider is given and little else, rendered once; the first test renders it all."""
    few = {path: content for path, content in rendered.items() if path.startswith(PART)}
    files = [File(path, content) for path, content in few.items()]
    monkeypatch.setattr("tce.visibility.visibility.render.repository", lambda _loaded: files)
    return _written(few, tmp_path)


def _seen(folder: Path) -> Visibility:
    return visibility(folder, [], None)


def test_the_hospital_gives_the_provider_no_secret(folder: Path) -> None:
    result = _seen(folder)
    assert result.judged.problems == ()
    assert result.exit_code == 0
    assert {one.assumption for one in result.judged.assumed} == {"gateway-disk"}
    files = {one.file for one in result.judged.rows}
    assert {"spec.yaml", "network/perimeter/tce.nft", "k8s/storage/class.yaml"} <= files
    assert {one.reader for one in result.judged.rows} == {
        "provider plane",
        "institution",
        "public Git",
    }
    assert "no field of the provider's plane is made of a secret" in str(result)
    json.dumps(result.as_json())


@pytest.mark.parametrize(
    ("file", "more"),
    [
        ("network/harvester/machines.yaml", "\n---\nkind: Note\npin: sommer\n"),
        ("network/switches/leaf1.eos", "\nusername ada secret sommer\n"),
        ("network/perimeter/more.nft", "# sommer\n"),
        ("handover/provider.md", "The passphrase is sommer.\n"),
        ("k8s/more.yaml", "apiVersion: kubevirt.io/v1\nkind: VirtualMachine\nnote: sommer\n"),
    ],
)
def test_a_secret_by_hand_is_found_on_the_providers_side(part: Path, file: str, more: str) -> None:
    path = part / file
    path.write_text((path.read_text() if path.exists() else "") + more)
    result = _seen(part)
    assert {one.file for one in result.judged.problems} == {file}
    assert result.exit_code == 3
    assert "sommer" not in str(result) + json.dumps(result.as_json())


def test_without_its_assumption_the_gateways_key_is_a_problem(part: Path) -> None:
    register = part / "evidence/assumptions.yaml"
    register.write_text(register.read_text().replace("gateway-disk", "another"))
    [problem] = _seen(part).judged.problems
    assert problem.file == "network/vpn/gateway.conf"


def test_the_table_has_a_row_for_each_field_and_no_formula(part: Path, tmp_path: Path) -> None:
    (part / "k8s/more.yaml").write_text("'=1+1': x\n")
    result = visibility(part, [], tmp_path / "visibility.csv")
    with (tmp_path / "visibility.csv").open(newline="") as file:
        head, *rows = csv.reader(file)
    assert head == ["file", "line", "field", "read by", "plane", "why", "made of"]
    assert len(rows) == len(result.judged.rows)
    assert {row[2] for row in rows if row[0] == "k8s/more.yaml"} == {"'=1+1"}


def test_a_known_secret_is_looked_for(part: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("a-secret-of-the-institution")
    spec = part / "rke2/registries.yaml"
    spec.write_text(spec.read_text() + "# a-secret-of-the-institution\n")
    result = visibility(part, [tmp_path / "secret"], None)
    assert [one.file for one in result.judged.problems] == ["rke2/registries.yaml"]
    assert "secret-of" not in str(result)


def test_what_is_no_environment_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(VisibilityError, match="is no trusted environment"):
        _seen(tmp_path)
    with pytest.raises(VisibilityError, match="is not called a table"):
        visibility(tmp_path, [], tmp_path / "x.txt")
