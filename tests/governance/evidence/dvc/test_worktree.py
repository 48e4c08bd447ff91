import os
from pathlib import Path

from governance.evidence.dvc.worktree import pointers_in
from tests.governance.evidence.dvc.claims import NoContents, read_dvc
from tests.labs.git_lab import GitFolder


def _write(file: Path, text: str = "x") -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def test_finds_pointers_and_configurations_and_follows_nothing(tmp_path: Path) -> None:
    for name in ("a.dvc", "d/dvc.lock", "d/Dvcfile", ".dvc/config", ".dvc/config.local", "x.txt"):
        _write(tmp_path / "repo" / name)
    for name in (".git/z.dvc", ".dvc/tmp/exps/y.dvc", "other/.git/config", "other/o.dvc"):
        _write(tmp_path / "repo" / name)
    _write(tmp_path / "outside" / "o.dvc")
    (tmp_path / "repo" / "link").symlink_to(tmp_path / "outside")
    (tmp_path / "repo" / "link.dvc").symlink_to(tmp_path / "outside" / "o.dvc")
    os.mkfifo(tmp_path / "repo" / "pipe.dvc")
    said: list[str] = []
    found = {path for path, _ in pointers_in(tmp_path / "repo", said.append)}
    assert found == {"a.dvc", "d/dvc.lock", "d/Dvcfile", ".dvc/config", ".dvc/config.local"}
    assert said == []


def test_the_local_part_of_a_configuration_gives_places(tmp_path: Path) -> None:
    repo = GitFolder.init(tmp_path / "repo")
    repo.commit("c", {"x.dvc": f"outs:\n- md5: {'a' * 32}\n  hash: md5\n  path: x\n"})
    _write(
        repo.path / ".dvc" / "config.local",
        "['remote \"s\"']\n    url = s3://bucket/p\n    secret_access_key = hush\n",
    )
    found = read_dvc(repo.path, tmp_path / "ws", NoContents())
    assert found.reached("md5:" + "a" * 32) == {f"s3://bucket/p/files/md5/aa/{'a' * 30}"}
    assert "hush" not in str(found)


def test_what_is_committed_is_not_said_twice(tmp_path: Path) -> None:
    repo = GitFolder.init(tmp_path / "repo")
    pointer = f"outs:\n- md5: {'a' * 32}\n  hash: md5\n  path: x\n"
    repo.commit("c", {"x.dvc": pointer})
    assert read_dvc(repo.path, tmp_path / "ws", NoContents()).targets("worktree") == set()
    repo.write("x.dvc", pointer.replace("a" * 32, "b" * 32))
    found = read_dvc(repo.path, tmp_path / "ws", NoContents())
    assert found.targets("worktree") == {"md5:" + "b" * 32}
