"""Git repositories made by Git itself, with nothing of the configuration of whoever runs the tests.

Only tests run `git`; tutela never does.
"""

import hashlib
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

BASE_ENVIRON = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
    "GIT_AUTHOR_DATE": "1772366400 +0000",
    "GIT_COMMITTER_DATE": "1772366400 +0000",
    "LC_ALL": "C",
}


def git_environ() -> dict[str, str]:
    """Return an environment in which Git reads no configuration but the repository's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {**kept, **BASE_ENVIRON}


@dataclass(frozen=True)
class GitFolder:
    """One repository of Git's own making."""

    path: Path

    @classmethod
    def init(cls, path: Path, *options: str) -> "GitFolder":
        """Make an empty repository whose first branch is `main`."""
        path.mkdir(parents=True, exist_ok=True)
        folder = cls(path)
        folder.run("init", "-q", "-b", "main", *options, ".")
        return folder

    def run(self, *arguments: str, fails: bool = False, stdin: bytes | None = None) -> str:
        """Run `git` here and return what it said; with `fails`, it may fail."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.path,
            env=git_environ(),
            input=stdin,
            capture_output=True,
            check=False,
        )
        if done.returncode and not fails:
            raise AssertionError(f"git {arguments}: {done.stderr.decode(errors='replace')}")
        return done.stdout.decode("utf-8", "surrogateescape").strip()

    def write(self, name: str, content: str | bytes) -> None:
        """Write a file, not yet added."""
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(self, message: str, files: dict[str, str] | None = None) -> str:
        """Write these files, commit everything and return the commit."""
        for name, content in (files or {}).items():
            self.write(name, content)
        self.run("add", "-A")
        self.run("commit", "-q", "--allow-empty", "-m", message)
        return self.run("rev-parse", "HEAD")

    def clone(self, path: Path, *options: str) -> "GitFolder":
        """Clone it over Git's own protocol, so that nothing is linked."""
        self.run("clone", "-q", *options, self.path.as_uri(), str(path))
        return GitFolder(path)


def fingerprint(folder: Path) -> dict[str, tuple[int, int, int, str]]:
    """Return mode, size, time and content of everything under a folder: equal means untouched."""
    found: dict[str, tuple[int, int, int, str]] = {}
    for path in sorted(folder.rglob("*")):
        info = path.lstat()
        content = ""
        if path.is_symlink():
            content = os.readlink(path)
        elif path.is_file():
            content = hashlib.sha256(path.read_bytes()).hexdigest()
        name = str(path.relative_to(folder))
        found[name] = (info.st_mode, info.st_size, info.st_mtime_ns, content)
    return found
