"""Monitoring: Prometheus, its operator, exporters and Grafana (kube-prometheus-stack).

Source: ``charts/kube-prometheus-stack/values.yaml`` of prometheus-community/helm-charts. The same
chart comes twice: first its definitions alone, because other components' ServiceMonitors need
them, then everything else without them. Grafana and Prometheus stay on virtual machines; the
exporter of nodes runs on all of them.
"""

from typing import TYPE_CHECKING

from blueprints.kinds.cluster.components.component import (
    CLUSTER_RIGHTS,
    CRD,
    MUTATING,
    PARTS,
    VALIDATING,
    Child,
    Component,
    Place,
    Upstream,
    Values,
    Wave,
    amounts,
)

if TYPE_CHECKING:
    from blueprints.kinds.cluster.site import Site

_CHART = Upstream("kube-prometheus-stack", "https://prometheus-community.github.io/helm-charts")
_PARTS = (
    "alertmanager",
    "coreDns",
    "grafana",
    "kubeApiServer",
    "kubeControllerManager",
    "kubeDns",
    "kubeEtcd",
    "kubeProxy",
    "kubeScheduler",
    "kubeStateMetrics",
    "kubelet",
    "nodeExporter",
    "prometheus",
    "prometheusOperator",
    "thanosRuler",
)


def _definitions(_: "Site") -> Values:
    """Everything off but the definitions."""
    return {
        "crds": {"enabled": True},
        "defaultRules": {"create": False},
        **{part: {"enabled": False} for part in _PARTS},
    }


def _upstream(site: "Site") -> Values:
    mirror = {"global": {"imageRegistry": site.mirror.registry}} if site.mirror else {}
    return {
        **mirror,
        "crds": {"enabled": False},
        "prometheusOperator": {"resources": amounts("100m", "256Mi")},
        "prometheus": {
            "prometheusSpec": {
                # What other charts bring is scraped whatever release it is of.
                "serviceMonitorSelectorNilUsesHelmValues": False,
                "podMonitorSelectorNilUsesHelmValues": False,
                "ruleSelectorNilUsesHelmValues": False,
                "retention": "15d",
                "resources": amounts("500m", "4Gi"),
            }
        },
        "grafana": {"defaultDashboardsTimezone": "utc"},
    }


def _own(place: Place) -> Values:
    values: Values = {
        # Cilium does what it did.
        "kubeProxy": {"enabled": place.cluster.cni.name != "cilium"},
        "prometheus-node-exporter": {"tolerations": place.tolerations()},
        "prometheus": {
            "prometheusSpec": {
                "externalLabels": {
                    "cluster": place.cluster.name,
                    "environment": place.environment,
                },
                **({"storageSpec": _storage()} if place.has("ceph-csi") else {}),
            }
        },
    }
    return values


def _storage() -> Values:
    return {
        "volumeClaimTemplate": {
            "spec": {
                "storageClassName": "ceph-rbd",
                "accessModes": ["ReadWriteOnce"],
                "resources": {"requests": {"storage": "100Gi"}},
            }
        }
    }


COMPONENT = Component(
    name="monitoring",
    namespace="monitoring",
    security="privileged",
    children=(
        Child("monitoring-crds", Wave.DEFINITIONS, _CHART, shared=_definitions),
        Child(
            "monitoring",
            Wave.CONSUMER,
            _CHART,
            shared=_upstream,
            own=_own,
        ),
    ),
    kinds=(
        *PARTS,
        ("", "PersistentVolumeClaim"),
        ("apps", "StatefulSet"),
        ("monitoring.coreos.com", "Alertmanager"),
        ("monitoring.coreos.com", "Prometheus"),
        ("networking.k8s.io", "Ingress"),
    ),
    cluster_kinds=(*CLUSTER_RIGHTS, CRD, MUTATING, VALIDATING),
    other_namespaces=("kube-system",),
)
