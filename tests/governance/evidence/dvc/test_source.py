from pathlib import Path

import pytest

from tests.governance.evidence.dvc.claims import read_dvc
from tests.governance.evidence.dvc.conftest import Template
from tests.labs.dvc_lab import md5


@pytest.fixture(autouse=True)
def _credentials(template: Template, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in template.folder.s3.environ().items():
        monkeypatch.setenv(name, value)


def test_holds_exactly_what_dvc_itself_says_is_used(template: Template, workspace: Path) -> None:
    used = {one.removesuffix(".dir") for one in template.folder.used()}
    said = read_dvc(template.folder.path, workspace)
    assert said.problems == []
    # DVC does not look into stashes; and a metric that Git holds is no data.
    extra = said.digests() - used
    assert used <= said.digests()
    assert extra == {md5("stash one\n"), md5("stash two\n")}


def test_names_the_ref_and_the_path(template: Template, workspace: Path) -> None:
    said = read_dvc(template.folder.path, workspace)
    assert said.words("md5:" + md5("raw\n")) >= {
        "ref refs/heads/main of repo data: raw.csv",
        "ref refs/tags/v1 of repo data: raw.csv",
    }
