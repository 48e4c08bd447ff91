import json
import os
from pathlib import Path

import pytest

from blueprints.check.outputs.files import FORMS, Output, OutputUsageError, planned, write
from blueprints.errors import ExpectedError
from tests.blueprints.check.outputs.results import EVERY_EVIL, ORDINARY


def test_forms_and_files_go_in_pairs() -> None:
    assert planned([], [], as_json=True) == ()
    assert planned(["sarif", "junit"], ["a", "b"], as_json=True) == (
        Output("sarif", "a"),
        Output("junit", "b"),
    )
    assert planned(["sarif", "github"], ["a"], as_json=False) == (
        Output("sarif", "a"),
        Output("github", "-"),
    )


@pytest.mark.parametrize(
    ("forms", "files", "as_json"),
    [
        (["xml"], ["a"], False),
        ([], ["a"], False),
        (["sarif", "junit"], [], False),
        (["sarif"], ["-"], True),
        (["sarif", "junit"], ["-"], False),
    ],
)
def test_what_does_not_go_together_is_told(
    forms: list[str], files: list[str], as_json: bool
) -> None:
    with pytest.raises(OutputUsageError) as caught:
        planned(forms, files, as_json=as_json)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_written_whatever_the_texts_are(tmp_path: Path, form: str) -> None:
    for result in (ORDINARY, EVERY_EVIL):
        file = tmp_path / "out"
        written = write(result, [Output(form, str(file))], tmp_path / "repo")
        assert file.read_text("utf-8").endswith("\n")
        assert written.printed is None
        assert written.written == (str(file),)
        assert "written: " in str(written)
        assert os.listdir(tmp_path) == ["out"]


def test_one_form_may_be_printed_in_place_of_the_text(tmp_path: Path) -> None:
    printed = write(ORDINARY, [Output("gitlab", "-")], tmp_path)
    assert len(json.loads(str(printed))) == 4
    assert printed.exit_code == 3


def test_a_link_of_the_repository_is_replaced_and_not_followed(tmp_path: Path) -> None:
    repo = tmp_path / "repo"
    repo.mkdir()
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (repo / "check.sarif").symlink_to(victim)
    write(ORDINARY, [Output("sarif", str(repo / "check.sarif"))], repo)
    assert victim.read_text() == "mine"
    assert not (repo / "check.sarif").is_symlink()


def test_a_folder_of_the_repository_that_leads_out_is_refused(tmp_path: Path) -> None:
    repo, outside = tmp_path / "repo", tmp_path / "outside"
    repo.mkdir()
    outside.mkdir()
    (repo / "reports").symlink_to(outside)
    with pytest.raises(ExpectedError, match="is a link out of the repository"):
        write(ORDINARY, [Output("sarif", str(repo / "reports" / "check.sarif"))], repo)
    assert list(outside.iterdir()) == []


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ExpectedError, match=r"cannot write .*: No such file"):
        write(ORDINARY, [Output("sarif", str(tmp_path / "no" / "check.sarif"))], tmp_path)
