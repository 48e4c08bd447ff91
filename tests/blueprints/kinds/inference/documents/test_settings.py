from __future__ import annotations

import yaml

from tests.blueprints.kinds.inference.specifications import (
    both,
    cluster,
    host,
    model,
    rendered,
    typed,
)


def test_the_check_knows_the_registries_and_what_is_in_the_clusters() -> None:
    said = both(sites=[host(registry="registry.other.example.org"), cluster()])
    settings = yaml.safe_load(rendered(typed(said))[".tutela-check.yaml"])
    assert settings["registries"] == ["registry.example.org", "registry.other.example.org"]
    assert settings["repositories"] == {"https://git.example.org/inference/models.git": "."}
    assert settings["external"]["namespaces"] == ["argocd", "serving"]
    assert settings["external"]["storage_classes"] == ["fast"]


def test_the_check_knows_what_leads_into_a_cluster() -> None:
    kubernetes = {
        "namespace": "serving",
        "storage_class": "fast",
        "host": "models.example.org",
        "clients": ["ingress"],
    }
    gate = cluster("gate", kubernetes={**kubernetes, "ingress": "gateway", "gateway": "public"})
    edge = cluster("edge", kubernetes={**gate["kubernetes"], "gateway_namespace": "edge"})
    door = cluster("door", kubernetes={**kubernetes, "ingress": "ingress", "tls_secret": "tls"})
    settings = yaml.safe_load(
        rendered(
            typed(
                both(
                    sites=[host(), gate, edge, door], models=[model(sites=["gate", "edge", "door"])]
                )
            )
        )[".tutela-check.yaml"]
    )
    assert settings["external"]["namespaces"] == ["argocd", "ingress", "serving"]
    assert settings["external"]["gateways"] == ["edge/public", "serving/public"]
    assert settings["external"]["secrets"] == ["serving/tls"]
    assert settings["external"]["services"] == ["serving/apertus"]
