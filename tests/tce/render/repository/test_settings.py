from __future__ import annotations

import yaml

from blueprints.engine.blueprint import Owner
from tce.render.repository import settings
from tests.tce.intent.specifications import typed


def test_the_check_knows_the_registry_the_version_and_this_repository() -> None:
    (one,) = settings.files(typed())
    assert (one.path, one.owner) == (".tutela-check.yaml", Owner.SHARED)
    found = yaml.safe_load(one.content)
    assert found["kubernetes"] == ["1.33"]
    assert found["registries"] == ["registry.hospital.example.org/tce"]
    assert found["repositories"] == {typed().git.repository: "."}
    assert "kube-system" in found["external"]["namespaces"]
    assert not any("suppress" in key for key in found), "nothing is excused beforehand"
