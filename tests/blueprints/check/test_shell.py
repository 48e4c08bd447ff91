"""Scripts of a repository, and the shell's opinion of them."""

import shutil
from pathlib import Path

import pytest

from blueprints.check import shell
from tests.blueprints.check.places import repository

BASH = shutil.which("bash") or ""


@pytest.mark.parametrize(
    ("script", "line"),
    [
        ("echo a\n", None),
        ("if true; then\n  echo a\n", 3),
        ("echo 'a\n", 1),
        ("done\n", 1),
        ("f() {\n", 2),
        ("[[ -n $x && ( $y == z ) ]]\n", None),
        ("cat <<EOF\n$(unclosed\nEOF\n", None),
    ],
)
def test_what_the_shell_cannot_read_is_told_with_its_line(script: str, line: int | None) -> None:
    found = shell.problem(BASH, script)
    assert (found is None) is (line is None)
    if found is not None:
        assert found[0] in (line, line + 1 if line else 0, 1, 2)
        assert found[1]


def test_variables_of_the_caller_are_not_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = tmp_path / "start"
    start.write_text(f"touch {tmp_path}/mark\n")
    monkeypatch.setenv("BASH_ENV", str(start))
    monkeypatch.setenv("ENV", str(start))
    assert shell.problem(BASH, "echo environment\n") is None
    assert not (tmp_path / "mark").exists()


def test_scripts_are_found_by_name_by_first_line_and_in_commands(tmp_path: Path) -> None:
    pod = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n"
        "    - {name: a, command: [bash, -c, one]}\n"
        "    - {name: b, command: [sh], args: [-e, -c, two, sh]}\n"
        "    - {name: c, command: [python, -c, three]}\n"
        "    - {name: d, command: [sh, /a.sh, -c, four]}\n"
        "    - {name: e, args: [-c, five]}\n"
    )
    repo = repository(
        tmp_path,
        {
            "a.sh": "six",
            "bin/tool": "#!/usr/bin/env bash\nseven",
            "bin/other": "#!/usr/bin/env python\n",
            "bin/plain": "#!/bin/sh\neight",
            "pod.yaml": pod,
        },
    )
    for name in ("tool", "other"):
        (tmp_path / "bin" / name).chmod(0o755)
    repo = type(repo)(tmp_path)
    texts = [one.text.split("\n")[-1] for one in shell.scripts(repo)]
    assert texts == ["six", "seven", "one", "two"]


def test_workflows_of_each_code_host_are_known() -> None:
    assert shell.is_workflow(".github/workflows/a.yaml")
    assert shell.is_workflow("projects/x/repository/.gitea/workflows/a.yml")
    assert not shell.is_workflow(".github/a.yaml")


def test_an_expression_of_a_workflow_is_one_word(tmp_path: Path) -> None:
    text = 'jobs: {a: {steps: [{run: "echo ${{ (a) }}"}, {run: "x", shell: python}]}}\n'
    repo = repository(tmp_path, {".github/workflows/a.yaml": text})
    assert [one.text for one in shell.scripts(repo)] == ["echo x"]


def test_many_expressions_that_are_not_closed_cost_no_time() -> None:
    script = "${{" * 300_000
    assert shell.without_expressions(script) == script
