"""Two losses that were reproduced, end to end: the peer loses the data, tutela keeps it.

With the alias, or the pushed branch, taken away and the grace past, the same policy lets it go.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from governance.catalog.scan import scan
from governance.evidence.collect import collect
from governance.evidence.source import Asked
from governance.retention.explain import Explanation, explain
from governance.workspace.config import StoreConfig
from governance.workspace.workspace import Workspace
from tests.governance.pin.places import quiet
from tests.labs.dvc_lab import Colleague, colleague
from tests.labs.mlflow_lab import TrackingLab, deleted_behind_alias, gc
from tests.labs.seaweed import Lab

POLICY = """version: 1
grace: {min_age: 14d, in_flight: 48h}
rules:
  - id: old-models
    match: {kind: [model, checkpoint]}
    else: {after: 30d, action: delete}
  - id: old-blobs
    match: {kind: blob}
    else: {after: 30d, action: delete}
"""


@dataclass
class Situation:
    """A workspace with its evidence; `at` is the day on which it is asked."""

    folder: Path
    config: str

    def __post_init__(self) -> None:
        Workspace.create(self.folder, self.config + "policy: policy.yaml\n")
        (self.folder / ".tutela" / "policy.yaml").write_text(POLICY)

    @property
    def workspace(self) -> Workspace:
        return Workspace.find(self.folder, self.folder)

    def scan(self, source: str, at: datetime) -> None:
        scan(self.workspace, [source], StoreConfig(), now=at, cwd=self.folder, progress=quiet)

    def ask(self, artifact: str, at: datetime) -> Explanation:
        """Read all evidence again and decide."""
        workspace = self.workspace
        read = collect(workspace, workspace.config.evidence.entries, Asked(at), quiet)
        assert all(one.answered for one in read)
        return explain(workspace, artifact, now=at)


def verdict(explanation: Explanation) -> tuple[object, object]:
    return explanation.artifact["verdict"], explanation.artifact["rule"]


def test_a_model_behind_an_alias_stays_where_mlflow_gc_destroys_it(
    untouched_mlflow: TrackingLab, tmp_path: Path
) -> None:
    lost = deleted_behind_alias(untouched_mlflow.copy(tmp_path), tmp_path / "artifacts")
    header = json.dumps({"w": {"dtype": "U8", "shape": [4], "data_offsets": [0, 4]}}).encode()
    model = len(header).to_bytes(8, "little") + header + b"1234"
    (lost.folder / "model.safetensors").write_bytes(model)
    now = datetime.now(UTC)  # noqa: TID251 - files have the machine's time
    later = now + timedelta(days=60)
    here = Situation(tmp_path / "ws", f"evidence: {{mlflow: [{{uri: '{lost.lab.uri}'}}]}}\n")
    here.scan((tmp_path / "artifacts").as_uri(), now)
    uri = lost.folder.as_uri()

    kept = here.ask(uri, later)
    assert verdict(kept) == ("keep", "protect:needed")
    assert "needed by alias production of model llama" in str(kept.artifact["reason"])
    assert kept.changes == (f"it may go at once if {kept.needed.roots[0]} no longer needs it",)

    # Without the alias the same policy lets the same model go.
    with lost.lab.client() as client:
        client.delete_registered_model_alias("llama", "production")
    assert verdict(here.ask(uri, later)) == ("expire", "old-models")
    assert verdict(here.ask(uri, now + timedelta(days=13)))[0] == "keep"
    with lost.lab.client() as client:
        client.set_registered_model_alias("llama", "production", "1")
    assert verdict(here.ask(uri, later))[0] == "keep"

    # The peer: in the same situation it destroys what tutela keeps.
    assert "permanently deleted" in gc(lost.lab)
    assert not lost.folder.exists()
    # What is gone is still claimed: nobody is told that all is well.
    assert verdict(here.ask(uri, later))[0] == "keep"


@pytest.fixture
def ben(s3: Lab, tmp_path: Path) -> Colleague:
    return colleague(tmp_path / "lab", s3)


def test_data_that_a_colleague_has_just_pushed_stay_where_dvc_gc_removes_them(
    ben: Colleague, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ben.s3.environ().items():
        monkeypatch.setenv(name, value)
    here = Situation(
        tmp_path / "ws",
        f"stores:\n  lab: {{endpoint: '{ben.s3.endpoint}', type: seaweedfs}}\n"
        "evidence:\n"
        f"  dvc: [{{repo: '{ben.origin.path}', name: origin, owns: ['{ben.remote}']}}]\n",
    )
    now = datetime.now(UTC)  # noqa: TID251 - objects have the server's time
    later = now + timedelta(days=60)
    here.scan(f"s3://{ben.bucket}", now + timedelta(seconds=2))
    blob = f"s3://{ben.bucket}/{ben.key}"

    # Pushed to the remote, not yet to Git: only its age speaks for it, and does.
    kept = here.ask(blob, now + timedelta(hours=1))
    assert verdict(kept) == ("keep", "grace:min_age"), str(kept)

    # Pushed to Git: the branch needs it, however old it is.
    ben.push()
    kept = here.ask(blob, later)
    assert verdict(kept) == ("keep", "protect:needed")
    assert "needed by ref refs/heads/ben of repo origin" in str(kept.artifact["reason"])

    # The branch is deleted, and the grace past: the same policy lets the same blob go.
    ben.delete_branch()
    assert verdict(here.ask(blob, later)) == ("expire", "old-blobs")

    # The peer removes it the moment it is pushed, whatever Git will say.
    assert "Removed 1 objects from remote" in ben.collect()
    assert not ben.there()


def test_without_a_word_on_who_uses_the_store_no_blob_goes(
    ben: Colleague, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ben.s3.environ().items():
        monkeypatch.setenv(name, value)
    here = Situation(
        tmp_path / "ws",
        f"stores:\n  lab: {{endpoint: '{ben.s3.endpoint}', type: seaweedfs}}\n"
        f"evidence: {{dvc: [{{repo: '{ben.origin.path}', name: origin}}]}}\n",
    )
    now = datetime.now(UTC)  # noqa: TID251
    here.scan(f"s3://{ben.bucket}", now + timedelta(seconds=2))
    kept = here.ask(f"s3://{ben.bucket}/{ben.key}", now + timedelta(days=60))
    assert "which dataset versions use this blob" in str(kept.artifact["reason"])
