"""Officers' keys, as whoever verifies their signatures reads them."""

from __future__ import annotations

import base64

import pytest

from tce.render.custody import officers
from tests.tce.intent.specifications import GONE, typed
from tests.tce.render.cluster.rendered import texts


def test_every_officers_key_is_the_one_of_the_specification_to_another_reader() -> None:
    serialization = pytest.importorskip("cryptography.hazmat.primitives.serialization")
    spec = typed()
    found = texts(officers.files, spec)
    assert len(found) == len(spec.keys.officers) == 3
    for one in spec.keys.officers:
        key = serialization.load_pem_public_key(found[officers.path(one.name)].encode())
        assert key.public_bytes_raw() == base64.b64decode(one.key)


def test_without_officers_there_is_no_key() -> None:
    assert texts(officers.files, typed({"keys/officers": GONE, "keys/root": GONE})) == {}
