"""Every kind that can be registered has a class that reads it."""

from importlib import import_module
from pathlib import Path

import pytest

from governance.evidence.kinds import LINKS, open_source
from governance.workspace.evidence import KINDS, EvidenceConfig

CONFIG = EvidenceConfig.model_validate(
    {
        "mlflow": [{"uri": "https://mlflow.example.org"}],
        "dvc": [{"repo": "data.git"}],
        "serving": [{"repo": "gitops.git"}],
        "jobs": [{"file": "jobs.json"}],
        "code": [{"repo": "code.git"}],
        "images": [{"file": "images.json"}],
        "reads": [{"file": "audit.json", "format": "vast-audit"}],
    }
)


@pytest.mark.parametrize("kind", KINDS)
def test_a_source_opens_nothing_until_it_is_read(kind: str, tmp_path: Path) -> None:
    (entry,) = (entry for one, entry in CONFIG.entries if one == kind)
    source = open_source(kind, entry, tmp_path)
    assert source.name == entry.known_as
    assert source.place
    assert source.writers
    assert list(tmp_path.iterdir()) == []


def test_links_need_no_registration(tmp_path: Path) -> None:
    assert open_source(LINKS, None, tmp_path).writers


def test_no_source_is_imported_before_it_is_needed() -> None:
    text = Path(str(import_module("governance.evidence.kinds").__file__)).read_text()
    assert not any(f"import governance.evidence.{kind}" in text for kind in KINDS)
