from tce.space.filter import Filter, Rule, decide
from tce.space.header import TCP, box, packet

_ONE = Rule(3, "deny tcp any any eq 22", "drop", (box(4, proto=TCP, dport=22),))
_TWO = Rule(
    4, "permit tcp any any", "accept", (box(4, proto=TCP, dport=(1, 99)), box(4, dport=443))
)
_FILTER = Filter("leaf1", "eos", "leaf1.eos", 4, "in", False, (_ONE, _TWO), "drop", 1)


def test_the_first_rule_that_fits_decides() -> None:
    assert decide(_FILTER, packet(4, proto=TCP, dport=22)) == ("drop", _ONE)
    assert decide(_FILTER, packet(4, proto=TCP, dport=23)) == ("accept", _TWO)


def test_any_of_a_rules_boxes_is_enough() -> None:
    assert decide(_FILTER, packet(4, proto=17, dport=443)) == ("accept", _TWO)


def test_what_no_rule_fits_goes_the_default_way() -> None:
    assert decide(_FILTER, packet(4, proto=TCP, dport=100)) == ("drop", None)


def test_packets_of_the_other_family_are_no_rules_matter() -> None:
    assert decide(_FILTER, packet(6, proto=TCP, dport=443)) == ("drop", None)
