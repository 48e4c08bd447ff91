"""A hostile repository leaves no trace: nothing of it is run, nothing of it is changed."""

import ast
import subprocess
import sys
from pathlib import Path

import blueprints.formats.git
from blueprints.formats.git.repository import open_repository
from tests.labs.git_lab import fingerprint
from tests.labs.hostile_git import hostile_repository, set_off


def _dvc(_: bytes, name: bytes) -> bool:
    return name.endswith(b".dvc")


def test_a_hostile_repository_leaves_no_trace(tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    folder = hostile_repository(tmp_path / "hostile", marks)
    for leftover in marks.iterdir():
        leftover.unlink()
    ran = set_off(folder, marks)
    # What Git itself runs of it: the payloads are real.
    assert {"alias.st", "config.worktree", "ext-url", "filter.evil.clean"} <= ran
    assert len(ran) >= 12, sorted(ran)
    assert not list(marks.iterdir())

    before = fingerprint(tmp_path)
    found = set()
    with open_repository(folder.path) as repository:
        refs = repository.refs()
        finder = repository.finder(_dvc)
        walked: set[int] = set()
        for commit in repository.commits([ref.commit for ref in refs if ref.commit]):
            for file in finder.fresh(commit.tree, walked):
                found.add((file.path, repository.read(file.blob, 1 << 20)))
        assert repository.problems == []
    assert found == {(b"x.dvc", b"outs:\n- md5: " + b"a" * 32 + b"\n  path: x\n")}
    assert not list(marks.iterdir())
    assert fingerprint(tmp_path) == before


def test_the_reader_starts_no_process_and_opens_no_connection(tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    folder = hostile_repository(tmp_path / "hostile", marks)
    program = """
import sys
from pathlib import Path

seen = []
def hook(event, arguments):
    if event.startswith(("subprocess.", "os.exec", "os.posix_spawn", "os.fork", "os.system",
                         "socket.", "os.rename", "os.remove", "os.mkdir", "os.link", "os.symlink",
                         "os.truncate", "os.chmod", "os.utime", "ctypes.dlopen")):
        seen.append((event, arguments))
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & 3:
        seen.append((event, arguments))
    if event == "open" and str(arguments[0]).rpartition("/")[2] in ("config", "config.worktree"):
        seen.append((event, arguments))

from blueprints.formats.git.repository import open_repository
sys.addaudithook(hook)
with open_repository(Path(sys.argv[1])) as repository:
    refs = repository.refs()
    commits = list(repository.commits([ref.commit for ref in refs if ref.commit]))
    files = [f for c in commits for f in repository.files(c.tree, lambda folder, name: True)]
    for _, blob in files:
        repository.read(blob, 1 << 20)
assert len(commits) == 3 and files, commits
assert not seen, seen
"""
    done = subprocess.run(
        [sys.executable, "-B", "-c", program, str(folder.path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_package_imports_nothing_that_runs_programs() -> None:
    allowed = {"dulwich.objects", "dulwich.object_format", "dulwich.pack"}
    folder = Path(blueprints.formats.git.__file__).parent
    for file in folder.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                assert name.split(".")[0] not in {"subprocess", "socket", "ctypes", "shutil"}
                assert not name.startswith("dulwich") or name in allowed, (file.name, name)
