"""The same specification gives the same bytes, and nothing else of the machine matters."""

import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from blueprints.engine import registry
from blueprints.engine.blueprint import File, Owner, Prose
from blueprints.engine.lock import parse as parse_lock
from blueprints.engine.paths import InvalidPathError
from blueprints.engine.render import records, render, repository
from blueprints.engine.spec import digest, load, parse
from blueprints.errors import ExpectedError
from tests.blueprints.engine.small import SPEC, Garden, copied, garden

LOADED = parse(SPEC.encode(), "s.yaml", garden())
ROOT = Path(__file__).parents[3]
SANDBOX = registry.named("sandbox").folder / "examples" / "sandbox.yaml"

DIGEST = """
import hashlib, sys
from pathlib import Path
from blueprints.engine import render, spec
files = render.repository(spec.load(Path(sys.argv[1])))
print(hashlib.sha256(repr(files).encode()).hexdigest())
"""


def test_documents_and_prose_lie_together_sorted_by_path() -> None:
    files = render(LOADED.blueprint, LOADED.model)
    assert [file.path for file in files] == [
        "README.md",
        "beds/herbs/README.md",
        "beds/herbs/bed.yaml",
        "beds/roses/README.md",
        "beds/roses/bed.yaml",
        "docs/kitchen.md",
        "notes.md",
        "water.sh",
    ]
    assert files[0].content == b"# Kitchen\n\nLight.\n\n"
    assert files[0].owner is Owner.SHARED
    assert files[1].content == b"Bed herbs\n"


def test_user_text_arrives_intact() -> None:
    title = "{{ 7 * 7 }} ${a} %{b} \"q\" 'q' */ # x: é👍 \\"
    spec = SPEC.replace(SPEC.splitlines()[3], "title: " + repr(title).replace("\\\\", "\\"))
    spec = SPEC.replace(SPEC.splitlines()[3], "title: |-\n  " + title)
    loaded = parse(spec.encode(), "s.yaml", garden())
    bed = next(
        file for file in render(loaded.blueprint, loaded.model) if file.path.endswith(".yaml")
    )
    again = parse(
        b"blueprint: garden\nversion: 2\nname: a\n" + bed.content.split(b"\n")[2], "s", garden()
    )
    assert isinstance(again.model, Garden)
    assert again.model.title == title


def test_a_repository_holds_the_specification_the_lock_and_the_base() -> None:
    files = {file.path: file for file in repository(LOADED)}
    assert files["spec.yaml"] == File("spec.yaml", SPEC.encode(), Owner.USER)
    lock = parse_lock(files["tutela.lock"].content, "tutela.lock")
    assert (lock.blueprint, lock.version, lock.tool) == ("garden", 2, "0.1.0")
    assert lock.spec_sha256 == digest(SPEC.encode())
    assert lock.files.keys() == {
        path for path in files if path != "tutela.lock" and not path.startswith(".tutela-base/")
    }
    assert lock.files["water.sh"].executable
    assert lock.files["notes.md"].owner is Owner.USER
    assert all(lock.files[path].sha256 == digest(files[path].content) for path in lock.files)


def test_records_are_those_of_the_files_that_are_given() -> None:
    spec, lock, *base = records(LOADED, [File("a/b", b"c")])
    assert spec.content == SPEC.encode()
    assert parse_lock(lock.content, "tutela.lock").files.keys() == {"a/b", "spec.yaml"}
    assert [file.path for file in base] == [".tutela-base/render/a.jsonl"]


@pytest.mark.parametrize(
    "path",
    [
        *("../a", "/a", "a\nb", "README.md", "readme.MD", "notes.md/a", "tutela.lock", "spec.yaml"),
        *(".tutela-base/a", ".git/config"),
    ],
)
def test_a_path_that_cannot_be_is_refused(path: str) -> None:
    def documents(garden: Garden) -> Iterable[File]:
        return [*LOADED.blueprint.documents(garden), File(path, b"")]

    with pytest.raises(InvalidPathError):
        render(replace(LOADED.blueprint, documents=documents), LOADED.model)


def test_a_template_that_is_missing_is_told(tmp_path: Path) -> None:
    blueprint = copied(tmp_path)
    (blueprint.folder / "templates" / "bed").rename(tmp_path / "elsewhere")
    with pytest.raises(ExpectedError, match=r"cannot read the template .*bed: No such file"):
        render(blueprint, LOADED.model)


def test_an_unknown_template_is_told() -> None:
    def prose(garden: Garden) -> Iterable[Prose]:
        return [Prose("shed", "")]

    with pytest.raises(ExpectedError, match=r"cannot read the template .*shed"):
        render(replace(LOADED.blueprint, prose=prose), LOADED.model)


def test_bytes_depend_on_the_specification_alone(tmp_path: Path) -> None:
    """Other processes: time zone, locale, home, hash seed, umask, current folder, variables."""
    here = by_a_process({}, ROOT)
    other_home = tmp_path / "home"
    other_home.mkdir()
    (other_home / ".cookiecutterrc").write_text("default_context:\n  folder: hijacked\n")
    environ = {
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "tr_TR.ISO8859-9",
        "LANG": "C",
        "HOME": str(other_home),
        "PYTHONHASHSEED": "4711",
        "PYTHONUTF8": "0",
        "COOKIECUTTER_CONFIG": str(other_home / ".cookiecutterrc"),
        "TMPDIR": str(tmp_path),
    }
    assert by_a_process(environ, tmp_path, umask=0o077) == here
    assert sorted(file.name for file in other_home.rglob("*")) == [".cookiecutterrc"]


def by_a_process(environ: dict[str, str], cwd: Path, umask: int = 0o022) -> str:
    done = subprocess.run(
        [sys.executable, "-c", DIGEST, str(SANDBOX)],
        env={**os.environ, "PYTHONHASHSEED": "1", "PYTHONPATH": str(ROOT), **environ},
        cwd=cwd,
        umask=umask,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_every_example_renders_the_same_twice() -> None:
    for name in registry.names():
        blueprint = registry.named(name)
        loaded = load(blueprint.folder / "examples" / f"{blueprint.example or name}.yaml")
        assert repository(loaded) == repository(loaded)
