"""Lists and what they are bound to; what vendors differ in is asked in test_eos and test_ios."""

import pytest

from tce.read.eos import read
from tce.space.errors import NotModelledError

LIST = "ip access-list A\n   permit tcp any any\n"


def test_every_interface_with_a_list_has_its_filters() -> None:
    text = (
        LIST
        + "interface Vlan4\n   ip access-group A in\ninterface Vlan5\n   ip access-group A out\n"
    )
    assert [
        (one.interface, one.point, one.default) for one in read(text, "f.eos") if one.rules
    ] == [
        ("Vlan4", "in", "drop"),
        ("Vlan5", "out", "drop"),
    ]


def test_an_open_direction_says_where_its_interface_begins() -> None:
    found = read(f"{LIST}interface Vlan4\n   ip access-group A in\n", "f.eos")
    assert [(one.default, one.default_line) for one in found] == [
        ("drop", 1),
        ("accept", 3),
        ("accept", 3),
        ("accept", 3),
    ]


def test_the_last_list_that_is_bound_counts() -> None:
    text = f"{LIST}ip access-list B\n   deny tcp any any\n"
    text += "interface Vlan4\n   ip access-group A in\n   ip access-group B in\n"
    assert [rule.line for rule in read(text, "f.eos")[0].rules] == [4]


def test_an_entry_without_a_number_comes_after_the_highest() -> None:
    text = "ip access-list A\n   30 permit tcp any any\n   permit udp any any\n"
    text += "   10 permit 99 any any\n"
    found = read(f"{text}interface Vlan4\n   ip access-group A in\n", "f.eos")
    assert [rule.line for rule in found[0].rules] == [4, 2, 3]


def test_a_list_is_read_also_where_nothing_is_bound_to_it() -> None:
    text = f"{LIST}ip access-list B\n   nonsense\n"
    with pytest.raises(NotModelledError, match=r"f\.eos:4: 'nonsense'"):
        read(f"{text}interface Vlan4\n   ip access-group A in\n", "f.eos")


def test_a_file_without_a_bound_list_says_what_to_type() -> None:
    with pytest.raises(NotModelledError, match="nothing is filtered") as caught:
        read(LIST, "f.eos")
    assert "ip access-group NAME in" in caught.value.__notes__[0]


def test_a_binding_in_words_that_are_not_known_is_refused() -> None:
    text = f"{LIST}interface Vlan4\n   ip access-group A in\n   ip access-group A sideways\n"
    with pytest.raises(NotModelledError, match=r"f\.eos:5: 'ip access-group A sideways'"):
        read(text, "f.eos")
