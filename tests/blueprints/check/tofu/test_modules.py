"""Folders of HCL files, and which of them are run."""

from pathlib import Path

from blueprints.check.repository import Repository
from blueprints.check.tofu.modules import called, folders


def test_folders_that_others_call_are_not_run(tmp_path: Path) -> None:
    (tmp_path / "modules" / "one").mkdir(parents=True)
    (tmp_path / "root").mkdir()
    (tmp_path / "modules" / "one" / "main.tf").write_text('variable "a" {}\n', encoding="utf-8")
    text = 'module "one" {\n  source = "../modules/one"\n}\n'
    (tmp_path / "root" / "main.tofu").write_text(text, encoding="utf-8")
    repo = Repository(tmp_path)
    assert sorted(folders(repo)) == ["modules/one", "root"]
    assert called(repo) == {"modules/one"}
    assert [block.labels for _, block in folders(repo)["root"].blocks("module")] == [("one",)]
    assert folders(repo) is folders(repo)


def test_blocks_inside_of_others(tmp_path: Path) -> None:
    text = 'terraform {\n  backend "s3" {\n    bucket = "b"\n  }\n}\n'
    (tmp_path / "main.tf").write_text(text, encoding="utf-8")
    folder = folders(Repository(tmp_path))[""]
    found = list(folder.inside("terraform", "backend"))
    assert [(file, block.value("bucket")) for file, block in found] == [("main.tf", "b")]
