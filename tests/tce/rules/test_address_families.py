"""Variants that the rule address-families finds, and others that it has nothing to say of."""

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "address-families"
EOS = "network/switches/leaf1.eos"
NFT = "network/perimeter/tce.nft"
WRONG: dict[str, tuple[Edit, str]] = {
    "a table of IPv4": (
        (NFT, "table inet tce_hospital {", "table ip tce_hospital {"),
        "a table of ip sees one family",
    ),
    "a table of IPv6 beside it": (
        (NFT, "", "table ip6 more {\n}\n"),
        "a table of ip6 sees one family",
    ),
    "a switch without IPv6": (
        (EOS, "ipv6 access-list tce-in6-5e6f7a8b\n", ""),
        "no filter of IPv6: all of it passes",
    ),
    "a switch without IPv4": (
        (EOS, "ip access-list tce-in4-1a2b3c4d\n", ""),
        "no filter of IPv4: all of it passes",
    ),
    "Junos with one family": (
        ("network/switches/leaf3.junos", "", "firewall {\n    family inet {\n    }\n}\n"),
        "no filter of IPv6",
    ),
    "IOS with one family": (
        ("network/switches/leaf2.ios", "", "ipv6 access-list a\n deny ipv6 any any\n"),
        "no filter of IPv4",
    ),
}
RIGHT: dict[str, Edit] = {
    "no environment": ("spec.yaml", "blueprint: tce", "blueprint: cluster"),
    "a comment": (NFT, "", "# table ip old\n"),
    "Junos with both": (
        "network/switches/leaf3.junos",
        "",
        (
            "set firewall family inet filter a term b then discard\n"
            "set firewall family inet6 filter a term b then discard\n"
        ),
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
