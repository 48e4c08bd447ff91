from pathlib import Path

import pytest

from governance.evidence.kinds import open_source
from governance.workspace.evidence import EvidenceConfig

CONFIG = EvidenceConfig.model_validate(
    {
        "mlflow": [{"uri": "https://mlflow.example.org"}],
        "dvc": [{"repo": "data.git"}],
        "serving": [{"repo": "deploy.git"}],
        "jobs": [{"file": "squeue.json"}],
        "code": [{"repo": "train.git"}],
        "images": [{"file": "index.json"}],
        "reads": [{"file": "audit.parquet", "format": "vast-audit"}],
    }
)


@pytest.mark.parametrize("kind", EvidenceConfig.model_fields)
def test_every_kind_of_source_says_what_it_asks_and_who_could_have_written_it(
    kind: str, tmp_path: Path
) -> None:
    (entry,) = getattr(CONFIG, kind)
    source = open_source(kind, entry, tmp_path)  # opens nothing: there is nothing to open
    assert source.name == entry.known_as
    assert source.place
    assert "whoever" in source.writers
