from __future__ import annotations

import yaml

from tce.render.cluster import admission
from tests.tce.intent.specifications import typed
from tests.tce.render.cluster.rendered import texts


def test_pods_are_restricted_wherever_a_namespace_says_nothing() -> None:
    found = yaml.safe_load(texts(admission.files, typed())["rke2/psa.yaml"])
    ((name, said),) = [(one["name"], one["configuration"]) for one in found["plugins"]]
    assert name == "PodSecurity"
    for mode in ("enforce", "audit", "warn"):
        assert said["defaults"][mode] == "restricted"
        assert said["defaults"][f"{mode}-version"] == "latest"


def test_nobody_is_let_through_but_rke2s_own_namespace() -> None:
    found = yaml.safe_load(texts(admission.files, typed())["rke2/psa.yaml"])
    exempt = found["plugins"][0]["configuration"]["exemptions"]
    assert exempt == {"usernames": [], "runtimeClasses": [], "namespaces": ["kube-system"]}
