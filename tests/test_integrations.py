"""The GitHub Action, the GitLab template and the pre-commit hook do what they say."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from junitparser import JUnitXml

from blueprints.check.events import read

ROOT = Path(__file__).parent.parent
PROGRAM = f'#!/bin/sh\nexec "{sys.executable}" -m tutela "$@"\n'
TOKEN = "AGE-SECRET-" + "KEY-1QGD0W5Z7VUT5K3MWZ0H9L2XNCPA6RS8YJ4F5DEQ7WT3KLMNPQSZ0XYC"


def document(name: str) -> Any:
    documents, problems = read((ROOT / name).read_text("utf-8"))
    assert problems == ()
    return documents[0].data


@pytest.fixture
def place(tmp_path: Path) -> Path:
    program = tmp_path / "bin" / "tutela"
    program.parent.mkdir()
    program.write_text(PROGRAM)
    program.chmod(0o755)
    (tmp_path / "work" / "repo").mkdir(parents=True)
    (tmp_path / "work" / "repo" / "notes.txt").write_text(f"{TOKEN}\n")
    return tmp_path


def bash(script: str, place: Path, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        cwd=place / "work",
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(place), **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def action(place: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run the action's last step with these inputs, as the runner would."""
    said = document("action.yml")
    step = said["runs"]["steps"][-1]
    values = {name: one["default"] for name, one in said["inputs"].items()} | inputs
    environ = {}
    for name, text in step["env"].items():
        wanted = str(text).removeprefix("${{ ").split(" }}")[0].removeprefix("inputs.")
        environ[name] = values.get(wanted, "")
    environ["TUTELA"] = str(place / "bin" / "tutela")
    return bash(step["run"], place, environ)


def test_the_action_annotates_and_writes_sarif(place: Path) -> None:
    done = action(place, repository="repo")
    assert done.returncode == 3, done.stderr
    assert done.stdout.startswith("::error file=notes.txt,line=1,title=secret::an age identity")
    log = json.loads((place / "work" / "tutela-check.sarif").read_text())
    assert [one["ruleId"] for one in log["runs"][0]["results"]] == ["secret"]


def test_the_action_passes_its_options_on(place: Path) -> None:
    (place / "work" / "repo" / "notes.txt").write_text("nothing\n")
    assert action(place, repository="repo", strict="true").returncode == 0
    assert action(place, repository="repo", **{"fail-on": "fatal"}).returncode == 2
    assert action(place, repository="repo", settings="none.yaml").returncode == 1


@pytest.mark.parametrize("evil", ["; touch owned #", "$(touch owned)", "--help", "`touch owned`"])
def test_an_input_of_the_action_is_a_word_and_no_script(place: Path, evil: str) -> None:
    for name in ("repository", "strict", "fail-on", "settings", "sarif"):
        action(place, **{"repository": "repo", name: evil})
    assert not (place / "work" / "owned").exists()


def test_no_step_of_the_action_holds_an_expression_in_its_script() -> None:
    said = document("action.yml")
    assert all("${{" not in step.get("run", "") for step in said["runs"]["steps"])
    assert all(one["description"] for one in (*said["inputs"].values(), *said["outputs"].values()))


def test_the_gitlab_job_writes_both_reports(place: Path) -> None:
    job = document("integrations/gitlab/check.gitlab-ci.yml")["tutela-check"]
    environ = {**job["variables"], "TUTELA_REPOSITORY": "repo", "TUTELA_OPTIONS": "--strict"}
    script = job["script"][-1].replace("/opt/tutela/bin/tutela", str(place / "bin" / "tutela"))
    done = bash(script, place, environ)
    assert done.returncode == 3, done.stderr
    reports = job["artifacts"]["reports"]
    quality = json.loads((place / "work" / reports["codequality"]).read_text())
    assert [one["check_name"] for one in quality] == ["secret"]
    (suite,) = JUnitXml.fromfile(str(place / "work" / reports["junit"]))
    assert suite.failures == 1


def test_the_hook_runs_on_every_commit(place: Path) -> None:
    (hook,) = document(".pre-commit-hooks.yaml")
    assert (hook["id"], hook["pass_filenames"], hook["always_run"]) == ("tutela-check", False, True)
    (place / "work" / "notes.txt").write_text(f"{TOKEN}\n")
    done = bash(hook["entry"].replace("tutela", str(place / "bin" / "tutela"), 1), place, {})
    assert done.returncode == 3
    assert "an age identity" in done.stdout
