"""A real DVC remote: what a policy lets go of one dataset version never breaks the other."""

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

pytestmark = pytest.mark.real

FIRST = {"corpus/a.txt": "alpha\n", "corpus/b.txt": "beta\n", "corpus/sub/c.txt": "gamma\n"}
SECOND = {**FIRST, "corpus/b.txt": "beta, cleaned\n"}
"""Version 2 shares two of its three files with version 1."""

POLICY = """\
version: 1
rules:
  - id: old-blobs
    match: {kind: blob}
    else: {after: 30d, action: delete}
"""


class Dataset:
    """A work tree with a dataset in two versions, both pushed; the local cache is empty."""

    def __init__(self, folder: Path) -> None:
        self.work, self.remote = folder / "work", folder / "remote"
        self.pointers: list[str] = []
        self.work.mkdir()
        self._dvc("init", "--no-scm", "--quiet")
        self._dvc("remote", "add", "--default", "store", str(self.remote))
        for files in (FIRST, SECOND):
            for name, text in files.items():
                path = self.work / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            self._dvc("add", "corpus", "--quiet")
            self._dvc("push", "--quiet")
            self.pointers.append((self.work / "corpus.dvc").read_text())

    def _dvc(self, *words: str) -> None:
        subprocess.run([sys.executable, "-m", "dvc", *words], cwd=self.work, check=True)

    def pull(self, version: int) -> dict[str, str]:
        """Pull a version (1 or 2) with nothing in the cache; raise where DVC fails."""
        shutil.rmtree(self.work / ".dvc" / "cache", ignore_errors=True)
        shutil.rmtree(self.work / "corpus", ignore_errors=True)
        (self.work / "corpus.dvc").write_text(self.pointers[version - 1])
        self._dvc("pull", "--quiet")
        found = [path for path in (self.work / "corpus").rglob("*") if path.is_file()]
        return {path.relative_to(self.work).as_posix(): path.read_text() for path in found}

    def blobs_of(self, version: int) -> set[Path]:
        """The files of the remote that a version needs: its .dir file and its members."""
        digest = self.pointers[version - 1].partition("md5: ")[2].split()[0]
        listing = self.path(digest)
        members = json.loads(listing.read_text())
        return {listing, *(self.path(member["md5"]) for member in members)}

    def path(self, digest: str) -> Path:
        return self.remote / "files" / "md5" / digest[:2] / digest[2:]


def expired(workspace: Path, source: Path) -> tuple[int, list[str]]:
    """Scan and report as a user would, a year from now; return how many blobs, what may go."""
    now = datetime.now(UTC) + timedelta(days=365)  # noqa: TID251 - files have today's times
    (workspace / "policy.yaml").write_text(POLICY)

    def tutela(*words: str) -> str:
        command = [sys.executable, "-m", "tutela", *words, "-w", str(workspace)]
        environ = {"TUTELA_NOW": now.isoformat(), "PATH": "/usr/bin:/bin"}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environ)
        assert done.returncode == 0, done.stderr
        return done.stdout

    tutela("catalog", "scan", f"file://{source}")
    policy = str(workspace / "policy.yaml")
    report = json.loads(tutela("--json", "retention", "report", "--policy", policy))
    blobs = [one for one in report["artifacts"] if one["kind"] == "blob"]
    return len(blobs), [one["root"] for one in blobs if one["verdict"] == "expire"]


def test_expiring_the_first_version_leaves_the_second_pullable(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path)
    (tmp_path / "ws").mkdir()
    count, gone = expired(tmp_path / "ws", dataset.remote)
    assert count == 6, "two .dir files and four members"
    for root in gone:
        (dataset.remote / root).unlink()
    assert dataset.pull(2) == SECOND


def test_the_same_by_age_alone_would_have_broken_it(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path)
    shared = dataset.blobs_of(1) & dataset.blobs_of(2)
    assert shared, "the versions share files"
    for path in dataset.blobs_of(1):
        path.unlink()
    with pytest.raises(subprocess.CalledProcessError):
        dataset.pull(2)
