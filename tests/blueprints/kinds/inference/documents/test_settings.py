from __future__ import annotations

import yaml

from tests.blueprints.kinds.inference.specifications import both, cluster, host, rendered, typed


def test_the_check_knows_the_registries_and_what_is_in_the_clusters() -> None:
    said = both(sites=[host(registry="registry.other.example.org"), cluster()])
    settings = yaml.safe_load(rendered(typed(said))[".tutela-check.yaml"])
    assert settings["registries"] == ["registry.example.org", "registry.other.example.org"]
    assert settings["repositories"] == {"https://git.example.org/inference/models.git": "."}
    assert settings["external"]["namespaces"] == ["argocd", "serving"]
    assert settings["external"]["storage_classes"] == ["fast"]
