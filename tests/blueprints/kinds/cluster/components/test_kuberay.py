"""KubeRay."""

from __future__ import annotations

from blueprints.kinds.cluster.components.kuberay import COMPONENT
from tests.blueprints.kinds.cluster.argocd import children
from tests.blueprints.kinds.cluster.places import HYBRID


def test_its_definitions_come_by_server_side_apply() -> None:
    """They are larger than the 262,144 bytes of an annotation (kuberay, helm-chart/README)."""
    (app,) = [
        one
        for one in children("cluster", HYBRID.id)
        if one["metadata"]["name"] == f"{HYBRID.id}-kuberay"
    ]
    assert "ServerSideApply=true" in app["spec"]["syncPolicy"]["syncOptions"]


def test_its_metrics_are_scraped_where_there_is_monitoring() -> None:
    (child,) = COMPONENT.children
    assert child.own is not None
    assert child.own(HYBRID) == {"metrics": {"serviceMonitor": {"enabled": True}}}


def test_it_takes_no_scheduler_by_the_deprecated_switch() -> None:
    """`batchScheduler.enabled` is deprecated for `batchScheduler.name` (values.yaml)."""
    (child,) = COMPONENT.children
    assert child.shared is not None
    assert "batchScheduler" not in child.shared(HYBRID.site)
