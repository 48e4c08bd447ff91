import json
from pathlib import Path

import pytest
from prov.model import ProvDocument
from rocrate.rocrate import ROCrate

from governance.lineage.export import Standard, export
from governance.lineage.open import opened
from governance.lineage.subgraph import everything
from governance.retention.write.whole import WriteError
from governance.workspace.workspace import Workspace
from tests.governance.lineage.graphs import edges_of
from tests.governance.lineage.lab import NOW, site
from tests.governance.lineage.write import test_openlineage, test_prov, test_rocrate


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return site(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="module")
def edges(place: Workspace) -> set[tuple[str, str, str]]:
    with opened(place, NOW) as found:
        return edges_of(everything(found.connection, md5_stores=found.md5_stores))


def test_everything_as_prov_json(
    place: Workspace, edges: set[tuple[str, str, str]], tmp_path: Path
) -> None:
    out = tmp_path / "all.json"
    said = export(place, None, standard=Standard.PROV_JSON, out=out, now=NOW)
    assert test_prov.edges_in(ProvDocument.deserialize(str(out), format="json")) == edges
    assert f"{len(edges)} edges as prov-json" in str(said)
    assert "1 of the nodes is not there" in str(said)


def test_everything_as_openlineage(
    place: Workspace, edges: set[tuple[str, str, str]], tmp_path: Path
) -> None:
    out = tmp_path / "all.ndjson"
    export(place, None, standard=Standard.OPENLINEAGE, out=out, now=NOW)
    events = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    for event in events:
        test_openlineage.typed(event)
    assert test_openlineage.edges_in(events) == edges


def test_everything_as_an_ro_crate(
    place: Workspace, edges: set[tuple[str, str, str]], tmp_path: Path
) -> None:
    out = tmp_path / "crate"
    said = export(place, None, standard=Standard.RO_CRATE, out=out, now=NOW)
    assert test_rocrate.edges_in(ROCrate(out)) == edges
    assert [path.name for path, _ in said.files] == ["ro-crate-metadata.json"]


def test_a_release_as_an_ro_crate_has_a_page_for_people(place: Workspace, tmp_path: Path) -> None:
    said = export(
        place,
        "llama@production",
        standard=Standard.RO_CRATE,
        out=tmp_path / "crate",
        now=NOW,
        direction="up",
        tool="1",
    )
    assert [path.name for path, _ in said.files] == [
        "ro-crate-metadata.json",
        "ro-crate-preview.html",
    ]
    crate = ROCrate(tmp_path / "crate")
    assert crate.root_dataset["name"] == "Lineage of mlflow:lab/alias/llama@production"
    page = (tmp_path / "crate" / "ro-crate-preview.html").read_text(encoding="utf-8")
    assert "s3://lab/data/corpus/" in page


@pytest.mark.parametrize("standard", list(Standard))
def test_the_same_workspace_and_time_give_the_same_bytes(
    place: Workspace, tmp_path: Path, standard: Standard
) -> None:
    for name in ("a", "b"):
        export(place, "llama@production", standard=standard, out=tmp_path / name, now=NOW)
    contents = [
        [file.read_bytes() for file in sorted((tmp_path / name).iterdir())]
        if standard is Standard.RO_CRATE
        else (tmp_path / name).read_bytes()
        for name in ("a", "b")
    ]
    assert contents[0] == contents[1]


def test_a_folder_that_cannot_be_made_is_an_error(place: Workspace, tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="cannot make the folder"):
        export(place, None, standard=Standard.RO_CRATE, out=tmp_path / "a" / "b", now=NOW)
    with pytest.raises(WriteError, match="no folder"):
        export(place, None, standard=Standard.PROV_JSON, out=tmp_path / "a" / "b", now=NOW)


def test_what_was_written_is_plain_data(place: Workspace, tmp_path: Path) -> None:
    said = export(place, None, standard=Standard.PROV_JSON, out=tmp_path / "x", now=NOW).as_json()
    assert json.loads(json.dumps(said)) == said
    assert (said["schema"], said["cut"], said["missing"]) == ("tutela/lineage-export/v1", False, 1)
