from __future__ import annotations

import json
from pathlib import Path

import pytest

from tce.attack.result import ALONE, HEADERS, Attack, Read, Try

ONE = Read("one", "held/x", "raw")


def _attack(*tries: Try, unread: tuple[tuple[str, str], ...] = ()) -> Attack:
    return Attack((Path("hospital"),), ("one",), {"volumes": 1}, {}, tries, unread)


CASES: dict[str, tuple[Attack, int, str]] = {
    "both halves": (
        _attack(Try(ALONE, (), ()), Try("and age:anna", (ONE,), ("held/x",))),
        0,
        "nothing was read without a key, and every canary with one",
    ),
    "read without a key": (
        _attack(Try(ALONE, (ONE,), ()), Try("and age:anna", (ONE,), ("held/x",))),
        3,
        "the provider can read what only the institution may",
    ),
    "opened without a key": (
        _attack(Try(ALONE, (), ("held/x",)), Try("and age:anna", (ONE,), ())),
        3,
        "OPENED without a key: held/x",
    ),
    "read with headers and no key": (
        _attack(Try(ALONE, (), ()), Try(HEADERS, (ONE,), ()), Try("and age:anna", (ONE,), ())),
        3,
        "READ without a key: one in held/x",
    ),
    "no second half": (_attack(Try(ALONE, (), ())), 4, "is not shown without a key"),
    "read by nobody": (
        _attack(Try(ALONE, (), ()), Try("and age:anna", (), ())),
        3,
        "by nobody read, so nothing is shown of: one",
    ),
    "not everything was read": (
        _attack(Try(ALONE, (), ()), Try("and a", (ONE,), ()), unread=(("disk", "damaged"),)),
        4,
        "not everything was looked at",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_exit_code_says_which_half_held(case: str) -> None:
    result, code, words = CASES[case]
    assert result.exit_code == code
    assert words in str(result)
    json.dumps(result.as_json())


def test_what_was_not_tried_is_told() -> None:
    result = _attack(Try(ALONE, (), (), "12 passphrases of 112"))
    assert "not tried with what the provider holds: 12 passphrases of 112" in str(result)
