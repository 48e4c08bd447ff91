"""A workspace says what people signed in it, and what was recorded there."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from governance.evidence.claim import Relation
from governance.evidence.errors import EvidenceError
from governance.evidence.gather import Gather
from governance.evidence.links.link import Link, new_link, new_release, text_of
from governance.evidence.links.source import LinksSource
from governance.evidence.source import Asked, EvidenceSource
from tutela import track

NOW = datetime(2026, 11, 22, 1, 20, tzinfo=UTC)
FINAL = "s3://models/final/"
NODE = FINAL.rstrip("/")


def made(at: datetime = NOW, **said: str | None) -> Link:
    usual: dict[str, str | None] = {"to": None, "doi": None, "release": None, "licence": None}
    relation = Relation(said.pop("relation", None) or "needs")
    every = {**usual, **said}
    return new_link(
        start=FINAL,
        to=every["to"],
        relation=relation,
        doi=every["doi"],
        release=every["release"],
        licence=every["licence"],
        by="ada",
        reason="published",
        at=at,
    )


def write(folder: Path, link: Link) -> None:
    (folder / "links").mkdir(exist_ok=True)
    (folder / "links" / f"{link.id}.json").write_text(text_of(link))


def said(folder: Path) -> tuple[set[str], Gather]:
    (folder / "out").mkdir(exist_ok=True)
    source: EvidenceSource = LinksSource(None, folder)
    with Gather(folder / "out") as into:
        source.read(into, Asked(NOW))
    claims = pq.read_table(folder / "out" / "claims.parquet").to_pylist()
    notes = pq.read_table(folder / "out" / "notes.parquet").to_pylist()
    found = {
        f"{one['holder']} {one['relation']} {one['target']} [{one['root']} {one['root_name']}:"
        f" {one['words']}]"
        for one in claims
    }
    return found | {f"{one['node']} {one['key']} = {one['text']}" for one in notes}, into


def test_a_workspace_without_links_says_nothing(tmp_path: Path) -> None:
    found, into = said(tmp_path)
    assert (found, into.problems) == (set(), [])
    source = LinksSource(None, tmp_path)
    assert (source.name, source.place) == ("workspace", str(tmp_path))
    assert source.writers == f"whoever may write to {tmp_path}"


def test_a_doi_a_release_and_a_licence_are_roots_and_notes(tmp_path: Path) -> None:
    write(tmp_path, made(doi="10.5281/zenodo.1", release="v1", licence="Apache-2.0"))
    found, into = said(tmp_path)
    assert found == {
        f"doi:10.5281/zenodo.1 names {NODE} [doi 10.5281/zenodo.1:"
        " DOI 10.5281/zenodo.1, signed by ada: published]",
        f"release:v1 names {NODE} [lineage.link v1: release v1, signed by ada: published]",
        "doi:10.5281/zenodo.1 type = release",
        "doi:10.5281/zenodo.1 label = DOI 10.5281/zenodo.1",
        "doi:10.5281/zenodo.1 licence = Apache-2.0",
        "release:v1 type = release",
        "release:v1 label = release v1",
        "release:v1 licence = Apache-2.0",
        f"{NODE} licence = Apache-2.0",
    }
    assert into.problems == []


@pytest.mark.parametrize(("relation", "root"), [("needs", True), ("names", True), ("made", False)])
def test_who_signs_that_something_is_needed_is_a_root(
    relation: str, root: bool, tmp_path: Path
) -> None:
    link = made(to="s3://data/corpus/", relation=relation)
    write(tmp_path, link)
    found, _ = said(tmp_path)
    by_itself = f"lineage.link {link.id}" if root else "None None"
    assert found == {
        f"{NODE} {relation} s3://data/corpus [{by_itself}: link signed by ada: published]"
    }


def test_a_released_link_says_nothing(tmp_path: Path) -> None:
    link = made(doi="10.5281/zenodo.1")
    write(tmp_path, link)
    release = new_release(link.id, by="bob", reason="withdrawn", at=NOW)
    (tmp_path / "links" / f"{link.id}.released.json").write_text(text_of(release))
    found, into = said(tmp_path)
    assert (found, into.problems) == (set(), [])


def test_what_cannot_be_understood_may_be_about_anything_and_the_rest_counts(
    tmp_path: Path,
) -> None:
    write(tmp_path, made(doi="10.5281/zenodo.1"))
    for folder, name in (("links", "link-000000000000.json"), ("records", "x.json")):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / name).write_text("{")
        (tmp_path / folder / "linked.json").symlink_to("/etc/hostname")
        (tmp_path / folder / ".hidden.json").write_text("{")
        (tmp_path / folder / "note.txt").write_text("{")
    found, into = said(tmp_path)
    assert any(one.startswith("doi:10.5281/zenodo.1 names") for one in found)
    assert [(one.words, one.within) for one in into.problems] == [
        ("links/link-000000000000.json: it is not JSON", None),
        ("links/linked.json: it is a symbolic link, which is not followed", None),
        ("records/linked.json: it is a symbolic link, which is not followed", None),
        ("records/x.json: a record that is not JSON", None),
    ]


def test_a_link_from_the_future_counts_and_is_told(tmp_path: Path) -> None:
    write(tmp_path, made(NOW + timedelta(days=2), doi="10.5281/zenodo.1"))
    found, into = said(tmp_path)
    assert found
    assert len(into.remarks) == 1
    assert into.problems == []


def test_what_track_writes_into_a_workspace_is_said(tmp_path: Path) -> None:
    (tmp_path / ".tutela").mkdir()
    assert track("s3://models/run/checkpoint-7", run="sft", workspace=tmp_path, rank=0)
    found, into = said(tmp_path / ".tutela")
    place = "s3://models/run/checkpoint-7"
    assert any(
        one.startswith("record:") and one.endswith("[track.record sft: track record of run sft]")
        for one in found
    )
    assert f"run:sft@s3://models/run/ made {place} [None None: run sft]" in found
    assert into.problems == []


def test_links_that_cannot_be_listed_are_no_links_at_all(tmp_path: Path) -> None:
    (tmp_path / "links").write_text("x")
    with pytest.raises(EvidenceError, match="cannot list"):
        said(tmp_path)
