from __future__ import annotations

from tce.visibility.exempt import EXEMPTIONS, exemption
from tce.visibility.fields import fields

LINE = b"PostUp = wg set %i private-key /etc/wireguard/wg0.key\n"


def test_an_exemption_counts_only_with_its_assumption() -> None:
    [field] = fields("network/vpn/gateway.conf", LINE)
    found = exemption(field, frozenset({"gateway-disk"}))
    assert found is not None
    assert found.assumption == "gateway-disk"
    assert exemption(field, frozenset({"fabric"})) is None


def test_no_other_file_and_no_other_line_has_it() -> None:
    register = frozenset(one.assumption for one in EXEMPTIONS)
    [elsewhere] = fields("network/vpn/other.conf", LINE)
    [more] = fields("network/vpn/gateway.conf", LINE.replace(b"wg0.key", b"wg0.key; cat /x"))
    assert exemption(elsewhere, register) is None
    assert exemption(more, register) is None
