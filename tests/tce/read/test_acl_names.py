from collections.abc import Mapping

import pytest

from tce.read import acl_names


@pytest.mark.parametrize(
    ("names", "top"),
    [
        (acl_names.PROTOCOLS, 255),
        (acl_names.TCP_PORTS, 65_535),
        (acl_names.UDP_PORTS, 65_535),
        (acl_names.EOS_TCP_PORTS, 65_535),
        (acl_names.EOS_UDP_PORTS, 65_535),
    ],
)
def test_names_stand_for_numbers_that_there_are(names: Mapping[str, int], top: int) -> None:
    assert all(0 <= number <= top for number in names.values())
    assert not any(name.isdigit() for name in names)


def test_messages_are_types_with_a_code_or_without() -> None:
    for names in (acl_names.ICMP, acl_names.ICMP6, acl_names.EOS_ICMP6):
        assert all(kind <= 255 and (code or 0) <= 255 for kind, code in names.values())


def test_vendors_agree_where_they_have_the_same_name() -> None:
    both = set(acl_names.ICMP6) & set(acl_names.EOS_ICMP6)
    assert len(both) > 5
    assert all(acl_names.ICMP6[name] == acl_names.EOS_ICMP6[name] for name in both)
