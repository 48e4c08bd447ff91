import pytest
from pydantic import ValidationError

from governance.workspace.evidence import EvidenceConfig


def _config(**kinds: object) -> EvidenceConfig:
    return EvidenceConfig.model_validate(kinds)


def test_every_kind_of_source_can_be_registered() -> None:
    config = _config(
        mlflow=[{"uri": "https://mlflow.example.org"}, {"uri": "sqlite:////srv/mlflow.db"}],
        dvc=[{"repo": "/srv/git/data.git", "owns": ["s3://lab/dvc"]}],
        serving=[{"repo": "deploy", "refs": ["refs/heads/main"]}],
        jobs=[{"file": "squeue.json"}],
        code=[{"repo": "/srv/git/train.git"}],
        images=[{"file": "index.json"}],
        reads=[{"file": "audit.parquet", "format": "vast-audit"}],
    )
    assert [kind for kind, _ in config.entries] == [
        "mlflow",
        "mlflow",
        "dvc",
        "serving",
        "jobs",
        "code",
        "images",
        "reads",
    ]
    assert config.dvc[0].owns == ("s3://lab/dvc/",)
    assert len({entry.known_as for _, entry in config.entries}) == 8


@pytest.mark.parametrize(
    ("kinds", "why"),
    [
        ({"mlflow": [{"uri": "https://ada:secret@host"}]}, "holds credentials"),
        ({"mlflow": [{"uri": "ftp://host"}]}, "is neither a server"),
        ({"mlflow": [{"uri": "mlruns"}]}, "is neither a server"),
        ({"dvc": [{"repo": "https://host/data.git"}]}, "clone it first"),
        ({"dvc": [{"repo": "/a", "refs": ["refs/heads/main"]}]}, "refs"),
        ({"dvc": [{"repo": "/a", "owns": ["dvc/"]}]}, "has to be s3://"),
        ({"jobs": [{"file": "a\nb"}]}, "control character"),
        ({"jobs": [{"file": "a", "reach": ["s3://"]}]}, "has to be s3://"),
        ({"reads": [{"file": "a", "format": "x"}]}, "vast-audit"),
        ({"jobs": [{"file": "a", "name": "Bad Name"}]}, "pattern"),
        ({"jobs": [{"file": "a", "name": "x"}, {"file": "b", "name": "x"}]}, "two jobs sources"),
        ({"jobs": [{"file": "a"}, {"file": "a"}]}, "two jobs sources"),
        ({"wandb": [{"uri": "x"}]}, "wandb"),
    ],
)
def test_what_cannot_be_meant_is_refused(kinds: dict[str, object], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        _config(**kinds)


def test_a_source_keeps_its_given_name_and_a_place_has_always_the_same() -> None:
    config = _config(jobs=[{"file": "a", "name": "alps"}, {"file": "b"}])
    names = [entry.known_as for _, entry in config.entries]
    assert names[0] == "alps"
    assert names[1] == _config(jobs=[{"file": "b"}]).jobs[0].known_as
