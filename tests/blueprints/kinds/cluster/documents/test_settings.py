from typing import Any

import yaml

from blueprints.engine.blueprint import Owner
from blueprints.kinds.cluster.documents import settings
from tests.blueprints.kinds.cluster.specifications import typed


def made(changes: dict[str, Any] | None = None) -> dict[str, Any]:
    (one,) = settings.files(typed(changes))
    assert (one.path, one.owner) == (".tutela-check.yaml", Owner.SHARED)
    document = yaml.safe_load(one.content)
    assert isinstance(document, dict)
    return document


def test_the_check_knows_every_version_of_kubernetes_that_runs() -> None:
    assert made()["kubernetes"] == ["1.33"]
    newer = {"environments/tds/versions/kubernetes": "v1.34.1+rke2r1"}
    assert made(newer)["kubernetes"] == ["1.33", "1.34"]


def test_the_check_knows_where_the_repository_lies_and_what_images_come_from() -> None:
    found = made()
    assert found["repositories"] == {"https://git.example.org/platform/clusters.git": "."}
    assert found["registries"] == ["registry.example.org", "docker.io"]
