"""tutela doctor against a real S3 server: what answers, what is refused, what is missing."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from governance.snapshot.manifest import StoreRecord
from governance.store.client import Store
from governance.store.probe import ask_store
from governance.workspace.config import StoreConfig
from governance.workspace.doctor import Check, diagnose
from governance.workspace.workspace import Workspace
from tests.governance.workspace.snapshots import add_snapshot
from tests.labs.seaweed import LIST_ALL, LIST_CURRENT, READ, Lab
from tutela.demo.seaweed import Identity

ALL = (*LIST_ALL, *READ, "s3:GetBucketVersioning", "s3:GetBucketObjectLockConfiguration")
NOTHING = StoreConfig()


def become(monkeypatch: pytest.MonkeyPatch, lab: Lab, who: Identity | None = None) -> None:
    for name, value in lab.environ(who).items():
        monkeypatch.setenv(name, value)


def here(lab: Lab) -> StoreConfig:
    return StoreConfig(endpoint=lab.endpoint)


def now_of(lab: Lab) -> datetime:
    answer = ask_store(Store(here(lab)), None)
    assert answer.server_time is not None
    return answer.server_time


def named(checks: tuple[Check, ...], what: str) -> Check:
    (check,) = (check for check in checks if check.what == what)
    return check


def test_with_all_rights_everything_is_well(s3: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    become(monkeypatch, s3)
    bucket = s3.bucket(versioned=True)
    found = diagnose(None, [f"s3://{bucket}/some/prefix"], here(s3), now_of(s3))
    assert found.exit_code == 0
    assert [check.what for check in found.checks if check.state == "ok"] == [
        "credentials",
        "reachable",
        "clock",
        "login",
        *(right for right in ALL if right != "s3:GetObjectVersion"),
    ]
    assert named(found.checks, "credentials").detail == "environment variables"
    assert named(found.checks, "tls").detail == "the connection is not encrypted"
    assert str(found).endswith("everything that was asked for works")


def test_each_missing_right_is_named_with_what_it_costs(
    s3: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = s3.bucket()
    s3.client.put_object(Bucket=bucket, Key="a", Body=b"x")
    s3.allow(bucket, LIST_CURRENT)
    become(monkeypatch, s3, s3.guest)
    found = diagnose(None, [f"s3://{bucket}"], here(s3), now_of(s3))
    assert found.exit_code == 3
    assert {check.what for check in found.checks if check.state == "missing"} == {
        "s3:ListBucketVersions",
        "s3:ListBucketMultipartUploads",
        "s3:ListMultipartUploadParts",
        "s3:GetObject",
        "s3:GetBucketVersioning",
        "s3:GetBucketObjectLockConfiguration",
    }
    assert "sizes are lower bounds" in named(found.checks, "s3:ListBucketVersions").detail
    assert f"to do: ask for s3:GetObject on arn:aws:s3:::{bucket}" in str(found)
    assert json.loads(json.dumps(found.as_json()))["ok"] is False


def test_without_any_object_reading_cannot_be_tried(
    s3: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = s3.bucket()
    become(monkeypatch, s3, s3.guest)
    found = diagnose(None, [f"s3://{bucket}"], here(s3), now_of(s3))
    assert named(found.checks, "s3:ListBucket").detail == "the bucket cannot be scanned"
    assert named(found.checks, "s3:GetObject").state == "unknown"


def test_a_bucket_that_is_not_there_is_said_once(s3: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    become(monkeypatch, s3)
    found = diagnose(None, ["s3://no-such-bucket-here"], here(s3), now_of(s3))
    bad = [check for check in found.checks if check.bad]
    assert [check.what for check in bad] == ["s3:ListBucket"]
    assert "no bucket no-such-bucket-here" in bad[0].detail


def test_wrong_and_absent_credentials_are_told_apart(
    s3: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    become(monkeypatch, s3)
    now = now_of(s3)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong-secret")
    found = diagnose(None, [], here(s3), now)
    assert "the secret key is wrong" in named(found.checks, "login").detail
    assert "wrong-secret" not in str(found) + json.dumps(found.as_json())
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    found = diagnose(None, [], here(s3), now)
    assert named(found.checks, "credentials").state == "failed"
    assert found.exit_code == 3


def test_a_profile_that_is_not_there_is_named(s3: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    become(monkeypatch, s3)
    config = StoreConfig(endpoint=s3.endpoint, profile="nobody")
    check = named(diagnose(None, ["s3://b-1"], config, now_of(s3)).checks, "settings")
    assert "no profile nobody" in check.detail


@pytest.mark.parametrize(("hours", "word"), [(1, "ahead of"), (-1, "behind")])
def test_clocks_that_differ_are_told(
    hours: int, word: str, s3: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    become(monkeypatch, s3)
    wrong = now_of(s3) + timedelta(hours=hours)
    check = named(diagnose(None, [], here(s3), wrong).checks, "clock")
    assert check.state == "failed"
    assert word in check.detail
    (seconds,) = re.findall(r"(\d+) s ", check.detail)
    assert abs(int(seconds) - 3600) < 60  # the test may take its time


def test_nobody_at_the_endpoint_and_no_tls_are_told(
    s3: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    become(monkeypatch, s3)
    now = datetime(2026, 11, 22, tzinfo=UTC)
    down = diagnose(None, [], StoreConfig(endpoint="http://127.0.0.1:9"), now)
    assert "nothing answers at http://127.0.0.1:9" in named(down.checks, "reachable").detail
    plain = s3.endpoint.replace("http:", "https:")
    refused = diagnose(None, [], StoreConfig(endpoint=plain), now)
    assert "does not speak TLS" in named(refused.checks, "tls").detail
    assert down.exit_code == refused.exit_code == 3


def test_configured_and_scanned_buckets_are_asked(
    s3: Lab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    become(monkeypatch, s3)
    named_bucket, source, scanned = (s3.bucket() for _ in range(3))
    workspace = Workspace.create(
        tmp_path,
        f"stores: {{lab: {{endpoint: '{s3.endpoint}', type: seaweedfs}}}}\n"
        f"sources: ['s3://{source}/runs', inventory.parquet]\n".replace(
            "type: seaweedfs", f"type: seaweedfs, buckets: [{named_bucket}, {source}]"
        ),
    )
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    identity = s3.endpoint.removeprefix("http://")
    record = StoreRecord(identity=identity, endpoint=s3.endpoint, type="seaweedfs")
    add_snapshot(workspace, scanned, moment, store=record)
    found = diagnose(workspace, [], NOTHING, now_of(s3))
    asked = [check.where for check in found.checks if check.what == "s3:ListBucket"]
    assert asked == [f"s3://{bucket}" for bucket in (named_bucket, source, scanned)]
    assert found.exit_code == 0
    assert any("public access block" in check.detail for check in found.checks)


def test_what_was_scanned_without_being_configured_is_asked_too(
    s3: Lab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    become(monkeypatch, s3)
    bucket = s3.bucket()
    workspace = Workspace.create(tmp_path)
    record = StoreRecord(identity=s3.endpoint.removeprefix("http://"), endpoint=s3.endpoint)
    add_snapshot(workspace, bucket, datetime(2026, 11, 22, tzinfo=UTC), store=record)
    found = diagnose(workspace, [], NOTHING, now_of(s3))
    assert named(found.checks, "s3:ListBucket").where == f"s3://{bucket}"


def test_the_workspace_itself_is_looked_at(tmp_path: Path) -> None:
    sources = f"sources: ['file://{tmp_path}', 'file://{tmp_path}/none']"
    workspace = Workspace.create(tmp_path, f"policy: none.yaml\n{sources}\n")
    found = diagnose(workspace, [], NOTHING, datetime(2026, 11, 22, tzinfo=UTC))
    assert named(found.checks, "version").state == "ok"
    assert named(found.checks, "disk").detail.endswith(" free")
    assert named(found.checks, "policy").state == "failed"
    trees = [check.state for check in found.checks if check.what == "source"]
    assert trees == ["ok", "failed"]
    assert named(found.checks, "configured").state == "note"


def test_sources_of_evidence_are_asked_too(tmp_path: Path) -> None:
    config = "evidence: {jobs: [{file: jobs.json, name: slurm}, {file: none.json, name: gone}]}\n"
    workspace = Workspace.create(tmp_path, config)
    (workspace.folder / "jobs.json").write_text('{"jobs": []}')
    found = diagnose(workspace, [], NOTHING, datetime(2026, 11, 22, tzinfo=UTC))
    told = {check.where: check for check in found.checks if check.what == "evidence"}
    assert {where: check.state for where, check in told.items()} == {
        "jobs slurm": "ok",
        "jobs gone": "failed",
    }
    assert told["jobs gone"].hints == (f"ls -l {workspace.folder / 'none.json'}",)
    assert found.exit_code == 3
