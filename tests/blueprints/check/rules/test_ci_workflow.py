"""Workflows that do not fit together or trust strangers."""

from pathlib import Path

import pytest

from blueprints.check.rules import ci_workflow
from tests.blueprints.check.rules.asking import told

SHA = "1234567890abcdef1234567890abcdef12345678"
GOOD = f"""name: check
on:
  pull_request_target: {{}}
  schedule: [{{cron: 1 2 * * *}}]
permissions: {{contents: read}}
jobs:
  build:
    runs-on: ubuntu-24.04
    outputs: {{x: y}}
    steps:
      - uses: actions/checkout@{SHA}
      - id: one
        run: echo x
      - run: echo "$TITLE" ${{{{ steps.one.outputs.x }}}}
        env: {{TITLE: "${{{{ github.event.pull_request.title }}}}"}}
  test:
    needs: [build]
    runs-on: ubuntu-24.04
    steps:
      - run: echo ${{{{ needs.build.outputs.x }}}}
"""
ANYWHERE = [
    ("needs: [build]", "needs: [biuld]", "job test needs biuld, which is no job"),
    ("needs: [build]", "needs: [test, build]", "job test needs test"),
    ("steps.one.", "steps.two.", "no step before it is called two"),
    ("needs.build.outputs", "needs.test.outputs", "the job does not need test"),
    ('"$TITLE"', "${{ github.event.pull_request.title }}", "can be written by a stranger"),
    ('"$TITLE"', "${{ github.head_ref }}", "can be written by a stranger"),
    (
        f"checkout@{SHA}",
        f"checkout@{SHA}\n        with: {{ref: '${{{{ github.event.pull_request.head.sha }}}}'}}",
        "a stranger's code",
    ),
    ("    outputs:", "    container: python:3\n    outputs:", "image python:3 has no digest"),
]
GITEA_ONLY = [
    ("runs-on", "run-on", "a job has no field run-on"),
    ("permissions: {contents: read}\n", "", "does not say what its token may do"),
    ("{contents: read}", "write-all", "lets its token write everything"),
    ("{contents: read}", "{content: read}", "there is no permission content"),
    ("pull_request_target: {}", "pull_request_tagret: {}", "there is no event"),
    (SHA, "v4", "actions/checkout@v4 is not pinned by a commit"),
    ("1 2 * * *", "1 2 *", "cron needs five fields"),
    ("run: echo x", f"run: echo x\n        uses: a/b@{SHA}", "exactly one of uses and run"),
]


@pytest.mark.parametrize("host", [".github", ".gitea", ".forgejo"])
def test_a_good_workflow_is_not_told(host: str, tmp_path: Path) -> None:
    assert told(ci_workflow, tmp_path, {f"{host}/workflows/a.yaml": GOOD}) == []


@pytest.mark.parametrize(("old", "new", "words"), ANYWHERE)
def test_what_does_not_fit_together_is_told(old: str, new: str, words: str, tmp_path: Path) -> None:
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    found = told(ci_workflow, tmp_path, {".github/workflows/a.yaml": text})
    assert any(words in one for one in found), found


@pytest.mark.parametrize(("old", "new", "words"), GITEA_ONLY)
def test_fields_are_looked_at_here_where_no_other_rule_does(
    old: str, new: str, words: str, tmp_path: Path
) -> None:
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    found = told(ci_workflow, tmp_path / "1", {".gitea/workflows/a.yaml": text})
    assert any(words in one for one in found), found
    assert told(ci_workflow, tmp_path / "2", {".github/workflows/a.yaml": text}) == []


@pytest.mark.parametrize(
    "text", ["- a\n", "jobs: 3\n", "jobs: {a: 3}\n", "jobs: {a: {steps: 3}}\n"]
)
def test_a_file_of_another_shape_does_not_stop_the_check(text: str, tmp_path: Path) -> None:
    assert told(ci_workflow, tmp_path, {".gitea/workflows/a.yaml": text})
