"""DVC itself, in repositories with a remote on the tests' S3: what people have, and what they lose.

    folder = DvcFolder.init(tmp_path / "repo", s3)
    folder.remote("store", f"s3://{bucket}/remote", default=True)
    folder.write("a.csv", "a"); folder.dvc("add", "a.csv"); folder.commit("a"); folder.dvc("push")

`colleague` makes the situation in which `dvc gc` deletes what a colleague has just pushed.
"""

import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.labs.git_lab import GitFolder, git_environ
from tests.labs.seaweed import Lab


@dataclass(frozen=True)
class DvcFolder(GitFolder):
    """A clone with DVC in it. `home` is DVC's own: its state, and nothing of the user's."""

    s3: Lab
    home: Path

    @classmethod
    def of(cls, folder: GitFolder, s3: Lab) -> "DvcFolder":
        """Use DVC in a clone; it is a user of its own, as if on a machine of its own."""
        home = folder.path.with_name(f"{folder.path.name}-home")
        home.mkdir(exist_ok=True)
        (home / "aws").touch()
        return cls(folder.path, s3, home)

    @classmethod
    def start(cls, path: Path, s3: Lab) -> "DvcFolder":
        """Make a repository with DVC in it."""
        folder = cls.of(GitFolder.init(path), s3)
        folder.dvc("init", "-q")
        return folder

    def environ(self) -> dict[str, str]:
        """Return the environment that DVC runs in."""
        return {
            **git_environ(),
            **self.s3.environ(),
            # The library that DVC asks S3 with refuses what is no file.
            "AWS_CONFIG_FILE": str(self.home / "aws"),
            "AWS_SHARED_CREDENTIALS_FILE": str(self.home / "aws"),
            "HOME": str(self.home),
            "DVC_NO_ANALYTICS": "1",
            "DVC_SITE_CACHE_DIR": str(self.home / "site"),
            "DVC_GLOBAL_CONFIG_DIR": str(self.home / "global"),
            "DVC_SYSTEM_CONFIG_DIR": str(self.home / "system"),
            "PYTHONWARNINGS": "ignore",
        }

    def dvc(self, *arguments: str) -> str:
        """Run `dvc` and return what it said."""
        return self.python("from dvc.cli import main; sys.exit(main(sys.argv[1:]))", *arguments)

    def python(self, program: str, *arguments: str) -> str:
        """Run a program that has DVC's own API, here, and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-c", f"import json, sys; {program}", *arguments],
            cwd=self.path,
            env=self.environ(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise AssertionError(f"dvc {arguments}: {done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def remote(
        self, name: str, url: str, *, default: bool = False, versioned: bool = False
    ) -> None:
        """Configure a remote, committed with the next commit."""
        self.dvc("remote", "add", *(["-d"] if default else []), name, url)
        self.dvc("remote", "modify", name, "endpointurl", self.s3.endpoint)
        if versioned:
            self.dvc("remote", "modify", name, "version_aware", "true")

    def used(self) -> set[str]:
        """Return all digests (`.dir` with its ending) that DVC itself says are in use."""
        said = self.python(
            "from dvc.repo import Repo\n"
            "with Repo() as repo:\n"
            "    used = repo.used_objs(all_branches=True, all_tags=True, all_commits=True,\n"
            "                          all_experiments=True, force=True)\n"
            "print(json.dumps(sorted({one.value for found in used.values() for one in found})))"
        )
        return set(json.loads(said.strip().splitlines()[-1]))


def md5(content: str | bytes) -> str:
    """Return the digest by which DVC knows a file."""
    raw = content.encode() if isinstance(content, str) else content
    return hashlib.md5(raw, usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class Colleague:
    """Ada (`a`) and Ben (`b`) share a Git server (`origin`) and a DVC remote."""

    origin: GitFolder
    a: DvcFolder
    b: DvcFolder
    s3: Lab
    bucket: str
    branch: str
    digest: str
    """MD5 of what Ben has pushed with DVC, and not yet with Git."""

    @property
    def remote(self) -> str:
        """The place of the remote: `s3://bucket/remote/`."""
        return f"s3://{self.bucket}/remote/"

    @property
    def key(self) -> str:
        """The object with Ben's data."""
        return f"remote/files/md5/{self.digest[:2]}/{self.digest[2:]}"

    def there(self) -> bool:
        """Say whether Ben's data are in the remote."""
        found = self.s3.client.list_objects_v2(Bucket=self.bucket, Prefix=self.key)
        return any(one["Key"] == self.key for one in found.get("Contents", []))

    def collect(self) -> str:
        """Ada cleans up with DVC: `dvc gc`, which ends well whatever it deletes."""
        return self.a.dvc("gc", "-c", "--all-commits", "-f")

    def push(self) -> None:
        """Ben pushes his branch with Git."""
        self.b.run("push", "-q", "origin", self.branch)

    def delete_branch(self) -> None:
        """Somebody deletes Ben's branch on the server."""
        self.origin.run("update-ref", "-d", f"refs/heads/{self.branch}")


def colleague(folder: Path, s3: Lab, content: str = "ben's corpus\n") -> Colleague:
    """Make the situation: data in the remote, the commit that needs it still on Ben's machine."""
    bucket = s3.bucket("dvc", versioned=False)
    folder.mkdir(parents=True, exist_ok=True)
    a = DvcFolder.start(folder / "ada", s3)
    a.remote("store", f"s3://{bucket}/remote", default=True)
    a.write("base.csv", "base\n")
    a.dvc("add", "-q", "base.csv")
    a.commit("base")
    a.dvc("push", "-q")
    origin = a.clone(folder / "origin.git", "--bare")
    a.run("remote", "add", "origin", origin.path.as_uri())
    b = DvcFolder.of(origin.clone(folder / "ben"), s3)
    b.run("checkout", "-q", "-b", "ben")
    b.write("corpus.txt", content)
    b.dvc("add", "-q", "corpus.txt")
    b.commit("corpus")
    b.dvc("push", "-q")
    return Colleague(origin, a, b, s3, bucket, "ben", md5(content))
