"""From a specification to a repository that the check has nothing to say of."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from blueprints.engine import registry
from tests.blueprints.conftest import Rendered
from tests.blueprints.repositories import Example, examples, tree
from tests.program import run

EXAMPLES = examples()
SCHEMAS = Path(os.environ.get("TUTELA_CRDS") or Path(__file__).parents[3] / "shared/data/schemas")
"""Real schemas of custom resources; they are not part of this repository."""


@pytest.fixture(params=EXAMPLES, ids=str)
def example(request: pytest.FixtureRequest) -> Example:
    made: Example = request.param
    return made


@pytest.mark.parametrize("name", registry.names())
def test_what_spec_prints_renders_as_it_is_and_passes_the_check(name: str, tmp_path: Path) -> None:
    printed = run("blueprint", "spec", name)
    assert printed.code == 0, printed.err
    (tmp_path / "s.yaml").write_text(printed.out, encoding="utf-8")
    done = run("blueprint", "render", "s.yaml", "--out", "repo", cwd=tmp_path)
    assert done.code == 0, done.err
    checked = run("check", "repo", cwd=tmp_path)
    assert checked.code == 0, checked.out


def test_the_check_of_an_example_finds_nothing(example: Example, rendered: Rendered) -> None:
    checked = run("check", str(rendered(example)))
    assert checked.code == 0, checked.out


def test_a_second_render_elsewhere_is_the_same_byte_for_byte(
    example: Example, rendered: Rendered, tmp_path: Path
) -> None:
    """In a process of its own, with another home, language, time zone and order of hashes."""
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path / "home"),
        "LC_ALL": "C",
        "TZ": "Pacific/Chatham",
        "PYTHONHASHSEED": "7",
    }
    out = tmp_path / "a folder" / "again"
    out.parent.mkdir()
    words = [sys.executable, "-m", "tutela", "blueprint", "render", str(example.file)]
    done = subprocess.run(
        [*words, "--out", str(out)], env=environ, cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert tree(out) == tree(rendered(example))
    assert not (tmp_path / "home").exists()


def test_yamllint_has_nothing_to_say_of_an_example(example: Example, rendered: Rendered) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "yamllint", "--strict", "."],
        cwd=rendered(example),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.skipif(not SCHEMAS.is_dir(), reason="neither TUTELA_CRDS nor ../shared/data/schemas")
def test_custom_resources_of_an_example_fit_the_real_schemas(
    example: Example, rendered: Rendered
) -> None:
    checked = run("check", str(rendered(example)), "--crds", str(SCHEMAS))
    assert checked.code == 0, checked.out
