from pathlib import Path

from governance.retention.sources import cautions, inside, source_of, touches
from governance.snapshot.manifest import Gap
from governance.workspace.config import ProjectConfig
from tests.governance.retention.places import add_snapshot, save, source, workspace


def test_an_incomplete_listing_is_said_before_any_figure() -> None:
    (said,) = cautions([source(complete=False)])
    assert "incomplete" in said
    assert "everything in it is kept" in said


def test_a_missing_right_makes_sizes_lower_bounds() -> None:
    (said,) = cautions([source(lower_bound=True, missing_rights=("s3:ListBucketVersions",))])
    assert said == (
        "sizes in s3://lab/ are lower bounds: without the right s3:ListBucketVersions "
        "not everything is listed"
    )
    (said,) = cautions([source(lower_bound=True, uploads="not listed")])
    assert said.endswith("unfinished uploads could not be listed")
    assert cautions([source()]) == ()


def test_gaps_outside_a_project_are_not_named_in_its_report(tmp_path: Path) -> None:
    gaps = [Gap(prefix="ours/x/", reason="denied"), Gap(prefix="theirs/secret/", reason="denied")]
    snapshot = add_snapshot(workspace(tmp_path), [save("ours/", 1)], complete=False, gaps=gaps)
    ours = ProjectConfig(prefixes=["s3://lab/ours/"])
    assert [gap.prefix for gap in source_of(snapshot, ours).gaps] == [
        "ours/x/",
        "a place outside this project",
    ]
    assert [gap.prefix for gap in source_of(snapshot, None).gaps] == ["ours/x/", "theirs/secret/"]


def test_a_prefix_is_not_another_that_begins_like_it() -> None:
    ours = ProjectConfig(prefixes=["s3://lab/run/"])
    assert inside("s3://lab/run", ours)
    assert inside("s3://lab/run/x", ours)
    assert not inside("s3://lab/run-2/x", ours)
    assert not touches("s3://lab/run-2/x", ours)
    assert touches("s3://lab", ours)
    assert not touches("s3://la", ours)


def test_a_posix_tree_is_a_store_of_its_own_kind(tmp_path: Path) -> None:
    snapshot = add_snapshot(workspace(tmp_path), [save("r/", 1)], bucket="/lab", store_type="file")
    found = source_of(snapshot, ProjectConfig(prefixes=["file:///lab/r/"]))
    assert (found.type, found.store, found.uri) == ("file", "file", "file:///lab/")
    assert found.as_json()["store_type"] == "file"
