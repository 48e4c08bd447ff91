from __future__ import annotations

import json
from pathlib import Path

import pytest

from blueprints.engine import registry
from blueprints.engine.render import records
from blueprints.engine.spec import load
from blueprints.errors import ExpectedError
from blueprints.show.show import Drawn, show


def repository(name: str, folder: Path) -> Path:
    """As much of a rendered repository as is looked at."""
    folder.mkdir()
    blueprint = registry.named(name)
    example = blueprint.folder / "examples" / f"{blueprint.example or name}.yaml"
    for file in records(load(example), ()):
        if "/" not in file.path:
            (folder / file.path).write_bytes(file.content)
    return folder


@pytest.fixture
def clusters(tmp_path: Path) -> Path:
    return repository("cluster", tmp_path / "clusters")


def test_a_repository_is_shown_as_text_and_as_data(clusters: Path) -> None:
    drawn = show(clusters)
    lines = str(drawn).splitlines()
    assert lines[0] == f"{clusters}: clusters of alps"
    assert "production: Kubernetes v1.33.5+rke2r1, clusters 4, nodes 37" in lines
    assert "  inference, hybrid (Alpernetes): 3 masters, 8 workers, 16 GPUs" in lines
    assert lines[-1] == f"  tutela blueprint show {clusters} --out clusters.html"
    data = json.loads(json.dumps(drawn.as_json()))
    assert data["schema"] == "tutela/blueprint-show/v1"
    assert [one["name"] for one in data["groups"]] == ["development", "tds", "production"]
    (inference,) = (one for one in data["groups"][2]["clusters"] if one["name"] == "inference")
    assert [lane["kind"] for lane in inference["lanes"]] == ["VLAN 210", "VLAN 310"]
    assert data["out"] is None


def test_a_page_is_written_and_written_over_and_nothing_else_is_left(
    clusters: Path, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    page.write_text("old")
    drawn = show(clusters, page)
    assert str(drawn).endswith(f"drawn in {page}")
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["clusters", "page.html"]


def test_the_same_specification_gives_the_same_page(clusters: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "a.html", tmp_path / "b.html"
    show(clusters, first)
    show(clusters, second)
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("name", ["page", "spec.yaml", "tutela.lock"])
def test_only_a_page_is_written(clusters: Path, name: str) -> None:
    before = (clusters / "spec.yaml").read_bytes()
    with pytest.raises(ExpectedError, match="is not called a page") as error:
        show(clusters, clusters / name)
    assert error.value.__notes__ == ["--out clusters.html"]
    assert (clusters / "spec.yaml").read_bytes() == before


def test_nothing_is_followed_or_replaced_that_is_no_file(clusters: Path, tmp_path: Path) -> None:
    (tmp_path / "link.html").symlink_to(clusters / "spec.yaml")
    (tmp_path / "folder.html").mkdir()
    for name in ("link.html", "folder.html"):
        with pytest.raises(ExpectedError, match="is no file"):
            show(clusters, tmp_path / name)
    with pytest.raises(ExpectedError, match="cannot write"):
        show(clusters, tmp_path / "nowhere" / "page.html")
    assert (clusters / "spec.yaml").read_text(encoding="utf-8").startswith("#")


def test_a_folder_that_nothing_rendered_is_told(tmp_path: Path) -> None:
    with pytest.raises(ExpectedError, match=r"has no tutela\.lock") as error:
        show(tmp_path)
    assert error.value.__notes__ == ["tutela blueprint render SPEC --out DIR"]


def test_a_blueprint_that_draws_nothing_is_told(tmp_path: Path) -> None:
    sandbox = repository("sandbox", tmp_path / "sandboxes")
    with pytest.raises(ExpectedError, match="the blueprint sandbox has no drawing"):
        show(sandbox)


def test_a_specification_that_is_not_right_is_told_with_its_line(clusters: Path) -> None:
    spec = clusters / "spec.yaml"
    spec.write_text(spec.read_text(encoding="utf-8").replace("vlan: 210", "vlan: 9999"))
    with pytest.raises(ExpectedError) as error:
        show(clusters)
    assert any("spec.yaml:" in one and "vlan" in one for one in error.value.messages)


def test_the_result_is_a_value(clusters: Path) -> None:
    assert isinstance(show(clusters), Drawn)
    assert show(clusters) == show(clusters)
