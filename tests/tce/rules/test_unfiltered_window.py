"""Variants that the rule unfiltered-window finds, and others that it has nothing to say of."""

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "unfiltered-window"
EOS = "network/switches/leaf1.eos"
WRONG: dict[str, tuple[Edit, str]] = {
    "a list that is deleted first": (
        (EOS, "ip access-list tce", "no ip access-list tce-in4-1a2b3c4d\nip access-list tce"),
        "the list tce-in4-1a2b3c4d is deleted",
    ),
    "of IPv6": (
        (EOS, "ipv6 access-list tce", "no ipv6 access-list tce-in6-5e6f7a8b\nipv6 access-list tce"),
        "the list tce-in6-5e6f7a8b is deleted",
    ),
    "on IOS": (
        ("network/switches/leaf2.ios", "", "no ip access-list extended outside\n"),
        "the list outside is deleted",
    ),
    "an interface without a list": (
        (EOS, "   ip access-group", "   no ip access-group old in\n   ip access-group"),
        "the interface is without a list",
    ),
    "of IPv6 on IOS": (
        ("network/switches/leaf2.ios", "", "interface Vlan411\n no ipv6 traffic-filter old in\n"),
        "the interface is without a list",
    ),
}
RIGHT: dict[str, Edit] = {
    "no environment": ("spec.yaml", "blueprint: tce", "blueprint: cluster"),
    "a comment about it": (EOS, "", "! no ip access-list old\n"),
    "another setting": (EOS, "", "interface Vlan9\n   no shutdown\n"),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
