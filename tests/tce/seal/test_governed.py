"""Sealed into a bucket, a checkpoint stays one for the catalog: which has no key."""

import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from governance.snapshot.reader import Snapshot
from governance.workspace.workspace import Workspace
from tests.governance.catalog.places import scanned
from tests.labs.seaweed import Lab
from tests.tce.seal.people import Person

FIXTURES = Path(__file__).parents[2] / "fixtures" / "layouts"
SAME = ("kind", "layout", "step", "complete", "base_model")


@pytest.fixture
def login(s3: Lab, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """Be the administrator of the S3 server in this process."""
    for name, value in s3.environ().items():
        monkeypatch.setenv(name, value)
    return s3


def artifacts(snapshot: Snapshot) -> list[dict[str, object]]:
    rows = pq.read_table(snapshot.artifacts).to_pylist()
    return [row for row in rows if row["kind"] in ("checkpoint", "model", "adapter")]


def needs(snapshot: Snapshot) -> set[str]:
    claims = pq.read_table(snapshot.folder / "evidence" / "claims.parquet").to_pylist()
    return {row["target"] for row in claims if row["relation"] == "needs"}


@pytest.mark.parametrize("form", ["attached", "detached"])
def test_a_sealed_run_is_cataloged_as_before(
    form: str, anna: Person, login: Lab, tmp_path: Path
) -> None:
    shutil.copytree(FIXTURES / "trainer-peft" / "tree", anna.folder / "runs")
    bucket = login.bucket()
    detached = ("--detached", "headers") if form == "detached" else ()
    ran = anna.seal(
        *("runs", "--out", f"s3://{bucket}/tce", "--endpoint-url", login.endpoint, *detached),
        environ=login.environ(),
    )
    assert ran.code == 0, ran.err
    config = "" if form == "attached" else f"headers: [{anna.folder / 'headers'}]\n"
    workspace = Workspace.create(tmp_path / "w")
    (workspace.folder / "tutela.yaml").write_text(config)
    workspace = Workspace.find(tmp_path / "w", tmp_path)
    [plain] = scanned(workspace, f"file://{anna.folder / 'runs'}").taken
    [sealed] = scanned(workspace, f"s3://{bucket}", endpoint=login.endpoint, hours=1).taken
    before, after = artifacts(plain.snapshot), artifacts(sealed.snapshot)
    assert len(before) >= 2
    assert sorted(str([one[what] for what in SAME]) for one in after) == sorted(
        str([one[what] for what in SAME]) for one in before
    )
    # Who trains on keeps the same series of saves, and its base model.
    assert len({one["run"] for one in after}) == len({one["run"] for one in before})
    assert needs(sealed.snapshot) == needs(plain.snapshot) != set()
    assert not (anna.folder / "runs" / "id.age").exists()
