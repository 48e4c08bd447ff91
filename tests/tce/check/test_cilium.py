from pathlib import Path

from tce.check.cilium import settings_of
from tests.blueprints.check.places import repository

TEXT = """\
apiVersion: helm.cattle.io/v1
kind: HelmChartConfig
metadata: {name: rke2-cilium, namespace: kube-system}
spec: {valuesContent: "policyEnforcementMode: always"}
"""


def test_values_are_read_with_their_document(tmp_path: Path) -> None:
    other = TEXT.replace("rke2-cilium", "rke2-coredns")
    broken = TEXT.replace("policyEnforcementMode: always", "[")
    repo = repository(tmp_path, {"a.yaml": TEXT, "b.yaml": other, "c.yaml": broken})
    ((item, values),) = settings_of(repo)
    assert item.file == "a.yaml"
    assert values == {"policyEnforcementMode": "always"}
