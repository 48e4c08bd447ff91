from __future__ import annotations

import base64

from tce.render.trust import bundle
from tests.tce.intent.specifications import ALPS, typed


def test_the_institutions_authority_is_its_pem_in_base64() -> None:
    bao = typed().keys.bao
    assert base64.b64decode(bundle(bao)["caBundle"]).decode() == bao.ca


def test_an_authority_that_systems_know_is_not_said() -> None:
    assert bundle(typed(example=ALPS).keys.bao) == {}
