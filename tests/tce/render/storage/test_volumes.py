from __future__ import annotations

from tce.render.storage.volumes import claims
from tests.tce.intent.specifications import ALPS, typed


def test_workloads_with_storage_have_a_claim_and_others_none() -> None:
    assert list(claims(typed())) == [("genomics", "notebook-data"), ("inference", "vllm-data")]
    assert list(claims(typed(example=ALPS))) == [("variants", "caller-data")]
