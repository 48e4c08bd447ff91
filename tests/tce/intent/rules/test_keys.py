"""Keys: enough servers, and none of them twice."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tce.intent.specifications import HOSPITAL, data, tells

FIRST = data()["keys"]["tang"][0]


@pytest.mark.parametrize(
    ("changes", "place", "text"),
    [
        ({"keys/threshold": 4}, "keys/threshold", "4 of 3 Tang servers can never answer"),
        ({"keys/threshold": 1}, "keys/threshold", "greater than or equal to 2"),
        ({"keys/tang": [FIRST]}, "keys/tang", "at least 2"),
        ({"keys/tang/1": FIRST}, "keys/tang/1/url", "stands here twice"),
        (
            {"keys/tang/1/thumbprint": FIRST["thumbprint"]},
            "keys/tang/1/thumbprint",
            "one who has it counts as two",
        ),
        (
            {"keys/signers/1": "0000000000000000000000000000000000000A11"},
            "keys/signers/1",
            "stands here twice",
        ),
        ({"keys/bao/server": "http://bao.example.org"}, "keys/bao/server", "https://"),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, Any], place: str, text: str) -> None:
    tells(changes, place, text, HOSPITAL)
