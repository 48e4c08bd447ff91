"""Monitoring."""

from __future__ import annotations

from typing import Any

from blueprints.kinds.cluster.components.monitoring import COMPONENT
from tests.blueprints.kinds.cluster.argocd import children, files, upstream
from tests.blueprints.kinds.cluster.places import HPC, HYBRID, VIRTUAL


def values(name: str) -> Any:
    (app,) = [
        one
        for one in children("cluster", HYBRID.id)
        if one["metadata"]["name"] == f"{HYBRID.id}-{name}"
    ]
    found = upstream(files(), app)
    assert found is not None
    return found[1]


def test_definitions_come_alone_and_first() -> None:
    """ServiceMonitors of other components need them before there is a Prometheus."""
    first = values("monitoring-crds")
    assert first["crds"] == {"enabled": True}
    assert first["defaultRules"] == {"create": False}
    parts = {key for key, one in first.items() if key not in ("crds", "defaultRules")}
    assert all(first[key] == {"enabled": False} for key in parts)
    assert parts >= {"prometheus", "prometheusOperator", "grafana", "alertmanager", "nodeExporter"}
    assert values("monitoring")["crds"] == {"enabled": False}


def test_both_are_of_one_version() -> None:
    first, then = (one.upstream for one in COMPONENT.children)
    assert first == then


def test_what_other_charts_bring_is_scraped() -> None:
    """By default only what carries the release's own label is (values.yaml,
    `serviceMonitorSelectorNilUsesHelmValues`)."""
    spec = values("monitoring")["prometheus"]["prometheusSpec"]
    for what in ("serviceMonitor", "podMonitor", "rule"):
        assert spec[f"{what}SelectorNilUsesHelmValues"] is False


def test_the_exporter_runs_on_every_node_and_all_else_on_virtual_machines() -> None:
    given = values("monitoring")
    assert given["prometheus-node-exporter"]["tolerations"] == [HPC]
    assert "tolerations" not in given["prometheus"]["prometheusSpec"]
    assert "tolerations" not in given["grafana"]


def test_metrics_say_where_they_are_from() -> None:
    assert values("monitoring")["prometheus"]["prometheusSpec"]["externalLabels"] == {
        "cluster": "inference",
        "environment": "production",
    }


def test_kube_proxy_is_looked_for_only_where_it_runs() -> None:
    own = COMPONENT.children[1].own
    assert own is not None
    assert own(VIRTUAL)["kubeProxy"] == {"enabled": False}
    other = VIRTUAL.cluster.cni.model_copy(update={"name": "canal"})
    canal = VIRTUAL.cluster.model_copy(update={"cni": other})
    place = type(VIRTUAL)(VIRTUAL.site, "production", canal, VIRTUAL.deployment)
    assert own(place)["kubeProxy"] == {"enabled": True}
