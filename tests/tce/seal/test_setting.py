from datetime import UTC, datetime

import pytest

from blueprints.secret import nobody
from tce.keys.bao.errors import BaoError
from tce.seal.setting import Setting


def setting(**environ: str) -> Setting:
    now = datetime(2026, 5, 4, 12, 0, 1, 999, tzinfo=UTC)
    return Setting(now, lambda number: bytes(number), nobody, environ, lambda _: None)


def test_a_moment_is_said_in_utc_and_whole_seconds() -> None:
    assert setting().moment == "2026-05-04T12:00:01Z"


def test_an_openbao_that_nobody_named_is_an_error() -> None:
    with pytest.raises(BaoError, match="no address of OpenBao is known"):
        setting().bao()
