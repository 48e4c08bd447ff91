"""Variants that the rule shadowed-entry finds, and others that it has nothing to say of."""

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "shadowed-entry"
EOS = "network/switches/leaf1.eos"
WRONG: dict[str, tuple[Edit, str]] = {
    "an entry after the last": (
        (
            EOS,
            "   30 deny ip any any log\n",
            ("   30 deny ip any any log\n   40 permit udp any any eq 123\n"),
        ),
        "is never reached: line 5 decides everything",
    ),
    "after a permission of all": (
        (EOS, "   20 permit tcp", "   15 permit ip any any\n   20 permit tcp"),
        "is never reached: line 4 decides everything",
    ),
    "an entry twice": (
        (
            EOS,
            "   30 deny",
            ("   25 permit tcp 10.90.12.0/24 host  203.0.113.80 eq 443\n   30 deny"),
        ),
        "says what line 4 says",
    ),
    "without numbers, on IOS": (
        (
            "network/switches/leaf2.ios",
            "",
            ("ip access-list extended a\n deny ip any any\n permit ip host 10.0.0.1 any\n"),
        ),
        "is never reached: line 2",
    ),
}
RIGHT: dict[str, Edit] = {
    "no environment": ("spec.yaml", "blueprint: tce", "blueprint: cluster"),
    "the same entry in another list": (
        EOS,
        "   10 deny ipv6 any any log",
        "   5 permit icmpv6 any any\n   10 deny ipv6 any any log",
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
