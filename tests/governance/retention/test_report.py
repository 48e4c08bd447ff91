import json
from pathlib import Path

import pytest

from governance.retention.decided import NothingScannedError
from governance.retention.report import report
from governance.retention.scope import UnknownScopeError
from governance.snapshot.manifest import Gap
from tests.governance.retention.lab import asked
from tests.governance.retention.places import (
    NOW,
    File,
    Thing,
    add_snapshot,
    days,
    save,
    workspace,
)

CONFIG = """
projects:
  ours: {prefixes: ["s3://lab/ours/"], quota: 100kB}
  theirs: {prefixes: ["s3://lab/theirs/"]}
"""
POLICY = """
version: 1
rules:
  - id: thin
    match: {kind: checkpoint}
    keep: {last_verified: 1}
    else: {after: 60d, action: delete}
"""


def test_nothing_scanned_is_an_error_with_the_command_to_type(tmp_path: Path) -> None:
    with pytest.raises(NothingScannedError, match="nothing was scanned") as caught:
        report(workspace(tmp_path), now=NOW)
    assert caught.value.__notes__ == ["tutela catalog scan s3://BUCKET"]


def test_without_a_policy_everything_is_kept(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    add_snapshot(place, [save("r/", 1), save("r/", 2)])
    made = report(place, now=NOW)
    assert (made.whole.expire.artifacts, made.whole.keep.artifacts) == (0, 2)
    assert [rule.name for rule in made.rules] == ["no policy"]
    assert made.reclaim == ()


def test_the_newest_snapshot_of_each_source_counts_once(tmp_path: Path) -> None:
    place = workspace(tmp_path, CONFIG, POLICY)
    add_snapshot(place, [save("ours/r/", 1, 10)], at=days(20))
    add_snapshot(place, [save("ours/r/", n, 10) for n in (1, 2)], at=days(10))
    add_snapshot(place, [save("x/", n, 10) for n in (1, 2)], bucket="other")
    made = report(place, now=NOW)
    assert made.whole.all.stored == 4 * 50
    assert {group.name: group.all.artifacts for group in made.projects} == {"ours": 2, "unknown": 2}
    assert [(rule.rule, rule.upper) for rule in made.reclaim] == [("thin", 100)]
    (quota,) = made.quotas
    assert (quota.project, quota.quota, quota.used) == ("ours", 100_000, 100)
    assert quota.basis == "snapshots"


def test_a_policy_can_be_named_for_one_report(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    add_snapshot(place, [save("r/", 1), save("r/", 2)])
    policy = tmp_path / "other.yaml"
    policy.write_text(POLICY)
    made = report(place, now=NOW, policies=[policy])
    assert made.policies == ("other.yaml",)
    assert made.whole.expire.artifacts == 1


def test_a_projects_report_shows_no_other_projects_keys(tmp_path: Path) -> None:
    place = workspace(tmp_path, CONFIG, POLICY)
    gaps = [Gap(prefix="theirs/secret-gap/", reason="denied")]
    secret = Thing(
        "theirs/secret/",
        [File("theirs/secret/a.bin", 10, etag="a" * 32)],
        kind="dataset",
        layout="files",
        complete=False,
        missing=["secret-missing"],
        why="secret-why",
        run="theirs/secret/",
    )
    copied = Thing(
        "ours/d/", [File("ours/d/a.bin", 10, etag="a" * 32)], kind="dataset", run="ours/"
    )
    things = [save("ours/r/", 1), save("ours/r/", 2), copied, secret]
    for age in (20, 10):
        add_snapshot(place, things, at=days(age), complete=False, gaps=gaps)
    other = [save("secret-run/", 1)]
    add_snapshot(place, other, bucket="secret-bucket")
    for kind in ("project", "scope"):
        made = report(place, now=NOW, with_notice=True, **{kind: "ours"})  # type: ignore[arg-type]
        everything = str(made) + json.dumps(made.as_json()) + repr(made)
        assert "secret" not in everything
        assert "a place outside this project" in everything
        assert made.duplicates.copies[0].outside
        assert made.whole.all.artifacts == 3
    assert "secret" in json.dumps(report(place, now=NOW).as_json())


def test_what_belongs_to_nobody_can_be_asked_for_and_names_nobody(tmp_path: Path) -> None:
    place = workspace(tmp_path, CONFIG)
    add_snapshot(place, [save("ours/secret/", 1), save("x/", 1)])
    made = report(place, now=NOW, project="unknown")
    assert made.whole.all.artifacts == 1
    assert "secret" not in json.dumps(made.as_json())
    with pytest.raises(UnknownScopeError):
        report(place, now=NOW, project="nobody")


def test_a_run_and_a_prefix_narrow_it_and_quotas_are_then_left_out(tmp_path: Path) -> None:
    place = workspace(tmp_path, CONFIG)
    add_snapshot(place, [save("ours/a/", 1), save("ours/b/", 1)])
    made = report(place, now=NOW, project="ours", run="ours/a")
    assert (made.whole.all.artifacts, made.quotas) == (1, ())
    made = report(place, now=NOW, scope="s3://lab/ours/b/")
    assert (made.whole.all.artifacts, made.quotas) == (1, ())
    nothing = report(place, now=NOW, scope="s3://lab/none")
    assert nothing.whole.all.artifacts == 0
    assert "0 artifacts" in str(nothing)


def test_hostile_sizes_stop_no_report(tmp_path: Path) -> None:
    place = workspace(tmp_path, CONFIG, POLICY)
    most = 2**63 - 1
    add_snapshot(place, [save("ours/r/", n, most // 4) for n in (1, 2, 3)])
    made = report(place, now=NOW, with_notice=True)
    assert made.whole.all.bytes >= most
    assert str(made)


def test_a_project_hears_of_every_source_and_of_no_place_of_another(tmp_path: Path) -> None:
    place = asked(tmp_path)
    whole = report(place, now=NOW)
    own = report(place, now=NOW, project="weather")
    assert [one.title for one in own.evidence] == [one.title for one in whole.evidence]
    assert "swiss-llm" in json.dumps(whole.as_json()["evidence"])
    assert "swiss-llm" not in json.dumps(own.as_json()["evidence"])
    assert "swiss-llm" not in str(own)
    # A source that is about another project only is not this one's business, nor is it missing.
    other = report(place, now=NOW, project="swiss-llm")
    assert "jobs slurm" not in [one.title for one in other.evidence]
    assert "jobs" not in [one.title for one in other.evidence]


def test_what_keeps_more_than_it_needs_is_said_before_any_figure(tmp_path: Path) -> None:
    made = report(asked(tmp_path), now=NOW)
    blocking = [one for one in made.evidence if one.blocks]
    assert [one.title for one in blocking] == ["serving cluster", "jobs slurm", "mlflow old", "dvc"]
    assert all(any(one.title in said for said in made.cautions) for one in blocking)
