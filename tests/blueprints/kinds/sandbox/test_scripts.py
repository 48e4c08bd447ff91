"""The shell scripts of a repository, run as they are."""

from __future__ import annotations

import base64
import os
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from blueprints.kinds.sandbox import BLUEPRINT

SCRIPTS = BLUEPRINT.folder / "scripts"
TOKEN = "not-a-real-token-42"


def seed(tmp_path: Path, url: str, **environ: str) -> subprocess.CompletedProcess[str]:
    folder = tmp_path / "content"
    (folder / "apps").mkdir(parents=True, exist_ok=True)
    (folder / "apps" / "a b.yaml").write_text("a: 1\n")
    (folder / ".gitignore").write_text("*.yaml\n")
    return subprocess.run(
        [str(SCRIPTS / "seed.sh")],
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "SEED_URL": url,
            "SEED_FOLDER": str(folder),
            "SEED_BRANCH": "main",
            **environ,
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "bare.git")], check=True)
    return tmp_path / "bare.git"


def test_an_empty_repository_gets_everything_also_what_is_ignored(
    tmp_path: Path, bare: Path
) -> None:
    done = seed(tmp_path, bare.as_uri())
    assert done.returncode == 0, done.stderr
    listed = git(bare, "ls-tree", "-r", "--name-only", "main").split("\n")
    assert listed == [".gitignore", "apps/a b.yaml", ""]


def test_a_repository_with_any_branch_is_left_alone(tmp_path: Path, bare: Path) -> None:
    seed(tmp_path, bare.as_uri(), SEED_BRANCH="other")
    before = git(bare, "for-each-ref")
    done = seed(tmp_path, bare.as_uri())
    assert done.returncode == 0
    assert "left alone" in done.stdout
    assert git(bare, "for-each-ref") == before


def test_a_repository_that_does_not_answer_is_not_taken_for_empty(tmp_path: Path) -> None:
    done = seed(tmp_path, (tmp_path / "none.git").as_uri())
    assert done.returncode == 1
    assert "does not answer" in done.stderr


def test_nothing_is_left_behind(tmp_path: Path, bare: Path) -> None:
    place = tmp_path / "tmp"
    place.mkdir()
    seed(tmp_path, bare.as_uri(), TMPDIR=str(place))
    assert list(place.iterdir()) == []


class _Asking(BaseHTTPRequestHandler):
    """A Git server that wants to know who comes."""

    seen: list[str]

    def do_GET(self) -> None:
        said = self.headers.get("Authorization")
        if said is not None:
            self.seen.append(base64.b64decode(said.removeprefix("Basic ")).decode())
        self.send_response(401 if said is None else 403)
        self.send_header("WWW-Authenticate", 'Basic realm="git"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


@pytest.fixture
def asking() -> Iterator[tuple[str, list[str]]]:
    seen: list[str] = []
    handler = type("Handler", (_Asking,), {"seen": seen})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/a.git", seen
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("kind", "variable"), [("github", "GITHUB_TOKEN"), ("gitea", "GITEA_TOKEN")]
)
def test_the_token_of_the_right_server_is_given_when_asked_for_and_never_shown(
    tmp_path: Path, asking: tuple[str, list[str]], kind: str, variable: str
) -> None:
    url, seen = asking
    others = {"GITHUB_TOKEN": "other", "GITEA_TOKEN": "other"}
    done = seed(tmp_path, url, SEED_SERVER=kind, **{**others, variable: TOKEN})
    assert done.returncode == 1
    assert set(seen) == {f"git:{TOKEN}"}
    assert TOKEN not in done.stdout + done.stderr


@pytest.mark.parametrize("words", [[], ["destroy"], ["remove"]])
def test_reconcile_without_a_verb_it_knows_says_how_it_is_used(words: list[str]) -> None:
    done = subprocess.run(
        [str(SCRIPTS / "reconcile.sh"), *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("usage:")
