import pytest

from tce.read.cilium_settings import Setup, setup
from tce.read.manifests import read
from tce.space.errors import NotModelledError

CHART = """\
apiVersion: helm.cattle.io/v1
kind: HelmChartConfig
metadata: {name: rke2-cilium, namespace: kube-system}
spec:
  valuesContent: |-
    policyEnforcementMode: always
    hostFirewall:
      enabled: true
"""
LIVE = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data: {enable-policy: always, enable-host-firewall: "true", policy-audit-mode: "false"}
"""


def of(text: str) -> Setup | None:
    return setup(read(text.encode(), "a.yaml"))


def test_values_of_the_chart_say_how_policies_are_enforced() -> None:
    assert of(CHART) == Setup("a.yaml", 5, "always", True, False)
    found = of(CHART.replace("policyEnforcementMode: always", "policyAuditMode: true"))
    assert found == Setup("a.yaml", 5, "default", True, True)


def test_a_running_cluster_says_it_in_a_config_map() -> None:
    assert of(LIVE) == Setup("a.yaml", 4, "always", True, False)
    assert of(LIVE.replace('"true"', '"false"')) == Setup("a.yaml", 4, "always", False, False)


def test_other_documents_say_nothing() -> None:
    assert of(CHART.replace("rke2-cilium", "rke2-coredns")) is None


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        (CHART, "hostFirewall:", "policyCIDRMatchMode: nodes\n    hostFirewall:"),
        (CHART, "hostFirewall:", "labels: k8s:app\n    hostFirewall:"),
        (CHART, "hostFirewall:", "extraArgs: [--enable-policy=never]\n    hostFirewall:"),
        (CHART, "hostFirewall:", "extraConfig: {enable-policy: never}\n    hostFirewall:"),
        (CHART, "always", "sometimes"),
        (CHART, "hostFirewall:", "policyEnforcementMode: never\n    hostFirewall:"),
        (CHART, "valuesContent", "values"),
        (LIVE, "enable-policy: always", "policy-cidr-match-mode: nodes"),
        (LIVE, "enable-policy: always", 'enable-non-default-deny-policies: "false"'),
    ],
)
def test_what_changes_what_policies_mean_is_refused(text: str, old: str, new: str) -> None:
    with pytest.raises(NotModelledError, match=r"^a\.yaml:\d+: "):
        of(text.replace(old, new))
