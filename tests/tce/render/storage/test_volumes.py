from __future__ import annotations

from tce.render.storage.volumes import claims, secrets
from tests.tce.intent.specifications import ALPS, typed


def test_workloads_with_storage_have_a_claim_and_others_none() -> None:
    assert list(claims(typed())) == [("genomics", "notebook-data"), ("inference", "vllm-data")]
    assert list(claims(typed(example=ALPS))) == [("variants", "caller-data")]


def test_each_call_of_a_driver_is_given_its_secret_by_name_and_namespace() -> None:
    assert secrets(("node-stage",), "one", "apart") == {
        "csi.storage.k8s.io/node-stage-secret-name": "one",
        "csi.storage.k8s.io/node-stage-secret-namespace": "apart",
    }
