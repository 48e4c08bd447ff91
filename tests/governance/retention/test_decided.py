from pathlib import Path

import pytest

from governance.evidence.claim import Relation
from governance.evidence.links.link import new_link, text_of
from governance.retention.decided import NothingScannedError, decide_workspace
from governance.retention.scope import Scope
from governance.snapshot.manifest import Gap
from tests.governance.retention.places import NOW, add_snapshot, save, workspace


def test_every_artifact_has_facts_and_one_decision(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    add_snapshot(place, [save("a/", 1), save("a/", 2)], bucket="one")
    add_snapshot(place, [save("b/", 1)], bucket="two")
    decided = decide_workspace(place, now=NOW)
    found = decided.connection.execute(
        "SELECT count(*), count(DISTINCT d.fact) FROM facts JOIN decisions d USING (fact)"
    ).fetchone()
    decided.connection.close()
    assert found == (3, 3)
    assert len(decided.snapshots) == 2


def test_nothing_scanned_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NothingScannedError):
        decide_workspace(workspace(tmp_path), now=NOW)


def test_reasons_in_a_projects_report_name_no_place_outside_it(tmp_path: Path) -> None:
    place = workspace(tmp_path, 'projects: {ours: {prefixes: ["s3://lab/ours/"]}}', _POLICY)
    gaps = [Gap(prefix="theirs/secret/", reason="denied")]
    add_snapshot(place, [save("ours/", 1)], complete=False, gaps=gaps)
    for scope, named in ((Scope(), True), (Scope(project="ours"), False)):
        decided = decide_workspace(place, now=NOW, about=scope)
        (reason,) = decided.connection.execute("SELECT reason FROM decisions").fetchone() or ("",)
        decided.connection.close()
        assert ("secret" in reason) is named
        assert "incomplete" in reason


_POLICY = """
version: 1
rules:
  - id: thin
    match: {kind: checkpoint}
    else: {after: 60d, action: delete}
"""


def test_who_needs_an_artifact_is_not_named_where_it_is_another_projects(tmp_path: Path) -> None:
    place = workspace(tmp_path, 'projects: {ours: {prefixes: ["s3://lab/ours/"]}}', _POLICY)
    add_snapshot(place, [save("ours/", 1), save("theirs/secret/", 1)])
    link = new_link(
        start="s3://lab/theirs/secret/checkpoint-1/",
        to="s3://lab/ours/checkpoint-1/",
        relation=Relation.NEEDS,
        doi=None,
        release=None,
        licence=None,
        by="ada",
        reason="secret",
        at=NOW,
    )
    (place.folder / "links").mkdir()
    (place.folder / "links" / f"{link.id}.json").write_text(text_of(link))
    for scope, words in (
        (Scope(), "needed by link signed by ada: secret"),
        (Scope(project="ours"), "needed by something outside this project"),
    ):
        decided = decide_workspace(place, now=NOW, about=scope)
        found = decided.connection.execute(
            "SELECT verdict, reason FROM decisions JOIN facts USING (fact) WHERE project = 'ours'"
        ).fetchall()
        decided.connection.close()
        assert found == [("keep", words)]
