"""A folder from scan to verdict: what a link keeps, and what goes once it is released."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from governance.catalog.scan import scan
from governance.evidence.claim import Relation
from governance.lineage.link import link, unlink
from governance.retention.decided import decide_workspace
from governance.workspace.config import StoreConfig
from governance.workspace.workspace import Workspace
from tests.governance.decide.things import rows
from tests.governance.pin.places import POLICY, quiet

OLD = datetime(2026, 1, 10, tzinfo=UTC)


class Place:
    """A workspace and a folder with three old models: `base`, `final` and `other`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workspace = Workspace.create(folder)
        header = json.dumps({"w": {"dtype": "U8", "shape": [4], "data_offsets": [0, 4]}}).encode()
        weights = len(header).to_bytes(8, "little") + header + b"1234"
        for name in ("base", "final", "other"):
            model = folder / "data" / "runs" / name
            model.mkdir(parents=True)
            (model / "config.json").write_text('{"model_type": "llama"}')
            (model / "model.safetensors").write_bytes(weights)
            for file in model.iterdir():
                os.utime(file, (OLD.timestamp(), OLD.timestamp()))
        (folder / "policy.yaml").write_text(POLICY)
        self.now = datetime(2026, 11, 22, 1, 20, tzinfo=UTC)
        uri = (folder / "data").as_uri()
        scan(self.workspace, [uri], StoreConfig(), now=self.now, cwd=folder, progress=quiet)

    def link(self, start: str, to: str | None, **said: str) -> str:
        """Sign a link; a name that is no node is that of a model."""
        made = link(
            self.workspace,
            self.name(start),
            None if to is None else self.name(to),
            relation=Relation(said.get("relation", "needs")),
            doi=said.get("doi"),
            release=said.get("release"),
            licence=None,
            by="ada",
            reason="why",
            now=self.now,
        )
        return made.link.id

    def name(self, model: str) -> str:
        return model if ":" in model else (self.folder / "data" / "runs" / model).as_uri() + "/"

    def kept(self) -> set[str]:
        made = decide_workspace(
            self.workspace, now=self.now, policies=[self.folder / "policy.yaml"]
        )
        with made.connection as connection:
            found = rows(
                connection, "SELECT f.root, d.* FROM facts f JOIN decisions d USING (fact)"
            )
        return {Path(row["root"]).name for row in found if row["verdict"] == "keep"}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(tmp_path)
    assert made.kept() == set()
    return made


def test_what_has_a_doi_is_kept_with_what_it_needs_until_that_is_released(place: Place) -> None:
    doi = place.link("final", None, doi="10.5281/zenodo.1")
    assert place.kept() == {"final"}
    place.link("final", "mlflow-run:1", relation="needs")
    made = place.link("mlflow-run:1", "final", relation="made")
    needs = place.link("mlflow-run:1", "base")
    assert place.kept() == {"final", "base"}
    place.now += timedelta(days=1)
    for one in (doi, made, needs):
        unlink(place.workspace, one, by="bob", reason="withdrawn", now=place.now)
    assert place.kept() == set()


def test_where_something_came_from_is_no_reason_to_keep_it(place: Place) -> None:
    place.link("mlflow-run:1", "other", relation="made")
    assert place.kept() == set()
    place.link("other", "final", relation="names")
    assert place.kept() == {"final"}


def test_a_link_that_is_damaged_keeps_everything(place: Place) -> None:
    one = place.link("final", None, release="v1")
    assert place.kept() == {"final"}
    file = place.workspace.folder / "links" / f"{one}.json"
    file.write_text(file.read_text().replace("final", "other"))
    assert place.kept() == {"base", "final", "other"}
