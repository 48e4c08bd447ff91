"""Signing how two things hang together, and taking it back; nothing is overwritten or removed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from governance.errors import GovernanceError
from governance.evidence.claim import Relation
from governance.evidence.links.source import read_links
from governance.lineage.link import Linked, NoSuchLinkError, Unlinked, link, unlink
from governance.pin.add import NotSaidError
from governance.retention.find import NoSuchArtifactError
from governance.workspace.workspace import Workspace
from tests.governance.pin.places import ROOTS, tree

NOW = datetime(2026, 11, 22, 1, 20, tzinfo=UTC)
CHECKPOINT = f"file:///scratch/{ROOTS[0]}"


def signed(
    workspace: Workspace,
    start: str = CHECKPOINT,
    to: str | None = None,
    *,
    relation: Relation = Relation.NEEDS,
    doi: str | None = None,
    release: str | None = None,
    licence: str | None = None,
    by: str | None = "ada",
    reason: str = "published",
    now: datetime = NOW,
) -> Linked:
    return link(
        workspace,
        start,
        to,
        relation=relation,
        doi=doi,
        release=release,
        licence=licence,
        by=by,
        reason=reason,
        now=now,
    )


def released(workspace: Workspace, name: str, reason: str = "withdrawn") -> Unlinked:
    return unlink(workspace, name, by="bob", reason=reason, now=NOW + timedelta(days=1))


def test_a_doi_names_what_was_published(tmp_path: Path) -> None:
    workspace = tree(tmp_path)
    made = signed(workspace, doi="https://doi.org/10.5281/ZENODO.1", licence=" MIT ")
    assert (made.link.from_, made.link.to) == (CHECKPOINT, None)
    assert (made.link.doi, made.link.licence) == ("10.5281/zenodo.1", "MIT")
    assert made.file == workspace.folder / "links" / f"{made.link.id}.json"
    (filed,) = read_links(workspace.folder, NOW)
    assert filed.link == made.link
    assert str(made).splitlines() == [
        f"{made.link.id}: DOI 10.5281/zenodo.1 names {CHECKPOINT}",
        f"{made.link.id}: {CHECKPOINT} has the licence MIT",
        "  signed by ada: published",
        f"  {made.file}",
    ]
    assert made.as_json()["schema"] == "tutela/lineage-linked/v1"


@pytest.mark.parametrize(
    ("name", "node"),
    [
        (f"{2:024x}", f"file:///scratch/{ROOTS[2]}"),
        ("file:///scratch/runs/a/checkpoint-1/model.safetensors", CHECKPOINT),
        ("/scratch/runs/a", "file:///scratch/runs/a/"),
        ("mlflow-run:0a1b", "mlflow-run:0a1b"),
        ("meta-llama/Llama-3.1-8B", "hub:meta-llama/Llama-3.1-8B"),
        ("https://huggingface.co/org/name", "hub:org/name"),
        ("10.5281/zenodo.1", "doi:10.5281/zenodo.1"),
        ("a" * 40, "commit:" + "a" * 40),
    ],
)
def test_what_is_linked_can_be_named_in_many_ways(name: str, node: str, tmp_path: Path) -> None:
    made = signed(tree(tmp_path), name, "doi:10.5281/zenodo.2")
    assert made.link.from_ == node


def test_a_slip_of_the_pen_is_no_link(tmp_path: Path) -> None:
    workspace = tree(tmp_path)
    for slip in ("file:///scratch/runs/a/checkpoint-9/", "s3://scratch/runs/", "nothing", "../x"):
        with pytest.raises(NoSuchArtifactError):
            signed(workspace, "10.5281/zenodo.1", slip)
    assert not (workspace.folder / "links").exists()


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({}, "nothing is said of FROM"),
        ({"to": CHECKPOINT.rstrip("/")}, "FROM and TO are the same thing"),
        ({"doi": "zenodo.1"}, "--doi zenodo.1 is no DOI"),
        ({"doi": CHECKPOINT}, "is no DOI"),
        ({"release": "x" * 1001}, "--release has at most 1000 characters"),
        ({"release": "v1", "by": None}, "nobody signs"),
        ({"release": "v1", "reason": " "}, "the reason is empty"),
    ],
)
def test_what_is_not_said_is_not_signed(
    said: dict[str, str | None], why: str, tmp_path: Path
) -> None:
    workspace = tree(tmp_path)
    with pytest.raises(NotSaidError, match=why):
        signed(workspace, **said)  # type: ignore[arg-type]
    assert not (workspace.folder / "links").exists()


def test_a_link_is_written_once(tmp_path: Path) -> None:
    workspace = tree(tmp_path)
    made = signed(workspace, release="v1")
    before = made.file.read_bytes()
    with pytest.raises(GovernanceError, match="already"):
        signed(workspace, release="v1")
    assert made.file.read_bytes() == before
    assert signed(workspace, release="v1", now=NOW + timedelta(microseconds=1)).file != made.file


def test_a_link_is_released_and_stays_where_it_is(tmp_path: Path) -> None:
    workspace = tree(tmp_path)
    made = signed(workspace, CHECKPOINT, "doi:10.5281/zenodo.1", relation=Relation.MADE)
    before = made.file.read_bytes()
    done = released(workspace, made.link.id[:9])
    assert done.was == made.link
    assert made.file.read_bytes() == before
    assert str(done).splitlines()[:3] == [
        f"{made.link.id} is released",
        f"  it said: {CHECKPOINT} made doi:10.5281/zenodo.1",
        "  signed by bob: withdrawn",
    ]
    assert done.as_json()["schema"] == "tutela/lineage-unlinked/v1"
    (filed,) = read_links(workspace.folder, NOW + timedelta(days=2))
    assert filed.released == done.release
    with pytest.raises(NoSuchLinkError, match="is in force"):
        released(workspace, made.link.id)


def test_one_that_cannot_be_understood_can_be_released(tmp_path: Path) -> None:
    workspace = tree(tmp_path)
    (workspace.folder / "links").mkdir()
    (workspace.folder / "links" / "link-0123456789ab.json").write_text("{")
    done = released(workspace, "link-0123456789ab")
    assert done.was is None
    (filed,) = read_links(workspace.folder, NOW + timedelta(days=2))
    assert filed.problem is None


def test_a_name_that_several_links_have_is_refused(tmp_path: Path) -> None:
    workspace = tree(tmp_path)
    for name in ("v1", "v2"):
        signed(workspace, release=name)
    with pytest.raises(NoSuchLinkError, match="2 links are called") as refused:
        released(workspace, "link-")
    assert len(refused.value.__notes__) == 2
    with pytest.raises(NoSuchLinkError, match="no link pin-0123 is in force"):
        released(workspace, "pin-0123")


def test_a_link_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    workspace = tree(tmp_path)
    (workspace.folder / "links").write_text("x")
    with pytest.raises(GovernanceError, match="cannot"):
        signed(workspace, release="v1")
