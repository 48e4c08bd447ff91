"""What people signed in the workspace itself is read whenever it is needed."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from governance.evidence import asking
from governance.evidence.claim import Relation
from governance.evidence.errors import EvidenceError
from governance.evidence.gather import Gather
from governance.evidence.known import Known, known_evidence
from governance.evidence.source import Asked
from governance.workspace.workspace import Workspace
from tests.governance.evidence.readings import NOW


class Links:
    """Links as a test wants them."""

    name = "workspace"
    place = "links"
    writers = "whoever may sign here"
    targets: tuple[str, ...] = ()
    error: Exception | None = None

    def read(self, into: Gather, asked: Asked) -> None:
        for target in self.targets:
            into.claim(Relation.NEEDS, "doi:10.1/x", target, "a paper", root="doi")
        if self.error is not None:
            raise self.error


@pytest.fixture
def links(monkeypatch: pytest.MonkeyPatch) -> Links:
    made = Links()
    monkeypatch.setattr(asking, "open_source", lambda kind, entry, base: made)
    return made


def known(workspace: Workspace) -> Known:
    (one,) = (one for one in known_evidence(workspace, (), NOW) if one.reading.kind == "links")
    return one


def targets(one: Known) -> list[str]:
    return list(pq.read_table(one.claims)["target"].to_pylist()) if one.claims else []


def test_a_link_counts_at_once(tmp_path: Path, links: Links) -> None:
    workspace = Workspace.create(tmp_path)
    assert targets(known(workspace)) == []
    links.targets = ("s3://a/x",)
    found = known(workspace)
    assert targets(found) == ["s3://a/x"]
    assert (found.reading.as_of, found.reading.complete, found.reading.claims) == (NOW, True, 1)
    assert found.reading.writers == "whoever may write to this workspace"
    assert found.registered
    # A report is sent on: where the workspace lies is not said.
    assert str(tmp_path) not in found.reading.model_dump_json()


def test_the_same_links_are_written_once_and_old_copies_go(tmp_path: Path, links: Links) -> None:
    workspace = Workspace.create(tmp_path)
    for number in range(9):
        links.targets = (f"s3://a/{number}",)
        assert known(workspace).claims == known(workspace).claims
    assert len(list((workspace.cache_dir / "links").iterdir())) == 4
    assert targets(known(workspace)) == ["s3://a/8"]


def test_links_that_cannot_be_read_are_told(tmp_path: Path, links: Links) -> None:
    workspace = Workspace.create(tmp_path)
    links.error = EvidenceError("links are damaged", "ls links")
    found = known(workspace).reading
    assert (found.complete, [one.words for one in found.problems]) == (
        False,
        ["links are damaged: ls links"],
    )


def test_a_workspace_without_room_for_them_is_told(tmp_path: Path, links: Links) -> None:
    workspace = Workspace.create(tmp_path)
    workspace.cache_dir.rmdir()
    workspace.cache_dir.write_text("no folder")
    found = known(workspace)
    assert (found.claims, found.reading.complete, found.reading.as_of) == (None, False, None)
    assert "the links cannot be read into" in found.reading.problems[0].words
