from __future__ import annotations

from tce.render.charts import charts, joined, namespaces
from tests.tce.intent.specifications import ALPS, typed


def test_every_component_is_a_chart_in_the_version_that_is_said() -> None:
    found = {one.name: one.path for one in charts(typed(example=ALPS))}
    assert found == {
        "cert-manager": "cert-manager/v1.19.1",
        "external-secrets": "external-secrets/0.20.4",
        "gpu-operator": "gpu-operator/v25.3.4",
        "longhorn": "longhorn",
    }


def test_images_come_from_the_institutions_mirror() -> None:
    said = str([one.values for one in charts(typed())])
    assert "registry.hospital.example.org/tce/jetstack/cert-manager-controller" in said
    assert "quay.io" not in said


def test_only_drivers_are_privileged() -> None:
    assert namespaces(typed(example=ALPS)) == {
        "cert-manager": "restricted",
        "external-secrets": "restricted",
        "gpu-operator": "privileged",
        "longhorn-system": "privileged",
    }


def test_values_are_laid_over_values() -> None:
    one = {"a": {"b": 1, "c": 2}, "d": [1]}
    assert joined(one, {"a": {"c": 3}, "d": [2]}) == {"a": {"b": 1, "c": 3}, "d": [2]}
    assert one == {"a": {"b": 1, "c": 2}, "d": [1]}
