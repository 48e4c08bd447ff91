from hypothesis import given
from hypothesis import strategies as st

from tce.probe.expected import Declared, Expected
from tce.space.header import FAMILIES, Packet, box, packet

SMALL = st.integers(0, 12)


@st.composite
def declared(draw: st.DrawFn) -> list[Declared]:
    found = []
    for number in range(draw(st.integers(0, 40))):
        sides = {}
        for name in ("src", "dst", "dport"):
            low, high = sorted((draw(SMALL), draw(SMALL)))
            sides[name] = (low, high)
        found.append(Declared(f"d{number}", box(draw(st.sampled_from(FAMILIES)), **sides)))
    return found


@st.composite
def packets(draw: st.DrawFn) -> Packet:
    family = draw(st.sampled_from(FAMILIES))
    return packet(family, src=draw(SMALL), dst=draw(SMALL), dport=draw(SMALL))


@given(declared(), st.lists(packets(), min_size=1, max_size=20))
def test_the_tree_says_what_asking_every_box_in_order_says(
    given_: list[Declared], asked: list[Packet]
) -> None:
    tree = Expected(given_)
    for one in asked:
        holding = (each.name for each in given_ if one in each.box)
        assert tree.name(one) == next(holding, None)


def test_a_thousand_boxes_are_not_asked_one_by_one() -> None:
    many = [Declared(str(n), box(4, dst=n * 10, src=n)) for n in range(1000)]
    tree = Expected(many)
    assert tree.name(packet(4, dst=5550, src=555)) == "555"
    assert tree.name(packet(4, dst=5550, src=556)) is None
