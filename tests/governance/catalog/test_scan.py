"""Scanning, end to end: a real S3 server, the real program, real signals."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from governance.errors import GovernanceError
from governance.snapshot.reader import snapshots
from governance.store.errors import NotFoundError
from governance.workspace.workspace import Workspace
from tests.governance.catalog.places import command, environment, result, scanned
from tests.governance.store.listings import random_tree, truth
from tests.labs.seaweed import LIST_ALL, LIST_CURRENT, READ, Lab
from tests.program import Ran
from tests.program import run as tutela


def rows(snapshot: Path) -> Counter[tuple[object, ...]]:
    columns = ["key", "version_id", "is_latest", "entry", "size"]
    table = pq.read_table(snapshot / "objects.parquet", columns=columns)
    return Counter(tuple(row.values()) for row in table.to_pylist())


def run(lab: Lab, where: Path, *words: str, guest: bool = False) -> Ran:
    return tutela(
        *("--json", "catalog", "scan", "-w", str(where), "--endpoint-url", lab.endpoint, *words),
        environ=lab.environ(lab.guest if guest else lab.admin),
    )


def test_a_scan_holds_every_version_marker_and_upload(login: Lab, workspace: Workspace) -> None:
    bucket = login.bucket(versioned=True)
    random_tree(login, bucket, seed=3, keys=30)
    upload = login.unfinished_upload(bucket, "runs/big", [100, 20])
    [taken] = scanned(workspace, f"s3://{bucket}", endpoint=login.endpoint).taken
    expected = truth(login, bucket)
    expected[("runs/big", upload, False, "upload", 120)] = 1
    assert rows(taken.snapshot.folder) == expected
    manifest = taken.snapshot.manifest
    assert manifest.complete
    assert not manifest.lower_bound
    assert (manifest.versions, manifest.uploads) == ("all", "listed")
    assert manifest.counts.rows == expected.total()
    assert manifest.bytes.uploads == 120
    live = sum(row[4] for row in expected if row[2] and row[3] == "version")
    assert manifest.bytes.live == live
    assert manifest.store.endpoint == login.endpoint
    assert manifest.finished >= manifest.started
    assert taken.pins is None


def test_every_row_belongs_to_an_artifact(login: Lab, workspace: Workspace) -> None:
    bucket = login.bucket(versioned=True)
    for name in ("config.json", "model.safetensors", "optimizer.pt", "trainer_state.json"):
        login.client.put_object(Bucket=bucket, Key=f"r/checkpoint-10/{name}", Body=b"{}")
    login.unfinished_upload(bucket, "r/big", [5])
    [taken] = scanned(workspace, f"s3://{bucket}", endpoint=login.endpoint).taken
    found = duckdb.execute(
        "SELECT kind, layout, count(*) FROM read_parquet($1) o JOIN read_parquet($2) a"
        " USING (artifact) GROUP BY ALL ORDER BY ALL",
        [str(taken.snapshot.objects), str(taken.snapshot.artifacts)],
    ).fetchall()
    assert [(kind, count) for kind, _, count in found] == [("checkpoint", 4), ("debris", 1)]


def test_an_empty_bucket_is_a_whole_snapshot(login: Lab, workspace: Workspace) -> None:
    done = scanned(workspace, f"s3://{login.bucket()}", endpoint=login.endpoint)
    assert done.exit_code == 0
    assert done.taken[0].snapshot.manifest.complete
    assert done.taken[0].snapshot.manifest.counts.rows == 0
    assert "0 artifacts, 0 B in current objects" in str(done)


def test_only_the_prefix_is_scanned_and_own_records_never_are(
    login: Lab, workspace: Workspace
) -> None:
    bucket = login.bucket()
    for key in ("team-a/x", "team-ab/x", ".tutela/pins/y.json", "top"):
        login.client.put_object(Bucket=bucket, Key=key, Body=b"x")
    [part] = scanned(workspace, f"s3://{bucket}/team-a/", endpoint=login.endpoint).taken
    assert [row[0] for row in rows(part.snapshot.folder)] == ["team-a/x"]
    [whole] = scanned(workspace, f"s3://{bucket}", endpoint=login.endpoint).taken
    assert sorted(str(row[0]) for row in rows(whole.snapshot.folder)) == [
        "team-a/x",
        "team-ab/x",
        "top",
    ]
    assert whole.snapshot.manifest.governance == ".tutela/"


def test_the_program_makes_the_workspace_and_says_so(s3: Lab, tmp_path: Path) -> None:
    bucket = s3.bucket()
    s3.client.put_object(Bucket=bucket, Key="a", Body=b"123")
    done = run(s3, tmp_path / "new", f"s3://{bucket}")
    assert done.code == 0, done.err
    assert f"made the workspace {tmp_path / 'new' / '.tutela'}" in done.err
    assert result(done)["schema"] == "tutela/catalog-scan/v1"
    assert [path.name for path in (tmp_path / "new").iterdir()] == [".tutela"]


def test_without_w_and_workspace_nothing_is_made(s3: Lab, tmp_path: Path) -> None:
    done = tutela("catalog", "scan", "s3://b", environ=s3.environ(), cwd=tmp_path)
    assert done.code == 1
    assert "no workspace" in done.err
    assert list(tmp_path.iterdir()) == []


def test_what_may_not_be_listed_ends_with_4_and_is_in_the_manifest(s3: Lab, tmp_path: Path) -> None:
    bucket = s3.bucket(versioned=True)
    # More than a page, so that this store is listed folder by folder.
    for number in range(1001):
        s3.client.put_object(Bucket=bucket, Key=f"open/{number}", Body=b"")
    s3.client.put_object(Bucket=bucket, Key="secret/a", Body=b"x")
    s3.allow(bucket, [*LIST_ALL, *READ])
    s3.deny(bucket, LIST_ALL[:2], prefix="secret/")
    done = run(s3, tmp_path, f"s3://{bucket}", guest=True)
    assert done.code == 4, done.err
    [snapshot] = snapshots(Workspace.find(tmp_path, tmp_path))
    assert not snapshot.manifest.complete
    assert snapshot.manifest.lower_bound
    assert [(gap.prefix, gap.right) for gap in snapshot.manifest.gaps] == [
        ("secret/", "s3:ListBucket")
    ]
    assert snapshot.manifest.counts.rows == 1001


def test_fewer_rights_give_a_lower_bound_and_no_gap(s3: Lab, tmp_path: Path) -> None:
    bucket = s3.bucket(versioned=True)
    for body in (b"old", b"newer"):
        s3.client.put_object(Bucket=bucket, Key="a", Body=body)
    s3.allow(bucket, [*LIST_CURRENT, *READ])
    done = run(s3, tmp_path, f"s3://{bucket}", guest=True)
    assert done.code == 0, done.err
    [snapshot] = snapshots(Workspace.find(tmp_path, tmp_path))
    assert snapshot.manifest.complete
    assert snapshot.manifest.lower_bound
    assert snapshot.manifest.versions == "current"
    assert snapshot.manifest.uploads == "not listed"
    assert snapshot.manifest.missing_rights == (
        "s3:ListBucketMultipartUploads",
        "s3:ListBucketVersions",
    )
    assert snapshot.manifest.bytes.live == 5


@pytest.mark.parametrize(
    ("source", "kind"),
    [("s3://never-made", "not found"), ("s3://", "store"), ("gs://b", "source"), ("b", "source")],
)
def test_what_cannot_be_scanned_is_one_clear_error_and_no_snapshot(
    s3: Lab, tmp_path: Path, source: str, kind: str
) -> None:
    done = run(s3, tmp_path, source)
    assert done.code in (1, 2)
    assert f'"kind": "{kind}"' in done.err
    assert done.out == ""
    assert list((tmp_path / ".tutela" / "snapshots").iterdir()) == []


def test_one_source_that_fails_does_not_stop_the_others(login: Lab, workspace: Workspace) -> None:
    bucket = login.bucket()
    done = scanned(workspace, "s3://never-made", f"s3://{bucket}", endpoint=login.endpoint)
    assert done.exit_code == 4
    assert [one.source for one in done.failed] == ["s3://never-made"]
    assert isinstance(done.failed[0].error, NotFoundError)
    assert "s3://never-made: not scanned: no bucket never-made" in str(done)
    both = scanned(workspace, "s3://never-1", "s3://never-2", endpoint=login.endpoint)
    assert both.exit_code == 1


def test_no_source_means_those_that_are_configured(login: Lab, workspace: Workspace) -> None:
    bucket = login.bucket()
    with pytest.raises(GovernanceError, match="no source is named"):
        scanned(workspace)
    (workspace.folder / "tutela.yaml").write_text(
        f"stores: {{site: {{endpoint: '{login.endpoint}'}}}}\nsources: ['s3://{bucket}']\n"
    )
    again = Workspace.find(workspace.folder.parent, workspace.folder)
    [taken] = scanned(again).taken
    assert taken.snapshot.manifest.source == f"s3://{bucket}/"


def test_hostile_names_are_shown_and_kept_as_text(login: Lab, workspace: Workspace) -> None:
    bucket = login.bucket()
    keys = ["new\nline", "rtl\u202egnp.exe", "<script>alert(1)</script>", "\N{GRINNING FACE}/a"]
    for key in keys:
        login.client.put_object(Bucket=bucket, Key=key, Body=b"x")
    [taken] = scanned(workspace, f"s3://{bucket}", endpoint=login.endpoint).taken
    assert sorted(str(row[0]) for row in rows(taken.snapshot.folder)) == sorted(keys)
    odd = "s3://" + bucket + "/new\nli"
    shown = str(scanned(workspace, odd, endpoint=login.endpoint))
    assert "new\\nli" in shown
    assert len(shown.splitlines()) == 3


def test_a_run_that_is_interrupted_at_any_time_leaves_no_half_snapshot(
    s3: Lab, tmp_path: Path
) -> None:
    bucket = s3.bucket()
    for number in range(60):
        s3.client.put_object(Bucket=bucket, Key=f"run/checkpoint-{number}/config.json", Body=b"{}")
    words = ["catalog", "scan", "-w", str(tmp_path), "--endpoint-url", s3.endpoint]
    chosen = random.Random(5)
    environ = environment(s3.environ())
    codes = []
    for number in range(4):
        if number % 2 == 0:
            time.sleep(1)  # a snapshot's id is its second
        with subprocess.Popen(
            command([*words, f"s3://{bucket}"]),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environ,
        ) as running:
            time.sleep(0.1 + chosen.random() * 1.6)
            running.send_signal(signal.SIGINT)
            _, err = running.communicate(timeout=30)
        codes.append(running.returncode)
        # -2 is 130 to a shell: Python ends by the signal itself where it met it inside of exec().
        assert running.returncode in (0, 130, -signal.SIGINT), err
        assert b"Traceback" not in err
        folder = tmp_path / ".tutela" / "snapshots"
        names = os.listdir(folder) if folder.exists() else []
        assert [name for name in names if name.startswith(".")] == []
    assert any(codes)
    done = run(s3, tmp_path, f"s3://{bucket}")
    assert done.code == 0, done.err
    for snapshot in snapshots(Workspace.find(tmp_path, tmp_path)):
        assert snapshot.manifest.counts.rows == 60


def test_what_a_killed_scan_left_is_removed_and_said(login: Lab, workspace: Workspace) -> None:
    left = workspace.snapshots_dir / ".partial-20260101T000000Z-abcdef"
    left.mkdir(parents=True)
    (left / "listed.parquet").write_bytes(b"half")
    done = scanned(workspace, f"s3://{login.bucket()}", endpoint=login.endpoint)
    assert done.leftovers == (left.name,)
    assert not left.exists()
    assert f"removed {left.name}" in str(done)


def test_a_tree_is_scanned_without_the_workspace_in_it(workspace: Workspace) -> None:
    home = workspace.folder.parent
    (home / "run").mkdir()
    (home / "run" / "model.safetensors").write_bytes(b"x" * 5000)
    [taken] = scanned(workspace, f"file://{home}").taken
    assert [row[0] for row in rows(taken.snapshot.folder)] == ["run/model.safetensors"]
    manifest = taken.snapshot.manifest
    assert manifest.source == f"file://{home}"
    assert manifest.store.identity == "file"
    assert manifest.bytes.live == 5000
    assert (manifest.bytes.allocated or 0) >= 4096


def test_a_listing_file_is_a_snapshot_of_its_bucket_and_a_lower_bound(
    workspace: Workspace,
) -> None:
    listing = workspace.folder.parent / "listing.csv"
    listing.write_text("Bucket,Key,Size,LastModifiedDate\nalpha,a/b,7,2026-01-01T00:00:00.000Z\n")
    os.utime(listing, (1_790_000_000, 1_790_000_000))
    [taken] = scanned(workspace, "listing.csv").taken
    manifest = taken.snapshot.manifest
    assert (manifest.source, manifest.listing) == ("s3://alpha/", str(listing))
    assert manifest.lower_bound
    assert manifest.uploads == "not listed"
    assert manifest.started.timestamp() == 1_790_000_000
    assert "from the listing" in str(scanned(workspace, "listing.csv", hours=1))


def test_ids_are_the_same_from_a_listing_and_from_the_store(
    login: Lab, workspace: Workspace
) -> None:
    bucket = login.bucket()
    login.client.put_object(Bucket=bucket, Key="m/model.gguf", Body=b"x" * 10)
    listing = workspace.folder.parent / "l.csv"
    listing.write_text(f"Bucket,Key,Size\n{bucket},m/model.gguf,10\n")
    live, listed = (
        pq.read_table(taken.snapshot.artifacts).column("id").to_pylist()
        for taken in (
            *scanned(workspace, f"s3://{bucket}", endpoint=login.endpoint).taken,
            *scanned(workspace, "l.csv", endpoint=login.endpoint, hours=1).taken,
        )
    )
    assert live == listed


FULL = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
from tutela.program import main
sys.exit(main(sys.argv[2:]))
"""


@pytest.mark.parametrize("room", [100, 4_000, 7_000])
def test_a_disk_that_fills_at_any_point_is_one_clear_error_and_loses_nothing(
    s3: Lab, tmp_path: Path, room: int
) -> None:
    """The kernel lets no file grow beyond `room` bytes: the listing, then recognition fail."""
    bucket = s3.bucket()
    for number in range(300):
        key = f"run/{number:03}-{random.Random(number).randbytes(20).hex()}"
        s3.client.put_object(Bucket=bucket, Key=key, Body=b"")
    before = run(s3, tmp_path, f"s3://{s3.bucket()}")
    assert before.code == 0
    words = ["catalog", "scan", "-w", str(tmp_path), "--endpoint-url", s3.endpoint]
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(room), *words, f"s3://{bucket}"],
        check=False,
        capture_output=True,
        text=True,
        env=environment(s3.environ()),
    )
    assert done.returncode == 1, (done.stdout, done.stderr)
    assert "tutela: error: no room left for a snapshot" in done.stderr
    assert "tutela: hint: df -h" in done.stderr
    assert len(list((tmp_path / ".tutela" / "snapshots").iterdir())) == 1


def test_each_way_to_fail_ends_with_1_and_a_hint(s3: Lab, tmp_path: Path) -> None:
    bucket = s3.bucket()
    down = "http://127.0.0.1:1"
    secure = s3.endpoint.replace("http", "https")
    wrong = {**s3.environ(), "AWS_SECRET_ACCESS_KEY": "wrong"}
    for endpoint, environ, said in (
        (s3.endpoint, wrong, "the secret key is wrong"),
        (down, s3.environ(), f"nothing answers at {down}"),
        (secure, s3.environ(), "does not speak TLS"),
        (s3.endpoint, s3.environ(s3.guest), "access denied: cannot list bucket"),
    ):
        words = ("catalog", "scan", "-w", str(tmp_path), "--endpoint-url", endpoint)
        done = tutela(*words, f"s3://{bucket}", environ=environ)
        assert done.code == 1
        assert said in done.err
        assert "tutela: hint: " in done.err
        assert done.out == ""
    assert list((tmp_path / ".tutela" / "snapshots").iterdir()) == []
