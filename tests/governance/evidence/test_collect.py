"""Reading sources: one after the other, whole or not at all, never less than was known."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from governance.evidence import asking
from governance.evidence.claim import Key, Relation
from governance.evidence.collect import BusyError, Collected, alone, collect
from governance.evidence.errors import EvidenceError, ExtraMissingError
from governance.evidence.folders import attempts, evidence_dir, source_folder
from governance.evidence.gather import Gather
from governance.evidence.known import Known, known_evidence
from governance.evidence.source import Asked
from governance.workspace.evidence import Entry
from governance.workspace.workspace import Workspace
from tests.governance.evidence.readings import NOW

CONFIG = """
evidence:
  mlflow: [{uri: https://mlflow.example.org, name: prod}]
  jobs: [{file: jobs.json, name: slurm}]
"""
Say = Callable[[Gather, Asked], None]


class Source:
    """A source that says what a test wants it to."""

    place = "https://me:hunter2@mlflow.example.org"
    writers = "whoever may log runs there"

    def __init__(self, name: str, say: Say) -> None:
        self.name = name
        self._say = say

    def read(self, into: Gather, asked: Asked) -> None:
        self._say(into, asked)


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch) -> dict[str, Say]:
    """What the source of each kind says; to be filled in."""
    said: dict[str, Say] = {"mlflow": claims(), "jobs": claims()}

    def open_source(kind: str, entry: Entry, base: Path) -> Source:
        return Source(entry.known_as, said[kind])

    monkeypatch.setattr(asking, "open_source", open_source)
    return said


def claims(*targets: str, problem: str | None = None, error: Exception | None = None) -> Say:
    def say(into: Gather, asked: Asked) -> None:
        for target in targets:
            into.claim(Relation.NEEDS, "job:1", target, "job 1", root="job.active", since=NOW)
            into.note("job:1", Key.LABEL, text=target)
        if problem is not None:
            into.problem(problem)
        if error is not None:
            raise error

    return say


def read(workspace: Workspace, **more: object) -> dict[str, Collected]:
    asked = Asked(NOW, frozenset({"loss"}))
    found = collect(workspace, workspace.config.evidence.entries, asked, lambda _: None)
    return {one.known.reading.kind: one for one in found}


def targets(known: Known) -> list[str]:
    return sorted(pq.read_table(known.claims)["target"].to_pylist()) if known.claims else []


def test_each_source_gets_a_reading_of_its_own(tmp_path: Path, says: dict[str, Say]) -> None:
    workspace = Workspace.create(tmp_path, CONFIG)
    says["mlflow"] = claims("s3://a/x", "s3://a/y")
    found = read(workspace)
    prod = found["mlflow"].known
    assert (prod.reading.as_of, prod.reading.complete, prod.reading.claims) == (NOW, True, 2)
    assert prod.reading.metrics == ("loss",)
    assert targets(prod) == ["s3://a/x", "s3://a/y"]
    assert prod.claims is not None
    assert prod.claims.parent.name == "20261122T012000Z-1"
    assert found["jobs"].known.reading.metrics == ()
    # No credentials, whatever the source calls its place.
    assert prod.reading.place == "https://mlflow.example.org"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (EvidenceError("http://u:p@h is down", "curl http://u:p@h"), "http://h is down: curl"),
        (
            ExtraMissingError("mlflow is not installed", "pip install 'tutela[evidence]'"),
            "mlflow is not installed: pip install 'tutela[evidence]'",
        ),
        (RuntimeError("secret hunter2"), "it could not be read (RuntimeError)"),
        (PermissionError(13, "Permission denied", "/x"), "it could not be read (PermissionError)"),
    ],
)
def test_one_that_fails_is_recorded_and_the_next_is_read(
    tmp_path: Path, says: dict[str, Say], error: Exception, words: str
) -> None:
    workspace = Workspace.create(tmp_path, CONFIG)
    says["mlflow"], says["jobs"] = claims(error=error), claims("s3://a/x")
    found = read(workspace)
    assert (found["mlflow"].answered, found["jobs"].answered) == (False, True)
    reading = found["mlflow"].known.reading
    assert (reading.complete, reading.as_of, reading.problem_count) == (False, None, 1)
    assert reading.problems[0].words.startswith(words)
    assert reading.writers == "whoever may log runs there"


def test_one_that_fails_keeps_its_older_claims(tmp_path: Path, says: dict[str, Say]) -> None:
    workspace = Workspace.create(tmp_path, CONFIG)
    says["mlflow"] = claims("s3://a/x")
    read(workspace)
    # Also when it had begun to answer, and however often it fails.
    says["mlflow"] = claims("s3://a/y", error=EvidenceError("cut"))
    read(workspace)
    says["mlflow"] = claims(error=EvidenceError("down"))
    for _ in range(4):
        prod = read(workspace)["mlflow"].known
    assert targets(prod) == ["s3://a/x", "s3://a/y"]
    assert prod.notes is not None
    assert pq.read_table(prod.notes)["text"].to_pylist() == ["s3://a/x"]
    assert not prod.reading.complete


def test_one_that_is_cut_short_drops_nothing_until_it_is_whole(
    tmp_path: Path, says: dict[str, Say]
) -> None:
    workspace = Workspace.create(tmp_path, CONFIG)
    says["mlflow"] = claims("s3://a/x", "s3://a/y")
    read(workspace)
    says["mlflow"] = claims("s3://a/y", "s3://a/z", problem="half a page")
    cut = read(workspace)["mlflow"].known
    assert targets(cut) == ["s3://a/x", "s3://a/y", "s3://a/z"]
    assert cut.reading.claims == 3
    assert cut.reading.remarks == ("1 claims are of earlier readings",)
    says["mlflow"] = claims("s3://a/y")
    assert targets(read(workspace)["mlflow"].known) == ["s3://a/y"]


def test_one_that_needs_nothing_but_could_not_read_all_has_answered(
    tmp_path: Path, says: dict[str, Say]
) -> None:
    workspace = Workspace.create(tmp_path, CONFIG)
    says["mlflow"] = claims(problem="half a page")
    prod = read(workspace)["mlflow"]
    assert (prod.answered, prod.known.reading.as_of, prod.known.reading.complete) == (
        True,
        NOW,
        False,
    )
    assert targets(prod.known) == []


def test_facts_come_from_one_reading_only(tmp_path: Path, says: dict[str, Say]) -> None:
    workspace = Workspace.create(tmp_path, CONFIG)
    says["mlflow"] = claims("s3://a/x")
    read(workspace)
    says["mlflow"] = claims("s3://a/y", problem="half a page")
    notes = read(workspace)["mlflow"].known.notes
    assert notes is not None
    assert pq.read_table(notes)["text"].to_pylist() == ["s3://a/y"]


def test_the_newest_two_readings_stay_and_what_is_still_used(
    tmp_path: Path, says: dict[str, Say]
) -> None:
    workspace = Workspace.create(tmp_path, CONFIG)
    home = source_folder(workspace, "mlflow", "prod").path
    says["mlflow"] = claims("s3://a/x")
    for _ in range(4):
        read(workspace)
    assert [path.name[-2:] for path in attempts(home)] == ["-4", "-3"]
    says["mlflow"] = claims(error=EvidenceError("down"))
    for _ in range(4):
        read(workspace)
    assert [path.name[-2:] for path in attempts(home)] == ["-8", "-7", "-4"]
    assert not list(home.glob(".*"))


def test_another_place_under_the_same_name_does_not_drop_what_the_first_said(
    tmp_path: Path, says: dict[str, Say]
) -> None:
    workspace = Workspace.create(tmp_path, CONFIG)
    says["mlflow"] = claims("s3://a/x")
    read(workspace)
    moved = CONFIG.replace("mlflow.example.org", "other.example.org")
    workspace.config_file.write_text(moved)
    workspace = Workspace.find(tmp_path, tmp_path)
    says["mlflow"] = claims("s3://a/y")
    assert targets(read(workspace)["mlflow"].known) == ["s3://a/y"]
    known = known_evidence(workspace, (), NOW)
    aside = [one for one in known if not one.registered]
    assert [targets(one) for one in aside] == [["s3://a/x"]]
    assert aside[0].reading.name.startswith("prod-was-")
    assert aside[0].reading.complete


def test_two_never_read_at_once(tmp_path: Path, says: dict[str, Say]) -> None:
    workspace = Workspace.create(tmp_path, CONFIG)
    with alone(workspace), pytest.raises(BusyError, match=f"process {os.getpid()}"):
        read(workspace)
    read(workspace)


def test_a_full_disk_is_an_error_and_keeps_what_was_known(
    tmp_path: Path, says: dict[str, Say]
) -> None:
    workspace = Workspace.create(tmp_path, CONFIG)
    says["mlflow"] = claims("s3://a/x")
    read(workspace)
    says["mlflow"] = claims(error=OSError(28, os.strerror(28)))
    with pytest.raises(EvidenceError, match="no room left"):
        read(workspace)
    prod = known_evidence(workspace, (), NOW)[0]
    assert (targets(prod), prod.reading.complete) == (["s3://a/x"], True)


def test_an_interrupt_leaves_nothing_half(tmp_path: Path, says: dict[str, Say]) -> None:
    workspace = Workspace.create(tmp_path, CONFIG)

    def stop(into: Gather, asked: Asked) -> None:
        raise KeyboardInterrupt

    says["mlflow"] = stop
    with pytest.raises(KeyboardInterrupt):
        read(workspace)
    assert list(source_folder(workspace, "mlflow", "prod").path.iterdir()) == []
    assert not (evidence_dir(workspace) / ".lock").exists()


_KILLED = """
import sys, time
from pathlib import Path
from governance.evidence import asking
from governance.evidence.collect import collect
from governance.evidence.source import Asked
from governance.workspace.workspace import Workspace
from tests.governance.evidence.test_collect import NOW, Source
def wait(into, asked):
    print("reading", flush=True)
    time.sleep(60)
asking.open_source = lambda kind, entry, base: Source(entry.known_as, wait)
workspace = Workspace.find(Path(sys.argv[1]), Path.cwd())
collect(workspace, workspace.config.evidence.entries, Asked(NOW), lambda _: None)
"""


def test_a_killed_reading_leaves_the_one_before_and_the_next_cleans_up(
    tmp_path: Path, says: dict[str, Say]
) -> None:
    workspace = Workspace.create(tmp_path, CONFIG)
    says["mlflow"] = claims("s3://a/x")
    read(workspace)
    home = source_folder(workspace, "mlflow", "prod").path
    with subprocess.Popen(
        [sys.executable, "-c", _KILLED, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "reading\n"
        process.send_signal(signal.SIGKILL)
    assert list(home.glob(".partial-*"))
    prod = known_evidence(workspace, (), NOW + timedelta(hours=1))[0]
    assert (targets(prod), prod.reading.complete) == (["s3://a/x"], True)
    read(workspace)
    assert not list(home.glob(".partial-*"))
