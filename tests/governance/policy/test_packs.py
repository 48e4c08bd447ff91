from pathlib import Path

import pytest

from blueprints.errors import ExpectedError
from governance.policy import packs, test
from governance.policy.lint import lint
from tests.governance.decide.things import NOW

NAMES = ["clinical", "dataset-mixture", "finetuning", "pretraining"]


def test_all_packs_are_there() -> None:
    assert packs.names() == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_pack_passes_its_own_examples_and_shows_something_that_goes(name: str) -> None:
    source = packs.read(name)
    tested = test.test(source)
    assert tested.mismatches == ()
    assert tested.exit_code == 0
    wanted = [one.verdict for example in source.policy.examples for one in example.artifacts]
    assert {"keep", "expire"} == set(wanted)


@pytest.mark.parametrize("name", NAMES)
def test_a_pack_has_nothing_to_find_fault_with(name: str) -> None:
    linted = lint(Path(name), now=NOW)
    assert [finding for finding in linted.findings if not finding.is_note] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_pack_explains_itself(name: str) -> None:
    text = packs.text(name)
    assert packs.read(name).policy.title
    comments = [line for line in text.splitlines() if line.lstrip().startswith("#")]
    assert len(comments) >= 20
    assert max(map(len, text.splitlines())) <= 110


def test_a_word_is_a_pack_and_a_path_is_a_file(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(packs.text("clinical"))
    assert packs.file_or_pack(file).name == str(file)
    assert packs.file_or_pack(Path("clinical")).name == "clinical.yaml"
    assert packs.location(Path("clinical")).read_text() == packs.text("clinical")
    assert packs.location(file) == file


def test_a_file_of_the_same_name_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "clinical").write_text(packs.text("finetuning"))
    monkeypatch.chdir(tmp_path)
    assert packs.file_or_pack(Path("clinical")).policy == packs.read("finetuning").policy


def test_what_is_neither_pack_nor_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(packs.NoSuchPackError, match="no policy pack is called pretrain") as caught:
        packs.file_or_pack(Path("pretrain"))
    assert caught.value.__notes__ == ["tutela policy packs pretraining"]
    with pytest.raises(ExpectedError, match="cannot read"):
        packs.file_or_pack(tmp_path / "none.yaml")
    with pytest.raises(packs.NoSuchPackError):
        packs.text("../retention/clinical")


def test_packs_are_listed_or_shown() -> None:
    listed = packs.packs()
    assert all(name in str(listed) for name in NAMES)
    assert len(str(listed).splitlines()) == len(NAMES) + 1
    assert listed.as_json()["schema"] == "tutela/policy-packs/v1"
    shown = packs.packs("clinical")
    assert str(shown) == packs.text("clinical").rstrip("\n")
    assert shown.as_json()["name"] == "clinical"
