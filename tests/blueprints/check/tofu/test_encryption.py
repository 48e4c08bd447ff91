"""OpenTofu's encryption of state and plan."""

from __future__ import annotations

import pytest

from blueprints.check.tofu.encryption import wrong
from blueprints.check.tofu.reader import read

RIGHT = """\
encryption {
  key_provider "openbao" "a" {
    key_name = "state"
    address  = "${local.server}"
  }
  method "aes_gcm" "a" {
    keys = key_provider.openbao.a
  }
  state {
    method   = method.aes_gcm.a
    enforced = true
  }
  plan {
    method   = method.aes_gcm.a
    enforced = true
  }
}
"""


def told(text: str) -> list[str]:
    (block,) = read(text).blocks
    return [f"{line}: {words}" for line, words in wrong(block)]


def test_what_leads_from_state_to_a_key_is_not_told() -> None:
    assert told(RIGHT) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("key_name", "key_nam", ["2: key_provider openbao: key_name is missing"]),
        ("openbao.a", "openbao.b", ["7: key_provider.openbao.b is not declared"]),
        ("enforced = true", "enforced = false", ["11: state: enforced is false"]),
        ("    enforced = true\n", "", ["9: state: enforced is missing"]),
        ("plan {", "plans {", ["13: plans is no block", "1: the plan is not encrypted"]),
        ("address  =", "token    =", ["4: key_provider openbao: token is no argument"]),
        ('"aes_gcm"', '"unencrypted"', ["6: method unencrypted encrypts nothing"]),
    ],
)
def test_what_would_leave_it_open_is_told(old: str, new: str, words: list[str]) -> None:
    assert old in RIGHT
    found = told(RIGHT.replace(old, new, 1))
    for one in words:
        assert any(said.startswith(one) for said in found), found
