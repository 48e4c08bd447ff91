"""Pipelines of GitLab that name what is not there."""

from pathlib import Path

import pytest

from blueprints.check.rules import ci_gitlab
from tests.blueprints.check.rules.asking import told

GOOD = f"""stages: [build, check]
image: a.b/c@sha256:{"ab" * 32}
.base:
  script: [make]
build:
  extends: .base
  stage: build
check:
  stage: check
  needs: [build]
  script: [make check]
"""


def test_a_good_pipeline_is_not_told(tmp_path: Path) -> None:
    assert told(ci_gitlab, tmp_path, {".gitlab-ci.yml": GOOD}) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("stage: check", "stage: chekc", "job check: there is no stage chekc"),
        ("needs: [build]", "needs: [biuld]", "job check: needs names biuld, which is no job"),
        ("needs: [build]", "needs: [{job: biuld}]", "needs names biuld"),
        ("extends: .base", "extends: .bsae", "extends names .bsae"),
        ("@sha256:" + "ab" * 32, ":1", "image a.b/c:1 has no digest"),
        (".base:", "include: ci/x.yml\n.base:", "there is no ci/x.yml"),
        (".base:", "include: [{project: a/b, ref: main, file: x}]\n.base:", "a/b is included as"),
        (".base:", "include: [{remote: 'https://x.org/a'}]\n.base:", "is included as it is"),
    ],
)
def test_what_is_not_there_or_may_change_is_told(
    old: str, new: str, words: str, tmp_path: Path
) -> None:
    assert old in GOOD
    found = told(ci_gitlab, tmp_path, {".gitlab-ci.yml": GOOD.replace(old, new, 1)})
    assert any(words in one for one in found), found


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("  script: [make check]\n", "", "job check has no script"),
        ("script: [make check]", "scrip: [make check]", "there is no keyword scrip"),
        ("image:", "imag: x\nimage:", "imag is neither a keyword nor a job"),
    ],
)
def test_fields_of_other_files_are_looked_at_here(
    old: str, new: str, words: str, tmp_path: Path
) -> None:
    text = GOOD.replace(old, new, 1)
    found = told(ci_gitlab, tmp_path / "1", {"templates/check.gitlab-ci.yml": text})
    assert any(words in one for one in found), found


def test_what_an_included_file_may_have_is_not_called_missing(tmp_path: Path) -> None:
    text = "include: [{local: /x.yml}]\ncheck: {stage: other, needs: [far], script: [a]}\n"
    assert told(ci_gitlab, tmp_path, {".gitlab-ci.yml": text, "x.yml": "a: 1\n"}) == []
