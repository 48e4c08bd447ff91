from contextlib import closing
from pathlib import Path

import pytest

import governance.evidence.dvc.contents
from governance.evidence.dvc.contents import PATIENCE, StoredContents
from tests.labs.seaweed import Lab


@pytest.fixture
def workspace(tmp_path: Path, s3: Lab, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in s3.environ().items():
        monkeypatch.setenv(name, value)
    folder = tmp_path / ".tutela"
    folder.mkdir()
    (folder / "version.json").write_text('{"schema": "tutela/workspace/v1"}\n')
    (folder / "tutela.yaml").write_text(
        f"stores:\n  lab:\n    endpoint: {s3.endpoint}\n    type: seaweedfs\n"
    )
    return folder


def test_reads_from_the_stores_of_the_workspace(
    workspace: Path, s3: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = s3.bucket()
    s3.client.put_object(Bucket=bucket, Key="a b/c", Body=b"0123456789")
    monkeypatch.setattr(governance.evidence.dvc.contents, "MAX_READ", 4)
    with closing(StoredContents(workspace)) as contents:
        assert contents.read(f"s3://{bucket}/a b/c", 10) == b"0123456789"
        assert contents.read(f"s3://{bucket}/a b/c", 9) is None
        for _ in range(2 * PATIENCE):
            assert contents.read(f"s3://{bucket}/none", 10) is None
        assert contents.read(f"s3://{bucket}/a b/c", 10) == b"0123456789"
        assert contents.read("s3://no-such-bucket-here/x", 10) is None
        assert contents.read(f"s3://{bucket}", 10) is None
        assert contents.read("gs://x/y", 10) is None


def test_a_store_that_does_not_answer_is_asked_a_few_times(
    workspace: Path, s3: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = s3.bucket()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3.guest.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", s3.guest.secret_key)
    s3.client.put_object(Bucket=bucket, Key="x", Body=b"x")
    with closing(StoredContents(workspace)) as contents:
        for _ in range(PATIENCE):
            assert contents.read(f"s3://{bucket}/x", 10) is None
        s3.allow(bucket, ["s3:GetObject"])
        assert contents.read(f"s3://{bucket}/x", 10) is None
    with closing(StoredContents(workspace)) as contents:
        assert contents.read(f"s3://{bucket}/x", 10) == b"x"


def test_reads_files_also_without_a_workspace(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"x")
    with closing(StoredContents(tmp_path)) as contents:
        assert contents.read(f"file://{tmp_path}/x", 10) == b"x"
        assert contents.read(f"file://{tmp_path}/y", 10) is None
        assert contents.read(f"file://{tmp_path}", 10) is None
        assert contents.read("file:///x\0y", 10) is None
        assert contents.read("s3://bucket/x", 10) is None
