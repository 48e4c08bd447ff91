"""A bucket of a real server from scan to verdict: what a pin, and what lies there, does to it."""

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from governance.catalog.scan import scan
from governance.pin.add import add
from governance.pin.release import release
from governance.retention.decided import decide_workspace
from governance.snapshot.reader import latest
from governance.workspace.config import StoreConfig
from governance.workspace.workspace import Workspace
from tests.governance.decide.things import rows
from tests.governance.pin.places import POLICY, quiet
from tests.labs.seaweed import Lab

KEY = "run/checkpoint-1/model.safetensors"


class Place:
    """A workspace, a bucket with one old save, and a clock a year after it was written."""

    def __init__(self, s3: Lab, folder: Path, environ: Mapping[str, str]) -> None:
        self.s3 = s3
        self.bucket = s3.bucket("whole")
        header = json.dumps({"w": {"dtype": "U8", "shape": [4], "data_offsets": [0, 4]}}).encode()
        save = {
            KEY: len(header).to_bytes(8, "little") + header + b"1234",
            "run/checkpoint-1/config.json": b'{"model_type": "llama"}',
            "run/checkpoint-1/trainer_state.json": b'{"global_step": 1}',
        }
        for key, body in save.items():
            s3.client.put_object(Bucket=self.bucket, Key=key, Body=body)
        written = s3.client.head_object(Bucket=self.bucket, Key=KEY)["LastModified"]
        self.now = written + timedelta(days=366)
        self.workspace = Workspace.create(folder)
        self.policy = folder / "policy.yaml"
        self.policy.write_text(POLICY)
        self.scan()

    def scan(self) -> None:
        self.now += timedelta(seconds=2)
        given = StoreConfig(endpoint=self.s3.endpoint)
        uri = f"s3://{self.bucket}"
        scan(self.workspace, [uri], given, now=self.now, cwd=Path(), progress=quiet)

    def decided(self) -> dict[str, str]:
        """Verdict and rule of each artifact."""
        made = decide_workspace(self.workspace, now=self.now, policies=[self.policy])
        with made.connection as connection:
            found = rows(
                connection, "SELECT f.root, d.* FROM facts f JOIN decisions d USING (fact)"
            )
        return {row["root"]: f"{row['verdict']} {row['rule']}" for row in found}


@pytest.fixture
def place(s3: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    environ = s3.environ()
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    return Place(s3, tmp_path, environ)


def test_a_pin_keeps_until_it_is_released_and_is_in_no_snapshot(place: Place) -> None:
    root = "run/checkpoint-1/"
    assert place.decided() == {root: "expire age"}
    uri = f"s3://{place.bucket}/{root}"
    made = add(
        place.workspace, uri, by="ada", reason="why", until=None, now=place.now, progress=quiet
    )
    assert place.decided() == {root: f"keep pin:{made.pin.id}"}
    place.scan()
    assert place.decided() == {root: f"keep pin:{made.pin.id}"}
    assert latest(place.workspace)[0].manifest.counts.rows == 3
    release(place.workspace, made.pin.id, by="ada", reason="done", now=place.now, progress=quiet)
    assert place.decided() == {root: "expire age"}
    place.scan()
    assert place.decided() == {root: "expire age"}


def test_junk_under_the_governance_prefix_only_keeps(place: Place) -> None:
    connection = decide_workspace(
        place.workspace, now=place.now, policies=[place.policy]
    ).connection
    artifact = rows(connection, "SELECT id FROM facts")[0]["id"]
    connection.close()
    for name, body in (
        ("pins/nowhere.json", b"x" * 10_000_000),
        (f"pins/{'f' * 24}/pin-x.json", b"{"),
        (f"pins/{artifact}/pin-x.released.json", b'{"schema": "tutela/pin-release/v1"}'),
        ("anything else", b""),
    ):
        place.s3.client.put_object(Bucket=place.bucket, Key=f".tutela/{name}", Body=body)
    place.scan()
    assert set(place.decided().values()) == {"expire age"}
    junk = f".tutela/pins/{artifact}/pin-x.json"
    place.s3.client.put_object(Bucket=place.bucket, Key=junk, Body=b"\xff" * 100)
    place.scan()
    assert set(place.decided().values()) == {"keep pin:pin-x"}


def test_pins_that_may_not_be_read_keep_everything(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.s3.allow(place.bucket, ["s3:ListBucketVersions", "s3:GetObject", "s3:ListBucket"])
    place.s3.allow(place.bucket, ["s3:ListBucketMultipartUploads"])
    place.s3.deny(place.bucket, ["s3:ListBucket"], prefix=".tutela/")
    for name, value in place.s3.environ(place.s3.guest).items():
        monkeypatch.setenv(name, value)
    place.scan()
    assert set(place.decided().values()) == {"keep evidence"}
