import json
from pathlib import Path

import pytest

from blueprints.display import WIDTH, width
from governance.evidence.schema import Problem
from governance.lineage.show import Format, show
from governance.lineage.start import NoSuchNodeError
from governance.retention.write.whole import WriteError
from governance.workspace.workspace import Workspace
from tests.governance.lineage.lab import ALIAS, NOW, site, uri


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return site(tmp_path_factory.mktemp("site"))


def test_a_released_model_from_its_data_to_its_deployment(place: Workspace) -> None:
    text = str(show(place, "llama@production", now=NOW))
    assert text.splitlines()[0] == ALIAS
    assert "stands for version mlflow:lab/version/llama/3 (mlflow)" in text
    assert "needs dataset s3://lab/data/corpus/ (10.0 GB, and 1 copy, mlflow)" in text
    assert "needed by deployment git:gitops@refs/heads/main:apps/llama.yaml (serving)" in text
    assert all(width(line) <= WIDTH for line in text.splitlines())


def test_only_one_way_where_that_is_asked(place: Workspace) -> None:
    text = str(show(place, uri("released/llama"), now=NOW, direction="up"))
    assert "Made from" in text
    assert "Used by" not in text
    text = str(show(place, uri("released/llama"), now=NOW, direction="down", depth=1))
    assert "Made from" not in text
    assert "… 1 other" in text


def test_licences_that_it_inherits(place: Workspace) -> None:
    shown = show(place, uri("adapters/chat/"), now=NOW, with_licences=True)
    assert "llama3.1 (no SPDX identifier)" in str(shown)
    assert "unknown" in str(shown)
    said = json.loads(json.dumps(shown.as_json()))
    assert said["licences"]["known"] == ["MIT", "llama3.1"]


@pytest.mark.parametrize(
    ("form", "start"),
    [
        (Format.TEXT, "s3://lab/released/llama/"),
        (Format.MERMAID, "flowchart LR"),
        (Format.SVG, "<svg "),
        (Format.HTML, "<!DOCTYPE html>"),
    ],
)
def test_it_is_written_where_that_is_asked(
    place: Workspace, tmp_path: Path, form: Format, start: str
) -> None:
    out = tmp_path / "lineage"
    shown = show(place, uri("released/llama/"), now=NOW, form=form, out=out)
    assert out.read_text(encoding="utf-8").startswith(start)
    assert str(shown).startswith(f"Wrote {out}")
    assert shown.as_json()["file"] == str(out)
    assert str(show(place, uri("released/llama/"), now=NOW, form=form)).startswith(start)


def test_a_folder_that_is_not_there_is_an_error(place: Workspace, tmp_path: Path) -> None:
    with pytest.raises(WriteError):
        show(place, uri("released/llama/"), now=NOW, out=tmp_path / "no" / "x.svg")


def test_what_is_not_known_is_an_error(place: Workspace) -> None:
    with pytest.raises(NoSuchNodeError):
        show(place, "nothing", now=NOW)


def test_a_source_that_could_not_say_all_is_named(tmp_path: Path) -> None:
    place = site(tmp_path, problems=[Problem(words="half\na page")])
    shown = show(place, uri("released/llama/"), now=NOW)
    assert "mlflow (lab) was not read completely: half\\na page" in str(shown)
    assert shown.as_json()["doubts"] == ["mlflow (lab) was not read completely: half\na page"]


def test_the_plain_data_has_the_schema_and_every_edge(place: Workspace) -> None:
    said = show(place, "llama@production", now=NOW).as_json()
    assert said["schema"] == "tutela/lineage/v1"
    assert said["start"] == ALIAS
    edges = said["edges"]
    assert isinstance(edges, list)
    assert len(edges) == 8
