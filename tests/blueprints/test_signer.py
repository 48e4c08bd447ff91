from pathlib import Path

import pytest

from blueprints.front import Front
from blueprints.signer import NoSignerError
from tests.governance.retention.places import NOW


def test_where_no_key_can_be_reached_nothing_is_signed() -> None:
    front = Front(NOW, False, False, {}, lambda _: None)
    with pytest.raises(NoSignerError, match="nothing here signs with file:"):
        front.signer("file:key.pem", Path())
