"""Scripts that the shell cannot read, wherever they stand."""

from pathlib import Path

import pytest

from blueprints.check import shell
from blueprints.check.rules import shell_syntax
from tests.blueprints.check.rules.asking import not_checked, told

POD = """apiVersion: v1
kind: Pod
metadata: {name: x}
spec:
  containers:
    - name: c
      image: x
      command: [/bin/sh, -ec]
      args:
        - |
          if true; then
            echo $(NAME)
"""


def test_a_file_a_container_a_config_map_and_a_workflow_are_looked_at(tmp_path: Path) -> None:
    files = {
        "a.sh": "#!/bin/sh\nfor i in a b; do\n  echo $i\n",
        "pod.yaml": POD,
        "map.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata:\n  a.sh: |\n"
        "    echo 'x\n",
        ".github/workflows/w.yaml": "jobs:\n  a:\n    steps:\n      - run: |\n          fi\n",
        ".gitlab-ci.yml": "a:\n  script:\n    - if true\n",
    }
    found = [one.split(": ")[0] for one in told(shell_syntax, tmp_path, files)]
    assert found == [
        ".github/workflows/w.yaml:5",
        ".gitlab-ci.yml:4",
        "a.sh:4",
        "map.yaml:6",
        "pod.yaml:13",
    ]


def test_nothing_of_a_script_is_run(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    text = f"touch {mark}\necho $(touch {mark})\n: ${{x:=$(touch {mark})}}\nexit 0\n"
    assert told(shell_syntax, tmp_path, {"a.sh": text}) == []
    assert not mark.exists()


def test_good_scripts_and_expressions_of_ci_are_not_told(tmp_path: Path) -> None:
    files = {
        "a.sh": "case $1 in\n  a) echo b ;;\nesac\n",
        "pod.yaml": POD.replace("echo $(NAME)\n", "echo $(NAME)\n          fi\n"),
        ".github/workflows/w.yaml": 'jobs: {a: {steps: [{run: "echo ${{ inputs.x }}"}]}}\n',
    }
    assert told(shell_syntax, tmp_path, files) == []


def test_without_a_shell_it_says_that_it_did_not_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shell, "available", lambda: None)
    assert not_checked(shell_syntax, tmp_path, {"a.sh": "fi\n", "b.sh": "fi\n"}) == [
        "there is no bash on this machine"
    ]
