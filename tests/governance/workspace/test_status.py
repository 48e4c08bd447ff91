"""tutela status: what is there and what is missing, without asking a store."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from blueprints.display import WIDTH, width
from governance.evidence.schema import Problem
from governance.pin.cache import Cached, store
from governance.pin.places import place_of
from governance.snapshot.errors import NewerSnapshotError
from governance.snapshot.manifest import MANIFEST, Bytes, Counts, Gap
from governance.workspace.status import status
from governance.workspace.workspace import Workspace
from tests.governance.evidence.readings import add_source
from tests.governance.workspace.snapshots import add_snapshot

NOW = datetime(2026, 11, 22, 1, 20, tzinfo=UTC)
POLICY = "version: 1\nrules:\n- id: old\n  match: {kind: checkpoint}\n  keep: {last_verified: 2}\n"


def missing(workspace: Workspace) -> list[str]:
    return [one.what for one in status(workspace, NOW).missing]


def test_a_new_workspace_misses_everything(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path)
    assert missing(workspace) == [
        "no snapshot yet",
        "no policy: everything is kept",
        "no projects: every artifact belongs to `unknown`",
    ]
    assert "snapshots: none" in str(status(workspace, NOW))


def test_what_is_configured_and_scanned_is_shown(tmp_path: Path) -> None:
    config = """
stores: {site: {endpoint: https://s3.example.org, type: vast, profile: site}}
sources: [s3://alpha, s3://beta]
projects: {alpha: {prefixes: [s3://alpha], owners: [ada], quota: 100TB}}
evidence: {mlflow: [{uri: https://mlflow.example.org}]}
policy: policy.yaml
"""
    workspace = Workspace.create(tmp_path, config)
    (workspace.folder / "policy.yaml").write_text(POLICY)
    manifest = add_snapshot(
        workspace,
        "alpha",
        NOW - timedelta(hours=3),
        counts=Counts(artifacts=1234),
        bytes=Bytes(live=10**12, noncurrent=2 * 10**11, uploads=0),
        lower_bound=True,
    )
    add_snapshot(workspace, "alpha", NOW - timedelta(days=20))
    assert "s3://alpha: pins are not known" in str(status(workspace, NOW))
    place = place_of(manifest, workspace.config)
    assert place is not None
    store(workspace, place, Cached(NOW, None))
    shown = status(workspace, NOW)
    text = str(shown)
    rows = [" ".join(line.split()) for line in text.splitlines() if line.startswith("s3://alpha")]
    assert rows == ["s3://alpha 2026-11-21 22:20 UTC 3 hours 1,234 ≥ 1.2 TB complete"]
    for word in ("site", "vast", "https://s3.example.org", "ada", "100 TB", "policy.yaml"):
        assert word in text
    assert "pins: 0 (read 2026-11-22 01:20 UTC)" in text
    assert "mlflow mlflow-example-org-a664da  -      -    never          0" in text
    assert [one.what for one in shown.missing] == [
        "s3://beta was never scanned",
        "mlflow mlflow-example-org-a664da: not read yet: tutela evidence read",
    ]
    data = json.loads(json.dumps(shown.as_json()))
    assert data["schema"] == "tutela/status/v1"
    assert data["snapshots"][0]["bytes"] == 1_200_000_000_000
    assert data["policies"] == [{"file": str(workspace.folder / "policy.yaml"), "rules": 1}]


def test_sources_that_do_not_answer_are_told_with_what_to_type(tmp_path: Path) -> None:
    config = """
evidence:
  jobs: [{file: jobs.json, name: slurm}]
  mlflow: [{uri: https://mlflow.example.org, name: prod}]
policy: policy.yaml
"""
    workspace = Workspace.create(tmp_path, config)
    (workspace.folder / "policy.yaml").write_text(POLICY)
    add_source(workspace, at=NOW - timedelta(days=2))
    add_source(workspace, "mlflow", "prod", problems=[Problem(words="one"), Problem(words="two")])
    add_source(workspace, "dvc", "gone")
    shown = status(workspace, NOW)
    told = {one.what: one.hint for one in shown.missing if "snapshot" not in one.what}
    del told["no projects: every artifact belongs to `unknown`"]
    assert told == {
        "jobs slurm is 2 days old; the policy relies on 24 hours at most": (
            "tutela evidence read slurm"
        ),
        "mlflow prod: one (and 1 more)": "tutela evidence read prod",
        "dvc gone is no longer in tutela.yaml, and counts": (
            'tutela evidence forget dvc/gone --reason "WHY"'
        ),
    }
    rows = [line.split()[:2] for line in str(shown).splitlines() if " 2026-11-2" in line]
    assert rows == [["mlflow", "prod"], ["jobs", "slurm"], ["dvc", "gone"]]


def test_old_and_incomplete_snapshots_are_told(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path, "policy: policy.yaml\n")
    (workspace.folder / "policy.yaml").write_text(POLICY)
    add_snapshot(
        workspace,
        "alpha",
        NOW - timedelta(days=9),
        complete=False,
        gaps=(Gap(prefix="a/", reason="access denied", right="s3:ListBucket"),),
        missing_rights=("s3:ListBucketVersions",),
    )
    assert missing(workspace)[:3] == [
        "the snapshot of s3://alpha is 9 days old",
        "s3://alpha: one place could not be listed",
        "s3://alpha: rights are missing: s3:ListBucketVersions",
    ]
    assert "incomplete" in str(status(workspace, NOW))


def test_a_policy_that_is_wrong_is_told_with_its_lines_and_the_rest_still_shown(
    tmp_path: Path,
) -> None:
    workspace = Workspace.create(tmp_path, "policy: [policy.yaml, none.yaml]\n")
    (workspace.folder / "policy.yaml").write_text("version: 1\nrulez: []\n")
    shown = status(workspace, NOW)
    assert [policy.rules for policy in shown.policies] == [None, None]
    assert any("policy.yaml:2: unknown key" in one.what for one in shown.missing)
    assert any("none.yaml" in one.what for one in shown.missing)


def test_a_snapshot_of_a_newer_schema_is_refused_by_name(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path)
    manifest = add_snapshot(workspace, "alpha", NOW)
    file = workspace.snapshots_dir / manifest.id / MANIFEST
    file.write_text(file.read_text().replace("tutela/snapshot/v1", "tutela/snapshot/v9"))
    with pytest.raises(NewerSnapshotError, match=manifest.id):
        status(workspace, NOW)


def test_hostile_names_fit_the_page_and_are_visible(tmp_path: Path) -> None:
    workspace = Workspace.create(
        tmp_path,
        'stores: {site: {profile: "a\\e[31m\\n"}}\nprojects: {p: {pattern: x, '
        f'owners: ["{"界" * 200}"]}}}}\n',
    )
    add_snapshot(workspace, "alpha", NOW, source="s3://alpha/\x1b[2J\n" + "x" * 500)
    lines = str(status(workspace, NOW)).splitlines()
    assert all(line.isprintable() for line in lines)
    # The folder and what is missing are sentences with names in full; the rest are tables.
    tables = [line for line in lines if not line.startswith(("workspace ", "  "))]
    assert all(width(line) <= WIDTH for line in tables)
