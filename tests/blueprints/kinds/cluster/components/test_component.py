"""What all components have in common."""

from __future__ import annotations

import pytest

from blueprints.kinds.cluster.components import COMPONENTS, NAMESPACES
from blueprints.kinds.cluster.components.component import Images, Upstream, Wave, amounts
from blueprints.kinds.cluster.spec import BASELINE, Versions
from tests.blueprints.kinds.cluster.argocd import specification
from tests.blueprints.kinds.cluster.places import HPC, HYBRID, METAL, VIRTUAL


def test_every_component_of_the_specification_is_here() -> None:
    assert set(COMPONENTS) == set(specification().environments["production"].versions.components)
    assert set(BASELINE) < set(COMPONENTS)
    assert Versions.model_fields["components"].annotation is not None


def test_names_of_applications_are_used_once() -> None:
    names = [child.name for one in (NAMESPACES, *COMPONENTS.values()) for child in one.children]
    assert len(names) == len(set(names))
    # With the longest names of an environment and a cluster still a name of Kubernetes.
    assert max(map(len, names)) + len("development-") + 20 + 1 <= 63


def test_definitions_come_before_operators_and_operators_before_their_configuration() -> None:
    assert (
        Wave.NAMESPACES
        < Wave.DEFINITIONS
        < Wave.SECRETS
        < Wave.STORE
        < Wave.CREDENTIALS
        < Wave.OPERATOR
        < Wave.CONFIGURATION
        < Wave.CONSUMER
    )


def test_a_chart_of_the_components_own_always_gets_values_of_the_cluster() -> None:
    for component in COMPONENTS.values():
        for child in component.children:
            if child.upstream is None:
                assert child.own is not None
                assert component.chart is not None


def test_tolerations_are_those_of_the_clusters_own_nodes() -> None:
    assert VIRTUAL.tolerations() == []
    assert HYBRID.tolerations() == [HPC]
    assert METAL.tolerations() == [
        {"key": "accelerator", "operator": "Equal", "value": "h100", "effect": "NoSchedule"}
    ]


def test_a_place_knows_its_names() -> None:
    assert HYBRID.id == "production-inference"
    assert HYBRID.domain == "inference.production.k8s.example.org"
    assert HYBRID.secrets == "clusters/production/inference"


def test_an_image_of_the_mirror_keeps_its_path() -> None:
    assert Images().path("quay.io/metallb/speaker") == "quay.io/metallb/speaker"
    mirrored = Images("registry.example.org/mirror")
    assert mirrored.repository("quay.io/metallb/speaker") == {
        "repository": "registry.example.org/mirror/metallb/speaker"
    }


@pytest.mark.parametrize(
    ("repository", "oci"),
    [("https://charts.jetstack.io", False), ("registry.k8s.io/kueue/charts", True)],
)
def test_a_registry_is_told_by_its_address(repository: str, oci: bool) -> None:
    assert Upstream("c", repository).oci is oci


def test_memory_is_bounded_and_cpu_is_not() -> None:
    assert amounts("50m", "1Gi", "2Gi") == {
        "requests": {"cpu": "50m", "memory": "1Gi"},
        "limits": {"memory": "2Gi"},
    }
