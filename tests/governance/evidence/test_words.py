"""What is known of a source, in words."""

from datetime import timedelta
from pathlib import Path

from governance.evidence.known import Known, known_evidence
from governance.evidence.schema import Problem
from governance.evidence.words import age, answered, mend, page, problems, title, trust, wrapped
from governance.snapshot.reader import latest
from governance.workspace.workspace import Workspace
from tests.governance.evidence.readings import NOW, add_source
from tests.governance.workspace.snapshots import add_snapshot


def known(workspace: Workspace, kind: str = "jobs") -> Known:
    found = known_evidence(workspace, latest(workspace), NOW)
    return next(one for one in found if one.reading.kind == kind)


def place(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path, "evidence: {jobs: [{file: jobs.json, name: slurm}]}\n")


def test_a_source_that_answered(tmp_path: Path) -> None:
    workspace = place(tmp_path)
    add_source(workspace, at=NOW - timedelta(hours=5))
    one = known(workspace)
    assert title(one) == "jobs slurm"
    assert (answered(one.reading), age(one.reading, NOW)) == ("completely", "5 hours")
    assert mend(one) is None
    assert trust(one.reading) == "yes"


def test_a_source_that_never_did(tmp_path: Path) -> None:
    one = known(place(tmp_path))
    assert (answered(one.reading), age(one.reading, NOW)) == ("never", "-")
    assert mend(one) == "tutela evidence read slurm"


def test_a_source_of_the_future(tmp_path: Path) -> None:
    workspace = place(tmp_path)
    add_source(workspace, at=NOW + timedelta(days=1))
    assert age(known(workspace).reading, NOW) == "in the future"


def test_a_store_is_called_by_what_was_scanned(tmp_path: Path) -> None:
    workspace = place(tmp_path)
    add_snapshot(workspace, "alpha", NOW, evidence=False)
    one = known(workspace, "store")
    assert title(one) == "store s3://alpha"
    assert mend(one) == "tutela catalog scan s3://alpha"
    assert trust(one.reading) == "no: it may only add reasons to keep"


def test_many_problems_are_counted(tmp_path: Path) -> None:
    workspace = place(tmp_path)
    add_source(workspace, problems=[Problem(words=f"p{n}", within="s3://a/") for n in range(9)])
    said = problems(known(workspace).reading, 2)
    assert said == ["p0 (about s3://a/)", "p1 (about s3://a/)", "and 7 more"]


def test_lines_are_set_in_after_the_first() -> None:
    assert wrapped("  - " + "word " * 30, 4)[1].startswith("    word")
    assert page([], NOW) == "no evidence"
