"""Laws of a whole update, on blueprints made at random."""

import os
import signal
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from blueprints.engine.blueprint import Blueprint, File, Owner
from blueprints.update.tree import STAGE
from blueprints.update.update import Options, update
from tests.blueprints.update.five import FOLDER, version
from tests.blueprints.update.repositories import (
    GIT,
    edit,
    rendered,
    repository,
    tree,
)
from tests.blueprints.update.yaml_cases import documents, edited, written


class Spec(BaseModel):
    """Whatever the specification of `five` says."""

    model_config = ConfigDict(extra="allow")


def blueprint(number: int, files: list[File]) -> Blueprint:
    return Blueprint("five", number, "random", Spec, FOLDER, documents=lambda _: files)


PATHS = ["a.yaml", "b/c.yaml", "b/d.txt", "e", "f/g/h.yaml", "b/c.yaml/x", "e/y", "run.sh"]
LINES = st.lists(st.sampled_from(["one", "two", "", "three # x"]), max_size=6).map("\n".join)


def _within(path: str, folder: str) -> bool:
    return f"{path}/".startswith(f"{folder}/")


@st.composite
def rendering(draw: st.DrawFn, like: list[File] | None = None) -> list[File]:
    """Files of one version; of a later one, some as before and some under other names."""
    files: dict[str, File] = {}
    before = {file.path: file for file in like or []}
    for path in draw(st.lists(st.sampled_from(PATHS), unique=True, max_size=6)):
        if any(_within(path, other) or _within(other, path) for other in files):
            continue
        old = draw(st.sampled_from([*before.values(), None])) if before else None
        if old is not None:
            content = old.content
        elif path.endswith(".yaml"):
            content = draw(written(draw(documents), comments=True)).encode()
        else:
            content = draw(LINES).encode()
        owner = draw(st.sampled_from(Owner))
        files[path] = File(path, content, owner, executable=draw(st.booleans()))
    return list(files.values())


@st.composite
def versions(draw: st.DrawFn) -> tuple[list[File], list[File]]:
    old = draw(rendering())
    return old, draw(rendering(old))


def run(folder: Path, number: int, files: list[File], *, markers: bool = False) -> int:
    options = Options(git=GIT, blueprint=blueprint(number, files), markers=markers)
    return update(folder, options).exit_code


@given(versions())
def test_without_edits_an_update_is_a_fresh_render(files: tuple[list[File], list[File]]) -> None:
    with TemporaryDirectory() as name:
        folder = rendered(Path(name) / "r", blueprint(1, files[0]))
        assert run(folder, 2, files[1]) == 0
        text = (folder / "spec.yaml").read_text()
        fresh = rendered(Path(name) / "f", blueprint(2, files[1]), text)
        assert tree(folder) == tree(fresh)


@given(versions(), st.data())
def test_without_a_new_version_an_update_changes_no_byte(
    files: tuple[list[File], list[File]], data: st.DataObject
) -> None:
    """Whatever the user edited, added or deleted."""
    with TemporaryDirectory() as name:
        folder = rendered(Path(name) / "r", blueprint(1, files[0]))
        for file in files[0]:
            what = data.draw(st.sampled_from(["keep", "edit", "delete"]))
            if what == "edit":
                (folder / file.path).write_bytes(file.content + b"# mine\n")
            elif what == "delete":
                (folder / file.path).unlink()
        (folder / "mine.txt").write_text("mine\n")
        before = tree(folder)
        assert run(folder, 1, files[0]) == 0
        assert tree(folder) == before


@given(versions(), st.data())
def test_nothing_of_the_user_is_lost(
    files: tuple[list[File], list[File]], data: st.DataObject
) -> None:
    """A marked line in each edited file is there afterwards; or nothing was written, and it is
    there after writing with markers."""
    with TemporaryDirectory() as name:
        folder = rendered(Path(name) / "r", blueprint(1, files[0]))
        marks = []
        for at, file in enumerate(files[0]):
            if data.draw(st.booleans()):
                mark = f"# mine {at}\n".encode()
                marks.append(mark)
                content = file.content if file.content.endswith(b"\n") else file.content + b"\n"
                (folder / file.path).write_bytes(content + mark)
        before = tree(folder)
        if run(folder, 2, files[1]) == 3:
            assert tree(folder) == before
            assert run(folder, 2, files[1], markers=True) == 3
        everything = b"\n".join(content for content, _ in tree(folder).values())
        assert [mark for mark in marks if mark not in everything + b"\n"] == []


@given(st.data())
def test_edits_of_yaml_survive_or_are_conflicts(data: st.DataObject) -> None:
    base = data.draw(documents)
    texts = [
        data.draw(written(one, comments=True)).encode()
        for one in (base, data.draw(edited(base)), data.draw(edited(base)))
    ]
    with TemporaryDirectory() as name:
        folder = rendered(Path(name) / "r", blueprint(1, [File("a.yaml", texts[0])]))
        (folder / "a.yaml").write_bytes(texts[2])
        before = tree(folder)
        if run(folder, 2, [File("a.yaml", texts[1])]) == 3:
            assert tree(folder) == before
            return
        once = tree(folder)
        assert run(folder, 2, [File("a.yaml", texts[1])]) == 0
        assert tree(folder) == once


def test_killed_at_any_step_the_next_update_finds_it_whole(tmp_path: Path) -> None:
    """As `test_apply` does for the writing alone: here the whole program is killed."""
    repo = repository(tmp_path / "repo")
    edit(repo, "README.md", "Nothing yet.", "Something.")
    before = tree(repo)
    steps: list[str] = []
    done = repository(tmp_path / "done")
    edit(done, "README.md", "Nothing yet.", "Something.")
    options = Options(git=GIT, blueprint=version(5), allow_dirty=True)
    update(done, options, steps.append)
    after = tree(done)
    puts = [number for number, step in enumerate(steps) if step.startswith("put ")]
    for number in (0, steps.index("decide"), puts[0], puts[1], puts[-1], len(steps) - 2):
        folder = tmp_path / f"at-{number}"
        os.rename(repository(tmp_path / "next"), folder)
        edit(folder, "README.md", "Nothing yet.", "Something.")
        _killed_at(folder, options, number)
        if number <= steps.index("decide"):
            assert {path: one for path, one in tree(folder).items() if STAGE not in path} == before
        result = update(folder, options)
        assert result.exit_code == 0
        assert result.recovered == (number > steps.index("decide"))
        assert tree(folder) == after
        assert not update(folder, options).changes


def _killed_at(folder: Path, options: Options, number: int) -> None:
    child = os.fork()
    if child == 0:
        left = [number]

        def step(_: str) -> None:
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left[0] -= 1

        try:
            update(folder, options, step)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
